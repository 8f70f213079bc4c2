"""What a page of a finished PDF depends on, as one digest. Owner of pikepdf.

In: the bytes of a file of our own. Out: for each page the digest of all that it leads to: content,
boxes, resources, fonts. Where in the file its objects stand, and what other pages hold, are not in
it, so that what was found on a page holds for the same page of the next build.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Name

_FROM_ABOVE = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
"""What a page takes from the nodes above it (ISO 32000-1, 7.7.3.4)."""
Number = tuple[int, int]
"""Of an indirect object, with its generation."""


@dataclass(frozen=True, slots=True)
class PagePrint:
    """A page's digest, and the numbers of the fonts that it leads to by their own digests."""

    digest: str
    fonts: Mapping[str, Number]


def page_prints(pdf: bytes) -> tuple[PagePrint, ...]:
    """Of every page, in order."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        reckoning = _Reckoning()
        return tuple(reckoning.page(page.obj) for page in book.pages)


class _Reckoning:
    """Digests of the objects of one file, each reckoned once."""

    def __init__(self) -> None:
        self._known: dict[Number, PagePrint] = {}

    def page(self, page: Any) -> PagePrint:
        whole = hashlib.sha256()
        fonts: dict[str, Number] = {}
        for key in sorted({*page.keys(), *_FROM_ABOVE} - {"/Parent"}):
            whole.update(f"{key} ".encode())
            self._add(_inherited(page, key) if key in _FROM_ABOVE else page[key], whole, fonts)
        return PagePrint(whole.hexdigest(), fonts)

    def _add(self, value: Any, whole: Any, fonts: dict[str, Number]) -> None:
        """Add a value to a digest that is being made, and the fonts below it to `fonts`."""
        if not isinstance(value, pikepdf.Object):
            whole.update(f"{value!r} ".encode())
        elif value.is_indirect:
            below = self._indirect(value)
            whole.update(below.digest.encode())
            fonts.update(below.fonts)
        else:
            self._add_members(value, whole, fonts)

    def _indirect(self, value: Any) -> PagePrint:
        number = value.objgen
        if number not in self._known:
            self._known[number] = PagePrint("", {})  # for what leads back to itself
            whole, fonts = hashlib.sha256(), dict[str, Number]()
            self._add_members(value, whole, fonts)
            if isinstance(value, pikepdf.Dictionary) and value.get("/Type") == Name.Font:
                fonts[whole.hexdigest()] = number
            self._known[number] = PagePrint(whole.hexdigest(), fonts)
        return self._known[number]

    def _add_members(self, value: Any, whole: Any, fonts: dict[str, Number]) -> None:
        if isinstance(value, pikepdf.Array):
            whole.update(f"[{len(value)} ".encode())
            for item in value:
                self._add(item, whole, fonts)
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            keys = sorted(key for key in value.keys() if key != "/Parent")  # noqa: SIM118 - no iterator
            whole.update(f"<{len(keys)} ".encode())
            for key in keys:
                whole.update(f"{key} ".encode())
                self._add(value[key], whole, fonts)
            if isinstance(value, pikepdf.Stream):
                whole.update(value.read_raw_bytes())
        else:
            whole.update(value.unparse() + b" ")


def _inherited(page: Any, key: str) -> Any:
    node = page
    while key not in node and "/Parent" in node:
        node = node["/Parent"]
    return node.get(key)
