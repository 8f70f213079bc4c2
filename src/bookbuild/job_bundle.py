"""A job's files as one ZIP, written while it is sent: nothing is held, nothing is compressed.

In: members with their sizes, and how to read them. Out: the archive's bytes, chunk by chunk, the
same for the same members; and its length, known before the first of them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookbuild.errors import BookbuildError

_NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can say: what is sent has no date of its own."""
_FILE = 0o644 << 16
_UNIX = 3
_LOCAL, _DESCRIPTOR, _CENTRAL, _END = 30, 16, 46, 22
"""Bytes of the ZIP's headers without names (APPNOTE 6.3, 4.3.7 to 4.3.16)."""
MOST_BYTES = 2_000_000_000
"""Of a bundle: a larger one would need headers of another size."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bundle."""

    name: str
    """In ASCII (see `job_names`)."""
    size: int
    chunks: Callable[[], Iterable[bytes | memoryview]] = field(repr=False)
    """Reads it, a piece at a time."""


def bundle_size(members: Sequence[Member]) -> int:
    """The length of the archive in bytes.

    Raises:
        BookbuildError: it is too large to be sent as one.
    """
    size = _END + sum(
        _LOCAL + _DESCRIPTOR + _CENTRAL + 2 * len(member.name) + member.size for member in members
    )
    if size > MOST_BYTES:
        raise BookbuildError(
            f"the files of this job make {size} bytes together; fetch them one by one"
        )
    return size


def bundle(members: Sequence[Member]) -> Iterator[bytes]:
    """The archive, members in the order that they are given in.

    Raises:
        BookbuildError: a member is longer or shorter than it said; what was sent is then no
            archive, since its end is missing.
    """
    bundle_size(members)
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            yield from _written(archive, member, sink)
    yield sink.take()


def _written(archive: zipfile.ZipFile, member: Member, sink: _Sink) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(member.name, _NO_DATE)
    entry.external_attr, entry.create_system, entry.file_size = _FILE, _UNIX, member.size
    written = 0
    with archive.open(entry, "w") as file:
        for chunk in member.chunks():
            written += file.write(chunk)
            yield sink.take()
    if written != member.size:
        raise BookbuildError(
            f"{member.name} has {written} bytes instead of {member.size}: verify the store"
        )
    yield sink.take()


class _Sink(io.RawIOBase):
    """A file that can only be written to; what was written is taken from it at once."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Yes; and nothing else: no place can be gone back to."""
        return True

    def write(self, data: Any) -> int:
        """Keep what is written until it is taken."""
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
