"""What the text of set pages is: headings, paragraphs, notes, tables, links, as values.

`tagging` makes them from set sections, `structure` writes them into a PDF (ISO 32000-1, 14.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """A stretch of marked content: its page within the section, its number on that page."""

    page: int
    number: int
    form: tuple[str, ...] = ()
    """Names of the form, one in the other, that holds it; empty for the page itself."""


@dataclass(frozen=True, slots=True)
class Link:
    """A rectangle on a page that leads to `#id` or to an address."""

    page: int
    box: tuple[float, float, float, float]
    """Left, bottom, right, top in points, from the foot of the page."""
    target: str
    said: str


@dataclass(frozen=True, slots=True)
class Tag:
    """An element of the text's structure."""

    role: str
    kids: tuple[Tag | Content | Link, ...]
    said: str = ""
    """Text alternative of a picture or formula, or what an abbreviation stands for."""
    language: str = ""
    id: str = ""
    """Of a note."""
    spans: tuple[int, int] = (1, 1)
    """Columns and rows of a cell."""
    scope: str = ""
    """Of a header cell: Column or Row."""
    numbering: str = ""
    """Of a list (ISO 32000-1, table 347)."""
    box: tuple[float, float, float, float] | None = None
    """Of a picture: left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tags of a set section, and where its ids stand."""

    tags: tuple[Tag, ...]
    places: Mapping[str, tuple[int, float]]
    """Id → page within the section, and height above its foot in points."""


def links(tag: Tag) -> Iterator[Link]:
    """Every link in a tag."""
    for kid in tag.kids:
        if isinstance(kid, Link):
            yield kid
        elif isinstance(kid, Tag):
            yield from links(kid)
