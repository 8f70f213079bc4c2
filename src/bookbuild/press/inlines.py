"""A paragraph's inline boxes as characters in one long line: how wide each is, of how many glyphs.

Owner of WeasyPrint, with `engine`, `breaker` and `typeset`: it reads the engine's
private boxes and, through the engine, Pango's glyphs. Each run of text is shaped once, whole, by
the same calls that draw it later.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import inf
from typing import Any

_ATOM = "\u2e80"
"""Stands for a box that isn't text; the engine, too, takes it for such a character."""
_GLYPH_WORDS = 5
"""32-bit words of a `PangoGlyphInfo`: glyph, width, two offsets, attributes."""
_UNDERSTOOD = ("normal", "nowrap")
"""Values of `white-space` whose text can be planned."""


class NotUnderstood(Exception):
    """The paragraph holds something whose place in a line can't be told beforehand."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A box that has no inline boxes below it: text, or something set like one character."""

    box: Any
    path: tuple[int, ...]
    """Which child of each box, from the line box down."""
    before: float
    """Space that the inline boxes beginning with it add."""
    after: float


@dataclass(slots=True)
class Run:
    """Text of a leaf in its stretch."""

    leaf: Leaf
    first: int
    """Its first character's number in the stretch."""
    text: str
    bytes: Sequence[int] = ()
    """Where each of its characters begins and the last one ends; none if it isn't text."""


@dataclass(slots=True)
class Stretch:
    """The characters up to a forced break as if they all stood in one line."""

    runs: list[Run] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    glyphs: list[int] = field(default_factory=list)
    forced: tuple[int, ...] | None = None


def leaves(context: Any, linebox: Any, container: Any) -> tuple[Leaf, ...]:
    """What stands in the lines of a line box in its `container`.

    Raises:
        NotUnderstood: it holds what can't be planned.
    """
    return tuple(_leaves(context, linebox, container, beginning_float(linebox), ()))


def contents(found: Sequence[Leaf]) -> tuple[object, ...] | None:
    """What makes leaves set like others, as long as their boxes live; None if it isn't all text."""
    if any(getattr(leaf.box, "text", None) is None for leaf in found):
        return None
    return tuple(
        (leaf.path, leaf.before, leaf.after, leaf.box.text, id(leaf.box.style)) for leaf in found
    )


def stretches(
    found: Sequence[Leaf], context: Any, container: Any, glyphs: dict[int, Sequence[int]]
) -> tuple[Stretch, ...]:
    """The text of leaves in their `container`, parted at forced line breaks.

    `glyphs` learns of each text box, by its identity, the glyphs that come before each byte.

    Raises:
        NotUnderstood: it holds what can't be planned.
    """
    parts = [Stretch()]
    for leaf in found:
        text = getattr(leaf.box, "text", None)
        if text == "\n":
            parts[-1].forced = (*leaf.path, 1)
            parts.append(Stretch())
        elif text is None:
            _add_atom(parts[-1], leaf, context, container)
        elif text:
            _add_text(parts[-1], leaf, context, glyphs)
    if len(parts) > 1 and not parts[-1].runs:
        parts.pop()  # the text ends with a line break
    return tuple(parts)


def beginning_float(box: Any) -> Any:
    """The float at the left that a line box begins with, a drop cap say; or None."""
    from weasyprint.formatting_structure import boxes

    while isinstance(box, boxes.LineBox | boxes.InlineBox) and box.children:
        box = box.children[0]
        if box.is_floated():
            return box if box.style["float"] == "left" else None
    return None


def float_size(context: Any, box: Any, container: Any) -> tuple[float, float]:
    """Width and height that a float takes, with its margins."""
    from weasyprint.layout.float import float_layout

    shapes = context.excluded_shapes.copy()
    box.position_x, box.position_y = container.content_box_x(), 0
    try:
        laid, _ = float_layout(context, box, container, [], [], -inf, None)
    finally:
        context.excluded_shapes = shapes
    return laid.margin_width(), laid.margin_height()


def line_height(linebox: Any) -> float:
    """The least height of a line."""
    from weasyprint.text.line_break import strut

    height, _ = strut(linebox.style)
    return float(height)


