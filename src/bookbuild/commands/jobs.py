"""The commands that move jobs: parse, call, and hand what came of it to `console`.

Owner of Typer, with `cli`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bookbuild.commands.desk_options import By, DeskFolder, Job, Reason, opened, person, read
from bookbuild.console import Progress, run
from bookbuild.options import Json, Quiet, StoreFolder
from bookbuild.outcome import Outcome

if TYPE_CHECKING:
    from bookbuild.desk import model
    from bookbuild.desk.room import Desk

Version = Annotated[
    int | None,
    typer.Option(help="Refuse where the job is no more of this version.", show_default=False),
]


def add_to(app: typer.Typer) -> None:
    """Give the command line the commands that move jobs."""
    for name, command in (
        ("release", _release),
        ("move", _move),
        ("reject", _reject),
        ("hold", _hold),
        ("measure", _measure),
        ("replace", _replace),
        ("reprint", _reprint),
    ):
        app.command(name)(command)


def _move(
    job: Job,
    kind: Annotated[str, typer.Argument(metavar="MOVE", help="start, bind, ship, deliver …")],
    courier: Annotated[str, typer.Option(help="ship: who carries it.")] = "",
    tracking: Annotated[str, typer.Option(help="ship: the parcel's number.")] = "",
    reason: Reason = "",
    due: Annotated[str, typer.Option(metavar="DAY", help="reschedule: until when.")] = "",
    version: Version = None,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Move a job on: start, bind, ship, hand_over, deliver, resume, cancel, reschedule …"""
    told = {"courier": courier, "tracking": tracking, "reason": reason, "due": due}
    given = {name: text for name, text in told.items() if text}

    def move(there: Desk) -> model.Job:
        from bookbuild.desk import service

        return service.move_job(there, person(by), job, kind, given, version)

    _changed(desk, store, move, quiet, as_json)


def _reject(
    job: Job,
    reason: Reason,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say that a job's file can't be printed, and why."""

    def move(there: Desk) -> model.Job:
        from bookbuild.desk import service

        return service.move_job(there, person(by), job, "reject_file", {"reason": reason})

    _changed(desk, store, move, quiet, as_json)


def _hold(
    job: Job,
    reason: Reason,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Put a job on hold, and say why; “move JOB resume” goes on."""

    def move(there: Desk) -> model.Job:
        from bookbuild.desk import service

        return service.move_job(there, person(by), job, "hold", {"reason": reason})

    _changed(desk, store, move, quiet, as_json)


def _measure(
    job: Job,
    block_mm: Annotated[float, typer.Argument(metavar="MM", help="Thickness of the block.")],
    version: Version = None,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write down how thick the block measures; out of tolerance the job is held."""

    def move(there: Desk) -> model.Job:
        from bookbuild.desk import service

        return service.measured_block(there, person(by), job, block_mm, version)

    _changed(desk, store, move, quiet, as_json)


def _release(
    job: Job,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Let a proof be printed, which nobody pays for."""

    def move(there: Desk) -> model.Job:
        from bookbuild.desk import service

        return service.release_proof(there, person(by), job)

    _changed(desk, store, move, quiet, as_json)


def _replace(
    job: Job,
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="slug@printing.revision")],
    version: Version = None,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Print a job, held or with a rejected file, from another edition of the book."""

    def move(there: Desk) -> model.Job:
        from bookbuild.desk import service

        return service.replace_edition(there, person(by), job, edition, version)

    _changed(desk, store, move, quiet, as_json)


def _reprint(
    job: Job,
    copies: Annotated[int, typer.Argument(help="How many were spoiled.")],
    reason: Reason,
    label: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The new parcel's label.", show_default="the one it had"),
    ] = None,
    version: Version = None,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Print spoiled copies again, as a job of their own."""

    def move(there: Desk) -> model.Job:
        from bookbuild.desk import forms, service

        given = forms.label_from(read(label)) if label else None
        return service.reprint(there, person(by), job, copies, reason, given, version)

    _changed(desk, store, move, quiet, as_json)


def _changed(
    desk: Path | None,
    store: Path | None,
    move: Callable[[Desk], model.Job],
    quiet: bool,
    as_json: bool,
) -> None:
    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import shown

            after = move(there)
        return Outcome((), {"job": shown.job_record(after)}, [line(after)])

    run(work, quiet, as_json)


def line(job: model.Job) -> str:
    """A job in a line, for people."""
    due = f"due {job.due}" if job.due else "not due"
    reason = f"  ({job.reason})" if job.reason else ""
    return f"{job.id:<14} {job.state:<16} {due}  {job.quantity} × {job.pin.edition}{reason}"
