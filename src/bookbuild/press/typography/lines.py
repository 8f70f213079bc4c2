"""Words put together to lines, whatever order they were painted in.

In: the words of each page (`glyphs`). Out: `Line`s from a page's head to its foot. A column's
gutter parts lines, a wide word space doesn't.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from bookbuild.press.typography.glyphs import Word

SAME_BASELINE = 0.2
"""In em of the larger word: the first letters of a line stand no farther apart in height."""
_RAISED, _LOWERED = 0.6, -0.35
"""In em of the line: how far its superiors and inferiors stand from the baseline."""
_SMALL = 0.85
"""Superiors and inferiors are smaller than this part of their line."""
_GUTTER, _WIDEST_SPACE = 1.2, 8.0
"""In em: what parts two columns, and what words painted one after the other never exceed."""
TOUCHING = 0.1
"""In em of white: what stands nearer, a note call and its word for one, has no space between."""
_LEADERS = (". . .", "....", "· · ·", "_____")
HYPHENS = ("-", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}", "\N{SOFT HYPHEN}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; lengths in points, from the page's origin."""

    page: int
    """From 0."""
    baseline: float
    left: float
    right: float
    text: str
    size: float
    """Of most of its letters."""
    font: str
    """As the painting of its line began."""
    one_font: bool
    """All its words are in it."""
    spaces: tuple[float, ...]
    """Between its words, from the left, in em: from ink to ink, the white that a reader sees."""

    @property
    def mean_space(self) -> float:
        """In em; 0 for a line of one word."""
        return fmean(self.spaces) if self.spaces else 0

    @property
    def ends_in_hyphen(self) -> bool:
        """Whether its last glyph is a hyphen, set by the author or by a division."""
        return len(self.text) > 1 and self.text.endswith(HYPHENS)

    @property
    def has_leaders(self) -> bool:
        """Whether points lead the eye across it, as in a table of contents."""
        return any(leaders in self.text for leaders in _LEADERS)


class _Run(NamedTuple):
    """Words painted one after the other, on one baseline and in one size."""

    number: int
    """In the order of painting."""
    words: list[Word]
    baseline: float
    size: float


def page_lines(page: int, words: Sequence[Word]) -> tuple[Line, ...]:
    """The lines of one page, from head to foot, from left to right."""
    if not words:
        return ()
    runs = _runs(words)
    common = _main_size(runs)
    rows = _rows([run for run in runs if run.size >= _SMALL * common])
    rows += _rows(_attach(rows, [run for run in runs if run.size < _SMALL * common]))
    lines = [_line(page, part) for row in rows for part in _parted(row)]
    return tuple(sorted(lines, key=lambda line: (-line.baseline, line.left)))


def _runs(words: Sequence[Word]) -> list[_Run]:
    runs: list[_Run] = []
    last: Word | None = None
    for word in words:
        if (
            last is not None
            and word.follows
            and word.baseline == last.baseline
            and word.size == last.size
            and -last.size < word.left - last.right < _WIDEST_SPACE * last.size
        ):
            runs[-1].words.append(word)
        else:
            runs.append(_Run(len(runs), [word], word.baseline, word.size))
        last = word
    return runs


def _main_size(runs: Sequence[_Run]) -> float:
    """The size in which most letters are set, in points."""
    letters = Counter[float]()
    for run in runs:
        letters[round(run.size, 1)] += sum(len(word.text) for word in run.words)
    return max(letters, key=lambda size: (letters[size], size))


def _rows(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Runs by baseline, from above."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (-run.baseline, run.number)):
        if rows:
            above = rows[-1][-1]
            if above.baseline - run.baseline <= SAME_BASELINE * max(above.size, run.size):
                rows[-1].append(run)
                continue
        rows.append([run])
    return rows


def _attach(rows: list[list[_Run]], small: Sequence[_Run]) -> list[_Run]:
    """Put superiors and inferiors into the line that they touch; returns those that touch none."""
    alone = []
    for run in small:
        row = next((row for row in rows if _touches(row, run)), None)
        if row is None:
            alone.append(run)
        else:
            row.append(run)
    return alone


def _touches(row: Sequence[_Run], small: _Run) -> bool:
    size = row[0].size
    if not _LOWERED * size <= small.baseline - row[0].baseline <= _RAISED * size:
        return False
    reach = size / 2
    left, right = small.words[0].left - reach, small.words[-1].right + reach
    return any(run.words[0].left <= right and left <= run.words[-1].right for run in row)


def _parted(row: list[_Run]) -> Iterator[list[Word]]:
    """The columns that a row runs through."""
    if len(row) == 1:
        yield row[0].words
        return
    row.sort(key=lambda run: (run.words[0].left, run.number))
    part = list(row[0].words)
    for before, run in pairwise(row):
        last, word = before.words[-1], run.words[0]
        gap = (word.left - last.right) / max(word.size, last.size)
        one_after_other = run.number == before.number + 1 and word.follows
        if gap > (_WIDEST_SPACE if one_after_other else _GUTTER):
            yield part
            part = []
        part += run.words
    yield part


def _line(page: int, words: Sequence[Word]) -> Line:
    first = _typical(words)
    size = first.size
    shown, spaces = [words[0].text], []
    for last, word in pairwise(words):
        white = word.ink_left - last.ink_right
        if white > TOUCHING * size:
            spaces.append(white / size)
            shown.append(" ")
        shown.append(word.text)
    left, right = words[0].left, max(word.right for word in words)
    text = "".join(shown)
    one_font = all(word.font == first.font for word in words)
    return Line(page, first.baseline, left, right, text, size, first.font, one_font, tuple(spaces))


def _typical(words: Sequence[Word]) -> Word:
    """The first word of the size in which most letters of a line are set."""
    first = words[0]
    if all(word.size == first.size for word in words):
        return first
    letters = Counter[float]()
    for word in words:
        letters[word.size] += len(word.text)
    size = max(letters, key=lambda size: (letters[size], size))
    return next(word for word in words if word.size == size)
