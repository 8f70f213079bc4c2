"""A paragraph's inline boxes as places where its lines may end.

Owner of WeasyPrint, with `engine`, `breaker` and `typeset`: it reads the engine's private boxes
and, through the engine, Pango's glyphs. In: a line box before layout. Out: `Measured` stretches;
`NotUnderstood` for what can't be planned (floats, leaders, preformatted text, lines from right to
left). Each run of text is shaped once, whole, by the same calls that draw it later.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from bookbuild.press.compose.paragraph import Paragraph

_ATOM = "\u2e80"
"""Stands for a box that isn't text; the engine, too, takes it for such a character."""
_SOFT_HYPHEN = "\u00ad"
_HYPHENS = "-\u2010"
_SPACES = " \u00a0"
"""What the engine widens to fill a line."""
_LINE_BREAK, _FORCED_BREAK, _WORD_START, _WORD_END = 1 << 0, 1 << 1, 1 << 5, 1 << 6
"""Bits of Pango's `PangoLogAttr`, in the order of its fields."""
_GLYPH_WORDS = 5
"""32-bit words of a `PangoGlyphInfo`: glyph, width, two offsets, attributes."""

Divide = Callable[[str, str, int, int], tuple[int, ...]]
"""Where a word may be divided: word, language, fewest letters before and after."""


class NotUnderstood(Exception):
    """The paragraph holds something whose place in a line can't be told beforehand."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a place, and what it costs."""

    hyphen_cost: float
    mark_cost: float
    """After a hyphen, dash or slash of the text's own."""
    space: float
    """Width of a word space in an ideal line, in em; 0 for the font's own."""
    divide: Divide


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a line ends: in which run of text, and where the next line goes on."""

    leaf: Any
    end: int
    """Byte of the run's text."""
    resume_at: tuple[int, ...]
    """The engine's “skip stack” of the next line, flat; its last item is a byte."""
    divides: bool
    """A hyphen is added."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A box that has no inline boxes below it: text, or something set like one character."""

    box: Any
    path: tuple[int, ...]
    """Which child of each box, from the line box down."""
    before: float
    """Space that the inline boxes beginning with it add."""
    after: float


@dataclass(slots=True)
class _Run:
    """Text of a leaf in its stretch."""

    leaf: _Leaf
    first: int
    """Its first character's number in the stretch."""
    text: str
    bytes: Sequence[int] = ()
    """Where each of its characters begins and the last one ends; none if it isn't text."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A stretch of text up to a forced line break, or to the end."""

    paragraph: Paragraph
    places: Sequence[int]
    """Number of the character that begins the next line, of each place."""
    ends: Sequence[int]
    """Number of the character after the last one of the line that ends there."""
    runs: Sequence[_Run]
    forced: tuple[int, ...] | None
    """The “skip stack” after the forced break."""
    wider: float
    """What a word space has more in an ideal line than in the font."""

    def cut(self, place: int) -> Cut:
        """How a line ends at `place`."""
        at, end = self.places[place], self.ends[place]
        run = self.runs[bisect_left(self.runs, at, key=lambda run: run.first) - 1]
        return Cut(
            run.leaf.box,
            run.bytes[max(end - run.first, 0)],
            (*run.leaf.path, run.bytes[at - run.first]),
            self.paragraph.hyphens[place] == 2,
        )


@dataclass(slots=True)
class _Stretch:
    """The characters up to a forced break as if they all stood in one line."""

    runs: list[_Run] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    glyphs: list[int] = field(default_factory=list)
    forced: tuple[int, ...] | None = None


def measure(
    context: Any, linebox: Any, container: Any, rules: Rules, glyphs: dict[int, Sequence[int]]
) -> tuple[Measured, ...]:
    """The stretches of a line box in its `container`.

    `glyphs` learns of each text box, by its identity, the glyphs that come before each byte.

    Raises:
        NotUnderstood: it holds what can't be planned.
    """
    stretches = [_Stretch()]
    for leaf in _leaves(context, linebox, container, ()):
        text = getattr(leaf.box, "text", None)
        if text == "\n":
            stretches[-1].forced = (*leaf.path, 1)
            stretches.append(_Stretch())
        elif text is None:
            _add_atom(stretches[-1], leaf, context, container)
        elif text:
            _add_text(stretches[-1], leaf, context, glyphs)
    if len(stretches) > 1 and not stretches[-1].runs:
        stretches.pop()  # the text ends with a line break
    return tuple(_measured(stretch, linebox, context, rules) for stretch in stretches)


def _leaves(context: Any, box: Any, container: Any, path: tuple[int, ...]) -> Iterator[_Leaf]:
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.percent import resolve_percentages

    for number, child in enumerate(box.children):
        if not child.is_in_normal_flow():
            if child.is_floated():
                raise NotUnderstood
        elif isinstance(child, boxes.InlineBox):
            if child.is_leader:
                raise NotUnderstood
            resolve_percentages(child, container)
            before, after = _spacing(child, "left"), _spacing(child, "right")
            inside = list(_leaves(context, child, container, (*path, number)))
            if not inside and (before or after):
                raise NotUnderstood
            for place, leaf in enumerate(inside):
                left = before if place == 0 else 0.0
                right = after if place == len(inside) - 1 else 0.0
                yield replace(leaf, before=leaf.before + left, after=leaf.after + right)
        elif isinstance(child, boxes.TextBox | boxes.AtomicInlineLevelBox):
            yield _Leaf(child, (*path, number), 0.0, 0.0)
        else:
            raise NotUnderstood


