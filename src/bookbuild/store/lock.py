"""Who may work in a store at the same time: any number that publish, or one that collects.

The system takes the lock from a process that ends, however it ends. For one machine; a store in a
bucket would have to spare what is younger than the longest publish instead.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"


@contextmanager
def publishing(store: Path) -> Iterator[None]:
    """While this lasts nobody collects; waits for one who does."""
    with _held(store, fcntl.LOCK_SH):
        yield


@contextmanager
def collecting(store: Path) -> Iterator[None]:
    """While this lasts nobody publishes or collects; waits for those who do."""
    with _held(store, fcntl.LOCK_EX):
        yield


@contextmanager
def _held(store: Path, kind: int) -> Iterator[None]:
    with (store / LOCK).open("a") as file:
        fcntl.flock(file, kind)
        yield
