"""A paragraph as its line breaker sees it, and what the breaks are judged by.

Lengths are in one unit, whichever the caller uses. A place is where a line may end; the lists of a
`Paragraph` run in parallel, one item for each place. The first place is the beginning of the text,
the last its end. Sums run from the beginning, so that a line between two places costs two
subtractions, and nothing is made for a single word or space.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

NEVER = 10_000.0
"""A cost that forbids a break, and the most that badness may be (TeX)."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The places of a paragraph where a line may end."""

    ends: Sequence[float]
    """From the beginning to the end of a line that ends here: with its hyphen, not its space."""
    starts: Sequence[float]
    """From the beginning to the start of a line that begins here, behind the space."""
    end_spaces: Sequence[int]
    """Spaces from the beginning to the end of a line that ends here."""
    start_spaces: Sequence[int]
    """Spaces from the beginning to the start of a line that begins here."""
    end_letters: Sequence[int]
    """Glyphs, spaces too, from the beginning to the end of a line that ends here."""
    start_letters: Sequence[int]
    """Glyphs, spaces too, from the beginning to the start of a line that begins here."""
    costs: Sequence[float]
    """Penalty of ending a line here, as TeX counts it: 0 is free, 10 000 is never."""
    hyphens: Sequence[int]
    """1 where a line that ends here ends in a hyphen of its word's own, 2 in one that is added."""

    def rest(self, origin: int, forbidden: Iterable[int] = ()) -> Paragraph:
        """What begins at the place `origin`; without the places `forbidden`."""
        costs = list(self.costs[origin:])
        for place in forbidden:
            costs[place - origin] = NEVER
        return Paragraph(
            self.ends[origin:], self.starts[origin:], self.end_spaces[origin:],
            self.start_spaces[origin:], self.end_letters[origin:], self.start_letters[origin:],
            costs, self.hyphens[origin:],
        )  # fmt: skip

    def dearer(self, factor: float) -> Paragraph:
        """With the cost of every hyphen so many times as high."""
        costs = [cost * factor if cost < NEVER else cost for cost in self.costs]
        return replace(self, costs=costs)


@dataclass(frozen=True, slots=True)
class Limits:
    """What lines may look like, and what each fault costs (TeX's demerits)."""

    tolerance: float
    """Worst badness of a line; TeX's, 100 × the third power of how much of its stretch it uses."""
    space_stretch: float
    """What a space gains in a line as bad as 100."""
    space_shrink: float
    """What a space may lose at most."""
    letter_stretch: float
    """What each glyph of a line may gain or lose besides."""
    wider: float
    """The part of its width by which a line's text may be drawn wider or narrower."""
    emergency: float
    """Stretch that every line is given where nothing else is found."""
    hyphens_in_a_row: int
    """Most lines in a row that may end in a hyphen."""
    hyphen_pair: float
    """Demerits of a line that ends in a hyphen like the one before it."""
    last_hyphen: float
    """Demerits of a hyphen before the last line."""
    contrast: float
    """Demerits of a tight line next to a loose one."""
    shortest_last: float
    """A last line shorter than this costs `short_last`."""
    short_last: float
