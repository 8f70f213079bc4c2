"""Pictures of pages, drawn when somebody looks at them.

In: a `Shown` book and a page's address. Out: bytes of a picture, the same for the same address and
width. A few pages are bound together, because fonts are put into a file once.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from bookbuild.pixels import Rendering, page_picture
from bookbuild.press.finish import BoundPage
from bookbuild.press.glance import drawn_file
from bookbuild.press.raster import grey_page, text_around
from bookbuild.preview.memory import Recent
from bookbuild.preview.setting import Shown

WIDTHS = (480, 720, 1080, 1620)
"""Pixels; a browser asks for the first that is wide enough."""
_TOGETHER = 6
"""Pages of a section that are bound at a time."""
_MOST_FILES, _MOST_PICTURES = 24, 400
_MOST_BOOKS = 3
"""Books as they were set lately, whose pages a browser may still ask for."""


class Drawings:
    """Draws the pages of the books that were shown lately."""

    def __init__(self) -> None:
        self._books: list[Shown] = []
        self._given: Mapping[str, tuple[bytes, int]] = {}
        self._files: Recent[tuple[str, ...], bytes] = Recent(_MOST_FILES)
        self._pictures: Recent[tuple[str, int], Rendering] = Recent(_MOST_PICTURES)
        self._lock = threading.Lock()

    def show(self, book: Shown) -> None:
        """Draw this book's pages from now on."""
        with self._lock:
            self._books = [book, *self._books[: _MOST_BOOKS - 1]]

    def give(self, addresses: Sequence[str], pdf: bytes) -> None:
        """Take these pages from a file at hand."""
        with self._lock:
            self._given = {address: (pdf, page) for page, address in enumerate(addresses)}

    def picture(self, address: str, width: int) -> Rendering | None:
        """The page at `address`, so many pixels wide; None if no book has it."""
        with self._lock:
            if (kept := self._pictures.get((address, width))) is not None:
                return kept
            found = self._file(address)
        if found is None:
            return None
        drawn = page_picture(*grey_page(*found, width))
        with self._lock:
            return self._pictures.put((address, width), drawn)

    def words(self, address: str, x: float, y: float) -> tuple[str, int] | None:
        """The page's text and the character nearest to a point (`raster.text_around`)."""
        with self._lock:
            found = self._file(address)
        return None if found is None else text_around(*found, x, y)

    def _file(self, address: str) -> tuple[bytes, int] | None:
        """A PDF that has the page, and which of its pages it is."""
        if address in self._given:
            return self._given[address]
        for book in self._books:
            if together := _neighbours(book, address):
                addresses = tuple(item for item, _ in together)
                file = self._files.get(addresses)
                if file is None:
                    bound = [page for _, page in together]
                    section = book.pages.results[bound[0].section or 0].pdf
                    folios = book.pages.page_map.folios
                    file = drawn_file(book.made_from, section, bound, folios)
                    self._files.put(addresses, file)
                return file, addresses.index(address)
        return None


def _neighbours(book: Shown, address: str) -> Sequence[tuple[str, BoundPage]]:
    """The page at `address` and those that are bound with it."""
    glance = next((glance for glance in book.glances if glance.address == address), None)
    if glance is None:
        return ()
    group = glance.bound.page // _TOGETHER
    return [
        (other.address, other.bound)
        for other in book.glances
        if other.bound.section == glance.bound.section
        and other.bound.page // _TOGETHER == group
        and other.address
    ]
