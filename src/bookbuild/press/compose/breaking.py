"""The breaks that are best for a whole paragraph.

The method is that of D. E. Knuth and M. F. Plass, “Breaking Paragraphs into Lines”, Software:
Practice and Experience 11 (1981), with the demerits of TeX (The TeXbook, chapter 14): every way to
come to a place is carried on only as long as it is the best of its kind. The kind holds what later
lines are judged by: how tight the line was, and how many lines in a row end in a hyphen; the number
of lines too, where lines differ in length or one more or less is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bookbuild.press.compose.paragraph import NEVER, Limits, Paragraph

LINE_COST = 10
"""Added to each line's badness (TeX, plain format)."""
_NEAR = 200.0
"""Badness up to which lines are looked at first: that takes half the time, and is mostly enough."""
_DECENT = 1
"""How tight lines are told apart: 0 tight, 1 decent, 2 loose, 3 very loose (TeX)."""
_UNLIMITED = 1 << 30


@dataclass(frozen=True, slots=True)
class _Try:
    """What one try allows."""

    tolerance: float
    emergency: float
    """Stretch given to every line."""


@dataclass(slots=True)
class _Ways:
    """The ways found, in parallel lists: where each ends, and what later lines ask of it."""

    places: list[int] = field(default_factory=lambda: [0])
    lines: list[int] = field(default_factory=lambda: [0])
    """How many lines; beyond the first lengths all the same number, unless they are counted."""
    fits: list[int] = field(default_factory=lambda: [_DECENT])
    runs: list[int] = field(default_factory=lambda: [0])
    """How many lines in a row end in a hyphen."""
    demerits: list[float] = field(default_factory=lambda: [0.0])
    origins: list[int] = field(default_factory=lambda: [-1])
    """The way that each goes on from."""


def line_ends(
    paragraph: Paragraph,
    measures: Sequence[float],
    limits: Limits,
    looseness: int = 0,
    *,
    strict: bool = False,
) -> tuple[int, ...] | None:
    """The places where the lines end, the last place too; None where no way is good enough.

    `measures` are the lengths of the lines, the last for all that follow. With a `looseness`, the
    paragraph gets that many lines more or fewer than is best. If it is `strict`, nothing worse than
    the tolerance is tried.
    """
    if not looseness and (found := _near(paragraph, measures, limits)):
        return found
    for attempt in _tries(limits, strict=strict):
        ways = _explore(paragraph, measures, limits, attempt, count=bool(looseness))
        last = len(paragraph.ends) - 1
        ended = [way for way in range(len(ways.places)) if ways.places[way] == last]
        if not ended:
            continue
        best = min(ended, key=ways.demerits.__getitem__)
        if not looseness:
            return _traced(ways, best)
        wanted = ways.lines[best] + looseness
        ended = [way for way in ended if ways.lines[way] == wanted]
        if ended:
            return _traced(ways, min(ended, key=ways.demerits.__getitem__))
    return None


def _near(
    paragraph: Paragraph, measures: Sequence[float], limits: Limits
) -> tuple[int, ...] | None:
    """The best line ends, if looking at decent lines alone is enough to know them.

    A worse line costs more by itself than all lines of what is returned: no way with it is better.
    """
    if limits.tolerance <= _NEAR:
        return None
    ways = _explore(paragraph, measures, limits, _Try(_NEAR, emergency=0.0), count=False)
    last = len(paragraph.ends) - 1
    ended = [way for way in range(len(ways.places)) if ways.places[way] == last]
    best = min(ended, key=ways.demerits.__getitem__, default=None)
    if best is None or ways.demerits[best] > (LINE_COST + _NEAR) ** 2:
        return None
    return _traced(ways, best)


def _tries(limits: Limits, *, strict: bool) -> Iterator[_Try]:
    yield _Try(limits.tolerance, emergency=0.0)
    if not strict:
        yield _Try(NEVER, emergency=limits.emergency)


def _traced(ways: _Ways, way: int) -> tuple[int, ...]:
    """The line ends on the way, in their order."""
    found = []
    while way > 0:
        found.append(ways.places[way])
        way = ways.origins[way]
    return tuple(reversed(found))


