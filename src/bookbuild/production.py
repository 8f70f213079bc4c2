"""Builds asked for, made where nothing stands already, and put in their place.

In: what is wanted, and where work is kept and done. Out: `Outcome`s. What makes books is imported
when the first one has to be made.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookbuild.cache import Cache
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.edition import finding_records
from bookbuild.errors import BookbuildError, BookFaults, ExitCode
from bookbuild.outcome import Outcome
from bookbuild.standing import Wanted, keep, key, standing

if TYPE_CHECKING:
    from bookbuild.pipeline import Build
    from bookbuild.press.compositors import Compositors

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shop:
    """Where work is done and kept: the cache, and how many processes may work at once."""

    cache: Cache = field(default_factory=Cache)
    jobs: int = 1

    @contextmanager
    def compositors(self) -> Iterator[Compositors]:
        """Who sets sheets: this process, and beside it as many others as there are jobs more."""
        from bookbuild.press.compositors import Compositors

        if self.jobs == 1:
            yield Compositors(self.cache)
            return
        with _pool(self.jobs - 1) as pool:
            for _ in range(self.jobs - 1):
                pool.submit(_begin)
            yield Compositors(self.cache, pool)


def produce(wanted: Wanted, shop: Shop, progress: Progress) -> Outcome:
    """Make a book and put it in its place, unless what is wanted stands there already.

    Raises:
        BookFaults, NoBook, MissingLibrary: see `errors`.
        BookbuildError: the files can't be written.
    """
    before = key(wanted) if shop.cache.folder else None
    found = standing(shop.cache, before)
    if found is not None:
        return found
    from bookbuild import answers, output

    build = make(wanted, shop, progress)
    target = output.write(build, wanted.folder)
    outcome = answers.built(build, target)
    if before and key(wanted) == before:
        keep(shop.cache, before, target, outcome)
    shop.cache.trim()
    return outcome


def make(wanted: Wanted, shop: Shop, progress: Progress) -> Build:
    """Make a book, and write nothing.

    Raises:
        BookFaults, NoBook, MissingLibrary: see `errors`.
    """
    from bookbuild import pipeline
    from bookbuild.units import mm

    with shop.compositors() as compositors:
        return pipeline.make(
            wanted.folder,
            progress,
            wanted.printers,
            None if wanted.block_mm is None else mm(wanted.block_mm),
            wanted.only or pipeline.USUAL,
            marks=wanted.marks,
            page_list=wanted.page_list,
            compositors=compositors,
        )


def produce_all(wanted: Sequence[Wanted], shop: Shop, progress: Progress) -> Outcome:
    """Make many books, each in a process of its own while there are workers; all are tried."""
    alone = replace(shop, jobs=max(1, shop.jobs // len(wanted)))
    outcomes: list[Outcome] = []
    with _pool(min(shop.jobs, len(wanted))) as pool:
        largest_first = sorted(wanted, key=lambda item: -_size(item.folder))
        begun = {item: pool.submit(_tried, item, alone) for item in largest_first}
        for number, item in enumerate(wanted):
            progress(f"book {number + 1} of {len(wanted)}: {item.folder}")
            outcomes.append(begun[item].result())
    return _together(wanted, outcomes)


def _pool(workers: int) -> Executor:
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bookbuild.press.warm"])
    return ProcessPoolExecutor(workers, mp_context=context)


def _begin() -> None:
    """The first work of a worker: it gets ready while the manuscript is read."""


def _tried(wanted: Wanted, shop: Shop) -> Outcome:
    """The outcome of one book among many, also if it can't be made."""
    try:
        return produce(wanted, shop, lambda step: None)
    except BookFaults as faults:
        return Outcome(faults.findings, {}, ("nothing was written",), faults.exit_code)
    except BookbuildError as fault:
        finding = error("book-unmade", str(fault))
        return Outcome((finding,), {}, ("nothing was written",), fault.exit_code)


def _size(folder: Path) -> int:
    """Bytes of a manuscript's text: about how long its book takes."""
    try:
        return sum(path.stat().st_size for path in (folder / "manuscript").glob("*.md"))
    except OSError:
        return 0


def _together(wanted: Sequence[Wanted], outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome of many books: the gravest exit code, and every place with its book's folder."""
    books, lines = [], []
    findings: list[Diagnostic] = []
    for item, outcome in zip(wanted, outcomes, strict=True):
        ok = outcome.exit_code is ExitCode.OK
        found = finding_records(outcome.findings)
        books.append({"book": str(item.folder), "ok": ok, **outcome.record, "findings": found})
        findings += (_within(item.folder, finding) for finding in outcome.findings)
        lines.append((f"{item.folder}:", *outcome.lines))
    codes = [outcome.exit_code for outcome in outcomes if outcome.exit_code]
    exit_code = min(codes, default=ExitCode.OK)
    return Outcome(findings, {"books": books}, tuple(chain.from_iterable(lines)), exit_code)


def _within(folder: Path, finding: Diagnostic) -> Diagnostic:
    place = finding.place
    named = Place(str(folder)) if place is None else Place(f"{folder}/{place.file}", place.line)
    return replace(finding, place=named)
