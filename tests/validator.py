"""EPUBCheck for the tests: one Java machine for all EPUBs of a test process.

It starts with the first EPUB and ends with the process; each further one takes a fifth of a second.
"""

from __future__ import annotations

import atexit
import subprocess
from functools import cache
from pathlib import Path

from bookbuild.diagnostics import Diagnostic
from bookbuild.ebook.epubcheck import java_command, read_report


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
    return findings
