"""Put a catalogue where it is served, whole or not at all.

In: a `Catalogue` and a place. Out: a link there to a folder beside it that holds this catalogue and
nothing else. The link is renamed over the last one, which the system does in one step: whoever
opens a file gets the old catalogue or the new one, and never finds none. The catalogue before is
kept until the next is published, for those who are reading it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bookbuild.catalogue.shelf import Catalogue, ShelfFile
from bookbuild.errors import BookbuildError, NoFile
from bookbuild.store.editions import Store, open_file

_CHUNK = 1 << 20
_NAMED = 16
"""Figures of the digest that a folder is called by."""
_OWN = re.compile(rf"[0-9a-f]{{{_NAMED}}}(-again)?(\.new-\w+)?")
"""How the name of a catalogue's folder ends; `.new-` while it is written."""

Digests = Mapping[str, str]
"""The digest of each file's content, by its path."""


def publish_catalogue(catalogue: Catalogue, store: Store, target: Path) -> bool:
    """Make `target` show the catalogue; False where it does already, to the byte.

    Raises:
        NoFile: there is something else.
        BookbuildError: a file of an edition is damaged, or the disk is full; what was served is.
    """
    target = target.absolute()
    _ours(target)
    wanted = {file.path: _digest(file) for file in catalogue.files}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _only_writer(target):
            served = _served(target)
            shown = {} if served is None else _found(served)
            if served is not None and shown == wanted:
                return False
            folder = _new_folder(target, wanted, served)
            if _found(folder) != wanted:  # else it is the one before, which may still be read
                same = {path for path in wanted if shown.get(path) == wanted[path]}
                _write(catalogue, _Before(served, same), store, wanted, folder)
            _show(folder, target)
            _clear(target, {folder, served})
    except OSError as fault:
        raise BookbuildError(
            f"can't write the catalogue to {target}: {fault.strerror or fault}. What was served "
            "is untouched; make room or mend the permissions, then try again."
        ) from None
    return True


def _ours(target: Path) -> None:
    """Refuse a place that somebody else filled."""
    if target.is_symlink():
        if not _is_own(target.readlink().name, target):
            raise NoFile(f"{target} is a link that no catalogue made; name another folder")
    elif target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise NoFile(f"{target} is there and no catalogue; name another folder, or an empty one")


def _prefix(target: Path) -> str:
    return f".{target.name}-"


def _is_own(name: str, target: Path) -> bool:
    """True for a folder of this catalogue; `.site-beta-…` beside `.site-…` is a neighbour's."""
    prefix = _prefix(target)
    return name.startswith(prefix) and bool(_OWN.fullmatch(name.removeprefix(prefix)))


def _served(target: Path) -> Path | None:
    """The folder that the link leads to; None for the first catalogue."""
    if not target.is_symlink():
        return None
    folder = target.parent / target.readlink()
    return folder if folder.is_dir() else None


def _digest(file: ShelfFile) -> str:
    if isinstance(file.content, bytes):
        return hashlib.sha256(file.content).hexdigest()
    return file.content.sha256


def _found(folder: Path) -> Digests:
    """What is in a folder."""
    return {
        path.relative_to(folder).as_posix(): _digest_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _new_folder(target: Path, wanted: Digests, served: Path | None) -> Path:
    """Where this catalogue goes; a folder of that name that is served was tampered with."""
    listing = "".join(f"{path}\0{wanted[path]}\n" for path in sorted(wanted))
    name = _prefix(target) + hashlib.sha256(listing.encode()).hexdigest()[:_NAMED]
    folder = target.with_name(name)
    return target.with_name(f"{name}-again") if folder == served else folder


@dataclass(frozen=True, slots=True)
class _Before:
    """What is served, and which of its files the new catalogue has, too."""

    folder: Path | None
    same: Set[str]

    def lends(self, path: str, to: Path) -> bool:
        """Let `to` be the same file; False where it isn't served, or the disk knows no links."""
        if self.folder is None or path not in self.same:
            return False
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            to.hardlink_to(self.folder / path)
        except OSError:
            return False
        return True


def _write(
    catalogue: Catalogue, before: _Before, store: Store, wanted: Digests, folder: Path
) -> None:
    """Write the files beside, verify them, and give the folder its name.

    What is served already, and was just verified, is linked: of thousands of books few change.
    """
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}.new-", dir=folder.parent))
    try:
        for file in catalogue.files:
            if not before.lends(file.path, fresh / file.path):
                _place(file, store, fresh / file.path)
                _verify(fresh / file.path, file.path, wanted)
        for folder_inside in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
            folder_inside.chmod(0o755)  # also where the one who writes lets nobody else read
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:  # a full disk needs the room
        shutil.rmtree(fresh, ignore_errors=True)


def _verify(written: Path, path: str, wanted: Digests) -> None:
    if _digest_of(written) != wanted[path]:
        raise BookbuildError(
            f"{path} of the catalogue is not what its edition's record says; "
            "“bookbuild store verify” says what is damaged"
        )


def _place(file: ShelfFile, store: Store, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        if isinstance(file.content, bytes):
            stream.write(file.content)
        else:
            with open_file(store, file.content) as source:
                shutil.copyfileobj(source, stream, _CHUNK)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(0o644)


def _show(folder: Path, target: Path) -> None:
    """Let the link lead to `folder`, in one step; an empty folder gives way to it."""
    link = target.with_name(f"{_prefix(target)}link")
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)
    if target.is_dir() and not target.is_symlink():
        target.rmdir()
    link.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear(target: Path, kept: set[Path | None]) -> None:
    """Throw away catalogues older than the last, and what a killed run left."""
    for path in sorted(target.parent.iterdir()):
        if path in kept or path.is_symlink() or not path.is_dir():
            continue
        if _is_own(path.name, target):
            shutil.rmtree(path)


@contextmanager
def _only_writer(target: Path) -> Iterator[None]:
    with target.with_name(f".{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
