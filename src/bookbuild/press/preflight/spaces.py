"""Colour spaces: which device they end at, and how much of which ink a colour is.

In: a colour space of a PDF (ISO 32000-1, 8.6). Out: a frozen `Space`, whose `inks` gives the cover
of cyan, magenta, yellow, black and of all spot inks together, each from 0 to 1; None where that
isn't known without a conversion (RGB, Lab).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bookbuild.press.preflight import reading

Inks = tuple[float, float, float, float, float]
"""Cyan, magenta, yellow, black and the sum of spots."""
NO_INK: Inks = (0.0, 0.0, 0.0, 0.0, 0.0)
_PROCESS = {"/Cyan": 0, "/Magenta": 1, "/Yellow": 2, "/Black": 3}
_COMPONENTS = {
    "/DeviceGray": 1, "/CalGray": 1, "/G": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/RGB": 3, "/Lab": 3,
    "/DeviceCMYK": 4, "/CMYK": 4, "/Separation": 1, "/Indexed": 1, "/I": 1, "/Pattern": 0,
}  # fmt: skip
_LONG = {"/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK", "/I": "/Indexed"}
_DEEPEST = 6
"""Spaces inside each other: Indexed over DeviceN over ICCBased over its alternate is four."""


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space; `family` is its PDF name."""

    family: str
    components: int
    names: tuple[str, ...] = ()
    """Inks of a Separation or DeviceN space."""
    base: Space | None = None
    """What an Indexed or Pattern space stands on; the alternate of the others."""
    table: tuple[tuple[float, ...], ...] = field(default=(), repr=False)
    """Colours of an Indexed space."""
    profile: Any = field(default=None, repr=False, compare=False)
    transform: Any = field(default=None, repr=False, compare=False)

    def families(self) -> list[str]:
        """The names of this space and of those below it."""
        return [self.family, *(self.base.families() if self.base else [])]

    def inks(self, colour: Sequence[float]) -> Inks | None:
        """What a colour of this space puts on paper."""
        if len(colour) < self.components:
            return None
        if self.family in ("/DeviceGray", "/CalGray"):
            return 0.0, 0.0, 0.0, _part(1 - colour[0]), 0.0
        if self.family == "/DeviceCMYK":
            return _part(colour[0]), _part(colour[1]), _part(colour[2]), _part(colour[3]), 0.0
        if self.family == "/ICCBased":
            made = {1: "/DeviceGray", 4: "/DeviceCMYK"}.get(self.components)
            return Space(made, self.components).inks(colour) if made else None
        if self.family in ("/Separation", "/DeviceN"):
            return self._spots(colour)
        if self.family == "/Indexed" and self.base is not None and self.table:
            index = min(max(int(colour[0]), 0), len(self.table) - 1)
            return self.base.inks(self.table[index])
        return None

    def _spots(self, colour: Sequence[float]) -> Inks:
        found = [0.0] * 5
        for ink, tint in zip(self.names, colour, strict=False):
            if ink == "/All":
                found = [_part(tint)] * 4 + [0.0]
            elif ink != "/None":
                place = _PROCESS.get(ink, 4)
                found[place] += _part(tint)
        return found[0], found[1], found[2], found[3], found[4]


GRAY = Space("/DeviceGray", 1)
RGB = Space("/DeviceRGB", 3)
CMYK = Space("/DeviceCMYK", 4)
UNKNOWN = Space("/?", 0)


def _part(value: float) -> float:
    return min(1.0, max(0.0, value))


def space_of(value: Any, resources: Any = None, depth: int = 0) -> Space:
    """The colour space that a value of a PDF stands for; `UNKNOWN` where it is none."""
    if depth > _DEEPEST:
        return UNKNOWN
    named = reading.name(value)
    if named:
        return _named(named, resources, depth)
    parts = reading.array(value)
    family = _LONG.get(*[reading.name(parts[0])] * 2) if parts else ""
    if family == "/ICCBased" and len(parts) > 1:
        count = int(reading.number(reading.get(parts[1], "/N")) or 0)
        return Space(family, count, profile=parts[1])
    if family in ("/Separation", "/DeviceN") and len(parts) > 3:
        inks = [parts[1]] if family == "/Separation" else reading.array(parts[1])
        names = tuple(reading.name(ink) for ink in inks)
        base = space_of(parts[2], resources, depth + 1)
        return Space(family, len(names), names, base, transform=parts[3])
    if family == "/Indexed" and len(parts) > 3:
        base = space_of(parts[1], resources, depth + 1)
        return Space(family, 1, base=base, table=_table(parts[3], base))
    if family == "/Pattern" and len(parts) > 1:
        return Space(family, 0, base=space_of(parts[1], resources, depth + 1))
    return Space(family, _COMPONENTS[family]) if family in _COMPONENTS else UNKNOWN


def _named(named: str, resources: Any, depth: int) -> Space:
    named = _LONG.get(named, named)
    spaces = reading.get(resources, "/ColorSpace")
    if named in ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK"):
        default = reading.get(spaces, named.replace("Device", "Default"))
        if default is not None and reading.array(default):
            return space_of(default, None, depth + 1)
    elif named != "/Pattern":
        return space_of(reading.get(spaces, named), resources, depth + 1)
    return Space(named, _COMPONENTS[named])


def _table(value: Any, base: Space) -> tuple[tuple[float, ...], ...]:
    if not base.components:
        return ()
    try:
        content = reading.decoded(value, 2**20) if reading.is_stream(value) else bytes(value)
    except (reading.Unreadable, reading.TooMuch, TypeError, ValueError):
        return ()
    size = base.components
    rows = [content[start : start + size] for start in range(0, len(content) - size + 1, size)]
    return tuple(tuple(part / 255 for part in row) for row in rows[:256])
