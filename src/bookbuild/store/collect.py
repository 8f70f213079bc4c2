"""Throw away what no edition names: files of publishes that were killed, or lost the race."""

from __future__ import annotations

from dataclasses import dataclass

from bookbuild.store import durable
from bookbuild.store.editions import Store, editions
from bookbuild.store.lock import collecting


@dataclass(frozen=True, slots=True)
class Collected:
    """How much was thrown away."""

    files: int
    bytes: int


def collect(store: Store) -> Collected:
    """Clear the store while nobody publishes; editions and verdicts are never touched.

    Raises:
        BookbuildError: an edition's record is damaged, so that nobody knows what it names; or the
            store can't be written.
    """
    with durable.told(store.folder), collecting(store.folder):
        named = {
            digest for edition in editions(store) for digest in (edition.digest, *edition.blobs)
        }
        sizes = [
            store.blobs.remove(digest)
            for digest in tuple(store.blobs.digests())
            if digest not in named
        ]
        for path in sorted(store.incoming.iterdir()):
            sizes.append(path.stat().st_size)
            path.unlink()
        return Collected(len(sizes), sum(sizes))
