"""Lengths. A number of millimetres never meets a number of points by accident."""

from __future__ import annotations

import re
from dataclasses import dataclass

POINTS_PER_INCH = 72.0
"""PDF and CSS point: 1/72 inch (ISO 32000-1, 8.3.2.3)."""

MM_PER_INCH = 25.4
"""The international inch."""

_UNITS = {
    "mm": POINTS_PER_INCH / MM_PER_INCH,
    "cm": 10 * POINTS_PER_INCH / MM_PER_INCH,
    "in": POINTS_PER_INCH,
    "pt": 1.0,
}
_WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)\s*")


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """A length; built by `mm`, `cm`, `inch`, `pt` or `parse`, read by name."""

    pt: float

    @property
    def mm(self) -> float:
        """The length in millimetres, rounded to a tenth of a micrometre."""
        return round(self.pt / _UNITS["mm"], 4)

    @property
    def css(self) -> str:
        """The length as CSS writes it, in points with three decimals."""
        return f"{self.pt:.3f}".rstrip("0").rstrip(".") + "pt"

    def __add__(self, other: Length) -> Length:
        return Length(self.pt + other.pt)

    def __sub__(self, other: Length) -> Length:
        return Length(self.pt - other.pt)

    def __mul__(self, factor: float) -> Length:
        return Length(self.pt * factor)

    def __truediv__(self, divisor: float) -> Length:
        return Length(self.pt / divisor)

    def __floordiv__(self, other: Length) -> int:
        """How many whole `other` go into this length."""
        return int((self.pt + 1e-6) // other.pt)


def mm(value: float) -> Length:
    """A length given in millimetres."""
    return Length(value * _UNITS["mm"])


def cm(value: float) -> Length:
    """A length given in centimetres."""
    return Length(value * _UNITS["cm"])


def inch(value: float) -> Length:
    """A length given in inches."""
    return Length(value * _UNITS["in"])


def pt(value: float) -> Length:
    """A length given in PDF points."""
    return Length(value)


def parse(text: str) -> Length:
    """Read a length such as ``150 mm``, ``15cm``, ``6 in`` or ``11pt``.

    Raises:
        ValueError: the text is not a number followed by mm, cm, in or pt.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text}” is not a length; write a number and a unit: 150 mm, 15 cm")
    return Length(float(match[1]) * _UNITS[match[2]])
