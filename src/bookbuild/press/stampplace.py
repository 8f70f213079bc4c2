"""Where a stamp finds its place: the imprint page, or a last page on which nothing stands.

In: a finished interior and what its printer keeps clear. Out: a frozen `StampPlace`, from the
pixels of the page alone, so that the line meets nothing that is printed there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bookbuild.errors import BookbuildError
from bookbuild.press.pagetexts import first_texts
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.raster import render_trimmed
from bookbuild.units import Length, mm

_MOST_PAGES_BEFORE = 12
"""An imprint stands on one of the first pages: the back of the title leaf, in most books."""
_IMPRINT = re.compile(r"\d+([.,]\d+)?\s*×\s*\d+([.,]\d+)?\s*cm|\bISBN\b|©")
"""What only an imprint page says: the extent with the size in centimetres (ISBD, area 5), the
ISBN, the copyright."""
_PIXELS = 600
"""Across the page: four to a millimetre, so that a hairline is seen."""
_INK = 0xE0
"""A darker pixel is printed; paler ones are the edges of what stands beside it."""
_CLEAR = mm(5)
"""Between the text of the page and the line."""
_FOOT = mm(21)
"""Where the line stands on a page that has room: the foot of most type areas."""
_LEAST = mm(1.5)
"""Between the safe zone and the baseline, for the letters that reach below it."""


class CannotStamp(BookbuildError):
    """The interior has no place for a stamp, or the line doesn't fit it."""


@dataclass(frozen=True, slots=True)
class StampPlace:
    """Where the line stands on a page, measured from the trim's left edge and foot."""

    page: int
    """From 0."""
    left: Length
    baseline: Length
    room: Length
    """How wide the line may be."""
    centred: bool
    """True where it stands in the middle of the room, as on a blank page."""


@dataclass(frozen=True, slots=True)
class _Look:
    """The size of a page, and the edges of what is printed on it; heights are from the foot."""

    width: Length
    height: Length
    blank: bool
    left: Length
    bottom: Length
    top: Length


def stamp_place(interior: bytes, count: int, width: Length, printer: PrinterProfile) -> StampPlace:
    """The place for a stamp: a last page that is blank, else the imprint page.

    `count` and `width` are of the interior's pages, within their trim.

    Raises:
        CannotStamp: there is neither, or the imprint page is full.
    """
    last, safe = _look(interior, count - 1, width), printer.interior.safe
    gutter = max(printer.interior.gutter(count), safe)
    if last.blank and not printer.interior.last_page_blank:
        room = width - gutter * 2
        return StampPlace(count - 1, gutter, max(_FOOT, safe + _LEAST), room, centred=True)
    for number, text in enumerate(first_texts(interior, _MOST_PAGES_BEFORE)):
        if _IMPRINT.search(text):
            return _on_imprint(_look(interior, number, width), number, safe, gutter)
    raise CannotStamp(
        "the interior has neither a blank last page nor an imprint page in front, and so no place "
        "for a stamp; print it without one, or publish a revision that has such a page"
    )


def _on_imprint(look: _Look, number: int, safe: Length, gutter: Length) -> StampPlace:
    """Below the imprint, in line with it; above it, where there is no room below."""
    inside, outside = (gutter, safe) if number % 2 == 0 else (safe, gutter)
    left = max(look.left, inside)
    room = look.width - outside - left
    below = look.bottom - _CLEAR
    if below >= safe + _LEAST:
        return StampPlace(number, left, min(below, _FOOT), room, centred=False)
    above = look.top + _CLEAR
    if above + _CLEAR <= look.height - safe:
        return StampPlace(number, left, above, room, centred=False)
    raise CannotStamp(
        f"page {number + 1}, the imprint page, is full: a stamp needs {_CLEAR.mm:g} mm at its head "
        "or foot; shorten the imprint and publish a revision"
    )


def _look(interior: bytes, number: int, width: Length) -> _Look:
    (pixels,) = render_trimmed(interior, [number], _PIXELS)
    unit = width / pixels.width
    height = unit * pixels.height
    row = pixels.width * 3
    rows = [pixels.rgb[start : start + row] for start in range(0, len(pixels.rgb), row)]
    inked = [index for index, line in enumerate(rows) if min(line) < _INK]
    if not inked:
        return _Look(width, height, True, Length(0), height, Length(0))
    lefts = (_first_inked(rows[index]) for index in inked)
    bottom, top = height - unit * (inked[-1] + 1), height - unit * inked[0]
    return _Look(width, height, False, unit * min(lefts), bottom, top)


def _first_inked(row: bytes) -> int:
    return next(index for index, value in enumerate(row) if value < _INK) // 3
