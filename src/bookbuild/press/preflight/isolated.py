"""Check a file that nobody vouches for, in a process of its own with limits.

`check` counts what it reads, but qpdf, Pillow and fontTools do work that can't be counted from
outside: packed object streams, decoders, font programs. Here the system ends what takes too much
memory or time. In and out: as with `check`. Starting the process takes about half a second.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
from multiprocessing import spawn
from pathlib import Path

from bookbuild.diagnostics import Severity
from bookbuild.errors import NoFile
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.model import Expected, Finding, Preflight, Rule
from bookbuild.press.preflight.reading import MOST_BYTES
from bookbuild.press.preflight.rules import TOO_MUCH, UNREADABLE

MOST_MEMORY = 4 * 2**30
"""Bytes of address space; a book of 1,000 pages needs a quarter of one GB."""
MOST_SECONDS = 60
"""Of processor time; a book of 1,000 pages takes about three."""
MOST_WAITING = 3 * MOST_SECONDS
"""By the clock, on a busy machine."""


def check_isolated(file: Path, expected: Expected, seconds: int = MOST_SECONDS) -> Preflight:
    """Apply every rule to a file, whatever it is.

    Raises:
        NoFile: there is no such file, or it can't be read.
    """
    try:
        with file.open("rb") as opened:
            opened.read(1)
        size = file.stat().st_size
    except OSError as fault:
        raise NoFile(f"{file} can't be read: {fault.strerror}") from None
    if size > MOST_BYTES:
        return _refused(TOO_MUCH, f"the file has more than {MOST_BYTES // 2**20} MB")
    program = f"from {__name__} import answer; answer({seconds}, {MOST_MEMORY})"
    command = [spawn.get_executable(), "-c", program]
    asked = pickle.dumps((file, expected))
    try:
        child = subprocess.run(  # noqa: S603 - our own module
            command, input=asked, capture_output=True, timeout=MOST_WAITING, check=False
        )
    except subprocess.TimeoutExpired:
        return _refused(TOO_MUCH, "reading it takes longer than any book")
    if child.returncode < 0:
        return _refused(TOO_MUCH, "reading it takes more time or memory than any book")
    if child.returncode > 0:
        return _refused(UNREADABLE, "the reader gave up on it")
    answer = pickle.loads(child.stdout)  # noqa: S301 - written by our own module
    if not isinstance(answer, Preflight):
        raise TypeError("the preflight's process gave no answer")
    return answer


def _refused(rule: Rule, message: str) -> Preflight:
    finding = Finding(rule.code, Severity.ERROR, message, (), rule.remedy, rule.source)
    return Preflight((finding,), None)


def answer(seconds: int, memory: int) -> None:
    """The child's part: a question on standard input, the answer on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(0, "rb") as question:
        file, expected = pickle.load(question)  # noqa: S301 - written by our own module
    with os.fdopen(1, "wb") as answer:
        pickle.dump(check(file.read_bytes(), expected), answer)
