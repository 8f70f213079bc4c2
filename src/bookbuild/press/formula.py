"""Formulas drawn for paper: MathML in, a vector picture and its measures out. Owner of ziamath."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bookbuild import xhtml
from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.diagnostics import error
from bookbuild.errors import BookFaults
from bookbuild.units import Length, pt

_MARGIN = 1.0
"""ziamath leaves this much, in points, around what it draws."""
_NEIGHBOURS = (0.2, 0.75)
"""How far the letters of the lines above and below reach towards a line, in ems: descenders, of
which there are few, and ascenders."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A drawn formula."""

    svg: bytes = field(repr=False)
    width: Length
    height: Length
    depth: Length
    """How far it reaches below the baseline."""

    def in_line(self, size: Length, leading: Length, extents: tuple[float, float]) -> str:
        """Its place in a line of text, as CSS, so that all baselines stay on the grid.

        A formula that needs more room than the line has gets a whole line more, above or below;
        `extents` are the font's, in ems (`fonts.line_extents`).
        """
        half = (leading - size * sum(extents)) / 2
        needs = (self.height - self.depth, self.depth)
        above, below = (
            _margin(need, half + size * extent, leading - size * neighbour, leading)
            for need, extent, neighbour in zip(needs, extents, _NEIGHBOURS, strict=True)
        )
        raised = (self.depth + below) * -1  # of the lower margin's edge
        return f"vertical-align:{raised.css};margin:{above.css} -{_MARGIN}pt {below.css}"


@cache
def _engine() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for its font in an outdated way
        import ziamath
        from ziamath.config import config
    config.precision = 3
    return ziamath


def _margin(need: Length, share: Length, room: Length, leading: Length) -> Length:
    """The margin on one side of what needs so much.

    `share` is the line's own height on that side, `room` what its neighbour's letters leave.
    """
    inked = need - pt(_MARGIN)
    if inked <= share:
        return pt(-_MARGIN)
    more = leading * math.ceil(max(inked.pt - room.pt, 0.0) / leading.pt)
    return share + more - need


def draw(mathml: str, size: Length, cache: Cache = NOTHING_KEPT) -> Formula:
    """Draw a `math` element in the given size of type.

    Raises:
        BookFaults: the drawing engine does not know what it asks for.
    """
    return cache.made("formula", (mathml, repr(size)), lambda: _draw(mathml, size))


def _draw(mathml: str, size: Length) -> Formula:
    try:
        drawn = _engine().Math(mathml, size=size.pt)
        width, height = drawn.getsize()
        depth = -drawn.getyofst()
        svg = str(drawn.svg()).replace("currentColor", "#000")
    except (
        ArithmeticError, AttributeError, LookupError, NotImplementedError, RecursionError,
        TypeError, ValueError,
    ) as fault:  # fmt: skip
        message = f"the formula “{xhtml.text_of(xhtml.parse_document(mathml))[:60]}” can't be drawn"
        raise BookFaults([error("markup-math", message, None, "write it more simply")]) from fault
    margin = _MARGIN * 2
    return Formula(svg.encode(), pt(width + margin), pt(height + margin), pt(depth + _MARGIN))


def source_of(element: xhtml.Element) -> str:
    """A `math` element as the text that `draw` takes, without its text alternative."""
    copy = xhtml.parse_document(xhtml.outer(element))
    copy.attrib.pop("alttext", None)
    return xhtml.outer(copy)
