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

from bookbuild.press.typography.glyphs import Word

SAME_BASELINE = 0.2
"""In em of the larger word: the first letters of a line stand no farther apart in height."""
_RAISED, _LOWERED = 0.6, -0.35
"""In em of the line: how far its superiors and inferiors stand from the baseline."""
_SMALL = 0.85
"""Superiors and inferiors are smaller than this part of their line."""
_GUTTER, _WIDEST_SPACE = 1.2, 8.0
"""In em: what parts two columns, and what words painted one after the other never exceed."""
TOUCHING = 0.06
"""In em: words that stand nearer, a note call and its word for one, have no space between."""
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


Numbered = tuple[int, Word]
"""A word and its number in the order of painting."""


def page_lines(page: int, words: Sequence[Word]) -> tuple[Line, ...]:
    """The lines of one page, from head to foot, from left to right."""
    if not words:
        return ()
    common = main_size(words)
    large: list[Numbered] = []
    small: list[Numbered] = []
    for item in enumerate(words):
        (large if item[1].size >= _SMALL * common else small).append(item)
    rows = _rows(large)
    rows += _rows(_attach(rows, small))
    lines = [_line(page, part) for row in rows for part in _parted(row)]
    return tuple(sorted(lines, key=lambda line: (-line.baseline, line.left)))


def main_size(words: Sequence[Word]) -> float:
    """The size in which most letters are set, in points."""
    letters = Counter[float]()
    for word in words:
        letters[round(word.size, 1)] += len(word.text)
    return max(letters, key=lambda size: (letters[size], size))


def _rows(words: Sequence[Numbered]) -> list[list[Numbered]]:
    """Words by baseline, from above."""
    rows: list[list[Numbered]] = []
    for item in sorted(words, key=lambda item: -item[1].baseline):
        word = item[1]
        if rows:
            above = rows[-1][-1][1]
            if above.baseline - word.baseline <= SAME_BASELINE * max(above.size, word.size):
                rows[-1].append(item)
                continue
        rows.append([item])
    return rows


def _attach(rows: list[list[Numbered]], small: Sequence[Numbered]) -> list[Numbered]:
    """Put superiors and inferiors into the line that they touch; returns those that touch none."""
    alone = []
    for item in small:
        word = item[1]
        row = next((row for row in rows if _touches(row, word)), None)
        if row is None:
            alone.append(item)
        else:
            row.append(item)
    return alone


def _touches(row: Sequence[Numbered], word: Word) -> bool:
    size = row[0][1].size
    if not _LOWERED * size <= word.baseline - row[0][1].baseline <= _RAISED * size:
        return False
    reach = size / 2
    return any(
        other.left - reach <= word.right and word.left <= other.right + reach for _, other in row
    )


def _parted(row: list[Numbered]) -> Iterator[list[Word]]:
    """The columns that a row runs through."""
    row.sort(key=lambda item: (item[1].left, item[0]))
    part = [row[0][1]]
    for (number, last), (other, word) in pairwise(row):
        gap = (word.left - last.right) / max(word.size, last.size)
        widest = _WIDEST_SPACE if other == number + 1 and word.follows else _GUTTER
        if gap > widest:
            yield part
            part = []
        part.append(word)
    yield part


def _line(page: int, words: Sequence[Word]) -> Line:
    first = _typical(words)
    size = first.size
    shown, spaces = [words[0].text], []
    for last, word in pairwise(words):
        if word.left - last.right > TOUCHING * size:
            spaces.append(max(word.ink_left - last.ink_right, 0) / size)
            shown.append(" ")
        shown.append(word.text)
    left, right = words[0].left, max(word.right for word in words)
    text = "".join(shown)
    return Line(page, first.baseline, left, right, text, size, first.font, tuple(spaces))


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
