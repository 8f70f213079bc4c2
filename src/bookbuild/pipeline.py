"""The whole build, about one line a stage: a book's folder in, finished files out.

`make` writes nothing; `output` puts a build in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bookbuild.book.checks import check
from bookbuild.book.document import Document
from bookbuild.book.manuscript import FOLDER, Manuscript, path_inside, read_manuscript
from bookbuild.book.transforms import build_document
from bookbuild.characters import undrawable, undrawable_text
from bookbuild.diagnostics import Diagnostic, error, has_errors
from bookbuild.ebook.documents import EbookIngredients
from bookbuild.ebook.package import package
from bookbuild.edition import Artifact, PrintFacts, PrintSet, codes, manifest, report
from bookbuild.errors import BookFaults
from bookbuild.fonts import load_faces
from bookbuild.language import Language
from bookbuild.layout import layout_folders, load_language, load_layout, read_text
from bookbuild.pictures import Picture, jpeg_from_pixels, read_picture
from bookbuild.press.acceptance import accept
from bookbuild.press.cover import Cover, cover
from bookbuild.press.interior import Extent, Interior, SetPages, interior, set_pages
from bookbuild.press.limits import check_limits
from bookbuild.press.measured import check_extent, check_overflow
from bookbuild.press.missing import check_notes
from bookbuild.press.printer import PrinterProfile, load_printer
from bookbuild.press.sheets import Ingredients
from bookbuild.press.typeset import versions
from bookbuild.punctuation import smart_text
from bookbuild.units import Length

Progress = Callable[[str], None]
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
    extent: Extent
    complete: bool
    manifest: bytes = field(repr=False)
    findings: tuple[Diagnostic, ...] = ()

    def files(self) -> dict[str, bytes]:
        """Every file of the build by name."""
        return {
            **{artifact.file: artifact.data for artifact in self.artifacts},
            "manifest.json": self.manifest,
            "report.json": report(self.findings),
        }


def make(
    folder: Path,
    progress: Progress,
    printers: Sequence[str] = (),
    block: Length | None = None,
    page_list: bool = True,
) -> Build:
    """Make everything that the book in `folder` asks for.

    With `printers`, a print set for each of them instead of one for the specification's printer;
    `block` is the measured thickness of the bound leaves. The EPUB lists the printed pages, unless
    `page_list` is false.

    Raises:
        BookFaults: the book has errors; all that were found before the run had to stop.
        NoBook, MissingLibrary: see `errors`.
    """
    progress("manuscript")
    manuscript = read_manuscript(folder)
    folders = layout_folders(folder)
    names = tuple(dict.fromkeys(printers)) or (manuscript.spec.printer,)
    profiles = {name: load_printer(folders, name) for name in names}
    made_from, findings = gather(manuscript, folders)
    pages = set_pages(made_from, lambda part: progress(f"interior: {part}"))
    progress("cover")
    sets = tuple(_print_set(made_from, pages, *item, block) for item in profiles.items())
    progress("EPUB")
    front = sets[0].outside.front
    jpeg = jpeg_from_pixels(front.width, front.height, front.rgb)
    ebook = package(_for_ebook(made_from, jpeg, pages if page_list else None))
    for made in sets:
        findings += made.inside.findings + made.outside.findings
    inside = sets[0].inside
    findings += check_extent(made_from, inside.extent) + check_overflow(made_from, inside)
    findings += check_notes(made_from.document, inside)
    if has_errors(findings):
        raise BookFaults(findings)
    return _build(made_from, sets, ebook, findings)


def gather(
    manuscript: Manuscript, folders: tuple[Path, ...]
) -> tuple[Ingredients, tuple[Diagnostic, ...]]:
    """Everything that any output is made from, read and checked; and what was found."""
    spec = manuscript.spec
    language = load_language(folders, spec.language)
    layout = load_layout(folders, spec.layout)
    faces = load_faces(layout)
    document = build_document(manuscript, language)
    pictures, faults = _read_pictures(manuscript, document)
    findings = manuscript.findings + document.findings + faults
    statute = _statute(folders, spec.rights.statute if spec.rights else None, language)
    findings += undrawable(manuscript, document, faces, language, statute)
    for picture in pictures.values():
        findings += undrawable_text(picture.text, picture.place, faces)
    if has_errors(findings):
        raise BookFaults(findings)
    findings += check(spec, document)
    made_from = Ingredients(spec, document, layout, language, faces, pictures, statute)
    findings += check_limits(made_from, manuscript)
    if has_errors(findings):
        raise BookFaults(findings)
    return made_from, findings


@dataclass(frozen=True, slots=True)
class _Made:
    """Interior and cover for one printer, and the errors that keep them from the press."""

    name: str
    printer: PrinterProfile
    inside: Interior
    outside: Cover
    faults: tuple[Diagnostic, ...]


def _print_set(
    made_from: Ingredients,
    pages: SetPages,
    name: str,
    printer: PrinterProfile,
    block: Length | None,
) -> _Made:
    inside = interior(made_from, pages, printer)
    outside = cover(made_from, inside.extent, printer, block)
    faults = accept(made_from, printer, inside.extent.pages, outside)
    return _Made(name, printer, inside, outside, faults)


def _for_ebook(made_from: Ingredients, front: bytes, pages: SetPages | None) -> EbookIngredients:
    return EbookIngredients(
        made_from.spec,
        made_from.document,
        made_from.layout,
        made_from.language,
        made_from.faces,
        made_from.pictures,
        front,
        made_from.statute,
        pages.page_map.for_ebook() if pages else None,
    )


def _artifacts(made_from: Ingredients, made: _Made, alone: bool) -> tuple[Artifact, Artifact]:
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
    sets: tuple[_Made, ...],
    ebook: bytes,
    findings: tuple[Diagnostic, ...],
) -> Build:
    spec, first = made_from.spec, sets[0]
    extent = first.inside.extent
    pairs = [_artifacts(made_from, made, len(sets) == 1) for made in sets]
    print_sets = tuple(
        PrintSet(made.name, *pair, codes(made.faults))
        for made, pair in zip(sets, pairs, strict=True)
    )
    artifacts = (
        *(artifact for pair in pairs for artifact in pair),
        Artifact("ebook", f"{spec.slug}.epub", ebook),
    )
    for made in sets:
        findings += made.faults
    findings = tuple(dict.fromkeys(findings))
    measured = {
        "print_sets": [print_set.record() for print_set in print_sets],
        "extent": {
            "roman": extent.roman,
            "arabic": extent.arabic,
            "trailing_blanks": extent.trailing_blanks,
            "pages": extent.pages,
            "printed": str(extent),
        },
        "spine_mm": round(first.outside.spine.width.mm, 2),
        "weight_g": first.outside.weight_g,
        "complete": made_from.document.complete,
        "incomplete": [
            f"{section.file} is an outline"
            for section in made_from.document.sections
            if section.outline
        ],
        "printer": first.name,
        "layout": made_from.layout.name,
        "versions": {**{name: version(name) for name in _TOOLS}, **versions()},
    }
    specification = spec.model_dump(mode="json", exclude_none=True)
    content = manifest(artifacts, measured, specification)
    return Build(
        spec.slug, artifacts, print_sets, extent, made_from.document.complete, content, findings
    )


def _read_pictures(
    manuscript: Manuscript, document: Document
) -> tuple[Mapping[str, Picture], tuple[Diagnostic, ...]]:
    """Every picture of the document, read once; and what is wrong with any of them."""
    sources = {source.file: source for source in manuscript.sources}
    pictures: dict[str, Picture] = {}
    findings: list[Diagnostic] = []
    for section in document.sections:
        for path in section.pictures:
            place = sources[section.file].place_of(path.rpartition("/")[2])
            file = path_inside(manuscript.folder / FOLDER, path)
            if file is None:
                message = f"“{path}” lies outside manuscript/"
                findings.append(error("picture-file", message, place, "copy it into manuscript/"))
            elif path not in pictures:
                picture, faults = read_picture(file, path, place)
                findings.extend(faults)
                if picture is not None:
                    pictures[path] = picture
    return pictures, tuple(findings)


def _statute(folders: tuple[Path, ...], name: str | None, language: Language) -> tuple[str, ...]:
    """The paragraphs of the statute that the specification asks for."""
    if name is None:
        return ()
    text = read_text(folders, f"statutes/{name}.txt")
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
    return tuple(smart_text(paragraph, language) for paragraph in paragraphs)


def summary(build: Build) -> Mapping[str, Any]:
    """The build in a few figures, for the command line."""
    return {
        "slug": build.slug,
        "extent": str(build.extent),
        "complete": build.complete,
        "artifacts": [artifact.record() for artifact in build.artifacts],
        "print_sets": [print_set.record() for print_set in build.print_sets],
    }
