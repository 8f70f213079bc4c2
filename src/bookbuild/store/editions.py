"""Open a store and the editions in it; give their files to whoever sells, prints or lists them.

In: a store's folder and an edition's name. Out: `Edition`s, whose files were verified. Nothing here
knows how books are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bookbuild.edition import Role
from bookbuild.errors import BookbuildError, NoFile
from bookbuild.store import durable
from bookbuild.store.blobs import Blobs, FolderBlobs
from bookbuild.store.lock import LOCK
from bookbuild.store.record import Edition, EditionName, FileRecord, edition_name
from bookbuild.store.register import Register

MARK = "bookbuild-store"
_FORM = b"bookbuild-store-1\n"
EDITIONS = "editions"
MOST_RECORDS = 1000
"""Of editions that are kept in memory: some tens of megabytes."""


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of editions; open it with `open_store`."""

    folder: Path
    blobs: Blobs
    register: Register
    verified: set[str] = field(default_factory=set, compare=False, repr=False)
    """Digests of the editions whose files this process has verified."""
    records: dict[str, Edition] = field(default_factory=dict, compare=False, repr=False)
    """Records that this process has read, by digest: they never change."""

    @property
    def incoming(self) -> Path:
        """Where files are written before they get their place."""
        return self.folder / durable.INCOMING


@dataclass(frozen=True, slots=True)
class StoredSet:
    """Interior and cover of one edition for one printer."""

    printer: str
    interior: FileRecord
    cover: FileRecord
    errors: tuple[str, ...]


def open_store(folder: Path) -> Store:
    """The store in `folder`.

    Raises:
        NoFile: there is none.
    """
    if not (folder / MARK).is_file():
        raise NoFile(f"{folder} is no store of editions. “bookbuild publish” makes one.")
    return _store(folder)


def make_store(folder: Path) -> Store:
    """The store in `folder`, made if need be.

    Raises:
        NoFile: the folder holds other things.
        BookbuildError: it can't be written.
    """
    with durable.told(folder):
        if not (folder / MARK).is_file():
            durable.make_folder(folder / durable.INCOMING)
            others = {path.name for path in folder.iterdir()} - {MARK, durable.INCOMING, LOCK}
            if others:
                raise NoFile(
                    f"{folder} is no store of editions and not empty ({min(others)} is in it); "
                    "name another folder"
                )
            durable.claim(_FORM, folder / MARK, folder / durable.INCOMING)
    return _store(folder)


def _store(folder: Path) -> Store:
    incoming = folder / durable.INCOMING
    blobs = FolderBlobs(folder / "blobs", incoming)
    return Store(folder, blobs, Register(folder / "register", incoming))


def entry(name: EditionName) -> str:
    """Where the register names the edition's record."""
    return f"{EDITIONS}/{name.slug}/{name.printing}.{name.revision}"


def names(store: Store) -> tuple[EditionName, ...]:
    """The names of all editions, of each book the latest last."""
    entries = (item.removeprefix(f"{EDITIONS}/") for item in store.register.names(EDITIONS))
    return tuple(sorted(edition_name(item.replace("/", "@")) for item in entries))


def editions(store: Store) -> Iterator[Edition]:
    """Every edition in the order of `names`, files not verified; raises as `read_edition` does."""
    for name in names(store):
        yield read_edition(store, name)


def read_edition(store: Store, name: EditionName) -> Edition:
    """The record of an edition; its files are not verified.

    Raises:
        NoFile: the store has no such edition.
        BookbuildError: its record is damaged.
    """
    digest = store.register.read(entry(name))
    if digest is None:
        known = [str(item) for item in names(store) if item.slug == name.slug]
        said = f"it has {', '.join(known)}" if known else "it has none of this book"
        raise NoFile(f"there is no {name} in the store {store.folder}: {said}")
    return _record(store, name, digest.decode("ascii", "replace").strip())


def _record(store: Store, name: EditionName, digest: str) -> Edition:
    kept = store.records.get(digest)
    if kept is not None and kept.name == name:
        return kept
    try:
        data = store.blobs.get(digest)
        edition = Edition.model_validate_json(data)
        sound = hashlib.sha256(data).hexdigest() == digest == edition.digest
    except (ValueError, OSError, BookbuildError):
        sound = False
    if not sound or edition.name != name:
        raise BookbuildError(f"the record of {name} is damaged; take it from a backup of the store")
    if len(store.records) >= MOST_RECORDS:
        store.records.clear()
    store.records[digest] = edition
    return edition


def open_edition(store: Store, name: str) -> Edition:
    """The edition called `name`, `slug@printing.revision`; at first its files are verified.

    Raises:
        NoFile: the store has no such edition.
        BookbuildError: its record or one of its files is damaged.
    """
    edition = read_edition(store, edition_name(name))
    if edition.digest not in store.verified:
        with durable.told(store.folder):
            verify_files(store, edition)
        store.verified.add(edition.digest)
    return edition


def verify_files(store: Store, edition: Edition) -> None:
    """Read every file of an edition and compare its digest; BookbuildError for one that differs."""
    lost = damaged(store, edition)
    if lost:
        raise BookbuildError(
            f"{edition.name} is damaged: {', '.join(lost)}. Take it from a backup of the store; "
            "or build the same state again and publish it, which mends its files."
        )


def damaged(store: Store, edition: Edition) -> tuple[str, ...]:
    """The names of an edition's files that are missing or not what their digest says."""
    named = {item.sha256: item.file for item in edition.files}
    named |= {edition.manifest: "manifest.json", edition.report: "report.json"}
    return tuple(name for digest, name in named.items() if not store.blobs.intact(digest))


def print_set(edition: Edition, printer: str) -> StoredSet:
    """What `printer` gets.

    Raises:
        NoFile: the edition wasn't made for that printer.
    """
    for item in edition.print_sets:
        if item.printer == printer:
            files = {record.file: record for record in edition.files}
            return StoredSet(printer, files[item.interior], files[item.cover], item.errors)
    known = ", ".join(item.printer for item in edition.print_sets)
    raise NoFile(f"{edition.name} has no print set for {printer}; it has {known}")


def artifacts(edition: Edition, role: Role) -> tuple[FileRecord, ...]:
    """Its files of one role; none where the edition goes without."""
    return tuple(item for item in edition.files if item.role == role)


def open_file(store: Store, record: FileRecord) -> BinaryIO:
    """A file of an edition as a stream, to be closed by the caller."""
    return store.blobs.open(record.sha256)


def file_path(store: Store, record: FileRecord) -> Path:
    """Where a file of an edition lies on this machine, for a web server to send."""
    return store.blobs.path(record.sha256)


def read_file(store: Store, record: FileRecord) -> bytes:
    """The bytes of a file of an edition."""
    return store.blobs.get(record.sha256)
