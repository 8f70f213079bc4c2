"""What is drawn on a press sheet besides the pages: crop and fold marks, and the slug line.

In: a grid of `imposition`. Out: operators of a PDF content stream, in DeviceGray, which every
printing condition has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bookbuild.fonts import Face
from bookbuild.press.imposition import MARK_LENGTH, MARK_OFFSET, Grid
from bookbuild.press.shaping import Glyph, shape, shown
from bookbuild.units import Length, mm, pt

LINE = 0.25
"""Points: crop marks as page engines and layout programs draw them by default."""
SLUG_SIZE = pt(6)
"""Read at arm's length on a stack of sheets."""
_SLUG_SPACE = mm(1.5)
"""Between the slug and the marks beside it."""


def marks(grid: Grid, folds: tuple[Length, ...]) -> bytes:
    """Crop marks round all pieces, in black alone; fold marks dashed."""
    across, up = grid.cuts()
    near = grid.piece.bleed + MARK_OFFSET
    lines = [*_upright(grid, across, near), *_lying(grid, up, near)]
    drawn = f"q 0 G {LINE} w {' '.join(lines)} S"
    if folds:
        drawn += f" [2 1] 0 d {' '.join(_upright(grid, folds, near))} S"
    return (drawn + " Q\n").encode()


def _upright(grid: Grid, places: Iterable[Length], near: Length) -> Iterator[str]:
    top = grid.bottom + grid.block_height
    for place in places:
        for start, way in ((top + near, 1), (grid.bottom - near, -1)):
            end = start + MARK_LENGTH * way
            yield f"{place.pt:.3f} {start.pt:.3f} m {place.pt:.3f} {end.pt:.3f} l"


def _lying(grid: Grid, places: Iterable[Length], near: Length) -> Iterator[str]:
    right = grid.left + grid.block_width
    for place in places:
        for start, way in ((right + near, 1), (grid.left - near, -1)):
            end = start + MARK_LENGTH * way
            yield f"{start.pt:.3f} {place.pt:.3f} m {end.pt:.3f} {place.pt:.3f} l"


def slug_width(grid: Grid, folds: tuple[Length, ...]) -> Length:
    """The room between the first two marks at the foot."""
    end = folds[0] - grid.left if folds else grid.piece.width
    return end - _SLUG_SPACE * 2


def fitted(text: str, face: Face, room: Length) -> tuple[Glyph, ...]:
    """The text's glyphs, its end cut where it is too long; what the font lacks is a ?."""
    drawn = "".join(char if ord(char) in face.characters else "?" for char in text)
    while True:
        glyphs = shape(drawn, face, ("kern",))
        width = SLUG_SIZE * (sum(glyph.advance for glyph in glyphs) / 1000)
        if width <= room or len(drawn) < 2:
            return glyphs
        drawn = drawn[:-2] + "…"


def slug_line(grid: Grid, font: str, face: Face, glyphs: Sequence[Glyph]) -> bytes:
    """The line at the foot, just inside what prints: below every mark's beginning and bleed."""
    left = grid.left + _SLUG_SPACE
    baseline = grid.stock.margin + SLUG_SIZE * 0.3  # room for descenders
    return (
        f"q 0 g BT {font} {SLUG_SIZE.pt:g} Tf 1 0 0 1 {left.pt:.3f} {baseline.pt:.3f} Tm "
        f"{shown(face, glyphs)} ET Q\n"
    ).encode()
