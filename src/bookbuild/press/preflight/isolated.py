"""Check a file that nobody vouches for, in a process of its own (`apart`).

In and out: as with `check`; `examine` has other readers examine a file likewise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bookbuild.diagnostics import Severity
from bookbuild.press.apart import MOST_SECONDS, GaveUp, read_apart
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.model import Expected, Finding, Preflight, Rule
from bookbuild.press.preflight.reading import TooMuch
from bookbuild.press.preflight.rules import TOO_MUCH, UNREADABLE

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def check_isolated(file: Path, expected: Expected, seconds: int = MOST_SECONDS) -> Preflight:
    """Apply every rule to a file, whatever it is.

    Raises:
        NoFile: there is no such file, or it can't be read.
    """
    answer = examine(file, check, expected, Preflight, seconds)
    return Preflight((answer,), None) if isinstance(answer, Finding) else answer


def examine(
    file: Path,
    task: Callable[[bytes, Asked], Answer],
    asked: Asked,
    kind: type[Answer],
    seconds: int = MOST_SECONDS,
) -> Answer | Finding:
    """The answer of `task`, one of its `kind`, or the finding that says why there is none.

    Raises:
        NoFile: there is no such file, or it can't be read.
    """
    try:
        answer = read_apart(file, task, asked, seconds)
    except TooMuch as fault:
        return _refused(TOO_MUCH, str(fault))
    except GaveUp as fault:
        return _refused(UNREADABLE, str(fault))
    if not isinstance(answer, kind):
        raise TypeError("the reading process gave no answer")
    return answer


def _refused(rule: Rule, message: str) -> Finding:
    return Finding(rule.code, Severity.ERROR, message, (), rule.remedy, rule.source)
