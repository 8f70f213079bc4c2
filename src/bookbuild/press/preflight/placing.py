"""Operators that place pictures, forms and shadings, and set the graphics state from a dictionary.

ISO 32000-1: 8.8 to 8.10, 8.7.4.2 and 8.4.5.
"""

from __future__ import annotations

from typing import Any

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.painted import Picture
from bookbuild.press.preflight.reading import get, name, number
from bookbuild.press.preflight.spaces import GRAY, UNKNOWN, Space, space_of
from bookbuild.press.preflight.state import Colour, bounds, corners, sides
from bookbuild.press.preflight.walk import Handler, Walk
from bookbuild.units import MM_PER_INCH, POINTS_PER_INCH

_UNIT = (0.0, 0.0, 1.0, 1.0)
_MOST_PICTURES = 5_000
"""Noted on one page; the others are not measured."""
_SHORT = {"/W": "/Width", "/H": "/Height", "/BPC": "/BitsPerComponent", "/CS": "/ColorSpace",
          "/IM": "/ImageMask", "/D": "/Decode", "/F": "/Filter"}  # fmt: skip


def _do(walk: Walk, operands: list[Any]) -> None:
    found = get(get(walk.resources, "/XObject"), operands[0])
    kind = name(get(found, "/Subtype"))
    if kind == "/Form":
        if get(found, "/PS") is not None or name(get(found, "/Subtype2")) == "/PS":
            walk.found.forms.append(found)
        walk.form(found, walk.state.saved())
    elif kind == "/Image":
        if walk.first("image", found):
            walk.found.images.append(found)
        _image(walk, found)
    elif kind:
        if walk.first("form", found):
            walk.found.forms.append(found)
    else:
        walk.fault(f"the object {operands[0][:40]} is not among the resources")


def _image(walk: Walk, image: Any) -> None:
    mask = get(image, "/ImageMask") is True
    intent = name(get(image, "/Intent"))
    if intent:
        walk.found.intents.add(intent)
    space = GRAY
    if not mask and get(image, "/ColorSpace") is not None:
        space = space_of(get(image, "/ColorSpace"), walk.resources)
    elif not mask and "/JPXDecode" in reading.filters_of(image):
        space = UNKNOWN
    soft = get(image, "/SMask")
    if reading.is_stream(soft):
        walk.use(space_of(get(soft, "/ColorSpace"), walk.resources))
    bits = 1 if mask else int(number(get(image, "/BitsPerComponent")) or 8)
    size = int(number(get(image, "/Width")) or 0), int(number(get(image, "/Height")) or 0)
    _place(walk, size, bits, space, mask, reading.identity(image), image)


def _place(
    walk: Walk,
    size: tuple[int, int],
    bits: int,
    space: Space,
    mask: bool,
    key: tuple[int, int] | None,
    image: Any,
) -> None:
    width, height = sides(walk.state.matrix)
    box = bounds(corners(_UNIT), walk.state.matrix)
    if mask:
        walk.paint("mask", box, walk.state.fill, stroke=False)
    else:
        walk.paint("image", box, Colour(space, None), stroke=False, picture=image)
    if width <= 0 or height <= 0 or len(walk.found.pictures) >= _MOST_PICTURES:
        return
    ppi = min(size[0] / width, size[1] / height) * POINTS_PER_INCH
    mm = MM_PER_INCH / POINTS_PER_INCH
    printed = round(width * mm, 2), round(height * mm, 2)
    line_art = mask or (bits == 1 and space.components == 1)
    walk.found.pictures.append(
        Picture(*size, bits, line_art, round(ppi, 1), box, space.family, printed, key is None, key)
    )


def _inline(walk: Walk, operands: list[Any]) -> None:
    about = {_SHORT.get(key, key): value for key, value in operands[0].items()}
    mask = about.get("/ImageMask") is True
    named = about.get("/ColorSpace")
    space = GRAY
    if isinstance(named, str) and not mask:
        space = walk.space(named)
    elif isinstance(named, list) and len(named) == 4 and named[0] in ("/I", "/Indexed"):
        base = walk.space(named[1])
        count = base.components or 1
        rows = [named[3][at : at + count] for at in range(0, len(named[3]), count)]
        table = tuple(tuple(part / 255 for part in row) for row in rows)
        space = Space("/Indexed", 1, base=base, table=table)
    size = int(about.get("/Width", 0)), int(about.get("/Height", 0))
    bits = 1 if mask else int(about.get("/BitsPerComponent", 8))
    _place(walk, size, bits, space, mask, None, None)


def _shading(walk: Walk, operands: list[Any]) -> None:
    shading = get(get(walk.resources, "/Shading"), operands[0])
    if shading is not None:
        walk.shade(shading, walk.state.clip)


def _state(walk: Walk, operands: list[Any]) -> None:
    values = get(get(walk.resources, "/ExtGState"), operands[0])
    if values is None:
        walk.fault(f"the graphics state {operands[0][:40]} is not among the resources")
        return
    if walk.first("state", values):
        walk.found.states.append(values)
    state = walk.state
    for key, value in reading.items(values):
        amount = number(value)
        if key == "/ca" and amount is not None:
            state.fill_alpha = amount
        elif key == "/CA" and amount is not None:
            state.stroke_alpha = amount
        elif key == "/LW" and amount is not None:
            state.line_width = amount
        elif key == "/OPM" and amount is not None:
            state.keeps = amount == 1
        elif key == "/RI":
            walk.found.intents.add(name(value))
        elif key == "/BM":
            state.blend = name(value) or next(map(name, reading.array(value)), "/Normal")
    _set_overprint(walk, values)
    _set_font(walk, reading.array(get(values, "/Font")))
    if reading.is_dictionary(get(values, "/SMask")):
        walk.mask(get(values, "/SMask"))


def _set_overprint(walk: Walk, values: Any) -> None:
    """OP is for strokes, and for fills too where there is no op (8.4.5, table 58)."""
    strokes, fills = get(values, "/OP"), get(values, "/op")
    if isinstance(strokes, bool):
        walk.state.stroke_overprint = strokes
        if fills is None:
            walk.state.fill_overprint = strokes
    if isinstance(fills, bool):
        walk.state.fill_overprint = fills


def _set_font(walk: Walk, pair: list[Any]) -> None:
    if len(pair) == 2:
        walk.state.face = walk.take_face(pair[0])
        walk.state.size = number(pair[1]) or 0.0


PLACING: dict[str, Handler] = {"Do": _do, "BI": _inline, "sh": _shading, "gs": _state}
