"""The whole build, about one line a stage: a book's folder in, finished files out.

`make` writes nothing; `output` puts a build in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bookbuild.book.manuscript import read_manuscript
from bookbuild.diagnostics import Diagnostic, has_errors
from bookbuild.edition import (
    Artifact,
    PrintFacts,
    PrintSet,
    Role,
    Withheld,
    codes,
    manifest,
    report,
)
from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.gathering import gather
from bookbuild.onscreen import on_screens, withhold
from bookbuild.press.compositors import ALONE, Compositors
from bookbuild.press.interior import set_pages
from bookbuild.press.measured import check_extent, check_overflow
from bookbuild.press.missing import check_notes
from bookbuild.press.pagination import Extent
from bookbuild.press.printer import PrinterProfile, load_printer, with_marks
from bookbuild.press.sheets import Ingredients
from bookbuild.press.typography import report as typography_report
from bookbuild.press.typography.measure import Typography, measure_own
from bookbuild.press.versions import versions
from bookbuild.printsets import Made, counted, finished, in_hand
from bookbuild.publicity import PUBLICITY
from bookbuild.sources import source_digest
from bookbuild.units import Length

Progress = Callable[[str], None]
USUAL: tuple[Role, ...] = ("interior", "cover", "ebook", *PUBLICITY)
"""What a build makes unless it is told otherwise."""
_TOOLS = (
    "bookbuild", "ebooklib", "fonttools", "jinja2", "lxml", "markdown", "pikepdf", "pillow",
    "pymdown-extensions", "uharfbuzz",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build, not yet on disk."""

    slug: str
    artifacts: tuple[Artifact, ...]
    print_sets: tuple[PrintSet, ...]
    withheld: tuple[Withheld, ...]
    extent: Extent
    complete: bool
    manifest: bytes = field(repr=False)
    made_from: Ingredients = field(repr=False)
    made: tuple[Made, ...] = field(repr=False)
    """Interior and cover for each printer, in the order of `print_sets`."""
    typography: Typography = field(repr=False)
    """Of the set whose pages count; printers differ in blank pages alone."""
    findings: tuple[Diagnostic, ...] = ()

    def files(self) -> dict[str, bytes]:
        """Every file of the build by name."""
        return {
            **{artifact.file: artifact.data for artifact in self.artifacts},
            "manifest.json": self.manifest,
            "report.json": report(
                self.findings,
                typography_report.record(self.typography, self.made[0].inside.page_map.labels),
            ),
        }


def make(
    folder: Path,
    progress: Progress,
    printers: Sequence[str] = (),
    block: Length | None = None,
    only: Collection[str] = USUAL,
    *,
    marks: bool = False,
    page_list: bool = True,
    compositors: Compositors = ALONE,
) -> Build:
    """Make what `only` names of the book in `folder`.

    With `printers`, a print set for each of them instead of one for the specification's printer;
    `block` is the measured thickness of the bound leaves; with `marks` the files have crop marks.
    The EPUB lists the printed pages, unless `page_list` is false. What can't be read aloud as
    the book stands is withheld; its print sets are made all the same.

    Raises:
        BookFaults: the book has errors; all that were found before the run had to stop.
        NoBook, MissingLibrary: see `errors`.
    """
    progress("manuscript")
    source = source_digest(folder)
    manuscript = read_manuscript(folder)
    folders = layout_folders(folder)
    profiles = _profiles(folders, printers or (manuscript.spec.printer,), marks=marks)
    made_from, findings = gather(manuscript, folders, compositors)
    pages = set_pages(made_from, compositors, lambda part: progress(f"interior: {part}"))
    progress("cover")
    sets = in_hand(made_from, pages, profiles, block, compositors)
    chosen = counted(sets, made_from.spec.printer)
    inside = chosen.inside
    measured = compositors.aside(partial(measure_own, inside.readable, compositors.cache))
    withheld = withhold(made_from, only)
    others, found = on_screens(
        made_from,
        inside,
        chosen.outside.front,
        pages.page_map.for_ebook() if page_list else None,
        set(only) - {item.role for item in withheld},
        compositors,
        progress,
    )
    findings += tuple(found)
    progress("preflight")
    done = tuple(finished(made_from, item, compositors) for item in sets)
    for made in done:
        findings += made.inside.findings + made.outside.findings
    typography, boxes = measured()
    findings += check_extent(made_from, inside.extent) + check_overflow(made_from, inside, boxes)
    findings += check_notes(made_from.document, inside)
    unspoken = made_from.document.unspoken
    if has_errors(findings):
        raise BookFaults(findings + unspoken)
    findings += unspoken
    first = done[sets.index(chosen)]
    return _build(made_from, done, first, others, withheld, only, typography, findings, source)


