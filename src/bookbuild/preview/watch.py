"""The files of a book, watched. Owner of watchfiles.

In: a book's folder. Out: a turn for every time that files of it have changed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import DefaultFilter, watch

from bookbuild.book.manuscript import FOLDER
from bookbuild.layout import layout_folders

_STEP_MS, _TOGETHER_MS = 20, 200
"""Changes with less than a step between them are one, but none waits longer than the other."""
_LOOK_MS = 500
"""How soon the end is noticed."""


def changes(folder: Path, ended: threading.Event) -> Iterator[None]:
    """A turn whenever files of the manuscript or the layouts have changed, until `ended` is set."""
    folders = [folder / FOLDER, *layout_folders(folder)]
    seen = watch(
        *dict.fromkeys(path.resolve() for path in folders if path.is_dir()),
        watch_filter=DefaultFilter(),  # leaves out what editors keep beside a file
        debounce=_TOGETHER_MS,
        step=_STEP_MS,
        rust_timeout=_LOOK_MS,
        stop_event=ended,
        raise_interrupt=False,
    )
    for _ in seen:
        yield
