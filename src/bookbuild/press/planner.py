"""The plan of each justified paragraph: where its lines end, and how long they are.

In: line boxes of the engine before layout, and the layout's composition. Out: `Line`s, which
`breaker` has the engine take. A plan may be changed from one of its lines on (`level`), as long as
no page holds that line yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil
from typing import Any

from bookbuild.book import division
from bookbuild.layout import Composition
from bookbuild.press.compose.breaking import line_ends, roughness
from bookbuild.press.compose.paragraph import NEVER, Limits
from bookbuild.press.endings import Ending
from bookbuild.press.inlines import NotUnderstood, beginning_float, float_size, line_height
from bookbuild.press.lineends import Cut, Measured, Rules, measure

_EMERGENCY = 3
"""Stretch given to each line, in em, where no breaks are good enough (TeX: \\emergencystretch)."""
_SHORT_LAST = 5_000
"""Demerits of a last line that is too short: as bad as a hyphen before it."""
_ROUNDING = 1e-3
"""A float that is taller than so many lines by less than this is as tall as they."""
_WIDOWS = 2
"""Fewest lines of a paragraph at the head of a page (page.css)."""
_AT_START = ("auto", "start", "left")
"""Values of `text-align-last` that leave a last line as it is."""


Key = tuple[int, str]
"""A paragraph's element and its text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A planned line."""

    measure: float
    """Width that it fills."""
    cut: Cut | None
    """None where the engine finds its end itself: at a forced break, or at the text's end."""
    wider: float
    """What its word spaces have more than the font's, if nothing has to be filled."""
    limits: Limits
    plan: Plan
    number: int
    """Which line of the paragraph it is, from 0."""
    hyphen: bool
    """It ends in a hyphen."""


