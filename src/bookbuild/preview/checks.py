"""The complete checks, made beside the preview in a process of their own.

In: a book's folder. Out: all findings of a build, preflight included, told when they are there.
Whoever edits again ends the checks under way: they would be of yesterday's text.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from bookbuild.cache import Cache
from bookbuild.diagnostics import Diagnostic
from bookbuild.errors import BookbuildError, BookFaults
from bookbuild.pipeline import make
from bookbuild.press.compositors import Compositors

Tell = Callable[[tuple[Diagnostic, ...]], None]
QUIET_SECONDS = 1.0
"""Without an edit, before the checks begin."""
_NICE = 5
"""Setting goes before checking."""


class Checks:
    """The checks of one book: at most one process at a time."""

    def __init__(self, folder: Path, printer: str | None, kept_in: Path | None) -> None:
        self._asked = (folder, printer, kept_in)
        self._timer: threading.Timer | None = None
        self._process: BaseProcess | None = None
        self._lock = threading.Lock()

    def start(self, tell: Tell) -> None:
        """Check the book, once it is quiet, and tell what was found."""
        self.stop()
        self._timer = threading.Timer(QUIET_SECONDS, self._run, [tell])
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """End what is under way; nothing is told of it."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            process, self._process, self._timer = self._process, None, None
        if process is not None:
            process.terminate()

    def _run(self, tell: Tell) -> None:
        processes = multiprocessing.get_context("spawn")
        receiver, sender = processes.Pipe(duplex=False)
        process = processes.Process(target=_examine, args=(sender, *self._asked), daemon=True)
        with self._lock:
            if threading.current_thread() is not self._timer:
                return  # stopped in the meantime
            self._process = process
            process.start()
        sender.close()
        try:
            found = receiver.recv()
        except EOFError:  # ended, or broken off
            return
        finally:
            receiver.close()
            process.join()
        with self._lock:
            stale = self._process is not process
        if not stale:
            tell(found)


def _examine(sender: Connection, folder: Path, printer: str | None, kept_in: Path | None) -> None:
    """The child's part."""
    os.nice(_NICE)
    sender.send(examine(folder, printer, Compositors(Cache(kept_in))))
    sender.close()


def examine(folder: Path, printer: str | None, compositors: Compositors) -> tuple[Diagnostic, ...]:
    """Everything that a build finds; what stops it is shown where the pages are set."""
    try:
        made = make(
            folder,
            lambda step: None,
            [printer] if printer else [],
            only=("interior", "cover", "ebook"),
            compositors=compositors,
        )
    except BookFaults as faults:
        return faults.findings
    except BookbuildError:
        return ()
    return made.findings
