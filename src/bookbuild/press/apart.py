"""Read a file that nobody vouches for, in a process of its own with limits.

Readers count what they read, but qpdf, Pillow, fontTools and PDFium do work that can't be counted
from outside: packed object streams, decoders, font programs. Here the system ends what takes too
much memory or time. Starting the process takes about half a second.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
from collections.abc import Callable
from multiprocessing import spawn
from pathlib import Path
from typing import Any

from bookbuild.errors import NoFile
from bookbuild.press.preflight.reading import MOST_BYTES, TooMuch

MOST_MEMORY = 4 * 2**30
"""Bytes of address space; a book of 1,000 pages needs a quarter of one GB."""
MOST_SECONDS = 60
"""Of processor time; a book of 1,000 pages takes about three."""
MOST_WAITING = 3 * MOST_SECONDS
"""By the clock, on a busy machine."""


class GaveUp(Exception):
    """The reader stopped, or broke, in the middle."""


def read_apart(
    file: Path, task: Callable[[bytes, Any], object], asked: object, seconds: int = MOST_SECONDS
) -> object:
    """The answer of `task` to the file's bytes and to what is asked; all three can be pickled.

    Raises:
        NoFile: there is no such file, or it can't be read.
        TooMuch, GaveUp: the file is none that the task can read.
    """
    try:
        with file.open("rb") as opened:
            opened.read(1)
        size = file.stat().st_size
    except OSError as fault:
        raise NoFile(f"{file} can't be read: {fault.strerror}") from None
    if size > MOST_BYTES:
        raise TooMuch(f"the file has more than {MOST_BYTES // 2**20} MB")
    program = f"from {__name__} import answer; answer({seconds}, {MOST_MEMORY})"
    command = [spawn.get_executable(), "-c", program]
    question = pickle.dumps((task, file, asked))
    try:
        child = subprocess.run(  # noqa: S603 - our own module
            command, input=question, capture_output=True, timeout=MOST_WAITING, check=False
        )
    except subprocess.TimeoutExpired:
        raise TooMuch("reading it takes longer than any book") from None
    if child.returncode < 0:
        raise TooMuch("reading it takes more time or memory than any book")
    if child.returncode > 0:
        raise GaveUp("the reader gave up on it")
    return pickle.loads(child.stdout)  # noqa: S301 - written by our own module


def answer(seconds: int, memory: int) -> None:
    """The child's part: a question on standard input, the answer on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(0, "rb") as question:
        task, file, asked = pickle.load(question)  # noqa: S301 - written by our own module
    with os.fdopen(1, "wb") as answer:
        pickle.dump(task(file.read_bytes(), asked), answer)