@dataclass(slots=True)
class Plan:
    """The lines of a paragraph in a container of some width."""

    element: int
    """The identity of the element that it belongs to."""
    width: float
    indent: float
    cap: Any
    """The float that its first lines stand beside, if it begins with one."""
    measures: tuple[float, ...]
    """Lengths of its lines, the last for all that follow."""
    stretches: tuple[tuple[Measured, Limits], ...]
    ends: tuple[tuple[int, ...], ...] = ()
    """Of each stretch, the places where its lines end."""
    lines: dict[tuple[int, ...], Line] = field(default_factory=dict)
    """By the engine's “skip stack” that they begin at, flat."""

    @property
    def key(self) -> Key:
        """By which the paragraph is known when the document is set again."""
        return self.element, "".join(run.text for run in self.stretches[0][0].runs)

    def set_best(self) -> bool:
        """Choose the best breaks; False if there are none."""
        ends: list[tuple[int, ...]] = []
        for stretch, limits in self.stretches:
            measures = self._from(sum(map(len, ends)))
            found = line_ends(stretch.paragraph, measures, limits)
            if found is None:
                return False
            ends.append(found)
        self.set_ends(tuple(ends))
        return True

    def set_ends(self, ends: tuple[tuple[int, ...], ...]) -> None:
        """End the lines at these places."""
        self.ends, self.lines = ends, {}
        begin: tuple[int, ...] = ()
        for (stretch, limits), places in zip(self.stretches, ends, strict=True):
            for place in places:
                number = len(self.lines)
                cut = stretch.cut(place) if place != places[-1] else None
                self.lines[begin] = Line(
                    self._from(number)[0], cut, stretch.wider, limits, self, number,
                    stretch.paragraph.hyphens[place] > 0,
                )  # fmt: skip
                begin = cut.resume_at if cut else stretch.forced or ()

    def marks(self, factor: float) -> list[bool]:
        """Of each line but the last: does it end in a hyphen, where hyphens cost more?"""
        found: list[bool] = []
        for number, (stretch, limits) in enumerate(self.stretches):
            places: Sequence[int] | None = self.ends[number]
            if factor != 1:
                measures = self._from(sum(map(len, self.ends[:number])))
                places = line_ends(stretch.paragraph.dearer(factor), measures, limits)
            found += [stretch.paragraph.hyphens[place] > 0 for place in (places or ())[:-1]]
        return found

    def changed(
        self, first: int, looseness: int, tolerance: float, forbidden: int | None = None
    ) -> tuple[tuple[int, ...], ...] | None:
        """Other ends from line `first` on; None if there are none, or the text has forced breaks.

        `looseness` is how many lines more; `forbidden` a line that may not end in a hyphen.
        """
        if len(self.stretches) != 1:
            return None
        ((stretch, limits),), (ends,) = self.stretches, self.ends
        origin = ends[first - 1] if first else 0
        limits = replace(limits, tolerance=min(limits.tolerance, tolerance))
        without: set[int] = set()
        while True:
            rest = stretch.paragraph.rest(origin, without)
            found = line_ends(rest, self._from(first), limits, looseness, strict=True)
            if found is None or len(found) != len(ends) - first + looseness:
                return None
            if first and len(found) < _WIDOWS:
                return None  # the lines before it stand on an earlier page
            changed = (*ends[:first], *(origin + place for place in found))
            if forbidden is None or not stretch.paragraph.hyphens[changed[forbidden]]:
                break
            without.add(changed[forbidden])  # each time another: words have few divisions
        return None if self._ladder(changed, stretch, limits) else (changed,)

    def rougher(self, ends: tuple[tuple[int, ...], ...]) -> float:
        """How much further from the ideal these ends are than those that the lines have."""
        ((stretch, limits),) = self.stretches
        new, old = (
            roughness(stretch.paragraph, self.measures, limits, places)
            for (places,) in (ends, self.ends)
        )
        return new - old

    def _ladder(self, ends: Sequence[int], stretch: Measured, limits: Limits) -> bool:
        marks = "".join("h" if stretch.paragraph.hyphens[end] else " " for end in ends)
        return "h" * (limits.hyphens_in_a_row + 1) in marks

    def _from(self, number: int) -> tuple[float, ...]:
        """The lengths from line `number` on."""
        return self.measures[min(number, len(self.measures) - 1) :]


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
    wishes: Mapping[Key, int] = field(default_factory=dict)
    """How many lines more a paragraph should have than is best."""
    line: Line | None = None
    """The line that is laid out now, if it was planned."""
    known: dict[int, tuple[Any, Plan | None]] = field(default_factory=dict)
    """Plans by the identity of their line box, which stands beside so that it stays."""
    glyphs: dict[int, Sequence[int]] = field(default_factory=dict)
    """Of each planned run of text: how many glyphs come before each of its bytes."""

    @property
    def directions(self) -> tuple[int, ...]:
        """By how many lines a page may change a paragraph: never against what is wished."""
        return tuple(sorted(set(self.wishes.values()))) or (1, -1)

    def planned(
        self, context: Any, linebox: Any, position_y: float, skip_stack: Any, container: Any
    ) -> Line | None:
        """The plan of the line at `position_y` that begins at `skip_stack`."""
        style = linebox.style
        if style["text_align_all"] != "justify" or style["white_space"] != "normal":
            return None  # nothing of it is justified: a list's marker, say
        known = self.known.get(id(linebox))
        plan = known[1] if known else None
        if skip_stack is None and (
            known is None
            or (plan and (plan.width, plan.indent) != (container.width, linebox.text_indent))
        ):
            plan = self._plan(context, linebox, container)
            if known is None:
                self.composed += plan is not None
                self.left += plan is None
            self.known[id(linebox)] = linebox, plan
        if plan is None or plan.width != container.width:
            return None
        if _beside_floats(context, position_y, plan.cap):
            return None
        return plan.lines.get(_flat(skip_stack))

    def _plan(self, context: Any, linebox: Any, container: Any) -> Plan | None:
        if linebox.style["direction"] == "rtl" or linebox.style["text_align_last"] not in _AT_START:
            return None
        cap = beginning_float(linebox)
        try:
            stretches = measure(context, linebox, container, self.rules, self.glyphs)
        except NotUnderstood:
            return None
        size = linebox.style["font_size"]
        plan = Plan(
            id(linebox.element),
            container.width,
            linebox.text_indent,
            cap,
            _measures(context, linebox, container, cap),
            tuple((found, _limits(self.composition, size, found.space)) for found in stretches),
        )
        if not plan.set_best():
            return None
        if wished := self.wishes.get(plan.key):
            plan.set_ends(plan.changed(0, wished, NEVER) or plan.ends)
        return plan


def composer_for(
    composition: Composition | None,
    wishes: Mapping[Key, int] | None = None,
    factor: float = 1.0,
) -> Composer | None:
    """What sets the paragraphs of one document so; None leaves them to the engine.

    A hyphen costs `factor` times what the composition says.
    """
    if composition is None or not composition.optimal:
        return None
    divide = lru_cache(maxsize=None)(_divisions)  # a book has few words, each many times
    penalties = composition.hyphen_penalty * factor, composition.mark_penalty * factor
    return Composer(composition, Rules(*penalties, composition.space, divide), wishes=wishes or {})


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
