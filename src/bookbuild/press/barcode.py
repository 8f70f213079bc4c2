"""EAN-13 bars for an ISBN, in modules. Owner of python-barcode."""

from __future__ import annotations

from barcode import EAN13

from bookbuild.units import Length, mm

MODULE = mm(0.330)
"""Width of one module at 100 % (GS1 General Specifications, X-dimension for retail)."""
BAR_HEIGHT = mm(22.85)
"""Bar height at 100 % (GS1)."""
QUIET_LEFT, QUIET_RIGHT = 11, 7
"""Clear modules before and after the bars (GS1)."""


def bars(isbn: str) -> tuple[tuple[int, int], ...]:
    """The bars of an ISBN: (first module, width in modules), the quiet zone not counted."""
    modules = EAN13(isbn.replace("-", "")).build()[0]
    found = []
    start = None
    for index, module in enumerate(modules + "0"):
        dark = module in "1G"
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            found.append((start, index - start))
            start = None
    return tuple(found)


def symbol_width() -> Length:
    """Width of the symbol with its quiet zones."""
    return MODULE * (QUIET_LEFT + 95 + QUIET_RIGHT)
