"""Formulas drawn for paper: MathML in, a vector picture and its measures out. Owner of ziamath."""

from __future__ import annotations

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
"""ziamath leaves this much, in its own units, around what it draws."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A drawn formula."""

    svg: bytes = field(repr=False)
    width: Length
    height: Length
    depth: Length
    """How far it reaches below the baseline."""


@cache
def _engine() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for its font in an outdated way
        import ziamath
        from ziamath.config import config
    config.precision = 3
    return ziamath


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