def _explore(
    paragraph: Paragraph, measures: Sequence[float], limits: Limits, attempt: _Try, *, count: bool
) -> _Ways:
    """Every way that is the best of its kind, as far as the limits let it go on.

    One loop, and a long one: it is the whole cost of composing, and a call for each line that is
    looked at would double it.
    """
    ends, starts = paragraph.ends, paragraph.starts
    end_spaces, start_spaces = paragraph.end_spaces, paragraph.start_spaces
    end_letters, start_letters = paragraph.end_letters, paragraph.start_letters
    stretch, shrink, letter = limits.space_stretch, limits.space_shrink, limits.letter_stretch
    wider = limits.wider
    widest = (attempt.tolerance / 100) ** (1 / 3)
    most = min(widest, 1.0)
    most_wide = (widest * stretch, most * letter, 1 + most * wider)
    wide_ends = _sums(ends, end_spaces, end_letters, *most_wide)
    wide_starts = _sums(starts, start_spaces, start_letters, *most_wide)
    tight_ends = _sums(ends, end_spaces, end_letters, -shrink, -letter, 1 - wider)
    tight_starts = _sums(starts, start_spaces, start_letters, -shrink, -letter, 1 - wider)
    slack = widest * attempt.emergency
    ways = _Ways()
    places, lines, demerits = ways.places, ways.lines, ways.demerits
    fits, runs = ways.fits, ways.runs
    last, shape = len(ends) - 1, len(measures) - 1
    counted = _UNLIMITED if count else shape
    oldest = 0
    for place in range(1, last + 1):
        cost, hyphen = paragraph.costs[place], paragraph.hyphens[place]
        if cost >= NEVER:
            continue
        end, wide, tight = ends[place], wide_ends[place] + slack, tight_ends[place]
        final = place == last
        best: dict[tuple[int, int, int], tuple[float, int]] = {}
        for way in range(oldest, len(places)):
            origin, line = places[way], lines[way]
            measure = measures[line if line < shape else shape]
            if tight - tight_starts[origin] > measure:
                if way == oldest:
                    oldest += 1
                continue
            if wide - wide_starts[origin] < measure and not final:
                if line >= shape:
                    break  # whatever begins later is shorter still
                continue
            run = runs[way] + 1 if hyphen else 0
            if run > limits.hyphens_in_a_row:
                continue
            length = end - starts[origin]
            gap = measure - length
            spaces = end_spaces[place] - start_spaces[origin]
            letters = end_letters[place] - start_letters[origin]
            if gap < 0:
                ratio = gap / (spaces * shrink + letters * letter + length * wider)
                fit = 0 if ratio < -0.5 else 1
            elif final or not gap:
                ratio, fit = 0.0, _DECENT
            else:
                space_give = spaces * stretch + attempt.emergency
                letter_give = letters * letter + length * wider
                ratio = gap / (space_give + letter_give)
                if ratio > 1 and space_give:
                    ratio = (gap - letter_give) / space_give
                fit = 1 if ratio <= 0.5 else 2 if ratio <= 1 else 3
            bad = LINE_COST + 100 * abs(ratio) ** 3
            total = demerits[way] + bad * bad + cost * abs(cost)
            if fit - fits[way] not in (-1, 0, 1):
                total += limits.contrast
            if run > 1:
                total += limits.hyphen_pair
            if final:
                total += _last_line(paragraph, limits, origin)
            kind = (line + 1 if line < counted else counted, fit, run)
            if kind not in best or total < best[kind][0]:
                best[kind] = (total, way)
        for (line, fit, run), (total, way) in best.items():
            places.append(place)
            lines.append(line)
            fits.append(fit)
            runs.append(run)
            demerits.append(total)
            ways.origins.append(way)
    return ways


def _sums(
    lengths: Sequence[float],
    spaces: Sequence[int],
    letters: Sequence[int],
    a_space: float,
    a_letter: float,
    times: float,
) -> list[float]:
    """Lengths from the beginning, so many times, with spaces and letters that much wider."""
    return [
        length * times + a_space * spaced + a_letter * lettered
        for length, spaced, lettered in zip(lengths, spaces, letters, strict=True)
    ]


def roughness(
    paragraph: Paragraph, measures: Sequence[float], limits: Limits, ends: Sequence[int]
) -> float:
    """How far these lines are from the ideal: their demerits, but for those of neighbours."""
    total = 0.0
    for number, (begin, end) in enumerate(pairwise((0, *ends))):
        measure = measures[min(number, len(measures) - 1)]
        length = paragraph.ends[end] - paragraph.starts[begin]
        gap = measure - length
        spaces = paragraph.end_spaces[end] - paragraph.start_spaces[begin]
        letters = paragraph.end_letters[end] - paragraph.start_letters[begin]
        space = limits.space_stretch if gap > 0 else limits.space_shrink
        letter_give = letters * limits.letter_stretch + length * limits.wider
        ratio = _ratio(gap, spaces * space, letter_give)
        bad = 0.0 if end == ends[-1] and gap > 0 else 100 * abs(ratio) ** 3
        total += (LINE_COST + bad) ** 2 + paragraph.costs[end] ** 2
    return total


def _ratio(gap: float, space_give: float, letter_give: float) -> float:
    """The share of what a line may give that it needs; over 1 the spaces have to give it."""
    if gap > letter_give + space_give and space_give:
        return (gap - letter_give) / space_give
    give = letter_give + space_give
    return gap / give if give else 0.0


def _last_line(paragraph: Paragraph, limits: Limits, origin: int) -> float:
    """Demerits of the last line, which begins at `origin`."""
    if not origin:
        return 0.0
    found = limits.last_hyphen if paragraph.hyphens[origin] else 0.0
    if paragraph.ends[-1] - paragraph.starts[origin] < limits.shortest_last:
        found += limits.short_last
    return found
