"""What a command has to show: findings, data for `--json`, lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.diagnostics import Diagnostic
from bookbuild.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to show: findings, a record for `--json`, lines for people."""

    findings: Sequence[Diagnostic]
    record: Mapping[str, Any]
    lines: Sequence[str]
    exit_code: ExitCode = ExitCode.OK
