"""One file that holds store and database, made while both are in use; and both again from it.

In: a desk, or a backup. Out: a tar whose members are told by digest in its last one; or the two
folders. The database is copied first, at one moment, and the store after it: editions are only
added, so every edition that an order pins is there. What was written is read again and compared.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bookbuild.desk.database import FILE, Database, damage_of, pinned_digests
from bookbuild.desk.refusals import Conflict
from bookbuild.errors import BookbuildError, NoFile
from bookbuild.store import durable
from bookbuild.store.editions import MARK, Store
from bookbuild.store.lock import publishing

FORM = "bookbuild-backup-1"
CONTENTS = "contents.json"
DATABASE = f"desk/{FILE}"
_BLOCK = 1 << 20
_ROOMS = (f"store/{MARK}", "store/register/", "store/blobs/", DATABASE)


@dataclass(frozen=True, slots=True)
class Saved:
    """What is in a backup."""

    files: int
    bytes: int


def backup(database: Database, store: Store, target: Path) -> Saved:
    """Write a backup to `target`, in place of an older one, once it was read and found whole.

    Raises:
        BookbuildError: the disk is full, or what would be backed up is damaged.
    """
    with _told(target), _beside(target.absolute()) as fresh:
        # Nobody collects meanwhile: what is listed is still there when it is read.
        with publishing(store.folder), fresh.open("wb") as stream:
            os.fchmod(stream.fileno(), 0o600)  # labels and keys are in it
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
                _write(archive, database, store, fresh.parent)
            stream.flush()
            os.fsync(stream.fileno())
        saved = verify_backup(fresh)
        fresh.replace(target)
        durable.sync_folder(target.absolute().parent)
    return saved


def verify_backup(file: Path) -> Saved:
    """Read a backup whole and compare every digest; what is in it.

    Raises:
        NoFile: it is no backup.
        BookbuildError: it is damaged.
    """
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".bookbuild-") as name:
        return _unpack(file, Path(name), keep=False)


def restore(file: Path, desk: Path, store: Path) -> Saved:
    """Make both folders from a backup; they must not be there, or be empty.

    Raises:
        NoFile: it is no backup.
        Conflict: one of the folders is in use.
        BookbuildError: the backup is damaged, or the disk full; then neither folder is there.
    """
    for folder in (desk, store):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Conflict(f"{folder} isn't empty: restore into another, or move it away")
    with _told(file):
        store.absolute().parent.mkdir(parents=True, exist_ok=True)
        desk.absolute().parent.mkdir(parents=True, exist_ok=True)
        near = store.absolute().parent
        if near.stat().st_dev != desk.absolute().parent.stat().st_dev:
            raise Conflict(f"{desk} and {store} have to be on one disk: restore there, then move")
        with tempfile.TemporaryDirectory(dir=near, prefix=".bookbuild-") as name:
            saved = _unpack(file, Path(name), keep=True)
            (Path(name) / "store" / durable.INCOMING).mkdir()
            (Path(name) / "desk").chmod(0o700)
            _place(Path(name) / "store", store)
            _place(Path(name) / "desk", desk)
    return saved


def _write(archive: tarfile.TarFile, database: Database, store: Store, near: Path) -> None:
    told: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=near, prefix=".bookbuild-") as name:
        copy = Path(name) / FILE
        database.copy_to(copy)
        with copy.open("rb") as stream:
            told[DATABASE] = _add(archive, DATABASE, stream)
    for entry in store.register.names(""):
        data = io.BytesIO(store.register.read(entry) or b"")
        told[f"store/register/{entry}"] = _add(archive, f"store/register/{entry}", data)
    for digest in store.blobs.digests():
        with store.blobs.open(digest) as stream:
            place = f"store/blobs/{digest[:2]}/{digest[2:]}"
            _add(archive, place, stream)
            told[place] = digest
    with (store.folder / MARK).open("rb") as stream:
        told[f"store/{MARK}"] = _add(archive, f"store/{MARK}", stream)
    contents = json.dumps({"schema": FORM, "files": told}, sort_keys=True, indent=1).encode()
    _add(archive, CONTENTS, io.BytesIO(contents))


def _add(archive: tarfile.TarFile, name: str, stream: IO[bytes]) -> str:
    """Add what a stream holds; its digest."""
    digest = _digest(stream)
    member = tarfile.TarInfo(name)
    member.size = stream.tell()
    stream.seek(0)
    archive.addfile(member, stream)
    return digest


def _digest(stream: IO[bytes], sink: IO[bytes] | None = None) -> str:
    """The digest of what a stream holds; it is also written to the sink, where there is one."""
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
        if sink is not None:
            sink.write(block)
    return digest.hexdigest()


def _unpack(file: Path, folder: Path, keep: bool) -> Saved:
    """Read a backup, into the folder where it is to be kept, and compare it with its contents."""
    found: dict[str, str] = {}
    size = 0
    contents: dict[str, str] | None = None
    try:
        with tarfile.open(file, mode="r|") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is None:
                    raise BookbuildError(f"{file} has something else than files: {member.name}")
                if member.name == CONTENTS:
                    contents = _contents(file, stream.read())
                    continue
                size += member.size
                kept = folder / _safe(file, member.name)
                found[member.name] = _copy(stream, kept, keep or member.name == DATABASE)
    except FileNotFoundError:
        raise NoFile(f"there is no file {file}") from None
    except (tarfile.TarError, EOFError) as fault:
        raise BookbuildError(f"{file} is no backup, or broken off: {fault}") from None
    _compare(file, folder, found, contents)
    return Saved(len(found), size)


def _compare(
    file: Path, folder: Path, found: dict[str, str], contents: dict[str, str] | None
) -> None:
    if contents is None:
        raise BookbuildError(f"{file} is no backup, or broken off: it lacks {CONTENTS}")
    wrong = sorted(name for name in contents | found if contents.get(name) != found.get(name))
    if wrong:
        raise BookbuildError(f"{file} is damaged: {', '.join(wrong[:5])}")
    damage = damage_of(folder / DATABASE)
    if damage:
        raise BookbuildError(f"the database in {file} can't be used: {damage}")
    blobs = {name.removeprefix("store/blobs/").replace("/", "") for name in found}
    lost = sorted(pinned_digests(folder / DATABASE) - blobs)
    if lost:
        raise BookbuildError(f"{file} lacks what was ordered: {', '.join(lost[:5])}")


def _contents(file: Path, data: bytes) -> dict[str, str]:
    try:
        told = json.loads(data)
        if told["schema"] == FORM:
            return {str(name): str(digest) for name, digest in told["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise BookbuildError(f"{file} is no backup that is known here ({FORM})")


def _safe(file: Path, name: str) -> Path:
    """A member's place under the folder; only what a backup holds has one."""
    path = Path(name)
    known = any(name == room or (room.endswith("/") and name.startswith(room)) for room in _ROOMS)
    if not known or ".." in path.parts or path.is_absolute():
        raise BookbuildError(f"{file} has a file that no backup has: {name}")
    return path


def _copy(stream: IO[bytes], target: Path, keep: bool) -> str:
    """Read a stream to its end, into the file where it is to be kept; its digest."""
    if not keep:
        return _digest(stream)
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if target.name == FILE else 0o444
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as sink:
        digest = _digest(stream, sink)
        sink.flush()
        os.fsync(descriptor)
    return digest


def _place(made: Path, folder: Path) -> None:
    for inner in sorted(path for path in made.rglob("*") if path.is_dir()):
        durable.sync_folder(inner)
    durable.sync_folder(made)
    if folder.exists():
        folder.rmdir()
    made.rename(folder)
    durable.sync_folder(folder.absolute().parent)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A file beside the target, gone afterwards unless it was moved."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bookbuild-") as name:
        yield Path(name) / target.name


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        said = fault.strerror or fault
        raise BookbuildError(f"{file}: {said}; make room or mend the permissions") from None
