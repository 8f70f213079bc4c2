"""How a page ends, and how bad that is: a value, judged by `level`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_FOOT, _RECTO_HYPHEN, _VERSO_HYPHEN = 10, 6, 4
"""How bad it is: each line that a page is short of, a divided word at its foot."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a page ends."""

    page: int
    """Counted from 0 within the document."""
    short: int
    """Lines that it could have more, as things stand."""
    last: Any
    """Its last line, if that was planned and ends in a hyphen."""
    recto: bool
    wanted: int = 0
    """Lines that it should be short of: a recto ends where the verso before it does."""
    leading: float = 0.0
    """Height of its last line; 0 where it ends with notes, or with its section."""

    @property
    def level(self) -> bool:
        """It is full, and may be made a line shorter."""
        return bool(self.leading) and not self.short and not self.last

    @property
    def faults(self) -> int:
        """The weight of what is wrong with it."""
        hyphen = _RECTO_HYPHEN if self.recto else _VERSO_HYPHEN
        return abs(self.short - self.wanted) * _FOOT + (hyphen if self.last else 0)
