"""Pictures for print, made fit for the press before the book is set.

Drawings in which something shows through become pixels: PDF/X-1a has no transparency, and what
shows through what can't be told from a drawing's parts alone. So the drawing is set by itself and
taken as a picture, fine enough for the widest place that it can be set in. Other drawings stay
vectors. Pictures finer than any place in the book can use are made coarser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bookbuild.pictures import Picture, at_most, grey_from_pixels
from bookbuild.press.compositors import Compositors
from bookbuild.press.finish import BoundPage, Boxes, bind_for_screen
from bookbuild.press.interior import information
from bookbuild.press.overprint import shows_through
from bookbuild.press.raster import render_page
from bookbuild.press.sheets import Ingredients
from bookbuild.press.typeset import Resource, Sheet
from bookbuild.units import Length, inch, pt

FINENESS = 600
"""Pixels per inch: edges look like a vector's on a press of 150 to 175 lines per inch, and more
than that is of no use for tones (Lulu, Book Creation Guide)."""
FINENESS_OF_LINES = 1200
"""The same for pictures of black and white alone (Worzalla, prepress guide)."""
_PIXEL = pt(0.75)
"""A CSS pixel: 1/96 inch."""
_MAY = re.compile(rb"opacity|<mask|mask\s*[:=]|rgba|hsla|/\s*\d|#[0-9a-f]{8}\b", re.I)
"""What makes transparency; most drawings have none of it and aren't looked at further."""


def fit_for_press(made_from: Ingredients, compositors: Compositors) -> Mapping[str, Picture]:
    """Every picture of the book, its rendering for print flat and no finer than needed."""
    page = made_from.layout.settings.page
    measure = made_from.spec.trim.width - page.inside - page.outside
    spread = (measure + page.inside) * 2
    return {
        path: _flat(picture, made_from, compositors, measure, spread)
        if picture.vector
        else _no_finer(picture, spread)
        for path, picture in made_from.pictures.items()
    }


def _no_finer(picture: Picture, spread: Length) -> Picture:
    """The picture in no more pixels than a spread, the widest place of all, can use."""
    fineness = FINENESS_OF_LINES if picture.bitonal else FINENESS
    most = round(spread.pt / inch(1).pt * fineness)
    return picture if picture.width <= most else replace(picture, grey=at_most(picture.grey, most))


def _flat(
    picture: Picture,
    made_from: Ingredients,
    compositors: Compositors,
    measure: Length,
    spread: Length,
) -> Picture:
    """The drawing as pixels where anything shows through, for the largest size it can be set at."""
    if not _MAY.search(picture.grey.data):
        return picture
    faces, about = made_from.faces, information(made_from)
    width, height = _PIXEL * picture.width, _PIXEL * picture.height
    style = (
        f"@page{{size:{width.css} {height.css};margin:0}}"
        f"body{{margin:0;font-family:'{faces[0].settings.family}'}}"
        f"img{{display:block;width:{width.css};height:{height.css}}}"
    )
    drawing = Resource("drawing", picture.grey.media_type, picture.grey.data)
    page = '<!DOCTYPE html><html lang="zxx"><head><title>.</title></head><body>'
    page += '<img src="book:drawing" alt=""></body></html>'
    sheet = Sheet(picture.path, page, style, faces, (drawing,))
    drawn = compositors.set([sheet], lambda name: None)[0].pdf
    if not shows_through(drawn):
        return picture
    bound = bind_for_screen([drawn], [BoundPage(0, 0, "")], Boxes(width, height), faces, about)
    across = max(min(width, spread), measure).pt
    across = min(across, width.pt * made_from.spec.trim.height.pt / height.pt)
    pixels = render_page(bound.pdf, 0, max(1, round(across / inch(1).pt * FINENESS)))
    return replace(picture, grey=grey_from_pixels(pixels.width, pixels.height, pixels.rgb))
