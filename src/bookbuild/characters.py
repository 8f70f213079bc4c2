"""Characters that no font of the layout draws, found before a page is set."""

from __future__ import annotations

import unicodedata

from bookbuild import xhtml
from bookbuild.book.document import Document, Section
from bookbuild.book.manuscript import Manuscript
from bookbuild.book.mathematics import MATH
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.fonts import Face
from bookbuild.language import Language

_NOT_PRINTED = {"manuscript", "slug", "identifier", "layout", "printer", "language"}
_SPACES = " \u00a0"
"""Spaces that need no glyph."""


def undrawable(
    manuscript: Manuscript,
    document: Document,
    faces: tuple[Face, ...],
    language: Language,
    statute: tuple[str, ...] = (),
) -> tuple[Diagnostic, ...]:
    """One error for each character and file, with the line where it first stands."""
    drawn = frozenset[int]().union(*(face.characters for face in faces))
    sources = {source.file: source for source in manuscript.sources}
    findings: list[Diagnostic] = []
    for section in document.sections:
        source = sources.get(section.file)
        for char in _missing(_text(section), drawn):
            place = source.place_of(char) if source else Place(section.file)
            findings.append(_finding(char, place))
    facts = manuscript.spec.model_dump_json(exclude=_NOT_PRINTED) + language.model_dump_json()
    place = Place("manuscript/book.toml")
    findings.extend(_finding(char, place) for char in _missing(facts, drawn))
    law = Place(f"layouts/statutes/{manuscript.spec.rights and manuscript.spec.rights.statute}.txt")
    findings.extend(_finding(char, law) for char in _missing("".join(statute), drawn))
    return tuple(findings)


def undrawable_text(text: str, place: Place, faces: tuple[Face, ...]) -> tuple[Diagnostic, ...]:
    """One error for each character of `text`, found at `place`, that no face draws."""
    drawn = frozenset[int]().union(*(face.characters for face in faces))
    return tuple(_finding(char, place) for char in _missing(text, drawn))


def _text(section: Section) -> str:
    fragments = (
        section.title,
        section.epigraph,
        section.body,
        *(note.body for note in section.notes),
    )
    return (
        section.label
        + section.short_title
        + section.author
        + "".join(_set_text(fragment) for fragment in fragments)
    )


def _set_text(fragment: str) -> str:
    """The text that the layout's fonts draw: formulas bring their own."""
    root = xhtml.parse(fragment)
    for formula in xhtml.elements(root, MATH):
        xhtml.remove(formula)
    return xhtml.all_text(root)


def _missing(text: str, drawn: frozenset[int]) -> list[str]:
    """The characters of `text` that leave a mark on paper and aren't drawn, each once."""
    return [
        char
        for char in dict.fromkeys(text)
        if ord(char) not in drawn
        and unicodedata.category(char) not in ("Cc", "Cf")
        and char not in _SPACES
    ]


def _finding(char: str, place: Place) -> Diagnostic:
    name = unicodedata.name(char, "unnamed")
    return error(
        "font-character",
        f"no font of the layout has “{char}” (U+{ord(char):04X} {name})",
        place,
        "write it another way, or use a layout whose fonts have it",
    )