def _leaves(
    context: Any, box: Any, container: Any, cap: Any, path: tuple[int, ...]
) -> Iterator[Leaf]:
    """The leaves below a box; `cap` is the float that may stand before them."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.percent import resolve_percentages

    for number, child in enumerate(box.children):
        if not child.is_in_normal_flow():
            if child.is_floated() and child is not cap:
                raise NotUnderstood
        elif isinstance(child, boxes.InlineBox):
            if child.is_leader:
                raise NotUnderstood
            resolve_percentages(child, container)
            before, after = _spacing(child, "left"), _spacing(child, "right")
            inside = list(_leaves(context, child, container, cap, (*path, number)))
            if not inside and (before or after):
                raise NotUnderstood
            for place, leaf in enumerate(inside):
                left = before if place == 0 else 0.0
                right = after if place == len(inside) - 1 else 0.0
                yield replace(leaf, before=leaf.before + left, after=leaf.after + right)
        elif isinstance(child, boxes.TextBox | boxes.AtomicInlineLevelBox):
            yield Leaf(child, (*path, number), 0.0, 0.0)
        else:
            raise NotUnderstood


def _spacing(box: Any, side: str) -> float:
    lengths = (getattr(box, name) for name in (
        f"margin_{side}", f"padding_{side}", f"border_{side}_width"
    ))  # fmt: skip
    return float(sum(0 if length == "auto" else length for length in lengths))


def _add_atom(stretch: Stretch, leaf: Leaf, context: Any, container: Any) -> None:
    from weasyprint.layout.inline import atomic_box
    from weasyprint.layout.percent import resolve_percentages

    resolve_percentages(leaf.box, container)
    width = atomic_box(context, leaf.box, 0, None, container, [], []).margin_width()
    stretch.runs.append(Run(leaf, len(stretch.widths), _ATOM))
    stretch.widths.append(leaf.before + width + leaf.after)
    stretch.glyphs.append(0)


def _add_text(
    stretch: Stretch, leaf: Leaf, context: Any, counted: dict[int, Sequence[int]]
) -> None:
    text, style = leaf.box.text, leaf.box.style
    if "\n" in text or "\t" in text or style["white_space"] not in _UNDERSTOOD:
        raise NotUnderstood
    if not style["font_size"]:
        return
    widths, glyphs = shaped(text, style, context)
    counted[id(leaf.box)] = list(accumulate(glyphs, initial=0))
    places = [0, *accumulate(len(letter.encode()) for letter in text)]
    if len(text) < len(widths):  # a letter's width stands at its first byte
        widths, glyphs = [widths[at] for at in places[:-1]], [glyphs[at] for at in places[:-1]]
    widths[0] += leaf.before
    widths[-1] += leaf.after
    stretch.runs.append(Run(leaf, len(stretch.widths), text, places))
    stretch.widths += widths
    stretch.glyphs += glyphs


def shaped(text: str, style: Any, context: Any) -> tuple[list[float], list[int]]:
    """Of each byte of `text`: the width and the number of the glyphs that begin with it."""
    from weasyprint.text.ffi import FROM_UNITS, ffi, pango
    from weasyprint.text.line_break import create_layout

    layout = create_layout(text, style, context, None, 0)
    line, _ = layout.get_first_line()
    size = len(text.encode())
    widths, glyphs = [0.0] * size, [0] * size
    item = line.runs
    while item != ffi.NULL:
        string, start = item.data.glyphs, item.data.item.offset
        words = array("i", bytes(ffi.buffer(string.glyphs, 4 * _GLYPH_WORDS * string.num_glyphs)))
        clusters = array("i", bytes(ffi.buffer(string.log_clusters, 4 * string.num_glyphs)))
        for glyph, width, cluster in zip(
            words[::_GLYPH_WORDS], words[1::_GLYPH_WORDS], clusters, strict=True
        ):
            widths[start + cluster] += width * FROM_UNITS
            glyphs[start + cluster] += glyph != pango.PANGO_GLYPH_EMPTY
        item = item.next
    layout.deactivate()
    return widths, glyphs


def log_attributes(text: str, language: str | None) -> Sequence[int]:
    """Pango's `PangoLogAttr` of each character, and of the end."""
    from weasyprint.text.ffi import ffi
    from weasyprint.text.line_break import get_log_attrs

    return array("I", bytes(ffi.buffer(get_log_attrs(text, language))))
