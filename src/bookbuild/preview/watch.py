"""The files of a book, watched. Owner of watchfiles.

In: a book's folder. Out: a turn to set it, first and for every time that files of it have changed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import DefaultFilter, watch

from bookbuild.folders import MANUSCRIPT, layout_folders

_STEP_MS, _TOGETHER_MS = 20, 200
"""Changes with less than a step between them are one, but none waits longer than the other."""
_LOOK_MS = 100
"""How soon it is certain that the files are watched, and later, that it is the end."""


def changes(folder: Path, ended: threading.Event) -> Iterator[None]:
    """A turn as soon as the files of manuscript and layouts are watched, and then whenever any of
    them has changed, until `ended` is set. What changes during a turn makes the next one.
    """
    folders = [folder / MANUSCRIPT, *layout_folders(folder)]
    seen = watch(
        *dict.fromkeys(path.resolve() for path in folders if path.is_dir()),
        watch_filter=DefaultFilter(),  # leaves out what editors keep beside a file
        debounce=_TOGETHER_MS,
        step=_STEP_MS,
        rust_timeout=_LOOK_MS,
        stop_event=ended,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for number, changed in enumerate(seen):
        if changed or not number:
            yield
