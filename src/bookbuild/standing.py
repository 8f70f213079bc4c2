"""Builds that still stand: where nothing changed that goes into a book, nothing is made again.

Type that is kept set for a reprint is called standing type. In: what is asked for, and the bytes
of the book's folders. Out: the outcome of the build that lies in its place, or None. Nothing here
imports what makes books: a build in which nothing changed is over before that is loaded.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bookbuild.cache import Cache, digest, made_by
from bookbuild.folders import MANUSCRIPT, layout_folders
from bookbuild.outcome import Outcome
from bookbuild.press.versions import versions
from bookbuild.sources import source_digest


@dataclass(frozen=True, slots=True)
class Wanted:
    """A build of one book, as it is asked for."""

    folder: Path
    printers: tuple[str, ...] = ()
    block_mm: float | None = None
    only: tuple[str, ...] = ()
    """Roles; none for all that a build usually makes."""
    marks: bool = False
    page_list: bool = True


@dataclass(frozen=True, slots=True)
class _Standing:
    """A build that was written: where, the digest of each of its files, and what was said."""

    target: Path
    files: Mapping[str, str]
    outcome: Outcome


def key(wanted: Wanted) -> str | None:
    """The digest of all that goes into a build; None if the folder can't be read for certain.

    That is the book's folders, the default layouts, the options, and the code of everything that
    is installed.
    """
    try:
        folders = (wanted.folder / MANUSCRIPT, *layout_folders(wanted.folder))
        if any(map(_stands_elsewhere, folders)):
            return None
        source = source_digest(wanted.folder)
    except OSError:
        return None
    engine = repr(sorted(versions().items()))
    return digest("build", made_by(), engine, repr(wanted), str(wanted.folder.resolve()), source)


def standing(cache: Cache, wanted_key: str | None) -> Outcome | None:
    """The outcome of the build under that key, if all its files lie where they were written."""
    kept = cache.load(wanted_key) if wanted_key else None
    if not isinstance(kept, _Standing) or _digests(kept.target) != kept.files:
        return None
    return kept.outcome


def keep(cache: Cache, wanted_key: str | None, target: Path, outcome: Outcome) -> None:
    """Remember the build that was written to `target`."""
    files = _digests(target)
    if wanted_key and files:
        cache.save(wanted_key, _Standing(target.resolve(), files, outcome))


def _stands_elsewhere(folder: Path) -> bool:
    """True if something in a folder is a link to another folder: its files are not looked after.

    Raises:
        OSError: a folder can't be read.
    """

    def stop(fault: OSError) -> None:
        raise fault

    return any(
        (Path(above) / name).is_symlink()
        for above, folders, _ in os.walk(folder, onerror=stop)
        for name in folders
    )


def _digests(target: Path) -> dict[str, str]:
    """The digest of each file of a build; none where there is no build."""
    try:
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(target.iterdir())
        }
    except OSError:
        return {}