def _profiles(
    folders: tuple[Path, ...], names: Sequence[str], *, marks: bool
) -> dict[str, PrinterProfile]:
    """The printers by name, each once, in their order."""
    found = {name: load_printer(folders, name) for name in names}
    return {name: with_marks(found[name]) if marks else found[name] for name in found}


def _artifacts(made_from: Ingredients, made: Made, alone: bool) -> tuple[Artifact, Artifact]:
    """Interior and cover; their names tell the printer unless it is the only one."""
    spec, spine, geometry = made_from.spec, made.outside.spine, made.outside.geometry
    ending = "" if alone else f"-{made.name}"
    calipers = spine.calipers
    facts = PrintFacts(
        made.name, made.inside.extent.pages, spine.width.mm, spine.block.mm, spine.measured,
        calipers.paper.mm, calipers.cover.mm, calipers.basis, spine.formula,
    )  # fmt: skip
    trim = (spec.trim.width.mm, spec.trim.height.mm)
    sheet = (round(geometry.sheet_width.mm, 2), round(geometry.sheet_height.mm, 2))
    return (
        Artifact("interior", f"interior{ending}.pdf", made.inside.pdf, facts.pages, trim, facts),
        Artifact("cover", f"cover{ending}.pdf", made.outside.pdf, 1, sheet, facts),
    )


def _build(
    made_from: Ingredients,
    sets: tuple[Made, ...],
    chosen: Made,
    others: Sequence[Artifact],
    withheld: tuple[Withheld, ...],
    only: Collection[str],
    typography: Typography,
    findings: tuple[Diagnostic, ...],
    source: str,
) -> Build:
    spec, extent = made_from.spec, chosen.inside.extent
    pairs = [_artifacts(made_from, made, len(sets) == 1) for made in sets]
    print_sets = tuple(
        PrintSet(made.name, *pair, codes(made.faults))
        for made, pair in zip(sets, pairs, strict=True)
        if {"interior", "cover"} <= set(only)
    )
    made_files = (*(artifact for pair in pairs for artifact in pair), *others)
    artifacts = tuple(artifact for artifact in made_files if artifact.role in only)
    for made in sets:
        findings += made.faults
    findings = tuple(dict.fromkeys(findings))
    content = manifest(
        artifacts,
        {
            "print_sets": [print_set.record() for print_set in print_sets],
            "withheld": [item.record() for item in withheld],
            **_measured(made_from, chosen),
            "source": source,
            "typography": typography_report.figures(typography),
        },
        spec.model_dump(mode="json", exclude_none=True),
    )
    complete = made_from.document.complete
    return Build(
        spec.slug, artifacts, print_sets, withheld, extent, complete, content, made_from, sets,
        typography,
        findings,
    )  # fmt: skip


def _measured(made_from: Ingredients, chosen: Made) -> Mapping[str, Any]:
    """What the manifest says of the book as it was made; of several sets, the chosen one's."""
    extent = chosen.inside.extent
    return {
        "extent": {
            "roman": extent.roman,
            "arabic": extent.arabic,
            "trailing_blanks": extent.trailing_blanks,
            "pages": extent.pages,
            "printed": str(extent),
        },
        "spine_mm": round(chosen.outside.spine.width.mm, 2),
        "weight_g": chosen.outside.weight_g,
        "complete": made_from.document.complete,
        "incomplete": [
            f"{section.file} is an outline"
            for section in made_from.document.sections
            if section.outline
        ],
        "printer": chosen.name,
        "layout": made_from.layout.name,
        "versions": {**{name: version(name) for name in _TOOLS}, **versions()},
    }
