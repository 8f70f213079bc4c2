"""Painting: the path, the colours in force, and what they leave on the page.

In: operators' values. Out: `Painted` objects in a `PageContent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookbuild.press.preflight.painted import Box, Kind, PageContent, Painted
from bookbuild.press.preflight.reading import TooMuch
from bookbuild.press.preflight.spaces import Space
from bookbuild.press.preflight.state import (
    Colour,
    State,
    bounds,
    cut,
    scale_of,
)

MOST_PAINTED = 1_000_000
"""Objects on one page."""
_NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)


class Drawing:
    """What is being drawn on a page."""

    def __init__(self, found: PageContent) -> None:
        self.found = found
        self.state = State()
        self.resources: Any = None
        self.points: list[tuple[float, float]] = []
        self.rectangles = 0
        self.pieces = 0
        self.clips = False
        self.fixed: Box | None = None
        """Where the cell of a pattern is seen: in the shape that it fills."""
        self.unseen = False

    def within(self, box: Box, clip: Box) -> Box:
        """What is left of a clip; an empty one lies nowhere."""
        return cut(box, clip) or _NOWHERE

    def use(self, space: Space) -> None:
        """Note a colour space in use."""
        if space not in self.found.spaces:
            self.found.spaces.append(space)

    def choose_space(self, space: Space, stroke: bool) -> None:
        """Take a colour space; its first colour is black, or full spot ink (8.6.5.2)."""
        first = 1.0 if space.family in ("/Separation", "/DeviceN") else 0.0
        initial = [first] * space.components
        if space.family == "/DeviceCMYK" or (space.family == "/ICCBased" and len(initial) == 4):
            initial[3] = 1.0
        self.choose(space, initial, stroke)

    def choose(self, space: Space, values: Sequence[Any], stroke: bool) -> None:
        """Take a colour."""
        colour = Colour(space, space.inks([float(value) for value in values]))
        if stroke:
            self.state.stroke = colour
        else:
            self.state.fill = colour

    def choose_pattern(self, named: str, stroke: bool) -> None:
        """Take a pattern for a colour."""
        current = self.state.stroke if stroke else self.state.fill
        colour = Colour(current.space, None, named)
        if stroke:
            self.state.stroke = colour
        else:
            self.state.fill = colour

    def pattern(self, named: str, box: Box) -> None:
        """Follow a pattern that a shape of this box is painted with."""
        raise NotImplementedError

    def end_path(self, fill: bool, stroke: bool) -> None:
        """Paint the path, take it as a clip if that was asked for, and begin a new one."""
        if self.points:
            box = bounds(self.points, self.state.matrix)
            if fill:
                single = self.rectangles == 1 and self.pieces == 1
                self.paint("fill", box, self.state.fill, stroke=False, rectangle=single)
            if stroke:
                width = self.state.line_width * scale_of(self.state.matrix)
                half = width / 2
                wide = (box[0] - half, box[1] - half, box[2] + half, box[3] + half)
                self.paint("stroke", wide, self.state.stroke, stroke=True, size=width)
            if self.clips:
                self.state.clip = self.within(box, self.state.clip)
        self.points, self.rectangles, self.pieces, self.clips = [], 0, 0, False

    def paint(
        self,
        kind: Kind,
        box: Box,
        colour: Colour,
        *,
        stroke: bool,
        size: float = 0.0,
        rectangle: bool = False,
        picture: Any = None,
    ) -> None:
        """Leave an object on the page, as far as the clip lets it be seen."""
        state = self.state
        seen = cut(box, state.clip) if self.fixed is None else self.fixed
        if seen is None:  # no ink, but the file holds the colour all the same
            if not colour.pattern:
                self.use(colour.space)
            return
        if colour.pattern:
            self.pattern(colour.pattern, seen)
            return
        if len(self.found.painted) >= MOST_PAINTED:
            raise TooMuch("a page holds more objects than any page needs")
        self.use(colour.space)
        self.found.painted.append(
            Painted(
                kind,
                seen,
                colour.space,
                colour.inks,
                state.stroke_alpha if stroke else state.fill_alpha,
                state.blend,
                state.stroke_overprint if stroke else state.fill_overprint,
                state.keeps,
                size,
                state.face if kind == "text" else None,
                picture,
                self.unseen,
                rectangle,
            )
        )
