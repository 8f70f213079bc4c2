"""How much ink lies on one spot of a page.

In: what a page paints. Out: the most of all inks together, from 0 to 4 and more with spots. This
is reckoned, not rendered: a colour counts as it is written; something that overprints, is
translucent or blended adds to what lies under its box (boxes are larger than shapes, so this is
never too little for vector work); a picture counts with the 99.5th percentile of its inks, each
a mean over 1/40,000 of it; under something else it counts with its mean. RGB isn't counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.painted import Painted
from bookbuild.press.preflight.reading import get, numbers
from bookbuild.press.preflight.spaces import NO_INK, Inks, Space, space_of

_SIDE = 200
"""Pictures are reduced to so many pixels on the longer side."""
_PERCENTILE = 0.995
_MOST_UNDER = 400
"""Objects remembered as lying under others, the last ones."""

Measured = dict[tuple[int, int], tuple[Inks, Inks]]
"""Most and mean inks of pictures, by the object's number."""


def total_ink(painted: Sequence[Painted], measured: Measured) -> float:
    """The most ink on one spot."""
    most = 0.0
    under: list[tuple[Painted, Inks]] = []
    known = [(item, *_inks(item, measured)) for item in painted]
    if all(top is None or (not any(top[:3]) and not top[4]) for _, top, _ in known):
        # Black alone, which adds to nothing: most pages of a book.
        return max((top[3] for _, top, _ in known if top is not None), default=0.0)
    for item, top, mean in known:
        if top is None:
            continue
        most = max(most, sum(top))
        if mixes(item) and top != NO_INK:
            for inks in beneath(item, under):
                most = max(most, sum(_over(top, inks, item)))
        under.append((item, mean))
        del under[:-_MOST_UNDER]
    return most


def page_inks(painted: Sequence[Painted], measured: Measured) -> str:
    """The inks that a page uses, as letters of CMYK; `+` for spots, `?` for RGB and the like."""
    found: set[str] = set()
    for item in painted:
        top, _ = _inks(item, measured)
        if top is None:
            found.add("?")
        else:
            found.update(letter for letter, part in zip("CMYK+", top, strict=True) if part > 0.002)
    return "".join(letter for letter in "CMYK+?" if letter in found)


def _over(top: Inks, under: Inks, item: Painted) -> list[float]:
    """What two objects make together, never too little."""
    if item.overprint and item.keeps and item.alpha >= 1:
        return [one or two for one, two in zip(top, under, strict=True)]
    if item.blend in ("/Normal", "/Compatible"):
        return [max(one, two) for one, two in zip(top, under, strict=True)]
    return [min(1.0, one + two) for one, two in zip(top, under, strict=True)]


def _overlap(one: Painted, two: Painted) -> bool:
    a, b = one.box, two.box
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def mixes(item: Painted) -> bool:
    """True for what doesn't simply hide what lies under it."""
    return item.overprint or item.alpha < 1 or item.blend not in ("/Normal", "/Compatible")


def beneath(item: Painted, under: Sequence[tuple[Painted, Inks]]) -> Iterator[Inks]:
    """The inks of what lies under an object, down to a picture or box that hides the rest."""
    for below, inks in reversed(under):
        if _overlap(below, item):
            yield inks
            if not mixes(below) and _covers(below, item):
                return


def _covers(one: Painted, two: Painted) -> bool:
    a, b = one.box, two.box
    filled = one.kind == "image" or one.rectangle
    return filled and a[0] <= b[0] and a[1] <= b[1] and a[2] >= b[2] and a[3] >= b[3]


def _inks(item: Painted, measured: Measured) -> tuple[Inks | None, Inks]:
    if item.kind == "image" and item.picture is not None:
        return _picture_inks(item, measured)
    if item.kind == "shading":
        ends = _shading_inks(item.picture)
        return ends, ends or NO_INK
    return item.inks, item.inks or NO_INK


def _shading_inks(shading: Any) -> Inks | None:
    """The heavier end of a gradient's steps; None where its function isn't one of plain steps."""
    space = space_of(get(shading, "/ColorSpace"))
    colours = list(_ends(get(shading, "/Function"), 0))
    found = [space.inks(colour) for colour in colours if len(colour) >= space.components]
    known = [inks for inks in found if inks is not None]
    return max(known, key=sum) if known else None


def _ends(function: Any, depth: int) -> list[list[float]]:
    if depth > 5:
        return []
    found = [numbers(get(function, key)) for key in ("/C0", "/C1") if get(function, key)]
    for part in reading.array(get(function, "/Functions")):
        found += _ends(part, depth + 1)
    return found


def _picture_inks(item: Painted, measured: Measured) -> tuple[Inks | None, Inks]:
    key = reading.identity(item.picture)
    if key is None or item.space.components not in (1, 4):
        return None, NO_INK
    if key not in measured:
        measured[key] = _measure(item.picture, item.space)
    most, mean = measured[key]
    return most, mean


def _measure(image: Any, space: Space) -> tuple[Inks, Inks]:
    """Most and mean inks of a picture; a picture that can't be decoded has none."""
    if space.components == 1:
        steps = range(max(2, len(space.table)))
        heaviest = max((space.inks([step]) or NO_INK for step in steps), key=sum)
        return heaviest, heaviest
    decoded = reading.picture(image)
    if decoded is None or decoded.mode != "CMYK":
        return NO_INK, NO_INK
    factor = max(1, max(decoded.size) // _SIDE)
    small = decoded.reduce(factor)
    raw = small.tobytes()
    # Pillow turns the inks of Adobe's JPEGs round, and doesn't read /Decode.
    turned = ("adobe" in decoded.info) != (numbers(get(image, "/Decode"))[:1] == [1.0])
    spots = [tuple(raw[at : at + 4]) for at in range(0, len(raw), 4)]
    if turned:
        spots = [tuple(255 - part for part in spot) for spot in spots]
    spots.sort(key=sum)
    heavy = spots[min(len(spots) - 1, int(len(spots) * _PERCENTILE))]
    mean = [sum(spot[ink] for spot in spots) / len(spots) / 255 for ink in range(4)]
    most = [part / 255 for part in heavy]
    return (*most[:3], most[3], 0.0), (*mean[:3], mean[3], 0.0)
