"""Builds that still stand: where nothing changed that goes into a book, nothing is made again.

Type that is kept set for a reprint is called standing type. In: what is asked for, and the bytes
of the book's folders. Out: the outcome of the build that lies in its place, or None. Nothing here
imports what makes books: a build in which nothing changed is over before that is loaded.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bookbuild.cache import Cache, digest, made_by
from bookbuild.folders import layout_folders
from bookbuild.outcome import Outcome
from bookbuild.press.versions import versions

_MANUSCRIPT = "manuscript"


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
    engine = repr(sorted(versions().items()))
    parts: list[bytes | str] = [made_by(), engine, repr(wanted), str(wanted.folder.resolve())]
    try:
        for folder in (wanted.folder / _MANUSCRIPT, *layout_folders(wanted.folder)):
            for path in _files(folder):
                parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
            parts.append(folder.name)
    except OSError:
        return None
    return digest("build", *parts)


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


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in order.

    Raises:
        OSError: a folder can't be read, or stands elsewhere, where its files aren't looked after.
    """

    def stop(fault: OSError) -> None:
        raise fault

    for above, folders, names in os.walk(folder, onerror=stop):
        folders.sort()
        for name in folders:
            if (Path(above) / name).is_symlink():
                raise OSError(f"{name} stands elsewhere")
        yield from (Path(above) / name for name in sorted(names))


def _digests(target: Path) -> dict[str, str]:
    """The digest of each file of a build; none where there is no build."""
    try:
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(target.iterdir())
        }
    except OSError:
        return {}
