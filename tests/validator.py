"""EPUBCheck for the tests: one Java machine for all EPUBs of a test process.

It starts with the first EPUB and ends with the process; each further one takes a fifth of a second.
"""

from __future__ import annotations

import atexit
import subprocess
from functools import cache
from pathlib import Path

from bookbuild.diagnostics import Diagnostic, Severity
from bookbuild.ebook.epubcheck import java_command, read_report

LET_PASS = {
    "ACC-012": "a table without caption: its author gave none, and nobody else can; check tells it",
}
"""Usage messages that a book may get, and why; `KNOWN_USAGE` has those that every book gets."""


@cache
def _machine() -> subprocess.Popen[str]:
    command = java_command()
    assert not isinstance(command, str), command
    pipe = subprocess.PIPE
    machine = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    )
    atexit.register(machine.communicate)
    return machine


def epubcheck(epub: bytes, folder: Path) -> tuple[Diagnostic, ...]:
    """What EPUBCheck finds, but for the usage messages that are listed with a reason."""
    file, report = folder / "book.epub", folder / "report.json"
    file.write_bytes(epub)
    machine = _machine()
    assert machine.stdin is not None and machine.stdout is not None
    print(file, report, sep="\n", file=machine.stdin, flush=True)
    assert machine.stdout.readline() in ("0\n", "1\n")
    version, findings = read_report(report.read_bytes(), "book.epub")
    assert version == "5.3.0"
    notes = tuple(f"EPUBCheck {code}:" for code in LET_PASS)
    return tuple(
        item
        for item in findings
        if item.severity is not Severity.NOTE or not item.message.startswith(notes)
    )
