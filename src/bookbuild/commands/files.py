"""The commands that hand a job's files out: parse, call, and hand what came of it to `console`.

Owner of Typer, with `cli`. What they write is what the counter sends, under the same names; a file
is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bookbuild.commands.desk_options import By, DeskFolder, Job, opened, person, read
from bookbuild.commands.jobs import line
from bookbuild.console import Progress, run
from bookbuild.errors import BookbuildError
from bookbuild.options import Json, Quiet, StoreFolder
from bookbuild.outcome import Outcome

if TYPE_CHECKING:
    from bookbuild.counter.carrying import Carried
    from bookbuild.counter.tickets import Handed
    from bookbuild.desk.room import Desk


class Part(StrEnum):
    """What of a job's files is fetched."""

    INTERIOR = "interior"
    COVER = "cover"
    TICKET = "ticket"
    DATA = "data"
    ALL = "all"


class Tongue(StrEnum):
    """The language of a ticket."""

    ID = "id"
    EN = "en"


def add_to(app: typer.Typer) -> None:
    """Give the command line the commands about a job's files."""
    for name, command in (("fetch", _fetch), ("link", _link), ("label", _label)):
        app.command(name)(command)


def _fetch(
    job: Job,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where they are put.")],
    part: Annotated[
        list[Part] | None,
        typer.Option(help="Only this; may be repeated. “all” is one ZIP with everything.",
                     show_default="interior, cover, ticket, data"),
    ] = None,
    address: Annotated[
        str,
        typer.Option(metavar="URL", help="Where the desk is served: for the ticket's code.",
                     show_default="the code names the job"),
    ] = "",
    language: Annotated[Tongue, typer.Option(help="Of the ticket.")] = Tongue.ID,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Write a job's files to a folder, under the names that the operator's page gives them."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            given = _handed(there, by, job, address, language.value)
            progress("reading and comparing")
            written = _write(folder, _wanted(given, [item.value for item in part or ()]))
        files = [{"file": str(path), "bytes": size, "sha256": sha} for path, size, sha in written]
        lines = [f"{path}  {size} bytes  {sha[:12]}" for path, size, sha in written]
        return Outcome((), {"job": job, "files": files}, lines)

    run(work, quiet, as_json)


def _link(
    job: Job,
    part: Annotated[Part, typer.Option(help="What it opens.")] = Part.ALL,
    seconds: Annotated[int, typer.Option(help="How long, at most a day.")] = 900,
    address: Annotated[
        str, typer.Option(metavar="URL", help="Where the desk is served.", show_default=False)
    ] = "",
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make an address that opens a job's files for a while, without a token."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            text = service.make_link(there, person(by), job, part.value, seconds)
        url = f"{address.rstrip('/')}/v1/links/{text}"
        return Outcome((), {"url": url, "seconds": seconds}, [url])

    run(work, quiet, as_json)


def _label(
    job: Job,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The label: PDF, PNG or other.")],
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Give a parcel another label, as its shop may; only the job's printer can read it."""

    def work(progress: Progress) -> Outcome:
        data = read(file)
        with opened(desk, store) as there:
            from bookbuild.desk import forms, service, shown

            after = service.supply_label(there, person(by), job, forms.label_from(data))
        return Outcome((), {"job": shown.job_record(after)}, [line(after)])

    run(work, quiet, as_json)


def _handed(desk: Desk, by: str, job: str, address: str, language: str) -> Handed:
    from bookbuild.counter.app import make_counter
    from bookbuild.counter.room import Terms
    from bookbuild.counter.tickets import Handed, page_address
    from bookbuild.desk import service
    from bookbuild.store.editions import read_edition
    from bookbuild.store.record import edition_name

    found, made = service.files_of(desk, person(by), job)
    edition = read_edition(desk.store, edition_name(found.pin.edition))
    page = page_address(address, found)
    return Handed(make_counter(desk, Terms()), found, edition, made, page, language)


def _wanted(given: Handed, parts: Sequence[str]) -> Iterable[Carried]:
    from bookbuild.counter.carrying import archived, carried

    single = [part for part in parts if part != Part.ALL.value]
    if single or not parts:
        yield from carried(given, *single)
    if Part.ALL.value in parts:
        yield archived(given)


def _write(folder: Path, files: Iterable[Carried]) -> list[tuple[Path, int, str]]:
    """Put the files into the folder when the last of them is written; BookbuildError for one that
    isn't what the store says.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".bookbuild-") as beside:
            fresh = [_written(Path(beside) / item.member.name, item) for item in files]
            for path, _, _ in fresh:
                path.replace(folder / path.name)
    except OSError as fault:
        said = fault.strerror or fault
        raise BookbuildError(f"{folder}: {said}; make room or name another folder") from None
    return [(folder / path.name, size, sha) for path, size, sha in fresh]


def _written(path: Path, item: Carried) -> tuple[Path, int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("xb") as sink:
        for chunk in item.member.chunks():
            size += sink.write(chunk)
            digest.update(chunk)
        sink.flush()
        os.fsync(sink.fileno())
    if size != item.member.size or item.sha256 not in ("", digest.hexdigest()):
        raise BookbuildError(f"{path.name} in the store is damaged: “bookbuild store verify”")
    return path, size, digest.hexdigest()
