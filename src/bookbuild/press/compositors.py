"""Who sets sheets: one after another, several at once, or nobody where it was done before.

In: sheets. Out: their `Typeset`s in the same order. Setting is a pure function of a sheet, so
its result can be kept under the sheet's digest and made in another process. An entry of the cache
holds what `typeset` returned and nothing of where in the book it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import TypeVar

from bookbuild.cache import Cache, digest, made_by
from bookbuild.errors import BookbuildError
from bookbuild.press.typeset import Sheet, Typeset, typeset
from bookbuild.press.versions import versions

LITTLE = 10_000
"""Bytes of HTML: less than that is set sooner than it is sent to another process."""

Progress = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Compositors:
    """Where sheets are set, and where results are kept."""

    cache: Cache = field(default_factory=Cache)
    pool: Executor | None = None

    def set(self, sheets: Sequence[Sheet], progress: Progress) -> tuple[Typeset, ...]:
        """Every sheet, set.

        Raises:
            MissingLibrary, BookFaults: as `typeset`; the first sheet's, if several fail.
        """
        keys = [_key(sheet) for sheet in sheets]
        done = {key: kept for key in dict.fromkeys(keys) if (kept := self.cache.load(key))}
        wanted = {key: sheet for key, sheet in zip(keys, sheets, strict=True) if key not in done}
        for key, result in self._made(wanted, progress):
            self.cache.save(key, result)
            done[key] = result
        return tuple(done[key] for key in keys)

    def alone(self) -> Compositors:
        """The same without other processes: for what is set while those do something else."""
        return Compositors(self.cache)

    def aside(self, work: Callable[[], T]) -> Callable[[], T]:
        """Have `work` done by another process meanwhile; what is returned waits for its result.

        Where there is no other process, or it has not begun by then, the work is done by who waits.
        """
        if self.pool is None:
            return work
        begun = self.pool.submit(work)
        return lambda: work() if begun.cancel() else begun.result()

    def _made(
        self, wanted: Mapping[str, Sheet], progress: Progress
    ) -> Iterator[tuple[str, Typeset]]:
        work = sum(len(sheet.html) for sheet in wanted.values())
        if self.pool is None or work < LITTLE:
            for key, sheet in wanted.items():
                progress(sheet.name)
                yield key, typeset(sheet)
            return
        longest_first = sorted(wanted, key=lambda key: -len(wanted[key].html))
        begun = {key: self.pool.submit(typeset, wanted[key]) for key in longest_first}
        for key in reversed(longest_first[1:]):  # who waits may as well set what nobody has begun
            if begun[key].cancel():
                begun[key] = _set_here(wanted[key])
        for key, sheet in wanted.items():
            progress(sheet.name)
            yield key, begun[key].result()


def _set_here(sheet: Sheet) -> Future[Typeset]:
    """A sheet set by this process, or what kept it from being set: told in its turn."""
    done: Future[Typeset] = Future()
    try:
        done.set_result(typeset(sheet))
    except BookbuildError as fault:
        done.set_exception(fault)
    return done


def _key(sheet: Sheet) -> str:
    """The digest of all that goes into the setting of a sheet, engine and code included."""
    return digest(
        "typeset", made_by(), repr(sorted(versions().items())),
        sheet.name, sheet.html, sheet.css, "tagged" if sheet.tagged else "",
        sheet.composition.model_dump_json() if sheet.composition else "",
        *(part for face in sheet.faces for part in (repr(face.settings), face.digest)),
        *(
            part
            for resource in sheet.resources
            for part in (resource.name, resource.media_type, resource.data)
        ),
    )  # fmt: skip


ALONE = Compositors()
"""Sets one sheet after another and keeps nothing."""
