"""The document: what the book says, free of paper and screen.

Text is kept as XHTML fragments in a small vocabulary of our own (see docs/architecture.md):
`a.note[data-note]` calls a note, `a.reference[data-target][data-form]` points to a place,
`span.index[id]` is an index mark, `hr` a scene break; `figure.numbered` and `table.numbered` carry
their label; `pre.code` has `span.line`s; `math` is MathML; the rest is what it is in HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bookbuild.book.spec import Matter, Role
from bookbuild.diagnostics import Diagnostic

TargetKind = Literal["chapter", "section", "figure", "table", "note", "term"]
IndexKind = Literal["point", "from", "to", "see", "also"]
Term = tuple[str, ...]
"""An index heading and the sub-headings under it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: level 2 and down, its id, its title as XHTML and as text."""

    level: int
    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its number in the section, and its paragraphs as XHTML."""

    number: int
    key: str
    """What the author calls it by."""
    body: str


@dataclass(frozen=True, slots=True)
class Caption:
    """A numbered figure or table: its id, `Gambar 1.2`, and its caption as XHTML."""

    kind: Literal["figure", "table"]
    id: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark for the index: its id, what it files the place under, where else to look."""

    id: str
    section: str
    kind: IndexKind
    term: Term
    see: Term = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One file of the manuscript as the reader meets it: a chapter, a preface, a biography."""

    id: str
    file: str
    matter: Matter
    role: Role
    number: int | None
    """Chapter or part number, counted through the body; None for unnumbered sections."""
    label: str
    """`Bab 1`, or empty."""
    author: str
    """Who wrote it, if that is not the book's author."""
    title: str
    """Title as an XHTML fragment, note calls included."""
    text: str
    """Title as plain text, without note calls."""
    shown: bool
    """False for a dedication whose title only navigation needs: it stands without heading."""
    short_title: str
    outline: bool
    headings_only: bool
    """True while nothing but headings is written."""
    epigraph: str
    headings: tuple[Heading, ...]
    body: str
    notes: tuple[Note, ...]
    captions: tuple[Caption, ...]
    terms: tuple[tuple[str, str], ...]
    """Terms of a glossary: id and text."""
    marks: tuple[Mark, ...]
    pictures: tuple[str, ...]
    """Paths of its pictures, relative to ``manuscript/``, each once, in order."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place that cross-references can lead to."""

    id: str
    section: str
    """Id of the section that holds it."""
    kind: TargetKind
    label: str
    """What a reference prints: `Bab 3`, or the quoted title."""


@dataclass(frozen=True, slots=True)
class Document:
    """The whole text, in reading order, with every place that can be referred to."""

    sections: tuple[Section, ...]
    targets: Mapping[str, Target]
    findings: tuple[Diagnostic, ...]
    unspoken: tuple[Diagnostic, ...] = ()
    """Errors that stop no printed book, but whatever is to be read aloud."""

    @property
    def complete(self) -> bool:
        """False while any section is an outline."""
        return not any(section.outline for section in self.sections)
