"""What was made before, kept at hand beside the disk's cache, so that a warm preview reads nothing.

In: keys and values. Out: the same values. The least recently used go first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bookbuild.cache import Cache

K = TypeVar("K")
V = TypeVar("V")
MOST_VALUES = 1_000
"""Sections, mostly: a long book has some fifty, of which an editor changes one at a time."""


class Recent(Generic[K, V]):
    """So many values by key; what was not asked for longest makes room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, if it is still kept."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> V:
        """Keep a value, and give it back."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value

    def value(self, key: K, make: Callable[[], V]) -> V:
        """The value; made if it isn't kept."""
        found = self.get(key)
        return self.put(key, make()) if found is None else found


@dataclass(frozen=True, slots=True)
class AtHand(Cache):
    """A cache whose values are kept in memory, too."""

    values: Recent[str, Any] = field(default_factory=lambda: Recent(MOST_VALUES), compare=False)

    def load(self, key: str) -> Any:
        """A value kept by `save`, or None."""
        found = self.values.get(key)
        if found is None and (found := Cache.load(self, key)) is not None:
            self.values.put(key, found)
        return found

    def save(self, key: str, value: object) -> None:
        """Keep a value."""
        self.values.put(key, value)
        Cache.save(self, key, value)
