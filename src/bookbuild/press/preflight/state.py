"""The graphics state of a content stream (ISO 32000-1, 8.4), and boxes under a matrix."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from math import hypot, sqrt

from bookbuild.press.preflight.painted import Box
from bookbuild.press.preflight.spaces import GRAY, NO_INK, Inks, Space
from bookbuild.press.preflight.typefaces import Typeface

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
BLACK: Inks = (0.0, 0.0, 0.0, 1.0, 0.0)
EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)


def multiply(one: Matrix, two: Matrix) -> Matrix:
    """The matrix that applies `one`, then `two`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
            e * g + f * i + k, e * h + f * j + m)  # fmt: skip


def scale_of(matrix: Matrix) -> float:
    """The factor by which a length grows, in the mean."""
    return sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))


def sides(matrix: Matrix) -> tuple[float, float]:
    """Width and height of the unit square under a matrix."""
    return hypot(matrix[0], matrix[1]), hypot(matrix[2], matrix[3])


def bounds(points: Iterable[tuple[float, float]], matrix: Matrix) -> Box:
    """The box of points under a matrix."""
    a, b, c, d, e, f = matrix
    placed = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
    across, up = [x for x, _ in placed], [y for _, y in placed]
    return min(across), min(up), max(across), max(up)


def corners(box: Box) -> list[tuple[float, float]]:
    """The four corners of a box."""
    left, bottom, right, top = box
    return [(left, bottom), (right, bottom), (left, top), (right, top)]


def cut(one: Box, two: Box) -> Box | None:
    """What two boxes share; None if nothing."""
    left, bottom = max(one[0], two[0]), max(one[1], two[1])
    right, top = min(one[2], two[2]), min(one[3], two[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None


@dataclass(frozen=True, slots=True)
class Colour:
    """A current colour: its space, what it puts on paper, and its pattern."""

    space: Space = GRAY
    inks: Inks | None = BLACK
    pattern: str = ""


@dataclass(slots=True)
class State:
    """One level of q and Q."""

    matrix: Matrix = IDENTITY
    clip: Box = EVERYWHERE
    fill: Colour = field(default=Colour())
    stroke: Colour = field(default=Colour())
    line_width: float = 1.0
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0
    blend: str = "/Normal"
    fill_overprint: bool = False
    stroke_overprint: bool = False
    keeps: bool = False
    face: Typeface | None = None
    size: float = 0.0
    character_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    render: int = 0

    def saved(self) -> State:
        """A copy for q to keep."""
        return copy(self)


def paints(inks: Inks | None) -> bool:
    """True for a colour that isn't white."""
    return inks is None or inks != NO_INK
