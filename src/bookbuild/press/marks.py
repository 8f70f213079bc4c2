"""Marks for the cutter and the binder, outside the bleed.

In: the boxes of a page and where it folds. Out: drawing operators for a content stream.
All of them are black ink alone: a knife needs one plate, an interior in black stays in black, and
no spot gets the 400 % that a line on all four plates has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bookbuild.press.printer import Marks
from bookbuild.units import Length, pt

_LINE = pt(0.25)
"""Thin enough to cut along, thick enough to print (the common offset minimum)."""
_EDGE = pt(1)
"""Between the end of a mark and the edge of the page."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Page size: trim, and the bleed around it (0 for an interior without bleed)."""

    width: Length
    height: Length
    bleed: Length = field(default=Length(0))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where trim and bleed lie in the page, measured from its left and lower edge."""

    boxes: Boxes
    inset: Length
    """From the page's edge to the trim."""

    @property
    def media(self) -> tuple[float, float, float, float]:
        """The whole page, in points."""
        return self._around(self.inset)

    @property
    def bleed(self) -> tuple[float, float, float, float]:
        """Trim and bleed, in points."""
        return self._around(self.boxes.bleed)

    @property
    def trim(self) -> tuple[float, float, float, float]:
        """The finished page, in points."""
        return self._around(Length(0))

    def _around(self, more: Length) -> tuple[float, float, float, float]:
        low, boxes = (self.inset - more).pt, self.boxes
        right, top = (self.inset + boxes.width + more).pt, (self.inset + boxes.height + more).pt
        return round(low, 3), round(low, 3), round(right, 3), round(top, 3)


def frame(boxes: Boxes, marks: Marks | None) -> Frame:
    """The page that holds trim, bleed and, with `marks`, what is drawn around them."""
    if marks is None:
        return Frame(boxes, boxes.bleed)
    return Frame(boxes, _start(boxes, marks) + marks.length + _EDGE)


def _start(boxes: Boxes, marks: Marks) -> Length:
    """How far from the trim a mark begins: never in the bleed."""
    return max(marks.offset, boxes.bleed)


def draw_marks(around: Frame, marks: Marks, folds: Sequence[Length]) -> bytes:
    """Crop marks at the corners and fold marks at `folds`, measured from the trim's left edge."""
    left, bottom, right, top = around.trim
    near = _start(around.boxes, marks).pt
    far = near + marks.length.pt
    lines = [f"q 0 0 0 1 K {_LINE.pt:g} w [] 0 d 0 J"]
    lines += [_line(x, bottom - near, x, bottom - far) for x in (left, right)]
    lines += [_line(x, top + near, x, top + far) for x in (left, right)]
    lines += [_line(left - near, y, left - far, y) for y in (bottom, top)]
    lines += [_line(right + near, y, right + far, y) for y in (bottom, top)]
    lines += _fold_lines(around, near, far, folds)
    return "\n".join([*lines, "Q\n"]).encode()


def _fold_lines(around: Frame, near: float, far: float, folds: Sequence[Length]) -> Iterator[str]:
    """Dashed, as binders know them."""
    left, bottom, _, top = around.trim
    if folds:
        yield "[2 1] 0 d"
    for fold in folds:
        x = left + fold.pt
        yield _line(x, bottom - near, x, bottom - far)
        yield _line(x, top + near, x, top + far)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"{x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l S"
