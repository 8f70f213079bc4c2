"""Repeatable chance: the same seed throws the same numbers on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Choice = TypeVar("Choice")
_MASK = (1 << 64) - 1


class Dice:
    """SplitMix64 (Steele, Lea, Flood 2014): short, and alike on every Python."""

    def __init__(self, seed: int) -> None:
        self.state = seed & _MASK

    def throw(self) -> int:
        """The next 64 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.throw() % (high - low + 1)

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """One of the choices."""
        return choices[self.throw() % len(choices)]

    def some_of(self, choices: Sequence[Choice], count: int) -> list[Choice]:
        """`count` of the choices, none twice, in an order of their own."""
        left = list(choices)
        return [left.pop(self.throw() % len(left)) for _ in range(min(count, len(left)))]

    def happens(self, percent: int) -> bool:
        """True in so many cases of a hundred."""
        return self.throw() % 100 < percent


def listed(text: str) -> tuple[str, ...]:
    """Word lists as running text: the words that stand between upright strokes."""
    return tuple(text.split("|"))
