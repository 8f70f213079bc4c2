"""What each operator of a content stream does (ISO 32000-1, Annex A), as one table.

In: the walk and the operands. `lettering` brings the text operators, `placing` those for pictures
and graphics states.
"""

from __future__ import annotations

from typing import Any

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.lettering import LETTERING
from bookbuild.press.preflight.placing import PLACING
from bookbuild.press.preflight.reading import get
from bookbuild.press.preflight.spaces import CMYK, GRAY, RGB
from bookbuild.press.preflight.state import Matrix, multiply
from bookbuild.press.preflight.walk import Handler, Walk

MOST_POINTS = 1_000_000
"""Of one path."""
_DEVICE = {"g": GRAY, "rg": RGB, "k": CMYK, "G": GRAY, "RG": RGB, "K": CMYK}


def _device(operator: str) -> Any:
    space = _DEVICE[operator]

    def chosen(walk: Walk, operands: list[Any]) -> None:
        made = space
        if space.family.replace("Device", "Default") in _defaults(walk.resources):
            made = walk.space(space.family)
        walk.choose(made, [float(value) for value in operands], operator.isupper())

    return chosen


def _defaults(resources: Any) -> list[str]:
    return [key for key, _ in reading.items(get(resources, "/ColorSpace"))]


def _set_space(stroke: bool) -> Any:
    def chosen(walk: Walk, operands: list[Any]) -> None:
        walk.choose_space(walk.space(operands[0]), stroke)

    return chosen


def _set_colour(stroke: bool) -> Any:
    def chosen(walk: Walk, operands: list[Any]) -> None:
        current = walk.state.stroke if stroke else walk.state.fill
        if operands and isinstance(operands[-1], str):
            walk.choose_pattern(operands[-1], stroke)
        else:
            walk.choose(current.space, operands, stroke)

    return chosen


def six(operands: list[Any]) -> Matrix:
    """A matrix from six operands."""
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _concatenate(walk: Walk, operands: list[Any]) -> None:
    walk.state.matrix = multiply(six(operands), walk.state.matrix)


def _line_width(walk: Walk, operands: list[Any]) -> None:
    walk.state.line_width = float(operands[0])


def _intent(walk: Walk, operands: list[Any]) -> None:
    walk.found.intents.add(str(operands[0]))


def _points(walk: Walk, operands: list[Any]) -> None:
    if len(walk.points) > MOST_POINTS:
        raise reading.TooMuch("a path has points without end")
    pairs = zip(operands[::2], operands[1::2], strict=True)
    walk.points.extend((float(x), float(y)) for x, y in pairs)
    walk.pieces += 1


def _rectangle(walk: Walk, operands: list[Any]) -> None:
    x, y, width, height = (float(value) for value in operands)
    walk.points += [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
    walk.rectangles += 1
    walk.pieces += 1


def _close(walk: Walk, operands: list[Any]) -> None:
    """Closing adds no point."""


def _end(fill: bool, stroke: bool) -> Handler:
    return lambda walk, operands: walk.end_path(fill, stroke)


def _clip(walk: Walk, operands: list[Any]) -> None:
    walk.clips = True


HANDLERS: dict[str, Handler] = {
    **{operator: _device(operator) for operator in _DEVICE},
    "cs": _set_space(False), "CS": _set_space(True),
    "sc": _set_colour(False), "scn": _set_colour(False),
    "SC": _set_colour(True), "SCN": _set_colour(True),
    "cm": _concatenate, "w": _line_width, "ri": _intent,
    "m": _points, "l": _points, "c": _points, "v": _points, "y": _points, "re": _rectangle,
    "h": _close, "W": _clip, "W*": _clip, "n": _end(False, False),
    "S": _end(False, True), "s": _end(False, True),
    "f": _end(True, False), "F": _end(True, False), "f*": _end(True, False),
    "B": _end(True, True), "B*": _end(True, True), "b": _end(True, True), "b*": _end(True, True),
    **LETTERING,
    **PLACING,
}  # fmt: skip
