"""What a command costs: wall time, processor time and peak memory of all its processes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.1
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds and megabytes (10^6 bytes)."""

    wall: float
    processor: float
    memory: float
    """Peak of the sum of all processes' own share (PSS): pages that several hold count once."""


def cost(command: Sequence[str], good: Sequence[int] = (0,), **environment: str) -> Cost:
    """What it costs to run a command to its end.

    Raises:
        RuntimeError: it ends with an exit code that is none of the `good` ones.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )  # fmt: skip
    watch = _Watch(process.pid)
    said = process.communicate()[1]
    wall = time.perf_counter() - begun
    memory, used = watch.end()
    if process.returncode not in good:
        raise RuntimeError(f"{' '.join(command)}: {said.decode(errors='replace')[-2000:]}")
    return Cost(wall, used, memory / 1e6)


class _Watch:
    """Looks at a process and those below it until it is told to end.

    Workers are not children of whoever waits for them, so that no account but this one has their
    time; what a process uses after the last look, less than a tenth of a second, is missed.
    """

    def __init__(self, root: int) -> None:
        self._root, self._most = root, 0
        self._used: dict[int, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> tuple[int, float]:
        """Most bytes at once, and seconds of processor time."""
        self._ended.set()
        self._thread.join()
        return self._most, sum(self._used.values())

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY):
            tree = list(_tree(self._root))
            self._most = max(self._most, sum(_share(pid) for pid in tree))
            for pid in tree:
                self._used[pid] = max(self._used.get(pid, 0), _processor(pid))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [
            int(child) for task in threads for child in (task / "children").read_text().split()
        ]
    except OSError:  # it has ended in the meantime
        return
    for child in children:
        yield from _tree(child)


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
