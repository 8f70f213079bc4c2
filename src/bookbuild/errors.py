"""What stops a run, and the exit code that each cause gets."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from bookbuild.diagnostics import Diagnostic


class ExitCode(IntEnum):
    """The exit codes of the command line (documented in docs/commands.md)."""

    OK = 0
    FAULTS = 1
    """The book has errors; nothing was written."""
    USAGE = 2
    """The command line was wrong, or the folder holds no book."""
    ENVIRONMENT = 3
    """The machine lacks something: a library, space on the disk, a permission."""
    NOT_FOR_PRINT = 4
    """The files were written, but an error keeps a print set from the press, or a file from
    being made."""


class BookbuildError(Exception):
    """Anything that stops a run; the message is for the person at the keyboard."""

    exit_code = ExitCode.ENVIRONMENT


class BookFaults(BookbuildError):
    """The book can't be made as it stands; carries every finding made so far."""

    exit_code = ExitCode.FAULTS

    def __init__(self, findings: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)

    def __reduce__(self) -> tuple[type[BookFaults], tuple[tuple[Diagnostic, ...]]]:
        """How it comes back whole from another process."""
        return type(self), (self.findings,)


class NoBook(BookbuildError):
    """The folder named on the command line holds no book."""

    exit_code = ExitCode.USAGE


class NoFile(BookbuildError):
    """A file named on the command line is missing, or can't be read."""

    exit_code = ExitCode.USAGE


class MissingLibrary(BookbuildError):
    """A library that the machine must provide is not there."""
