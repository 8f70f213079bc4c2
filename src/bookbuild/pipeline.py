"""The whole build, about one line a stage: a book's folder in, finished files out.

`make` writes nothing; `write` puts a build in its place, whole or not at all.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
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
from bookbuild.edition import Artifact, Role, manifest, report
from bookbuild.errors import BookbuildError, BookFaults
from bookbuild.fonts import load_faces
from bookbuild.language import Language
from bookbuild.layout import layout_folders, load_language, load_layout, read_text
from bookbuild.pictures import Picture, jpeg_from_pixels, read_picture
from bookbuild.press.cover import Cover, cover
from bookbuild.press.interior import Extent, Interior, check_extent, check_overflow, interior
from bookbuild.press.limits import check_limits
from bookbuild.press.missing import check_notes
from bookbuild.press.printer import load_printer
from bookbuild.press.screen import Screen, screen
from bookbuild.press.screenfile import Front
from bookbuild.press.sheets import Ingredients
from bookbuild.press.typeset import versions
from bookbuild.punctuation import smart_text

Progress = Callable[[str], None]
USUAL: tuple[Role, ...] = ("interior", "cover", "ebook")
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


def make(folder: Path, progress: Progress, only: Collection[str] = USUAL) -> Build:
    """Make what `only` names of the book in `folder`.

    Raises:
        BookFaults: the book has errors; all that were found before the run had to stop.
        NoBook, MissingLibrary: see `errors`.
    """
    progress("manuscript")
    manuscript = read_manuscript(folder)
    spec = manuscript.spec
    folders = layout_folders(folder)
    language = load_language(folders, spec.language)
    layout = load_layout(folders, spec.layout)
    printer = load_printer(folders, spec.printer)
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
    inside = interior(made_from, printer, lambda part: progress(f"interior: {part}"))
    progress("cover")
    outside = cover(made_from, inside, printer)
    progress("EPUB")
    front = jpeg_from_pixels(outside.front.width, outside.front.height, outside.front.rgb)
    ebook = package(
        EbookIngredients(spec, document, layout, language, faces, pictures, front, statute)
    )
    on_screen = _screen(made_from, inside, outside, front, progress) if "screen" in only else None
    findings += on_screen.findings if on_screen else ()
    findings += inside.findings + outside.findings
    findings += check_extent(made_from, inside.extent) + check_overflow(made_from, inside)
    findings += check_notes(document, inside)
    if has_errors(findings):
        raise BookFaults(findings)
    made = _artifacts(made_from, inside, outside, ebook, on_screen)
    wanted = tuple(artifact for artifact in made if artifact.role in only)
    return _build(made_from, inside, outside, wanted, findings)


def _screen(
    made_from: Ingredients, inside: Interior, outside: Cover, jpeg: bytes, progress: Progress
) -> Screen:
    words, title = made_from.language.words, made_from.spec.title
    said = words.alt_cover.format(title=title)
    front = Front(jpeg, outside.front.width, outside.front.height, said, words.cover)
    return screen(made_from, inside, front, lambda part: progress(f"screen edition: {part}"))


def _artifacts(
    made_from: Ingredients,
    inside: Interior,
    outside: Cover,
    ebook: bytes,
    on_screen: Screen | None,
) -> tuple[Artifact, ...]:
    """The files that were made."""
    spec, geometry = made_from.spec, outside.geometry
    trim = (spec.trim.width.mm, spec.trim.height.mm)
    sheet = (round(geometry.sheet_width.mm, 2), round(geometry.sheet_height.mm, 2))
    made = (
        Artifact("interior", "interior.pdf", inside.pdf, inside.extent.pages, trim),
        Artifact("cover", "cover.pdf", outside.pdf, 1, sheet),
        Artifact("ebook", f"{spec.slug}.epub", ebook),
    )
    if on_screen is None:
        return made
    return (*made, Artifact("screen", "screen.pdf", on_screen.pdf, on_screen.pages, trim))


def _build(
    made_from: Ingredients,
    inside: Interior,
    outside: Cover,
    artifacts: tuple[Artifact, ...],
    findings: tuple[Diagnostic, ...],
) -> Build:
    spec, extent, geometry = made_from.spec, inside.extent, outside.geometry
    measured = {
        "extent": {
            "roman": extent.roman,
            "arabic": extent.arabic,
            "trailing_blanks": extent.trailing_blanks,
            "pages": extent.pages,
            "printed": str(extent),
        },
        "spine_mm": round(geometry.spine.mm, 2),
        "weight_g": outside.weight_g,
        "complete": made_from.document.complete,
        "incomplete": [
            f"{section.file} is an outline"
            for section in made_from.document.sections
            if section.outline
        ],
        "printer": spec.printer,
        "layout": made_from.layout.name,
        "versions": {**{name: version(name) for name in _TOOLS}, **versions()},
    }
    specification = spec.model_dump(mode="json", exclude_none=True)
    content = manifest(artifacts, measured, specification)
    return Build(spec.slug, artifacts, extent, made_from.document.complete, content, findings)


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


def write(build: Build, folder: Path) -> Path:
    """Put the build in ``folder/build/SLUG`` in place of the last one; returns that path.

    The new files are written beside the old ones and take their place by renaming, so that a
    full disk or a killed process leaves the last good build.

    Raises:
        BookbuildError: the disk is full, or the folder can't be written.
    """
    output = folder / "build"
    if output.exists() and not output.is_dir():
        raise BookbuildError(f"{output} is a file; move it away, then build again")
    target = output / build.slug
    try:
        output.mkdir(exist_ok=True)
        with _only_writer(output):
            _restore(output, build.slug)
            fresh = Path(tempfile.mkdtemp(prefix=f".{build.slug}.new-", dir=output))
            fresh.chmod(0o755)
            for name, data in build.files().items():
                _write_durably(fresh / name, data)
            _swap(fresh, target)
    except OSError as fault:
        raise BookbuildError(
            f"can't write to {output}: {fault.strerror or fault}. The last build is untouched; "
            "make room or mend the permissions, then build again."
        ) from None
    return target


@contextmanager
def _only_writer(output: Path) -> Iterator[None]:
    with (output / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _restore(output: Path, slug: str) -> None:
    """Clear up after a run that was killed in the middle of writing."""
    kept = output / f".{slug}.old"
    if kept.exists() and not (output / slug).exists():
        kept.rename(output / slug)
    for leftover in output.glob(f".{slug}.*"):
        shutil.rmtree(leftover)


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _swap(fresh: Path, target: Path) -> None:
    kept = target.with_name(f".{target.name}.old")
    if target.exists():
        target.rename(kept)
    fresh.rename(target)
    shutil.rmtree(kept, ignore_errors=True)


def summary(build: Build) -> Mapping[str, Any]:
    """The build in a few figures, for the command line."""
    return {
        "slug": build.slug,
        "extent": str(build.extent),
        "complete": build.complete,
        "artifacts": [artifact.record() for artifact in build.artifacts],
    }
