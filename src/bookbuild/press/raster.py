"""PDF pages as a reader sees them: pixels, and where text stands. Owner of pypdfium2."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2

_REACH = 24.0
"""Points from a click to the text that is meant."""
_ALONE = threading.Lock()
"""PDFium works in one thread at a time; the preview draws in several."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as raw 8-bit RGB, row by row."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


def render_page(pdf: bytes, page: int, width: int) -> Pixels:
    """Page number `page` (from 0) of a PDF, `width` pixels wide."""
    with _ALONE, pypdfium2.PdfDocument(pdf) as document:
        return _render(document[page], width / document[page].get_width())


def render_high(pdf: bytes, page: int, height: int) -> Pixels:
    """Page number `page` (from 0) of a PDF, `height` pixels high."""
    with _ALONE, pypdfium2.PdfDocument(pdf) as document:
        return _render(document[page], height / document[page].get_height())


def grey_page(pdf: bytes, page: int, width: int) -> tuple[int, int, bytes]:
    """Page number `page` (from 0), `width` pixels wide: width, height, and a byte of grey each."""
    with _ALONE, pypdfium2.PdfDocument(pdf) as document:
        scale = width / document[page].get_width() * (1 - 1e-9)
        bitmap = document[page].render(scale=scale, grayscale=True)
        return bitmap.width, bitmap.height, _packed(bitmap, bitmap.width)


def text_around(pdf: bytes, page: int, x: float, y: float) -> tuple[str, int]:
    """The text of page number `page` (from 0), and which of its characters stands nearest to a
    point; `x` and `y` are shares of the page's width and height, from its left and upper edge.

    The number is -1 where no text is near.
    """
    with _ALONE, pypdfium2.PdfDocument(pdf) as document:
        across, up = document[page].get_size()
        text_page = document[page].get_textpage()
        count = text_page.count_chars()
        text = text_page.get_text_range(0, count) if count else ""
        point = (x * across, (1 - y) * up)
        reached = (_REACH / 4, _REACH / 2, _REACH)
        found = (text_page.get_index(*point, reach * 2, reach) for reach in reached)
        return text, next((index for index in found if index is not None and index >= 0), -1)


def render_trimmed(pdf: bytes, pages: Sequence[int], width: int) -> tuple[Pixels, ...]:
    """Pages of a PDF within their trim, marks and bleed cut off, each `width` pixels wide."""
    with _ALONE, pypdfium2.PdfDocument(pdf) as document:
        rendered = []
        for number in pages:
            page = document[number]
            page.set_cropbox(*page.get_trimbox())
            rendered.append(_render(page, width / page.get_width()))
        return tuple(rendered)


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
    return Pixels(bitmap.width, bitmap.height, _packed(bitmap, bitmap.width * 3))


def _packed(bitmap: pypdfium2.PdfBitmap, row: int) -> bytes:
    """The rows of a picture, each of so many bytes, without what fills them up."""
    data = bytes(bitmap.buffer)
    starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
    return b"".join(data[start : start + row] for start in starts)


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
    with _ALONE, pypdfium2.PdfDocument(pdf) as document:
        return tuple(_boxes_of(page) for page in document)


def _boxes_of(page: pypdfium2.PdfPage) -> tuple[TextBox, ...]:
    text_page = page.get_textpage()
    across, up, *_ = page.get_trimbox()
    found = []
    for index in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(index)
        text = text_page.get_text_bounded(left, bottom, right, top)
        found.append(TextBox(left - across, bottom - up, right - across, top - up, text))
    return tuple(found)
