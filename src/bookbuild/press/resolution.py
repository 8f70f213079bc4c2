"""How fine each picture is at the size it is set at.

In: the pictures that the page engine placed, and the files they come from. Out: findings: every
picture with its size and resolution, and those that are too coarse for print.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bookbuild.diagnostics import Diagnostic, note, warning
from bookbuild.pictures import Picture
from bookbuild.press.printer import Resolutions
from bookbuild.press.typeset import PlacedPicture
from bookbuild.units import Length, inch


def resolution_findings(
    placed: Iterable[tuple[PlacedPicture, str]],
    pictures: Mapping[str, Picture],
    rule: Resolutions,
) -> Iterator[Diagnostic]:
    """What there is to say of each placed picture; with each comes where it stands."""
    told: set[tuple[str, str]] = set()
    for item, where in placed:
        picture = pictures.get(item.name)
        size = f"{item.width.mm:.1f} × {item.height.mm:.1f} mm"
        if picture is None or (item.name, size) in told or item.width <= Length(0):
            continue
        told.add((item.name, size))
        yield from _findings(picture, item, size, where, rule)


def _findings(
    picture: Picture, item: PlacedPicture, size: str, where: str, rule: Resolutions
) -> Iterator[Diagnostic]:
    shown = f"“{picture.path}”, {where}"
    if picture.vector:
        yield note("picture-set", f"{shown}: {size}, vector", picture.place)
        return
    found = resolution(picture, item)
    pixels = f"{picture.width} × {picture.height} pixels"
    yield note("picture-set", f"{shown}: {size}, {pixels}, {found:.0f} ppi", picture.place)
    wanted = (rule.line_art if picture.bitonal else rule.tones).wanted
    if found < wanted:
        message = f"{shown}: {found:.0f} ppi at {size} are too few; {wanted} are wanted"
        across = round((item.width / inch(1).pt).pt * wanted)
        hint = f"bring it {across} pixels wide, or set it smaller"
        yield warning("picture-coarse", message, picture.place, hint)


def resolution(picture: Picture, item: PlacedPicture) -> float:
    """Pixels per inch, in the direction in which there are fewer."""
    across = picture.width / (item.width.pt / inch(1).pt)
    down = picture.height / (item.height.pt / inch(1).pt)
    return min(across, down)
