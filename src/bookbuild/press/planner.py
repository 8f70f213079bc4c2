"""The plan of a justified paragraph: where its lines end, and how long they are.

In: text as it was measured, the lengths of its lines, and limits. Out: `Line`s, which
`breaker` has the engine take. A plan may be changed from one of its lines on (`level`), as long as
no page holds that line yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bookbuild.press.compose.breaking import line_ends, roughness
from bookbuild.press.compose.paragraph import Limits
from bookbuild.press.inlines import Leaf
from bookbuild.press.lineends import Cut, Measured

_WIDOWS = 2
"""Fewest lines of a paragraph at the head of a page (page.css)."""


Ends = tuple[tuple[int, ...], ...]
"""Of each stretch of a paragraph, the places where its lines end."""


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

    width: float
    indent: float
    cap: Any
    """The float that its first lines stand beside, if it begins with one."""
    measures: tuple[float, ...]
    """Lengths of its lines, the last for all that follow."""
    stretches: tuple[tuple[Measured, Limits], ...]
    best: Ends = ()
    """Where its lines end at best."""
    ends: Ends = ()
    """Where they end as it is set."""
    lines: dict[tuple[int, ...], Line] = field(default_factory=dict)
    """By the engine's “skip stack” that they begin at, flat."""

    def set_best(self) -> bool:
        """Choose the best breaks; False if there are none."""
        ends: list[tuple[int, ...]] = []
        for stretch, limits in self.stretches:
            measures = self._from(sum(map(len, ends)))
            found = line_ends(stretch.paragraph, measures, limits)
            if found is None:
                return False
            ends.append(found)
        self.best = tuple(ends)
        self.set_ends(self.best)
        return True

    def set_ends(self, ends: Ends) -> None:
        """End the lines at these places."""
        if ends is self.ends:
            return
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

    def marks(self) -> list[bool]:
        """Of each line but the last: does it end in a hyphen?"""
        return [
            stretch.paragraph.hyphens[place] > 0
            for (stretch, _), places in zip(self.stretches, self.ends, strict=True)
            for place in places[:-1]
        ]

    def dearer(self, factor: float) -> Plan:
        """The best lines where every hyphen costs so many times as much."""
        found = tuple((stretch.dearer(factor), limits) for stretch, limits in self.stretches)
        plan = replace(self, stretches=found, ends=())
        return plan if plan.set_best() else self

    def of(self, by_path: Mapping[tuple[int, ...], Leaf]) -> Plan:
        """The same lines for a copy of the paragraph's boxes, known by their paths."""
        found = tuple((stretch.of(by_path), limits) for stretch, limits in self.stretches)
        plan = replace(self, stretches=found, ends=())
        plan.set_ends(self.best)
        return plan

    def changed(
        self, first: int, looseness: int, tolerance: float, forbidden: int | None = None
    ) -> Ends | None:
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

    def rougher(self, ends: Ends) -> float:
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
