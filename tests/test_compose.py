"""The breaks of a paragraph: the best of all there are, within limits that nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild.press.compose.breaking import LINE_COST, line_ends, roughness
from bookbuild.press.compose.paragraph import NEVER, Limits, Paragraph

LIMITS = Limits(
    tolerance=NEVER,
    space_stretch=2.0,
    space_shrink=1.0,
    letter_stretch=0.05,
    wider=0.02,
    emergency=0.0,
    hyphens_in_a_row=2,
    hyphen_pair=3000.0,
    last_hyphen=2000.0,
    contrast=1000.0,
    shortest_last=8.0,
    short_last=4000.0,
)
SPACE, LETTER = 3.0, 5.0


def paragraph(text: str) -> Paragraph:
    """A text of letters that are all as wide; `·` is where a word may be divided."""
    ends, starts, costs, hyphens = [0.0], [0.0], [0.0], [0]
    end_spaces, start_spaces, end_letters, start_letters = [0], [0], [0], [0]
    at, spaces, letters = 0.0, 0, 0

    def place(hyphen: int, cost: float, space: int) -> None:
        ends.append(at + LETTER * (hyphen == 2))
        starts.append(at + SPACE * space)
        end_spaces.append(spaces)
        start_spaces.append(spaces + space)
        end_letters.append(letters + (hyphen == 2))
        start_letters.append(letters + space)
        costs.append(cost)
        hyphens.append(hyphen)

    for sign in text:
        if sign == "·":
            place(2, 50.0, 0)
        elif sign == " ":
            place(0, 0.0, 1)
            at, spaces, letters = at + SPACE, spaces + 1, letters + 1
        else:
            at, letters = at + LETTER, letters + 1
            if sign == "-":
                place(1, 20.0, 0)
    place(0, 0.0, 0)
    return Paragraph(
        ends, starts, end_spaces, start_spaces, end_letters, start_letters, costs, hyphens
    )


def judged(
    text: Paragraph, measures: Sequence[float], limits: Limits, ends: Sequence[int]
) -> float | None:
    """The demerits of these lines, reckoned anew one by one; None if a limit forbids them."""
    total, fit_before, run = 0.0, 1, 0
    for number, (begin, end) in enumerate(pairwise((0, *ends))):
        measure = measures[min(number, len(measures) - 1)]
        length = text.ends[end] - text.starts[begin]
        gap = measure - length
        spaces = text.end_spaces[end] - text.start_spaces[begin]
        letters = text.end_letters[end] - text.start_letters[begin]
        last = end == ends[-1]
        give = letters * limits.letter_stretch + length * limits.wider
        of_spaces = spaces * (limits.space_stretch if gap > 0 else limits.space_shrink)
        if gap == 0 or (last and gap > 0):
            ratio = 0.0
        elif gap <= give + of_spaces:
            ratio = gap / (give + of_spaces)
        elif spaces:  # letters give no more than they may, whatever the line needs
            ratio = (gap - give) / of_spaces
        else:
            return None
        if ratio < -1 or 100 * ratio**3 > limits.tolerance:
            return None
        fit = 0 if ratio < -0.5 else 1 if ratio <= 0.5 else 2 if ratio <= 1 else 3
        total += (LINE_COST + 100 * abs(ratio) ** 3) ** 2 + text.costs[end] ** 2
        total += limits.contrast * (abs(fit - fit_before) > 1)
        fit_before = fit
        run = run + 1 if text.hyphens[end] else 0
        if run > limits.hyphens_in_a_row:
            return None
        total += limits.hyphen_pair * (run > 1)
        if last and begin:
            total += limits.last_hyphen * (text.hyphens[begin] > 0)
            short = text.ends[end] - text.starts[begin] < limits.shortest_last
            total += limits.short_last * short
    return total


def every_way(text: Paragraph) -> Iterator[tuple[int, ...]]:
    last = len(text.ends) - 1
    for count in range(last):
        for chosen in combinations(range(1, last), count):
            yield (*chosen, last)


def best_of_all(
    text: Paragraph, measures: Sequence[float], limits: Limits, lines: int | None = None
) -> float | None:
    found = (judged(text, measures, limits, ends) for ends in every_way(text)
             if lines is None or len(ends) == lines)  # fmt: skip
    return min((total for total in found if total is not None), default=None)


words = st.lists(st.text("a·-", min_size=1, max_size=6), min_size=1, max_size=5)
texts = words.map(lambda found: " ".join(word.strip("·-") or "a" for word in found)).filter(
    lambda text: sum(text.count(sign) for sign in " ·-") <= 11 and "··" not in text
)
shapes = st.lists(st.sampled_from([22.0, 30.0, 31.5, 40.0, 55.0]), min_size=1, max_size=3)


@settings(max_examples=300, deadline=None)
@given(texts, shapes)
def test_no_other_way_has_fewer_demerits(text: str, measures: list[float]) -> None:
    made = paragraph(text)
    found = line_ends(made, measures, LIMITS)
    best = best_of_all(made, measures, LIMITS)
    if found is None:
        assert best is None
    else:
        assert judged(made, measures, LIMITS, found) == pytest.approx(best)


@settings(max_examples=200, deadline=None)
@given(texts, shapes, st.sampled_from([-1, 1]))
def test_a_line_more_or_fewer_is_the_best_of_that_length(
    text: str, measures: list[float], looseness: int
) -> None:
    made = paragraph(text)
    usual = line_ends(made, measures, LIMITS)
    found = line_ends(made, measures, LIMITS, looseness)
    best = best_of_all(made, measures, LIMITS, len(usual) + looseness) if usual else None
    if found is None:
        assert best is None
    else:
        assert usual is not None
        assert len(found) == len(usual) + looseness
        assert judged(made, measures, LIMITS, found) == pytest.approx(best)


@settings(max_examples=100, deadline=None)
@given(texts, shapes)
def test_roughness_is_what_the_lines_cost_but_for_their_neighbours(
    text: str, measures: list[float]
) -> None:
    made = paragraph(text)
    alone = replace(LIMITS, contrast=0.0, hyphen_pair=0.0, last_hyphen=0.0, short_last=0.0)
    found = line_ends(made, measures, LIMITS)
    if found is not None:
        assert roughness(made, measures, LIMITS, found) == pytest.approx(
            judged(made, measures, alone, found)
        )


def lines_of(text: str, ends: tuple[int, ...] | None) -> list[str]:
    """The lines as they would be printed."""
    assert ends is not None
    places = [0]
    places += [at + (sign == "-") for at, sign in enumerate(text) if sign in " ·-"]
    places.append(len(text))
    found = []
    for begin, end in pairwise((0, *ends)):
        line = text[places[begin] : places[end]].strip(" ·").replace("·", "")
        found.append(line + "-" * (text[places[end] : places[end] + 1] == "·"))
    return found


def test_a_line_is_tightened_where_filling_it_would_divide_a_word() -> None:
    text = "aa aaaa aa·aaa aaa aa aa·aaa aa·aaa aa·aaa aa"
    found = line_ends(paragraph(text), [60.0], replace(LIMITS, tolerance=400.0))
    assert lines_of(text, found) == ["aa aaaa aaaaa", "aaa aa aaaaa", "aaaaa aaaaa", "aa"]


def test_a_loose_line_is_taken_where_dividing_a_word_costs_more() -> None:
    text = "aaa aaa aa a·aaaaa"
    divided = line_ends(paragraph(text), [55.0], LIMITS)
    assert lines_of(text, divided) == ["aaa aaa aa a-", "aaaaa"]
    whole = line_ends(paragraph(text).dearer(20), [55.0], LIMITS)
    assert lines_of(text, whole) == ["aaa aaa aa", "aaaaaa"]


def test_never_more_hyphens_follow_each_other_than_the_limit_says() -> None:
    text = " ".join(["aa·aa·aa"] * 6)
    for most in (0, 1, 2):
        limits = replace(LIMITS, hyphens_in_a_row=most, emergency=30.0)
        lines = lines_of(text, line_ends(paragraph(text), [37.0], limits))
        runs = "".join("h" if line.endswith("-") else " " for line in lines).split()
        assert max(map(len, runs), default=0) <= most


def test_a_word_wider_than_the_measure_has_no_way() -> None:
    assert line_ends(paragraph("aa aaaaaaaaaaaa aa"), [30.0], replace(LIMITS, emergency=30)) is None


def test_where_no_breaks_are_good_enough_the_lines_are_loose_rather_than_none() -> None:
    text = "a aaaaaa a aaaaaa a"
    strict = replace(LIMITS, tolerance=1.0)
    assert line_ends(paragraph(text), [31.0], strict) is None
    assert line_ends(paragraph(text), [31.0], replace(strict, emergency=30.0)) is not None
