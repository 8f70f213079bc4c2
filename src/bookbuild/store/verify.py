"""Read a whole store and say what of it is damaged or lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.errors import BookbuildError
from bookbuild.store import approval, durable
from bookbuild.store.editions import Store, damaged, entry, names, read_edition
from bookbuild.store.lock import publishing


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was read, and what is wrong with it."""

    editions: int
    files: int
    findings: tuple[Diagnostic, ...]


def verify(store: Store) -> Verified:
    """Compare every digest of the store with what is there.

    Raises:
        BookbuildError: the store can't be read.
    """
    with durable.told(store.folder), publishing(store.folder):
        digests = tuple(store.blobs.digests())
        found = tuple(_wrong(store))
        hint = "take it from a backup of the store"
        lost = tuple(
            error("store-damaged", f"a file is not what its name says: {digest}", hint=hint)
            for digest in digests
            if not store.blobs.intact(digest)
        )
        return Verified(len(names(store)), len(digests), found + lost)


def _wrong(store: Store) -> Iterator[Diagnostic]:
    """What is wrong with each edition and with what was said of it."""
    for name in names(store):
        place = Place(entry(name))
        try:
            edition = read_edition(store, name)
            approval.verdicts(store, edition)
        except BookbuildError as fault:
            yield error("store-damaged", str(fault), place)
            continue
        lost = damaged(store, edition)
        if lost:
            said = f"{name} lacks or has other bytes of {', '.join(lost)}"
            hint = "take them from a backup, or build the same state again and publish it"
            yield error("store-damaged", said, place, hint)
