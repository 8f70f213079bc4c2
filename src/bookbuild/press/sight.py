"""PDF pages as an editor looks at them: pixels, boxes, pictures and fonts, page by page.

In: PDF bytes. Out: `PageView`s, one at a time, so that a long book fits into memory. Owner of
pypdfium2, with `raster`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from bookbuild.units import POINTS_PER_INCH, Length

Box = tuple[float, float, float, float]
"""Left, top, width and height in millimetres, from the left and upper edge of what is shown."""


@dataclass(frozen=True, slots=True)
class SetPicture:
    """A raster picture where it stands on a page."""

    page: int
    """From 0."""
    pixels: tuple[int, int]
    size_mm: tuple[float, float]
    ppi: float
    """In the direction in which there are fewer."""


@dataclass(frozen=True, slots=True)
class PageView:
    """One page: what it shows, and what it is made of."""

    number: int
    """From 0."""
    width: int
    height: int
    """In pixels."""
    pixels: bytes = field(repr=False)
    """8-bit greys, or RGB, row by row without padding."""
    size_mm: tuple[float, float]
    """Of what is shown."""
    trim: Box
    bleed: Box
    pictures: tuple[SetPicture, ...]
    fonts: tuple[tuple[str, bool], ...]
    """Name of each font, and whether it is embedded; in alphabetical order."""


def page_views(pdf: bytes, dpi: int, *, grey: bool) -> Iterator[PageView]:
    """Every page of a PDF, rendered with `dpi` pixels per inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            page = document[number]
            yield _view(page, number, dpi / POINTS_PER_INCH, grey)
            page.close()
    finally:
        document.close()


def _view(page: pypdfium2.PdfPage, number: int, scale: float, grey: bool) -> PageView:
    bitmap = page.render(scale=scale, grayscale=grey, rev_byteorder=True)
    row, data = bitmap.width * bitmap.n_channels, bytes(bitmap.buffer)
    packed = b"".join(
        data[start : start + row]
        for start in range(0, bitmap.height * bitmap.stride, bitmap.stride)
    )
    width, height = page.get_size()
    pictures, fonts = _made_of(page, number)
    return PageView(
        number,
        bitmap.width,
        bitmap.height,
        packed,
        (Length(width).mm, Length(height).mm),
        _box(page, page.get_trimbox()),
        _box(page, page.get_bleedbox()),
        pictures,
        fonts,
    )


def _box(page: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> Box:
    """A box of the page as it lies in what is shown: the crop box (ISO 32000-1, 14.11.2)."""
    shown_left, _, _, shown_top = page.get_cropbox()
    left, bottom, right, top = box
    measures = (left - shown_left, shown_top - top, right - left, top - bottom)
    across, down, width, height = (round(Length(value).mm, 2) for value in measures)
    return across, down, width, height


def _made_of(
    page: pypdfium2.PdfPage, number: int
) -> tuple[tuple[SetPicture, ...], tuple[tuple[str, bool], ...]]:
    pictures, fonts = [], set()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE]):
        if isinstance(item, pypdfium2.PdfTextObj):
            font = item.get_font()
            fonts.add((str(font.get_base_name()), bool(font.is_embedded)))
        elif (picture := _picture(item, number)) is not None:
            pictures.append(picture)
    return tuple(pictures), tuple(sorted(fonts))


def _picture(item: pypdfium2.PdfImage, number: int) -> SetPicture | None:
    """A picture with its resolution; None for one without extent."""
    facts = item.get_metadata()
    across, down = float(facts.horizontal_dpi), float(facts.vertical_dpi)
    if not (across > 0 and down > 0):
        return None
    size = tuple(
        round(Length(count / dpi * POINTS_PER_INCH).mm, 1)
        for count, dpi in ((facts.width, across), (facts.height, down))
    )
    return SetPicture(
        number, (facts.width, facts.height), (size[0], size[1]), round(min(across, down), 1)
    )
