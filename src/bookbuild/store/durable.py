"""Files that are there whole or not at all, also after the power failed.

In: bytes and a place. Out: a file whose bytes, name and folders are on the disk. Each is written in
the store's `incoming` folder first; a killed process leaves nothing but a file there, which
`collect` clears away.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bookbuild.errors import BookbuildError

INCOMING = "incoming"
_READ_ONLY = 0o444


def place(data: bytes, target: Path, incoming: Path) -> None:
    """Put `data` at `target`, in place of what is there."""
    make_folder(target.parent)
    with _written(data, incoming) as fresh:
        os.replace(fresh, target)  # noqa: PTH105 - the tests stop a publish at the calls of os
    sync_folder(target.parent)


def claim(data: bytes, target: Path, incoming: Path) -> bool:
    """Put `data` at `target` unless something is there: of two that try at once one gets False."""
    make_folder(target.parent)
    with _written(data, incoming) as fresh:
        try:
            os.link(fresh, target)  # fails where the name is taken; renaming doesn't
        except FileExistsError:
            return False
        finally:
            sync_folder(target.parent)
    return True


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, to stay."""
    if not folder.is_dir():
        make_folder(folder.parent)
        with suppress(FileExistsError):
            os.mkdir(folder)  # noqa: PTH102
    sync_folder(folder.parent)  # whoever made it may not have come to that yet


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the disk says into words for the person at the keyboard.

    Raises:
        BookbuildError: the disk is full, or doesn't let itself be read or written.
    """
    try:
        yield
    except OSError as fault:
        raise BookbuildError(
            f"the store {folder} can't be used: {fault.strerror or fault}. What was in it is "
            "untouched; make room or mend the permissions, then try again."
        ) from None


@contextmanager
def _written(data: bytes, incoming: Path) -> Iterator[str]:
    """A file of those bytes in `incoming`; gone afterwards, unless it was moved."""
    descriptor, name = tempfile.mkstemp(dir=incoming)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fchmod(descriptor, _READ_ONLY)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        yield name
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108
