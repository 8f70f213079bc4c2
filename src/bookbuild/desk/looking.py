"""What people look at: the queue of a printer, a search, the history of a job.

In: an actor. Out: what that actor may see of it. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from bookbuild.desk import records
from bookbuild.desk.access import only_visible, visible_job, visible_order
from bookbuild.desk.calendar import Calendar
from bookbuild.desk.model import Actor, Job, Logged, Order, Payment, Role
from bookbuild.desk.refusals import NotAllowed, not_valid
from bookbuild.desk.room import Desk, calendar_of
from bookbuild.desk.tables import calendars, jobs, orders, payments
from bookbuild.store.editions import names

PAGE = 200
MOST = 1000
_CANDIDATES = 500
_LAST = "\U0010ffff"
"""No text goes on with it."""
_MONEY_KINDS = ("create", "request_payment", "pay", "relabel")
"""Events that a printer isn't told: they are not its business."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A job in a queue."""

    job: Job
    late: bool
    """True where it was due before today, at its printer's."""


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs that are printed together: one edition on one paper at one printer."""

    edition: str
    title: str
    paper: str
    printer: str
    jobs: tuple[Queued, ...]

    @property
    def copies(self) -> int:
        """How many copies they are together."""
        return sum(item.job.quantity for item in self.jobs)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of a queue, what is due first first; and how many jobs there are on all pages."""

    groups: tuple[Group, ...]
    total: int
    late: int


def list_queue(
    desk: Desk, actor: Actor, printer: str = "", limit: int = PAGE, offset: int = 0
) -> Queue:
    """The jobs that are at a printer, or held or refused there, late ones first.

    An operator sees its own printer's; `printer` narrows it down for all others. What is grouped
    stands where its first job is due.
    """
    if not 1 <= limit <= MOST or offset < 0:
        raise not_valid("/limit", f"1 to {MOST}")
    with desk.database.reading() as connection:
        wanted = _queued(actor, printer)
        ordered = select(jobs).where(wanted).order_by(jobs.c.due, jobs.c.id)
        rows = connection.execute(ordered.limit(limit).offset(offset)).all()
        days = _today(desk, connection, _printers(connection, wanted))
        found = [visible_job(actor, records.job_of(row)) for row in rows]
        total = connection.scalar(select(func.count()).select_from(jobs).where(wanted)) or 0
        over = [and_(jobs.c.printer == name, jobs.c.due < day) for name, day in days.items()]
        late = select(func.count()).select_from(jobs).where(wanted, or_(False, *over))
        return Queue(_grouped(found, days), total, connection.scalar(late) or 0)


def search(desk: Desk, actor: Actor, text: str, limit: int = 50) -> tuple[Job, ...]:
    """Jobs whose order, reference, edition or parcel number begins so; the latest first.

    Letters count as they are written, or all as capitals, or all as small ones. Of a beginning
    that more than `_CANDIDATES` share, not the latest of all are found: write more of it.
    """
    text = text.strip()
    if len(text) < 2:
        raise not_valid("/text", "two characters or more")
    limit = min(limit, MOST)
    editions = [str(name) for name in names(desk.store) if str(name).startswith(text.lower())]
    with desk.database.reading() as connection:
        rows = {
            row.id: row
            for wanted in _alike(actor, text, editions, limit)
            for row in connection.execute(wanted.where(only_visible(actor)))
        }
    latest = sorted(sorted(rows), key=lambda name: rows[name].placed, reverse=True)[:limit]
    return tuple(visible_job(actor, records.job_of(rows[name])) for name in latest)


def _alike(
    actor: Actor, text: str, editions: Sequence[str], limit: int
) -> Iterator[Select[tuple[Any, ...]]]:
    """A query for each thing that a search may be for, each answered from an index."""
    for column in (jobs.c.id, jobs.c.reference, jobs.c.tracking):
        yield select(jobs).where(_begins(column, text)).limit(_CANDIDATES)
    latest = select(jobs).order_by(jobs.c.placed.desc()).limit(limit)
    for name in editions[-_CANDIDATES:]:
        yield latest.where(jobs.c.edition == name)
    if actor.role is not Role.OPERATOR:
        known = select(orders.c.id).where(_begins(orders.c.reference, text))
        if actor.role is Role.SHOP:
            known = known.where(orders.c.shop == actor.scope)
        yield select(jobs).where(jobs.c.order_id.in_(known.limit(_CANDIDATES)))


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """What begins so, as ranges: an index knows those, and no LIKE that looks past capitals."""
    forms = dict.fromkeys((text, text.upper(), text.lower()))
    return or_(*(and_(column >= form, column < form + _LAST) for form in forms))


