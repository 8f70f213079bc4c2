"""The letters of a set section and where its pages begin, to find a place again after an edit.

In: a sheet's HTML and where its pages begin. Out: `Passage`s; for two of them, where each page of
the older one is found in the newer.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from bookbuild.book.places import BLOCK, Begin

_PIECE = re.compile(r"<[^>]*>|[^<]+")
_NUMBERED = re.compile(rf'\b{BLOCK}="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Passage:
    """A section's letters, and before how many of them each of its pages begins."""

    letters: str = field(repr=False)
    starts: tuple[int, ...]


def passage(text: str, begins: Sequence[Begin | None]) -> Passage:
    """The passage that a sheet's HTML holds; its first page begins it."""
    blocks: dict[str, int] = {}
    letters: list[str] = []
    count = 0
    for piece in _PIECE.findall(text[max(text.find("<body"), 0) :]):
        if piece.startswith("<"):
            if numbered := _NUMBERED.search(piece):
                blocks.setdefault(numbered[1], count)
            continue
        found = "".join(filter(str.isalnum, html.unescape(piece)))
        letters.append(found)
        count += len(found)
    starts = [0]
    for begin in begins[1:]:
        place = blocks.get(begin.block, 0) + begin.after if begin else 0
        starts.append(max(place, starts[-1]))
    return Passage("".join(letters), tuple(starts))


def first_difference(old: Passage, new: Passage) -> int | None:
    """After how many letters the two differ; None if they don't."""
    if old.letters == new.letters:
        return None
    return _common(old.letters, new.letters)


def moved(old: Passage, new: Passage) -> tuple[int, ...]:
    """For each page of `old` the page of `new` that holds what it begins with.

    One stretch of the text is taken to have changed: what stands before it and after it is found
    again; what stood in it is looked for where it began.
    """
    begin = first_difference(old, new)
    if begin is None:
        begin = len(old.letters)
    rest = min(len(old.letters), len(new.letters)) - begin
    ends = [text.letters[len(text.letters) - rest :][::-1] for text in (old, new)]
    after = _common(*ends)
    shift = len(new.letters) - len(old.letters)
    found = []
    for start in old.starts:
        place = start if start <= begin else begin
        if start > begin and start >= len(old.letters) - after:
            place = start + shift
        found.append(page_of(new, place))
    return tuple(found)


def page_of(text: Passage, place: int) -> int:
    """The page, from 0, on which the letter number `place` stands."""
    return max(bisect_right(text.starts, place) - 1, 0)


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
