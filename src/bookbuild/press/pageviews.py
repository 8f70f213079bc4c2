"""The pages of a finished interior, so that those of two editions can be told apart.

In: a PDF's bytes. Out: a `PageView` for each page: what it says and how it looks, with and without
running head and folio.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bookbuild.press.raster import Trimmed, trimmed_pages
from bookbuild.press.typography.block import find_block, without_furniture
from bookbuild.press.typography.glyphs import page_texts
from bookbuild.press.typography.lines import Line, page_lines

WIDTH = 480
"""In pixels: at 150 mm some 80 to an inch, enough for a comma to show."""
_START = 40
"""Letters by which the beginning of a page is known."""
_ABOVE, _BELOW = 1.2, 0.6
"""In em: how far from its baseline a running head is blanked."""


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as it can be compared."""

    number: int
    """From 0."""
    label: str
    text: str
    """Its letters and digits, without running head and folio."""
    look: str
    """The digest of the whole page as rendered."""
    matter: str
    """The digest of the page without running head and folio."""

    @property
    def start(self) -> str:
        """The letters that it begins with; numbers of notes and pages may change in its place."""
        return "".join(filter(str.isalpha, self.text))[:_START]

    @property
    def key(self) -> str:
        """By what it is found again among other pages: its text, else its look."""
        return self.text or self.matter


def page_views(pdf: bytes) -> tuple[PageView, ...]:
    """Every page of an interior; text set as outlines has no letters, only a look."""
    lines = [page_lines(number, text.words) for number, text in enumerate(page_texts(pdf))]
    block = find_block(lines)
    kept = without_furniture(lines, block) if block else [list(page) for page in lines]
    return tuple(
        _view(number, page, lines[number], kept[number])
        for number, page in enumerate(trimmed_pages(pdf, WIDTH))
    )


def _view(number: int, page: Trimmed, lines: Sequence[Line], kept: Sequence[Line]) -> PageView:
    there = set(map(id, kept))
    furniture = [line for line in lines if id(line) not in there]
    text = "".join(char for line in kept for char in line.text if char.isalnum()).casefold()
    look = hashlib.sha256(page.pixels.rgb).hexdigest()
    matter = hashlib.sha256(_blanked(page, furniture)).hexdigest()
    return PageView(number, page.label, text, look, matter)


def _blanked(page: Trimmed, furniture: Sequence[Line]) -> bytes:
    """The page's pixels with the rows of its running head and folio white."""
    data = bytearray(page.pixels.rgb)
    row = page.pixels.width * 3
    for line in furniture:
        upper = (page.top - line.baseline - _ABOVE * line.size) * page.scale
        lower = (page.top - line.baseline + _BELOW * line.size) * page.scale
        first, last = max(0, int(upper)), min(page.pixels.height, int(lower) + 1)
        data[first * row : last * row] = b"\xff" * (max(0, last - first) * row)
    return bytes(data)
