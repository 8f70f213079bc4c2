"""What the press needs of a job beside its row: days for the ticket, and what is stamped on a copy.

In: a job that its reader may see. Out: days as they are at its printer; the template of an interior
and the line and digest of each copy, kept from the first time on, so that a copy that is fetched
again years later is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, insert, select

from bookbuild.desk import records
from bookbuild.desk.calendar import Calendar
from bookbuild.desk.model import Job
from bookbuild.desk.refusals import Conflict
from bookbuild.desk.room import Desk, terms_of
from bookbuild.desk.tables import calendars, copies, templates
from bookbuild.errors import BookbuildError


@dataclass(frozen=True, slots=True)
class Pressing:
    """When a job went to the press: the event that moved it there, and the day at its printer."""

    event: int
    """The event's sequence; a job that starts again is another pressing."""
    day: date


@dataclass(frozen=True, slots=True)
class Copy:
    """What was stamped on a copy, and the digest of the file."""

    number: int
    line: str
    sha256: str


def ordered_on(desk: Desk, job: Job) -> date:
    """The day of the order, where it is printed."""
    with desk.database.reading() as connection:
        order = records.find_order(connection, job.order)
        return _day(order.created, _zone(connection, job))


def block_tolerance(desk: Desk, job: Job) -> float:
    """By how much a measured block may differ before the job is held, in mm."""
    with desk.database.reading() as connection:
        return terms_of(connection, job.printer).block_tolerance.mm


def pressing_of(desk: Desk, job: Job) -> Pressing:
    """When the job was moved to printing, the last time; Conflict where it wasn't yet."""
    with desk.database.reading() as connection:
        found = records.events_of(connection, job.order, job.line)
        started = [item for item in found if item.event.kind == "start"]
        if not started:
            raise Conflict(
                f"{job.id} has stamped copies, dated by its printing: start it, then fetch them"
            )
        last = started[-1]
        return Pressing(last.sequence, _day(last.event.at, _zone(connection, job)))


def read_template(desk: Desk, interior: str) -> tuple[bytes, Mapping[str, Any]] | None:
    """The template of an interior, by its digest: data and index; None for the first time."""
    with desk.database.reading() as connection:
        wanted = select(templates).where(templates.c.interior == interior)
        row = connection.execute(wanted).one_or_none()
    return None if row is None else (row.data, row.record)


def keep_template(desk: Desk, interior: str, data: bytes, index: dict[str, Any]) -> None:
    """Keep the template of an interior; the first one stays."""
    with desk.database.writing() as connection:
        known = select(templates.c.interior).where(templates.c.interior == interior)
        if connection.scalar(known) is None:
            row = {"interior": interior, "data": data, "record": index}
            connection.execute(insert(templates).values(row))


def copies_of(
    desk: Desk, job: Job, pressing: Pressing, numbers: Iterable[int]
) -> Mapping[int, Copy]:
    """Those copies of a pressing that were made before, by number."""
    wanted = _made(job, pressing, numbers)
    with desk.database.reading() as connection:
        return {
            row.copy: Copy(row.copy, row.line, row.sha256) for row in connection.execute(wanted)
        }


def keep_copies(desk: Desk, job: Job, pressing: Pressing, made: Iterable[Copy]) -> None:
    """Record copies that were made; BookbuildError for one that was other bytes before."""
    made = tuple(made)
    with desk.database.writing() as connection:
        wanted = _made(job, pressing, (copy.number for copy in made))
        before = {row.copy: row.sha256 for row in connection.execute(wanted)}
        rows = []
        for copy in made:
            if before.get(copy.number, copy.sha256) != copy.sha256:
                raise BookbuildError(f"copy {copy.number} of {job.id} was other bytes before")
            if copy.number not in before:
                told = {"copy": copy.number, "line": copy.line, "sha256": copy.sha256}
                rows.append({"job_id": job.id, "event": pressing.event, **told})
        if rows:
            connection.execute(insert(copies), rows)


def _made(job: Job, pressing: Pressing, numbers: Iterable[int]) -> Select[Any]:
    return select(copies).where(
        copies.c.job_id == job.id,
        copies.c.event == pressing.event,
        copies.c.copy.in_(tuple(numbers)),
    )


def _zone(connection: Connection, job: Job) -> ZoneInfo:
    """The time zone that the job's due date was counted in; before that, its printer's now."""
    kept = connection.scalar(select(calendars.c.record).where(calendars.c.version == job.calendar))
    if kept is None:
        return ZoneInfo(terms_of(connection, job.printer).calendar.time_zone)
    return ZoneInfo(Calendar.model_validate_json(kept).time_zone)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
