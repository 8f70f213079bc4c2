"""The table of contents as a tree: chapters under the part before them, headings under both.

In: the document. Out: `Line`s; which page or link each leads to, is for others to say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bookbuild.book.document import Document, Heading, Section


@dataclass(frozen=True, slots=True)
class Line:
    """A section or heading: what it is called, its id, and what is under it."""

    label: str
    """`Bab 1`, or empty."""
    title: str
    id: str
    author: str = ""
    """Who wrote it, if that is not the book's author."""
    shown: bool = True
    """False for what the printed contents leave out."""
    under: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """Label and title."""
        return f"{self.label} {self.title}".strip()


def contents(document: Document) -> tuple[Line, ...]:
    """Every section in reading order."""
    lines: list[Line] = []
    part = False
    for section in document.sections:
        line = section_line(section)
        if part and section.matter == "body" and section.role != "part":
            lines[-1] = replace(lines[-1], under=(*lines[-1].under, line))
        else:
            lines.append(line)
            part = section.role == "part"
    return tuple(lines)


def section_line(section: Section) -> Line:
    """A section with its headings."""
    return Line(
        section.label, section.text, section.id, section.author, section.shown,
        _under(section.headings),
    )  # fmt: skip


def _under(headings: tuple[Heading, ...]) -> tuple[Line, ...]:
    """Headings, each under the higher one before it."""
    lines: list[Line] = []
    at = 0
    while at < len(headings):
        heading = headings[at]
        end = at + 1
        while end < len(headings) and headings[end].level > heading.level:
            end += 1
        lines.append(Line("", heading.text, heading.id, under=_under(headings[at + 1 : end])))
        at = end
    return tuple(lines)
