"""Measure a file that nobody vouches for, in a process of its own.

In: a path. Out: a `Typography`, or the preflight's finding that says why there is none.
"""

from __future__ import annotations

from pathlib import Path

from bookbuild.press.preflight.isolated import examine
from bookbuild.press.preflight.model import Finding
from bookbuild.press.typography.measure import Typography, measure


def measure_isolated(file: Path) -> Typography | Finding:
    """Every figure of a file, whatever it is.

    Raises:
        NoFile: there is no such file, or it can't be read.
    """
    return examine(file, _measured, None, Typography)


def _measured(pdf: bytes, asked: None) -> Typography:
    return measure(pdf)
