"""What sets the paragraphs of one document: a plan for each, before its first line is laid out.

In: line boxes of the engine before layout, and the layout's composition. Out: the planned lines.
A copy of a paragraph that was planned already, as the engine makes of notes, takes over its plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil
from typing import Any

from bookbuild.book import division
from bookbuild.layout import Composition
from bookbuild.press.compose.paragraph import Limits
from bookbuild.press.endings import Ending
from bookbuild.press.inlines import (
    Leaf,
    NotUnderstood,
    beginning_float,
    contents,
    float_size,
    leaves,
    line_height,
)
from bookbuild.press.lineends import Rules, measure
from bookbuild.press.planner import Line, Plan

_EMERGENCY = 3
"""Stretch given to each line, in em, where no breaks are good enough (TeX: \\emergencystretch)."""
_SHORT_LAST = 5_000
"""Demerits of a last line that is too short: as bad as a hyphen before it."""
_ROUNDING = 1e-3
"""A float that is taller than so many lines by less than this is as tall as they."""
_AT_START = ("auto", "start", "left")
"""Values of `text-align-last` that leave a last line as it is."""


@dataclass(slots=True)
class Composer:
    """Composes the paragraphs of one document, and counts them."""

    composition: Composition
    rules: Rules
    composed: int = 0
    left: int = 0
    """Paragraphs that the engine broke itself."""
    endings: list[Ending] = field(default_factory=list)
    """How each page ends, in the order they were made."""
    heights: dict[int, float] = field(default_factory=dict)
    """By how much the foot of each page is higher than usual."""
    begun: dict[int, Any] = field(default_factory=dict)
    """What the engine knew before it made each page."""
    directions: tuple[int, ...] = (1, -1)
    """By how many lines a page may change a paragraph: never against what is wished."""
    ahead: Any = None
    """The root of the document, until its paragraphs have been planned."""
    line: Line | None = None
    """The line that is laid out now, if it was planned."""
    known: dict[int, tuple[Any, Plan | None]] = field(default_factory=dict)
    """Plans by the identity of their line box, which stands beside so that it stays."""
    glyphs: dict[int, Sequence[int]] = field(default_factory=dict)
    """Of each planned run of text: how many glyphs come before each of its bytes."""

    like: dict[object, Plan] = field(default_factory=dict)
    """The same by what makes a paragraph set like another."""

    def planned(
        self, context: Any, linebox: Any, position_y: float, skip_stack: Any, container: Any
    ) -> Line | None:
        """The plan of the line at `position_y` that begins at `skip_stack`."""
        if not justified(linebox):
            return None  # nothing of it is justified: a list's marker, say
        known = self.known.get(id(linebox))
        plan = known[1] if known else None
        if skip_stack is None and (
            known is None
            or (plan and (plan.width, plan.indent) != (container.width, linebox.text_indent))
        ):
            plan = self.plan(context, linebox, container)
        if plan is None or plan.width != container.width:
            return None
        if _beside_floats(context, position_y, plan.cap):
            return None
        return plan.lines.get(_flat(skip_stack))

    def plan(self, context: Any, linebox: Any, container: Any) -> Plan | None:
        """Plan a paragraph of this measure and indent, as long as its text can be planned."""
        plan = self._planned(context, linebox, container)
        if id(linebox) not in self.known:
            self.left += plan is None
        self.known[id(linebox)] = linebox, plan
        return plan

    def plans(self) -> Iterator[Plan]:
        """Every plan."""
        return (plan for _, plan in self.known.values() if plan is not None)

    def cost_hyphens(self, factor: float, plans: Mapping[int, Plan]) -> None:
        """Have hyphens cost so many times as much from now on; `plans` are those made so before."""
        rules = self.rules
        self.rules = replace(
            rules, hyphen_cost=rules.hyphen_cost * factor, mark_cost=rules.mark_cost * factor
        )
        for key, (linebox, plan) in self.known.items():
            self.known[key] = linebox, plan and plans[id(plan)]
        self.like = {key: plans[id(plan)] for key, plan in self.like.items()}

    def _planned(self, context: Any, linebox: Any, container: Any) -> Plan | None:
        style = linebox.style
        if style["direction"] == "rtl" or style["text_align_last"] not in _AT_START:
            return None
        try:
            found = leaves(context, linebox, container)
            text = None if beginning_float(linebox) else contents(found)
            likeness = (
                container.width, linebox.text_indent, style["lang"], style["font_size"], text
            )  # fmt: skip
            like = self.like.get(likeness) if text else None
            if like is not None:
                return self._copied(like, found)
            plan = self._measured(context, linebox, container, found)
        except NotUnderstood:
            return None
        if not plan.set_best():
            return None
        self.composed += 1
        if text:
            self.like[likeness] = plan
        return plan

    def _copied(self, plan: Plan, found: Sequence[Leaf]) -> Plan:
        """A plan for other boxes with the same text."""
        by_path = {leaf.path: leaf for leaf in found}
        for stretch, _ in plan.stretches:
            for run in stretch.runs:
                glyphs = self.glyphs[id(run.leaf.box)]
                self.glyphs[id(by_path[run.leaf.path].box)] = glyphs
        return plan.of(by_path)

    def _measured(self, context: Any, linebox: Any, container: Any, found: Sequence[Leaf]) -> Plan:
        size, cap = linebox.style["font_size"], beginning_float(linebox)
        stretches = measure(found, context, linebox, container, self.rules, self.glyphs)
        return Plan(
            container.width,
            linebox.text_indent,
            cap,
            _measures(context, linebox, container, cap),
            tuple((text, _limits(self.composition, size, text.space)) for text in stretches),
        )


def composer_for(composition: Composition | None) -> Composer | None:
    """What sets the paragraphs of one document so; None leaves them to the engine."""
    if composition is None or not composition.optimal:
        return None
    divide = lru_cache(maxsize=None)(_divisions)  # a book has few words, each many times
    rules = Rules(composition.hyphen_penalty, composition.mark_penalty, composition.space, divide)
    return Composer(composition, rules)


def justified(linebox: Any) -> bool:
    """Its lines are to be filled, and their text may be planned."""
    style = linebox.style
    return bool(style["text_align_all"] == "justify" and style["white_space"] == "normal")


def _divisions(word: str, language: str, left: int, right: int) -> tuple[int, ...]:
    if division.supports(language) is None:
        return ()
    return division.positions(word, language, left, right)


def _limits(composition: Composition, size: float, space: float) -> Limits:
    """The limits for type of a size (of its em) whose font has a word space of that width."""
    return Limits(
        tolerance=composition.tolerance,
        space_stretch=composition.space_stretch * space,
        space_shrink=composition.space_shrink * space,
        letter_stretch=composition.letter_space * size,
        wider=composition.letter_width,
        emergency=_EMERGENCY * size,
        hyphens_in_a_row=composition.hyphens_in_a_row,
        hyphen_pair=composition.hyphen_pair_demerits,
        last_hyphen=composition.last_hyphen_demerits,
        contrast=composition.contrast_demerits,
        shortest_last=composition.shortest_last_line * size,
        short_last=_SHORT_LAST,
    )


def _measures(context: Any, linebox: Any, container: Any, cap: Any) -> tuple[float, ...]:
    """The lengths of a paragraph's lines, the last for all that follow; `cap` is a float before."""
    width, height, lines = 0.0, line_height(linebox), 0
    if cap is not None:
        width, tall = float_size(context, cap, container)
        lines = ceil(tall / height - _ROUNDING) if width and height else 0
    first = container.width - linebox.text_indent - width
    return (first, *[container.width - width] * (lines - 1), container.width)


def _beside_floats(context: Any, position_y: float, cap: Any) -> bool:
    """True beside a float that the plan doesn't know of."""
    return any(
        shape.position_y + shape.margin_height() > position_y
        and (cap is None or shape.element is not cap.element)
        for shape in context.excluded_shapes
    )


def _flat(skip_stack: Any) -> tuple[int, ...]:
    """`{0: {3: {17: None}}}` as `(0, 3, 17)`."""
    found: tuple[int, ...] = ()
    while skip_stack is not None:
        number, skip_stack = next(iter(skip_stack.items()))
        found += (number,)
    return found
