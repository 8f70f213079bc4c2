"""Read and check everything that a book's outputs are made from.

In: the manuscript and the folders of layouts. Out: `Ingredients` and findings; nothing is set yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bookbuild.book.checks import check
from bookbuild.book.document import Document
from bookbuild.book.manuscript import Manuscript, path_inside
from bookbuild.book.transforms import build_document
from bookbuild.cache import Cache
from bookbuild.characters import undrawable, undrawable_text
from bookbuild.diagnostics import Diagnostic, Place, error, has_errors
from bookbuild.errors import BookFaults
from bookbuild.folders import MANUSCRIPT
from bookbuild.fonts import load_faces
from bookbuild.language import Language
from bookbuild.layout import load_language, load_layout, read_text
from bookbuild.pictures import Picture, read_picture
from bookbuild.press.compositors import Compositors
from bookbuild.press.flat import fit_for_press
from bookbuild.press.limits import check_limits
from bookbuild.press.sheets import CoverPicture, Ingredients
from bookbuild.punctuation import smart_text


def gather(
    manuscript: Manuscript, folders: tuple[Path, ...], compositors: Compositors
) -> tuple[Ingredients, tuple[Diagnostic, ...]]:
    """Everything that any output is made from, read and checked; and what was found."""
    spec = manuscript.spec
    language = load_language(folders, spec.language)
    layout = load_layout(folders, spec.layout)
    faces = load_faces(layout)
    document = build_document(manuscript, language, compositors.cache)
    pictures, faults = _read_pictures(manuscript, document, compositors.cache)
    cover_picture, more = _cover_picture(manuscript, compositors.cache)
    findings = manuscript.findings + document.findings + faults + more
    statute = _statute(folders, spec.rights.statute if spec.rights else None, language)
    findings += undrawable(manuscript, document, faces, language, statute)
    for picture in pictures.values():
        findings += undrawable_text(picture.text, picture.place, faces)
    if has_errors(findings):
        raise BookFaults(findings + document.unspoken)
    findings += check(spec, document)
    made_from = Ingredients(
        spec, document, layout, language, faces, pictures, statute, cover_picture
    )
    made_from = replace(made_from, pictures=fit_for_press(made_from, compositors))
    findings += check_limits(made_from, manuscript)
    if has_errors(findings):
        raise BookFaults(findings + document.unspoken)
    return made_from, findings


def _read_pictures(
    manuscript: Manuscript, document: Document, cache: Cache
) -> tuple[Mapping[str, Picture], tuple[Diagnostic, ...]]:
    """Every picture of the document, read once; and what is wrong with any of them."""
    sources = {source.file: source for source in manuscript.sources}
    pictures: dict[str, Picture] = {}
    findings: list[Diagnostic] = []
    for section in document.sections:
        for path in section.pictures:
            place = sources[section.file].place_of(path.rpartition("/")[2])
            file = path_inside(manuscript.folder / MANUSCRIPT, path)
            if file is None:
                message = f"“{path}” lies outside manuscript/"
                findings.append(error("picture-file", message, place, "copy it into manuscript/"))
            elif path not in pictures:
                picture, faults = read_picture(file, path, place, cache)
                findings.extend(faults)
                if picture is not None:
                    pictures[path] = picture
    return pictures, tuple(findings)


def _cover_picture(
    manuscript: Manuscript, cache: Cache
) -> tuple[CoverPicture | None, tuple[Diagnostic, ...]]:
    """The front's picture, if the specification names one; and what is wrong with it."""
    path, place = manuscript.spec.cover.picture, Place("manuscript/book.toml")
    if path is None:
        return None, ()
    file = path_inside(manuscript.folder / MANUSCRIPT, path)
    if file is None:
        message = f"“{path}” lies outside manuscript/"
        return None, (error("picture-file", message, place, "copy it into manuscript/"),)
    picture, faults = read_picture(file, path, place, cache)
    if picture is None:
        return None, faults
    if picture.vector:
        message = f"“{path}” is an SVG, and the cover takes pictures in pixels"
        return None, (error("picture-file", message, place, "export it as PNG, 300 ppi"),)
    return CoverPicture(picture, file.read_bytes()), faults


def _statute(folders: tuple[Path, ...], name: str | None, language: Language) -> tuple[str, ...]:
    """The paragraphs of the statute that the specification asks for."""
    if name is None:
        return ()
    text = read_text(folders, f"statutes/{name}.txt")
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
    return tuple(smart_text(paragraph, language) for paragraph in paragraphs)