def _spacing(box: Any, side: str) -> float:
    lengths = (getattr(box, name) for name in (
        f"margin_{side}", f"padding_{side}", f"border_{side}_width"
    ))  # fmt: skip
    return float(sum(0 if length == "auto" else length for length in lengths))


def _add_atom(stretch: _Stretch, leaf: _Leaf, context: Any, container: Any) -> None:
    from weasyprint.layout.inline import atomic_box

    width = atomic_box(context, leaf.box, 0, None, container, [], []).margin_width()
    stretch.runs.append(_Run(leaf, len(stretch.widths), _ATOM))
    stretch.widths.append(leaf.before + width + leaf.after)
    stretch.glyphs.append(0)


def _add_text(
    stretch: _Stretch, leaf: _Leaf, context: Any, counted: dict[int, Sequence[int]]
) -> None:
    text, style = leaf.box.text, leaf.box.style
    if "\n" in text or "\t" in text or style["white_space"] not in ("normal", "nowrap"):
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
    stretch.runs.append(_Run(leaf, len(stretch.widths), text, places))
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


def _measured(stretch: _Stretch, linebox: Any, context: Any, rules: Rules) -> Measured:
    """The places of a stretch: breaks as Pango finds them, and divisions of its words."""
    text = "".join(run.text for run in stretch.runs)
    if not text:
        raise NotUnderstood
    attributes = log_attributes(text, linebox.style["lang"])
    if any(bits & _FORCED_BREAK for bits in attributes[:-1]):
        raise NotUnderstood
    hyphens: list[float] = []
    places = [0]
    for run in stretch.runs:
        found = _places(run, attributes, rules)
        places += sorted(found)
        hyphen = _hyphen_width(run.leaf.box, context) if any(found.values()) else 0.0
        hyphens += [hyphen * found[at] for at in sorted(found)]
    places.append(len(text.rstrip(" ")))
    return _reckoned(stretch, text, places, [0.0, *hyphens, 0.0], linebox.style["font_size"], rules)


def log_attributes(text: str, language: str | None) -> Sequence[int]:
    """Pango's `PangoLogAttr` of each character, and of the end."""
    from weasyprint.text.ffi import ffi
    from weasyprint.text.line_break import get_log_attrs

    return array("I", bytes(ffi.buffer(get_log_attrs(text, language))))


def _places(run: _Run, attributes: Sequence[int], rules: Rules) -> dict[int, bool]:
    """Characters before which a line may end that takes something of the run; is it divided?"""
    style = run.leaf.box.style
    if not run.bytes or style["white_space"] == "nowrap":
        return {}
    end = run.first + len(run.text)
    last = min(end, len(attributes) - 2)  # the end of the stretch is a place of its own
    found = {}
    if style["hyphens"] == "auto" and style["lang"]:
        found = dict.fromkeys(_divisions(run, attributes[run.first : end + 1], rules), True)
    for at in range(run.first + 1, last + 1):
        if attributes[at] & _LINE_BREAK:
            soft = run.text[at - run.first - 1] == _SOFT_HYPHEN
            if not soft or style["hyphens"] != "none":
                found[at] = soft
    return found


def _divisions(run: _Run, attributes: Sequence[int], rules: Rules) -> Iterator[int]:
    """Characters before which a hyphen may divide their word."""
    style = run.leaf.box.style
    total, left, right = style["hyphenate_limit_chars"]
    start = None
    for at, bits in enumerate(attributes):
        if bits & _WORD_END and start is not None:
            word = run.text[start:at]
            if at - start >= total and _SOFT_HYPHEN not in word:
                for place in rules.divide(word, style["lang"], left, right):
                    yield run.first + start + place
            start = None
        if bits & _WORD_START:
            start = at


def _hyphen_width(box: Any, context: Any) -> float:
    """Width of the hyphen that the box's style adds."""
    widths, _ = shaped(box.style["hyphenate_character"], box.style, context)
    return sum(widths)


def _reckoned(
    stretch: _Stretch, text: str, places: Sequence[int], hyphens: Sequence[float], size: float,
    rules: Rules,
) -> Measured:  # fmt: skip
    """The places as lists of sums; `hyphens` are the widths of those that are added."""
    spaces = [letter in _SPACES for letter in text]
    wider = 0.0
    if rules.space and any(spaces):
        wider = rules.space * size - stretch.widths[spaces.index(True)]
    widened = (width + wider * space for width, space in zip(stretch.widths, spaces, strict=True))
    widths = list(accumulate(widened, initial=0.0))
    glyphs = list(accumulate(stretch.glyphs, initial=0))
    spaced = list(accumulate(spaces, initial=0))
    ends = [len(text[:at].rstrip(" ")) if text[at - 1 : at] == " " else at for at in places]
    marks = [
        2 if hyphen else int(text[at - 1 : at] in _HYPHENS and end == at > 0)
        for at, end, hyphen in zip(places, ends, hyphens, strict=True)
    ]
    costs = [
        rules.hyphen_cost if mark == 2 else rules.mark_cost if end == at else 0.0
        for at, end, mark in zip(places, ends, marks, strict=True)
    ]
    costs[-1] = 0.0
    paragraph = Paragraph(
        [widths[end] + hyphen for end, hyphen in zip(ends, hyphens, strict=True)],
        [widths[at] for at in places],
        [spaced[end] for end in ends],
        [spaced[at] for at in places],
        [glyphs[end] + (mark == 2) for end, mark in zip(ends, marks, strict=True)],
        [glyphs[at] for at in places],
        costs,
        marks,
    )
    return Measured(paragraph, places, ends, stretch.runs, stretch.forced, wider)
