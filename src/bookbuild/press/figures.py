"""Figures that fill a page or a spread.

In: a section's tree, its pictures, and the page's measures. Out: the same tree, in which a
figure of the class `page` is as large as the type area allows, and one of the class `spread` is
two halves, on a verso and the recto that faces it, meeting at the fold. Page parity inside a
section is the page engine's to know: the layout's style sheet breaks to the left and the right.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass

from bookbuild import xhtml
from bookbuild.book.places import BLOCK
from bookbuild.fonts import Face
from bookbuild.pictures import Picture
from bookbuild.press.shaping import text_width
from bookbuild.units import Length

ROOM_ON_PAGE, ROOM_ON_OPENER = 6, 18
"""Lines that a figure leaves to its caption and other text; on an opener also to the title."""
_PIXEL = Length(0.75)
"""A CSS pixel."""
KINDS = ("page", "spread")
"""The classes of a full-page figure; on the figure, or on the picture in it."""
_RAGGED = 1.15
"""Set ragged right, without dividing words, lines stay about this much shorter than the measure."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The measures that a full-page figure needs."""

    width: Length
    """Of the type area."""
    height: Length
    inside: Length
    """The margin at the fold, which a spread bridges."""
    face: Face
    """The caption's face, size and leading."""
    caption_size: Length
    caption_leading: Length


def arrange_figures(root: xhtml.Element, pictures: Mapping[str, Picture], frame: Frame) -> None:
    """Give every figure below `root` its size; a picture's `src` is its path."""
    for figure in xhtml.elements(root, "figure"):
        image = figure.find("img")
        picture = None if image is None else pictures.get(image.get("src", ""))
        if image is None or picture is None:
            continue
        kind = next(
            (kind for kind in KINDS for part in (figure, image) if xhtml.has_class(part, kind)), ""
        )
        if kind == "page":
            width, height = _largest(picture, figure, frame, frame.width)
            _mark(figure, "page")
            image.set("style", _size(width, height))
        elif kind == "spread":
            _split(figure, image, picture, frame)
        else:
            for each in figure.findall("img"):
                _set_on_grid(each, pictures.get(each.get("src", "")), figure, frame)


def _set_on_grid(
    image: xhtml.Element, picture: Picture | None, figure: xhtml.Element, frame: Frame
) -> None:
    """A picture in the column, the space below it filled up to the next line of the grid."""
    if picture is None:
        return
    leading = frame.caption_leading
    first = figure.getprevious() is None and xhtml.parent_of(figure).tag == "body"
    room = frame.height - leading * (ROOM_ON_OPENER if first else ROOM_ON_PAGE)
    scale = min(
        _PIXEL.pt, frame.width.pt / picture.width, max(room.pt, leading.pt) / picture.height
    )
    width, height = Length(picture.width * scale), Length(picture.height * scale)
    lines = math.ceil(round(height.pt / leading.pt, 3))
    below = leading * lines - height
    image.set("style", f"{_size(width, height)};margin-bottom:{below.css}")


def _largest(
    picture: Picture, figure: xhtml.Element, frame: Frame, across: Length
) -> tuple[Length, Length]:
    """The largest size that is `across` wide at most and leaves the caption its lines."""
    room = frame.height - _caption_height(figure, frame)
    scale = min(across.pt / picture.width, room.pt / picture.height)
    return Length(picture.width * scale), Length(picture.height * scale)


def _caption_height(figure: xhtml.Element, frame: Frame) -> Length:
    caption = figure.find("figcaption")
    text = "" if caption is None else xhtml.text_of(caption)
    if not text:
        return Length(0)
    run = text_width(text, frame.face, frame.caption_size)
    return frame.caption_leading * math.ceil(run.pt * _RAGGED / frame.width.pt)


def _split(figure: xhtml.Element, image: xhtml.Element, picture: Picture, frame: Frame) -> None:
    """Replace a figure by its two halves; id and caption go with the first and the second."""
    width, height = _largest(picture, figure, frame, (frame.width + frame.inside) * 2)
    caption = figure.find("figcaption")
    recto = xhtml.new("figure")
    recto.append(_half(copy.copy(image), width, height, frame, "recto"))
    if caption is not None:
        recto.append(caption)
    verso = xhtml.new("figure", **({"id": own} if (own := figure.get("id")) else {}))
    verso.append(_half(image, width, height, frame, "verso"))
    xhtml.replace(figure, verso)
    recto.tail, verso.tail = verso.tail, None
    xhtml.parent_of(verso).insert(xhtml.parent_of(verso).index(verso) + 1, recto)
    for half, side in ((verso, "verso"), (recto, "recto")):
        if number := figure.get(BLOCK):
            half.set(BLOCK, number)
        _mark(half, "spread")
        xhtml.add_class(half, side)


def _half(
    image: xhtml.Element, width: Length, height: Length, frame: Frame, side: str
) -> xhtml.Element:
    """A window on one half of the picture, reaching over the inner margin to the fold."""
    half = width / 2
    shift = "0" if side == "verso" else f"-{half.css}"
    before = frame.width + frame.inside - half if side == "verso" else frame.inside * -1
    margins = (
        f"0 {(frame.inside * -1).css} 0 {before.css}" if side == "verso" else f"0 0 0 {before.css}"
    )
    window = xhtml.new("div", class_="half", style=f"{_size(half, height)};margin:{margins}")
    image.tail = None
    image.set("style", f"{_size(width, height)};margin:0 0 0 {shift}")
    if side == "recto":
        image.set("alt", "")
        image.attrib.pop("id", None)
    window.append(image)
    return window


def _mark(figure: xhtml.Element, kind: str) -> None:
    if not xhtml.has_class(figure, kind):
        xhtml.add_class(figure, kind)


def _size(width: Length, height: Length) -> str:
    return f"width:{width.css};height:{height.css}"
