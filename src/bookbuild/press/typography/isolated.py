"""Measure a file that nobody vouches for, in a process of its own (`apart`).

In: a path. Out: a `Typography`, or the preflight's finding that says why there is none.
"""

from __future__ import annotations

from pathlib import Path

from bookbuild.diagnostics import Severity
from bookbuild.press.apart import GaveUp, read_apart
from bookbuild.press.preflight.model import Finding, Rule
from bookbuild.press.preflight.reading import TooMuch
from bookbuild.press.preflight.rules import TOO_MUCH, UNREADABLE
from bookbuild.press.typography.measure import Typography, measure


def measure_isolated(file: Path) -> Typography | Finding:
    """Every figure of a file, whatever it is.

    Raises:
        NoFile: there is no such file, or it can't be read.
    """
    try:
        answer = read_apart(file, _measured, None)
    except TooMuch as fault:
        return _refused(TOO_MUCH, str(fault))
    except GaveUp as fault:
        return _refused(UNREADABLE, str(fault))
    if not isinstance(answer, Typography):
        raise TypeError("the measuring process gave no answer")
    return answer


def _measured(pdf: bytes, asked: object) -> Typography:
    return measure(pdf)


def _refused(rule: Rule, message: str) -> Finding:
    return Finding(rule.code, Severity.ERROR, message, (), rule.remedy, rule.source)
