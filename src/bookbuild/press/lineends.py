"""Where the lines of a paragraph may end, for the line breaker and for the page engine.

In: a line box before
layout. Out: `Measured` stretches of its text; `NotUnderstood` for what can't be planned: floats,
leaders, preformatted text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from bookbuild.press.compose.paragraph import NEVER, Paragraph
from bookbuild.press.inlines import (
    Leaf,
    NotUnderstood,
    Run,
    Stretch,
    log_attributes,
    shaped,
    stretches,
)

_SOFT_HYPHEN = "\u00ad"
_HYPHENS = "-\u2010"
_DASHES = "\u2013\u2014"
"""A line may end after them as after a space."""
_SPACES = " \u00a0"
"""What the engine widens to fill a line."""
_USUAL_SPACE = 0.25
"""In em: a text of one word has no space to measure."""
_LINE_BREAK, _FORCED_BREAK, _WORD_START, _WORD_END = 1 << 0, 1 << 1, 1 << 5, 1 << 6
"""Bits of Pango's `PangoLogAttr`, in the order of its fields."""

Divide = Callable[[str, str, int, int], tuple[int, ...]]
"""Where a word may be divided: word, language, fewest letters before and after."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a place, and what it costs."""

    hyphen_cost: float
    mark_cost: float
    """After a hyphen or slash of the text's own."""
    space: float
    """A word space in an ideal line, counted in the font's own."""
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
class Measured:
    """A stretch of text up to a forced line break, or to the end."""

    paragraph: Paragraph
    places: Sequence[int]
    """Number of the character that begins the next line, of each place."""
    ends: Sequence[int]
    """Number of the character after the last one of the line that ends there."""
    runs: Sequence[Run]
    forced: tuple[int, ...] | None
    """The “skip stack” after the forced break."""
    space: float
    """Width of the font's own word space."""
    wider: float
    """What a word space has more in an ideal line than in the font."""

    def dearer(self, factor: float) -> Measured:
        """With the cost of every hyphen so many times as high."""
        return replace(self, paragraph=self.paragraph.dearer(factor))

    def of(self, leaves: Mapping[tuple[int, ...], Leaf]) -> Measured:
        """The same text in other boxes, by their paths."""
        runs = [Run(leaves[run.leaf.path], run.first, run.text, run.bytes) for run in self.runs]
        return replace(self, runs=runs)

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


def measure(
    leaves: Sequence[Leaf], context: Any, linebox: Any, container: Any, rules: Rules,
    glyphs: dict[int, Sequence[int]],
) -> tuple[Measured, ...]:  # fmt: skip
    """The text of a line box, its `leaves`, in its `container`; else as `stretches`."""
    found = stretches(leaves, context, container, glyphs)
    return tuple(_measured(stretch, linebox, context, rules) for stretch in found)


def _measured(stretch: Stretch, linebox: Any, context: Any, rules: Rules) -> Measured:
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


def _places(run: Run, attributes: Sequence[int], rules: Rules) -> dict[int, bool]:
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


def _divisions(run: Run, attributes: Sequence[int], rules: Rules) -> Iterator[int]:
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


def _cost(before: str, mark: int, rules: Rules) -> float:
    """What it costs to end a line behind the character `before`, which isn't a space."""
    if mark == 2:
        return rules.hyphen_cost
    return 0.0 if before in _DASHES else rules.mark_cost


def _reckoned(
    stretch: Stretch, text: str, places: Sequence[int], hyphens: Sequence[float], size: float,
    rules: Rules,
) -> Measured:  # fmt: skip
    """The places as lists of sums; `hyphens` are the widths of those that are added."""
    spaces = [letter in _SPACES for letter in text]
    space = stretch.widths[spaces.index(True)] if any(spaces) else size * _USUAL_SPACE
    wider = (rules.space - 1) * space
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
        _cost(text[at - 1 : at], mark, rules) if end == at else 0.0
        for at, end, mark in zip(places, ends, marks, strict=True)
    ]
    last_word = text.rstrip(" ").rfind(" ") + 1
    for number, (at, mark) in enumerate(zip(places, marks, strict=True)):
        if mark == 2 and at > last_word:
            costs[number] = NEVER  # the last line would be the rest of a word
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
    return Measured(paragraph, places, ends, stretch.runs, stretch.forced, space, wider)
