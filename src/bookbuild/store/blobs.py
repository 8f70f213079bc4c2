"""Files by the digest of their content: the seam behind which a bucket can stand.

Nothing here knows books. A blob never changes; what is at its name is what its name says, or
damaged, which `intact` tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from bookbuild.errors import BookbuildError
from bookbuild.store import durable


class Blobs(Protocol):
    """What keeps blobs: a local folder, or a bucket that has put, get and list."""

    def put(self, data: bytes) -> str:
        """Keep `data`, to stay; returns its digest."""

    def get(self, digest: str) -> bytes:
        """The blob's bytes, not verified; BookbuildError where there is none."""

    def open(self, digest: str) -> BinaryIO:
        """The blob as a stream; raises as `get` does."""

    def path(self, digest: str) -> Path:
        """Where the blob lies on this machine, for a web server to send; raises as `get` does."""

    def holds(self, digest: str) -> bool:
        """True when there is a blob of that name."""

    def intact(self, digest: str) -> bool:
        """True when there is a blob and its content is what its name says."""

    def digests(self) -> Iterator[str]:
        """Every blob's name, in order."""

    def remove(self, digest: str) -> int:
        """Throw a blob away; returns how many bytes it had."""


@dataclass(frozen=True, slots=True)
class FolderBlobs:
    """Blobs as read-only files of a folder, 256 folders wide."""

    folder: Path
    incoming: Path

    def put(self, data: bytes) -> str:
        """Keep `data`; one that is there and damaged is mended."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if self.intact(digest):
            # Whoever put it there may not have come to the end yet.
            for folder in (path.parent, self.folder, self.folder.parent):
                durable.sync_folder(folder)
        else:
            durable.place(data, path, self.incoming)
        return digest

    def get(self, digest: str) -> bytes:
        """The blob's bytes, not verified; BookbuildError where there is none."""
        with self.open(digest) as stream:
            return stream.read()

    def open(self, digest: str) -> BinaryIO:
        """The blob as a stream, to be closed by the caller."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise self._lost(digest) from None

    def path(self, digest: str) -> Path:
        """Where the blob lies."""
        path = self._path(digest)
        if not path.is_file():
            raise self._lost(digest)
        return path

    def holds(self, digest: str) -> bool:
        """True when there is a blob of that name."""
        return self._path(digest).is_file()

    def intact(self, digest: str) -> bool:
        """True when there is a blob and its content is what its name says."""
        if not self.holds(digest):
            return False
        with self._path(digest).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == digest

    def digests(self) -> Iterator[str]:
        """Every blob's name, in order."""
        for path in sorted(self.folder.glob("??/*")):
            yield path.parent.name + path.name

    def remove(self, digest: str) -> int:
        """Throw a blob away; returns how many bytes it had."""
        path = self._path(digest)
        size = path.stat().st_size
        path.unlink()
        return size

    def _lost(self, digest: str) -> BookbuildError:
        return BookbuildError(
            f"the store {self.folder.parent} has lost the file {digest}; "
            "“bookbuild store verify” says which editions it belongs to"
        )

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:]
