"""Colour out of a PDF: what the page engine writes as RGB or Lab becomes DeviceGray.

Owner of pikepdf, with `finish` and `shared_fonts`. In: a bound PDF, changed in place. Grey is
luma (ITU-R BT.601), as in the grey pictures: linear in the components, so that a gradient or a
blend of greys is the grey of the gradient or blend. Black ink (DeviceCMYK) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Name, Operator

_LUMA = (0.299, 0.587, 0.114)
_RGB = (Name.DeviceRGB, Name.CalRGB)
_COLOURED = re.compile(rb"\b(?:rg|RG)\b|/DeviceRGB\b|/lab-d\d\d\b")
"""What the engine writes where it sets a colour; most streams have none and are not parsed."""


def make_mono(book: pikepdf.Pdf) -> None:
    """Take the colour out of every page of `book`."""
    visit = _Visit(book)
    for page in book.pages:
        resources = page.obj.get("/Resources")
        visit.resources(resources)
        contents = page.obj.get("/Contents")
        if contents is None:
            continue
        streams = list(contents) if isinstance(contents, Array) else [contents]
        if any(_COLOURED.search(stream.read_bytes()) for stream in streams):
            page.obj.Contents = book.make_stream(_grey_content(page))


class _Visit:
    """Walks forms, patterns, masks and shadings, each once."""

    def __init__(self, book: pikepdf.Pdf) -> None:
        self._book = book
        self._seen: set[tuple[int, int]] = set()

    def resources(self, resources: Any) -> None:
        if resources is None or self._was_here(resources):
            return
        for item in _values(resources, "/XObject"):
            if item.get("/Subtype") == Name.Form:
                self._stream(item)
            elif _is_coloured(item.get("/ColorSpace")):
                _grey_image(item)
        for item in _values(resources, "/Pattern"):
            if isinstance(item, pikepdf.Stream):
                self._stream(item)
                set_apart(item)
            else:
                self._shading(item.get("/Shading"))
        for item in _values(resources, "/Shading"):
            self._shading(item)
        for state in _values(resources, "/ExtGState"):
            mask = state.get("/SMask")
            if isinstance(mask, pikepdf.Dictionary) and "/G" in mask:
                self._stream(mask.G)
        spaces = resources.get("/ColorSpace", {})
        for key in [key for key, space in dict(spaces).items() if _is_coloured(space)]:
            del spaces[key]

    def _stream(self, stream: Any) -> None:
        if self._was_here(stream):
            return
        group = stream.get("/Group")
        if group is not None and _is_coloured(group.get("/CS")):
            group.CS = Name.DeviceGray
        self.resources(stream.get("/Resources"))
        if _COLOURED.search(stream.read_bytes()):
            stream.write(_grey_content(stream))

    def _shading(self, shading: Any) -> None:
        if shading is None or self._was_here(shading):
            return
        if _is_coloured(shading.get("/ColorSpace")):
            shading.ColorSpace = Name.DeviceGray
            _grey_function(shading.get("/Function"))

    def _was_here(self, item: Any) -> bool:
        if not item.is_indirect:
            return False
        known = item.objgen in self._seen
        self._seen.add(item.objgen)
        return known


def _values(resources: Any, key: str) -> list[Any]:
    return list(dict(resources.get(key, {})).values())


def _is_coloured(space: Any) -> bool:
    if isinstance(space, Array):
        return space[0] in (Name.Lab, *_RGB)
    return space in _RGB


def _grey_function(function: Any) -> None:
    """A gradient's function in one component, where it had three (ISO 32000-1, 7.10)."""
    if function is None:
        return
    for key in ("/C0", "/C1"):
        if key in function and len(function[key]) == 3:
            function[key] = Array([_grey(function[key])])
    for part in function.get("/Functions", []):
        _grey_function(part)


def _grey_image(image: Any) -> None:
    pixels = pikepdf.PdfImage(image).as_pil_image().convert("L").tobytes()
    image.write(pixels)
    image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
    for key in ("/Decode", "/Intent"):
        if key in image:
            del image[key]


def _grey_content(owner: Any) -> bytes:
    """A content stream with its colours as greys."""
    made: list[Any] = []
    instructions: Any = pikepdf.parse_content_stream(owner)
    space = {"fill": "", "stroke": ""}
    for operands, operator in instructions:
        name = str(operator)
        kind = "stroke" if name in ("CS", "SC", "SCN", "RG") else "fill"
        if name in ("cs", "CS"):
            space[kind] = str(operands[0])
            if _names_colour(space[kind]):
                continue
        elif name in ("rg", "RG"):
            made.append(([_grey(operands)], Operator("G" if name == "RG" else "g")))
            continue
        elif name in ("sc", "scn", "SC", "SCN") and _names_colour(space[kind]):
            value = _grey(operands) if "RGB" in space[kind] else _grey_of_lab(operands)
            made.append(([value], Operator("G" if kind == "stroke" else "g")))
            continue
        made.append((operands, operator))
    return pikepdf.unparse_content_stream(made)


def _names_colour(space: str) -> bool:
    return space == "/DeviceRGB" or space.startswith("/lab-")


def _grey(components: Sequence[Any]) -> float:
    parts = zip(_LUMA, components, strict=True)
    return round(sum(weight * float(part) for weight, part in parts), 4)


def _grey_of_lab(components: Sequence[Any]) -> float:
    """Lightness as an sRGB grey (CIE 15, IEC 61966-2-1)."""
    lightness = min(100.0, max(0.0, float(components[0])))
    light = ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness / 903.3
    return round(12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055, 4)


def set_apart(pattern: pikepdf.Stream) -> None:
    """Put the tiles of a gradient apart: the engine lays them edge to edge, but needs only one.

    Poppler draws nothing when a tile as large as the shape meets its neighbours.
    """
    box = [float(value) for value in pattern.BBox]
    if box == [0, 0, 1, 1] and float(pattern.XStep) == float(pattern.YStep) == 1:
        pattern.XStep = pattern.YStep = 2
