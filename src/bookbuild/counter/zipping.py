"""A ZIP that is made while it is sent: stored, not compressed, since PDFs are compressed already.

In: names, sizes and streams of files. Out: chunks, and the length that they will have; the same
files give the same bytes, with the first date that a ZIP knows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

CHUNK = 256 * 1024
_LOCAL, _DESCRIPTOR, _CENTRAL, _END = 30, 16, 46, 22
"""Bytes of a ZIP's records, without the names (APPNOTE 6.3, sections 4.3.7 to 4.3.16)."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file to be put into a ZIP."""

    name: str
    """In ASCII."""
    size: int
    """In bytes; under 2 GB, as everything that a printer takes."""
    open: Callable[[], BinaryIO]


class _Sink(io.RawIOBase):
    """Where a ZIP is written to; it can't go back, so sizes stand behind each file."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Keep the bytes until they are taken."""
        self.waiting.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since."""
        taken, self.waiting = b"".join(self.waiting), []
        return taken


def zip_length(members: Sequence[Member]) -> int:
    """How many bytes the ZIP will have."""
    each = _LOCAL + _DESCRIPTOR + _CENTRAL
    return sum(each + 2 * len(item.name) + item.size for item in members) + _END


def zipped(members: Sequence[Member]) -> Iterator[bytes]:
    """The ZIP in chunks; raises as the members' `open` does."""
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        for item in members:
            info = ZipInfo(item.name)
            info.external_attr = 0o644 << 16
            with item.open() as stream, archive.open(info, "w") as entry:
                while chunk := stream.read(CHUNK):
                    entry.write(chunk)
                    yield sink.take()
    yield sink.take()
