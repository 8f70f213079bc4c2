"""Check a file that nobody vouches for, in a process of its own (`apart`).

In and out: as with `check`.
"""

from __future__ import annotations

from pathlib import Path

from bookbuild.diagnostics import Severity
from bookbuild.press.apart import MOST_SECONDS, GaveUp, read_apart
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.model import Expected, Finding, Preflight, Rule
from bookbuild.press.preflight.reading import TooMuch
from bookbuild.press.preflight.rules import TOO_MUCH, UNREADABLE


def check_isolated(file: Path, expected: Expected, seconds: int = MOST_SECONDS) -> Preflight:
    """Apply every rule to a file, whatever it is.

    Raises:
        NoFile: there is no such file, or it can't be read.
    """
    try:
        answer = read_apart(file, check, expected, seconds)
    except TooMuch as fault:
        return _refused(TOO_MUCH, str(fault))
    except GaveUp as fault:
        return _refused(UNREADABLE, str(fault))
    if not isinstance(answer, Preflight):
        raise TypeError("the preflight's process gave no answer")
    return answer


def _refused(rule: Rule, message: str) -> Preflight:
    finding = Finding(rule.code, Severity.ERROR, message, (), rule.remedy, rule.source)
    return Preflight((finding,), None)
