"""The digest of everything that a book is made from: its manuscript and the layouts it may use.

In: a book's folder. Out: one digest, by which a build can be told from a later manuscript's.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from bookbuild.book.manuscript import FOLDER
from bookbuild.cache import digest
from bookbuild.folders import layout_folders


def source_digest(book: Path) -> str:
    """The digest of every file of `book`'s manuscript and of the layouts, with their names.

    What editors leave beside a file (hidden ones, `~`) doesn't count.
    """
    parts: list[str] = []
    for folder in (book / FOLDER, *layout_folders(book)):
        found = {path.relative_to(folder): path for path in folder.rglob("*")}
        names = sorted(name for name in found if _counts(name) and found[name].is_file())
        parts.append(str(len(names)))
        for name in names:
            parts += [name.as_posix(), _digest(found[name])]
    return digest(*parts)


def _digest(path: Path) -> str:
    """The file's digest; whoever needs the file says it, if it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _counts(name: Path) -> bool:
    return not any(part.startswith(".") or part.endswith("~") for part in name.parts)
