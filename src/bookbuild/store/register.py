"""Short entries under names that are given once: the seam behind which a database can stand.

An entry never changes and is never taken out. Of two that claim one name at the same time, one
gets it: here by a link, in a table by its primary key.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bookbuild.store import durable


@dataclass(frozen=True, slots=True)
class Register:
    """Entries as files of a folder; a name is a path with forward slashes."""

    folder: Path
    incoming: Path

    def claim(self, name: str, data: bytes) -> bool:
        """Enter `data` under `name`, to stay; False where the name is taken."""
        return durable.claim(data, self.folder / name, self.incoming)

    def read(self, name: str) -> bytes | None:
        """The entry; None where there is none."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def names(self, under: str) -> tuple[str, ...]:
        """The names of all entries under a name, in order."""
        found = (path for path in (self.folder / under).rglob("*") if path.is_file())
        return tuple(sorted(path.relative_to(self.folder).as_posix() for path in found))
