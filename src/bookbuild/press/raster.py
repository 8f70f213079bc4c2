"""PDF pages as a reader sees them: pixels, and where text stands. Owner of pypdfium2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as raw 8-bit RGB, row by row."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


def render_page(pdf: bytes, page: int, width: int) -> Pixels:
    """Page number `page` (from 0) of a PDF, `width` pixels wide."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return _render(document[page], width / document[page].get_width())
    finally:
        document.close()


def render_high(pdf: bytes, page: int, height: int) -> Pixels:
    """Page number `page` (from 0) of a PDF, `height` pixels high."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return _render(document[page], height / document[page].get_height())
    finally:
        document.close()


def render_trimmed(pdf: bytes, pages: Sequence[int], width: int) -> tuple[Pixels, ...]:
    """Pages of a PDF within their trim, marks and bleed cut off, each `width` pixels wide."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        rendered = []
        for number in pages:
            page = document[number]
            page.set_cropbox(*page.get_trimbox())
            rendered.append(_render(page, width / page.get_width()))
        return tuple(rendered)
    finally:
        document.close()


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A page within its trim: its label, its pixels, and how they lie on the page."""

    label: str
    pixels: Pixels
    top: float
    """The trim's upper edge in points, from the page's origin."""
    scale: float
    """Pixels to a point."""


def trimmed_pages(pdf: bytes, width: int) -> Iterator[Trimmed]:
    """Every page of a PDF, one after the other, `width` pixels wide."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            page = document[number]
            trim = page.get_trimbox()
            page.set_cropbox(*trim)
            scale = width / page.get_width()
            label = document.get_page_label(number) or str(number + 1)
            yield Trimmed(label, _render(page, scale), trim[3], scale)
            page.close()
    finally:
        document.close()


def _render(page: pypdfium2.PdfPage, scale: float) -> Pixels:
    exact = scale * (1 - 1e-9)  # pypdfium2 rounds up, also what is only a rounding error too large
    bitmap = page.render(scale=exact, rev_byteorder=True)
    row = bitmap.width * 3
    data = bytes(bitmap.buffer)
    packed = b"".join(
        data[line * bitmap.stride : line * bitmap.stride + row] for line in range(bitmap.height)
    )
    return Pixels(bitmap.width, bitmap.height, packed)


@dataclass(frozen=True, slots=True)
class TextBox:
    """A run of text on a page: its edges in points from the trim's left and lower edge."""

    left: float
    bottom: float
    right: float
    top: float
    text: str


def text_boxes(pdf: bytes) -> tuple[tuple[TextBox, ...], ...]:
    """For each page of a PDF the runs of text on it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(_boxes_of(page) for page in document)
    finally:
        document.close()


def _boxes_of(page: pypdfium2.PdfPage) -> tuple[TextBox, ...]:
    text_page = page.get_textpage()
    across, up, *_ = page.get_trimbox()
    found = []
    for index in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(index)
        text = text_page.get_text_bounded(left, bottom, right, top)
        found.append(TextBox(left - across, bottom - up, right - across, top - up, text))
    return tuple(found)
