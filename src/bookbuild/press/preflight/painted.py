"""What a page puts on paper: painted objects, and what was met on the way.

In and out: values. `interpret` makes them, the rules read them. Lengths are in points, from the
foot and left of the page's own coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bookbuild.press.preflight.spaces import Inks, Space
from bookbuild.press.preflight.typefaces import Typeface

Box = tuple[float, float, float, float]
Kind = Literal["text", "fill", "stroke", "image", "mask", "shading"]


@dataclass(frozen=True, slots=True)
class Painted:
    """One object: a run of text, a path, a picture, a shading."""

    kind: Kind
    box: Box
    """What it covers at most, clipped."""
    space: Space
    inks: Inks | None
    alpha: float
    blend: str
    overprint: bool
    keeps: bool
    """Overprint mode 1: inks of which it has none stay (8.6.7)."""
    size: float = 0.0
    """Type size or line width, as it comes out."""
    face: Typeface | None = None
    picture: Any = field(default=None, repr=False)
    unseen: bool = False
    """In a soft mask, where it makes no ink of its own."""
    rectangle: bool = False
    """A path of one rectangle, which may be a rule drawn as a shape."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a page uses it."""

    width: int
    height: int
    """In pixels."""
    bits: int
    line_art: bool
    """One bit a pixel: a mask or a black and white picture."""
    ppi: float
    """The lower of both directions."""
    box: Box
    space: str
    painted_mm: tuple[float, float]
    inline: bool
    key: tuple[int, int] | None


@dataclass(slots=True)
class PageContent:
    """Everything of one page that rules ask about."""

    number: int
    page: Any = field(repr=False)
    painted: list[Painted] = field(default_factory=list, repr=False)
    pictures: list[Picture] = field(default_factory=list)
    images: list[Any] = field(default_factory=list, repr=False)
    states: list[Any] = field(default_factory=list, repr=False)
    """Graphics state dictionaries, each once."""
    groups: list[Any] = field(default_factory=list, repr=False)
    """Transparency groups of forms, each once."""
    forms: list[Any] = field(default_factory=list, repr=False)
    shadings: list[Any] = field(default_factory=list, repr=False)
    spaces: list[Space] = field(default_factory=list, repr=False)
    """Every colour space in which something is painted, or a group blends."""
    operators: set[str] = field(default_factory=set)
    """Operators that PDF doesn't know."""
    intents: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    """What kept a part of the content from being read."""
    total_ink: float = 0.0
    """The most ink on one spot, as `ink` reckons it."""

    def visible(self) -> list[Painted]:
        """What makes ink on paper, white included."""
        return [item for item in self.painted if not item.unseen]
