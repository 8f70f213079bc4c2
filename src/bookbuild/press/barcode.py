"""EAN-13 for an ISBN: its bars in modules, its measures, and whether it fits its place.

Owner of python-barcode. Measures are those of the GS1 General Specifications at 100 %, scaled by
a magnification. The bars are drawn in black ink alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from barcode import EAN13

from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.press.printer import BarcodeZone
from bookbuild.units import Length, mm, pt

MODULE = mm(0.330)
"""Width of one module at 100 % (GS1 General Specifications, X-dimension for retail)."""
BAR_HEIGHT = mm(22.85)
"""Bar height at 100 % (GS1)."""
QUIET_LEFT, QUIET_RIGHT = 11, 7
"""Clear modules before and after the bars (GS1)."""
MODULES = 95
"""From the first guard bar to the last."""
GUARD = 5
"""Modules by which the guard bars reach below the others (GS1)."""
_GUARDS = frozenset((0, 2, 46, 48, 92, 94))


@dataclass(frozen=True, slots=True)
class Bar:
    """A dark bar: its first module after the quiet zone, its width, and if it is a guard."""

    start: int
    width: int
    guard: bool


@dataclass(frozen=True, slots=True)
class Symbol:
    """The symbol at a magnification: 0.8 to 2 (GS1)."""

    magnification: float

    @property
    def module(self) -> Length:
        """Width of the narrowest bar."""
        return MODULE * self.magnification

    @property
    def bar_height(self) -> Length:
        """Of the bars that are no guards."""
        return BAR_HEIGHT * self.magnification

    @property
    def guard_height(self) -> Length:
        """Of the guard bars, between which the digits stand."""
        return self.bar_height + self.module * GUARD

    @property
    def width(self) -> Length:
        """With the quiet zones."""
        return self.module * (QUIET_LEFT + MODULES + QUIET_RIGHT)

    @property
    def quiet_left(self) -> Length:
        """The clear space before the first bar."""
        return self.module * QUIET_LEFT

    @property
    def digit_size(self) -> Length:
        """Size of the digits: six of them and their spaces fill the 42 modules of a half."""
        return self.module * 9.6

    @property
    def title_size(self) -> Length:
        """Size of the line with the ISBN."""
        return pt(8.4)

    @property
    def height(self) -> Length:
        """Of the whole: the line of the ISBN, the bars, the digits below, and the padding."""
        return self.title_size * 1.2 + self.pad + self.bar_height + self.digit_size + self.pad

    @property
    def pad(self) -> Length:
        """Clear space above the line of the ISBN, and below the digits."""
        return pt(4)

    def digits(self, isbn: str) -> tuple[tuple[Length, str], ...]:
        """The digits in their three groups, each with its distance from the symbol's left edge."""
        number = isbn.replace("-", "")
        starts = (QUIET_LEFT - 9, QUIET_LEFT + 5, QUIET_LEFT + 51)
        groups = (number[0], number[1:7], number[7:])
        return tuple(
            (self.module * start, group) for start, group in zip(starts, groups, strict=True)
        )


def bars(isbn: str) -> tuple[Bar, ...]:
    """The bars of an ISBN, the quiet zone not counted."""
    modules = EAN13(isbn.replace("-", "")).build()[0]
    found = []
    start = None
    for index, module in enumerate(modules + "0"):
        dark = module in "1G"
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            found.append(Bar(start, index - start, start in _GUARDS))
            start = None
    return tuple(found)


def barcode_findings(isbn: str | None, zone: BarcodeZone) -> tuple[Diagnostic, ...]:
    """An error where the symbol, its quiet zones counted, is larger than the printer's zone."""
    symbol = Symbol(zone.magnification)
    if isbn is None or (symbol.width <= zone.width and symbol.height <= zone.height):
        return ()
    message = (
        f"the barcode needs {symbol.width.mm:.1f} × {symbol.height.mm:.1f} mm with its quiet zones;"
        f" the printer's zone has {zone.width.mm:.1f} × {zone.height.mm:.1f} mm"
    )
    hint = "lower the magnification in the printer's profile, to 0.8 at least"
    return (error("printer-barcode", message, Place("layouts/printers"), hint),)
