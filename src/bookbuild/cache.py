"""What was made before, kept on disk under the digest of all that went into it.

In: a key made of bytes, and how to make the value. Out: the value, made or taken. Entries never
change: writers put them in place by renaming, so that builds may run side by side or be killed.
An entry carries its own digest; one that is damaged is thrown away and made anew. The folder is
the user's alone, as Python's own compiled files are: what is read there is trusted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import platform
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

MOST_BYTES = 1_000_000_000
"""Of all entries together, unless told otherwise: some forty books of 300 pages."""
_KEPT = 0.8
"""Share of the limit that trimming leaves, so that it isn't needed at every build."""
_UNREADABLE = (
    pickle.UnpicklingError, AttributeError, EOFError, ImportError, LookupError, TypeError,
    ValueError,
)  # fmt: skip
"""What pickle raises for what this version of the code didn't write."""
_DIGEST = hashlib.sha256().digest_size


def digest(*parts: bytes | str) -> str:
    """One digest of all parts in order, each with its length before it."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


@cache
def code_digest() -> str:
    """The digest of bookbuild's own code: what another version made is no use to this one."""
    root = Path(str(files("bookbuild")))
    sources = sorted(path for path in root.rglob("*.py"))
    return digest(*(part for path in sources for part in (path.name, path.read_bytes())))


@cache
def made_by() -> str:
    """The digest of all code that has a hand in what is made: ours, and every package installed."""
    roots = {Path(str(package.locate_file(""))) for package in distributions()}
    packages = sorted(path.name for root in roots for path in root.glob("*.dist-info"))
    return digest(code_digest(), platform.python_version(), *packages)


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries; without a folder nothing is kept."""

    folder: Path | None = None
    most_bytes: int = MOST_BYTES

    def get(self, key: str) -> bytes | None:
        """The entry's bytes; None where there is none, or only a damaged one."""
        if self.folder is None:
            return None
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # for `trim`, which throws away what was not used for longest
        return data[_DIGEST:]

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry; a disk that takes none is no reason to stop a build."""
        if self.folder is None:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(data).digest() + data)
                Path(name).replace(path)
            finally:
                Path(name).unlink(missing_ok=True)

    def value(self, key: str, make: Callable[[], T]) -> T:
        """What `make` returns, from the cache if it was made before."""
        found = self.load(key)
        if found is None:
            found = make()
            self.save(key, found)
        result: T = found
        return result

    def load(self, key: str) -> Any:
        """A value kept by `save`, or None."""
        data = self.get(key)
        if data is None:
            return None
        try:
            return pickle.loads(data)  # noqa: S301 - the folder is the user's own
        except _UNREADABLE:
            return None

    def save(self, key: str, value: object) -> None:
        """Keep a value."""
        if self.folder is not None:
            self.put(key, pickle.dumps(value, protocol=5))

    def trim(self) -> None:
        """Throw away what was not used for longest, once all entries exceed the limit."""
        if self.folder is None:
            return
        entries = sorted(_entries(self.folder))
        size = sum(bytes_ for _, bytes_, _ in entries)
        if size <= self.most_bytes:
            return
        for _, bytes_, path in entries:
            if size <= self.most_bytes * _KEPT:
                break
            path.unlink(missing_ok=True)
            size -= bytes_

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / key[2:]


def _entries(folder: Path) -> Iterable[tuple[float, int, Path]]:
    """Last use, size and path of every entry."""
    for path in folder.glob("??/*"):
        with contextlib.suppress(OSError):
            found = path.stat()
            if path.is_file():
                yield found.st_mtime, found.st_size, path
