"""The whole build, about one line a stage: a book's folder in, finished files out.

`make` writes nothing; `output` puts a build in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
from bookbuild.press.acceptance import accept
from bookbuild.press.compositors import ALONE, Compositors
from bookbuild.press.cover import Cover, cover
from bookbuild.press.interior import Extent, Interior, SetPages, interior, set_pages
from bookbuild.press.measured import check_extent, check_overflow
from bookbuild.press.missing import check_notes
from bookbuild.press.preflighted import Preflighted, preflighted
from bookbuild.press.printer import PrinterProfile, load_printer, with_marks
from bookbuild.press.sheets import Ingredients
from bookbuild.press.typography import report as typography_report
from bookbuild.press.typography.glyphs import page_texts
from bookbuild.press.typography.measure import Typography, measure_words
from bookbuild.press.versions import versions
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
class Made:
    """Interior and cover for one printer, and the errors that keep them from the press."""

    name: str
    printer: PrinterProfile
    inside: Interior
    outside: Cover
    faults: tuple[Diagnostic, ...]
    preflight: Preflighted


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
    sets = tuple(
        _print_set(made_from, pages, *item, block, compositors) for item in profiles.items()
    )
    counted = _counted(sets, made_from.spec.printer)
    unspoken = made_from.document.unspoken
    withheld = withhold(made_from, only)
    others, found = on_screens(
        made_from,
        counted.inside,
        counted.outside.front,
        pages.page_map.for_ebook() if page_list else None,
        set(only) - {item.role for item in withheld},
        compositors,
        progress,
    )
    findings += tuple(found)
    for made in sets:
        findings += made.inside.findings + made.outside.findings
    inside = counted.inside
    texts = tuple(page_texts(inside.readable))
    findings += check_extent(made_from, inside.extent) + check_overflow(made_from, inside, texts)
    findings += check_notes(made_from.document, inside)
    if has_errors(findings):
        raise BookFaults(findings + unspoken)
    typography = measure_words(text.words for text in texts)
    findings += unspoken
    return _build(made_from, sets, counted, others, withheld, only, typography, findings, source)


def _profiles(
    folders: tuple[Path, ...], names: Sequence[str], *, marks: bool
) -> dict[str, PrinterProfile]:
    """The printers by name, each once, in their order."""
    found = {name: load_printer(folders, name) for name in names}
    return {name: with_marks(found[name]) if marks else found[name] for name in found}


def _counted(sets: Sequence[Made], printer: str) -> Made:
    """The set whose pages count: the specification's printer's, else the first that was asked for.

    Printers differ in the blank leaves at the end alone, which the EPUB doesn't list.
    """
    return next((made for made in sets if made.name == printer), sets[0])


def _print_set(
    made_from: Ingredients,
    pages: SetPages,
    name: str,
    printer: PrinterProfile,
    block: Length | None,
    compositors: Compositors,
) -> Made:
    inside = interior(made_from, pages, printer)
    outside = cover(made_from, inside.extent, printer, compositors, block)
    faults = accept(made_from, printer, inside.extent.pages, outside)
    faults += inside.faults + outside.faults
    found = preflighted(made_from, printer, inside, outside)
    return Made(name, printer, inside, outside, faults + found.findings, found)


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
    counted: Made,
    others: Sequence[Artifact],
    withheld: tuple[Withheld, ...],
    only: Collection[str],
    typography: Typography,
    findings: tuple[Diagnostic, ...],
    source: str,
) -> Build:
    spec, extent = made_from.spec, counted.inside.extent
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
            **_measured(made_from, counted),
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


def _measured(made_from: Ingredients, counted: Made) -> Mapping[str, Any]:
    """What the manifest says of the book as it was made; of several sets, the counted one's."""
    extent = counted.inside.extent
    return {
        "extent": {
            "roman": extent.roman,
            "arabic": extent.arabic,
            "trailing_blanks": extent.trailing_blanks,
            "pages": extent.pages,
            "printed": str(extent),
        },
        "spine_mm": round(counted.outside.spine.width.mm, 2),
        "weight_g": counted.outside.weight_g,
        "complete": made_from.document.complete,
        "incomplete": [
            f"{section.file} is an outline"
            for section in made_from.document.sections
            if section.outline
        ],
        "printer": counted.name,
        "layout": made_from.layout.name,
        "versions": {**{name: version(name) for name in _TOOLS}, **versions()},
    }