def list_orders(
    desk: Desk, actor: Actor, edition: str = "", limit: int = PAGE, offset: int = 0
) -> tuple[Order, ...]:
    """A shop's orders, or all; of one edition, where it is given; the latest first."""
    if actor.role is Role.OPERATOR:
        raise NotAllowed("a printer sees jobs, not orders")
    if not 1 <= limit <= MOST or offset < 0:
        raise not_valid("/limit", f"1 to {MOST}")
    if edition:
        before = jobs.alias()
        again = select(before.c.id).where(
            before.c.order_id == jobs.c.order_id,
            before.c.line < jobs.c.line,
            before.c.edition == edition,
        )
        joined = select(orders).join(jobs, jobs.c.order_id == orders.c.id)
        wanted = joined.where(jobs.c.edition == edition, ~again.exists())
        wanted = wanted.order_by(jobs.c.placed.desc(), jobs.c.order_id.desc())
    else:
        wanted = select(orders).order_by(orders.c.created.desc(), orders.c.id.desc())
    if actor.role is Role.SHOP:
        wanted = wanted.where(orders.c.shop == actor.scope)
    with desk.database.reading() as connection:
        return tuple(map(records.order_of, connection.execute(wanted.limit(limit).offset(offset))))


def history(desk: Desk, actor: Actor, job_id: str) -> tuple[Logged, ...]:
    """What was done to a job, the first first; a printer isn't told of money."""
    with desk.database.reading() as connection:
        job = visible_job(actor, records.find_job(connection, job_id))
        found = records.events_of(connection, job.order, job.line)
    if actor.role is not Role.OPERATOR:
        return found
    reached = _first_at_printer(found)
    return tuple(item for item in found[reached:] if item.event.kind not in _MONEY_KINDS)


def order_history(desk: Desk, actor: Actor, order_id: str) -> tuple[Logged, ...]:
    """What was told of a whole order: payments that didn't fit."""
    with desk.database.reading() as connection:
        order = visible_order(actor, records.find_order(connection, order_id))
        return records.events_of(connection, order.id, 0)


def list_payments(desk: Desk, actor: Actor, order_id: str) -> tuple[Payment, ...]:
    """Every payment of an order that was told, the first first."""
    with desk.database.reading() as connection:
        order = visible_order(actor, records.find_order(connection, order_id))
        rows = connection.execute(
            select(payments).where(payments.c.order_id == order.id).order_by(payments.c.number)
        )
        return tuple(records.payment_of(row) for row in rows)


def counted_by(desk: Desk, version: str) -> Calendar | None:
    """The calendar of that version, by which a due date was counted; None if there is none."""
    with desk.database.reading() as connection:
        record = connection.scalar(select(calendars.c.record).where(calendars.c.version == version))
    return None if record is None else Calendar.model_validate_json(record)


def _first_at_printer(found: Sequence[Logged]) -> int:
    """Where the printer's part of a history begins."""
    kinds = [item.event.kind for item in found]
    return next((at for at, kind in enumerate(kinds) if kind in ("make_ready", "release")), 0)


def _queued(actor: Actor, printer: str) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = jobs.c.queued.is_(True)
    if actor.role is Role.OPERATOR:
        wanted = and_(wanted, jobs.c.printer == actor.scope)
    elif actor.role is Role.SHOP:
        wanted = and_(wanted, jobs.c.shop == actor.scope)
    return and_(wanted, jobs.c.printer == printer) if printer else wanted


def _printers(connection: Connection, wanted: ColumnElement[bool]) -> tuple[str, ...]:
    return tuple(connection.scalars(select(jobs.c.printer).where(wanted).distinct()))


def _today(desk: Desk, connection: Connection, names: Sequence[str]) -> dict[str, date]:
    """The date at each printer's."""
    now = desk.clock()
    return {name: calendar_of(connection, name, now).today(now) for name in sorted(names)}


def _grouped(found: Sequence[Job], days: dict[str, date]) -> tuple[Group, ...]:
    groups: dict[tuple[str, str, str], list[Queued]] = {}
    titles = {}
    for job in found:
        key = (job.pin.edition, str(job.paper), job.printer)
        late = job.due is not None and job.due < days[job.printer]
        groups.setdefault(key, []).append(Queued(job, late))
        titles[key] = job.title
    return tuple(Group(key[0], titles[key], key[1], key[2], tuple(items))
                 for key, items in groups.items())  # fmt: skip
