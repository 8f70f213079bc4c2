"""Jobs, orders and events as rows, and back; and the one place where a job's row is moved.

In: a connection whose transaction the caller holds. A job's row, its new event and what the shop's
webhooks will be told are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bookbuild.desk import outbox
from bookbuild.desk.model import (
    ENDED,
    Delivery,
    Event,
    Job,
    Label,
    Logged,
    Money,
    Order,
    Paper,
    Payment,
    Pin,
    Role,
    State,
)
from bookbuild.desk.moves import Refusal, move
from bookbuild.desk.refusals import Conflict, NotAllowed, NotThere
from bookbuild.desk.tables import events, jobs, labels, orders

_CHANGES = (
    "edition", "record", "interior", "cover", "block_mm", "state", "queued", "reason", "held_from",
    "due", "calendar", "courier", "tracking", "measured_mm", "sequence", "links",
)  # fmt: skip
"""The columns of a job that events change."""


def add_order(connection: Connection, order: Order) -> None:
    """Write a new order."""
    row = {**asdict(order), "currency": order.total.currency}
    row |= {"shipping": order.shipping.amount, "total": order.total.amount}
    connection.execute(insert(orders).values(row))


def add_job(connection: Connection, job: Job, placed: datetime, label: Label | None = None) -> None:
    """Write a new job, without any event, and the label of its parcel."""
    connection.execute(insert(jobs).values({**_row(job), "placed": placed}))
    if label is not None:
        put_label(connection, job, label)


def apply(connection: Connection, job: Job, event: Event) -> Job:
    """Move a job: its row, the event, and what webhooks will be told.

    Raises:
        Conflict: it can't be moved so, or somebody else moved it since it was read.
        NotAllowed: this role may not.
    """
    after = move(job, event)
    if isinstance(after, Refusal):
        raise (NotAllowed if after.forbidden else Conflict)(after.said)
    row = _row(after)
    # The number of events is the version: who comes second changes no row.
    done = connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.sequence == job.sequence)
        .values({name: row[name] for name in _CHANGES})
    )
    if done.rowcount != 1:
        raise Conflict(f"{job.id} was moved by somebody else meanwhile: look at it again")
    log(connection, job.shop, Logged(job.order, job.line, after.sequence, event), after)
    return after


def log(connection: Connection, shop: str, logged: Logged, job: Job | None) -> None:
    """Append an event, and lay it out for the shop's webhooks."""
    event = logged.event
    connection.execute(
        insert(events).values(
            order_id=logged.order,
            line=logged.line,
            sequence=logged.sequence,
            kind=event.kind,
            actor=event.actor,
            role=event.role.value,
            at=event.at,
            data=dict(event.data),
        )
    )
    outbox.lay_out(connection, shop, logged, job)


def log_order(connection: Connection, order: Order, event: Event) -> None:
    """Append an event that concerns a whole order."""
    last = select(func.max(events.c.sequence)).where(
        events.c.order_id == order.id, events.c.line == 0
    )
    number = (connection.scalar(last) or 0) + 1
    log(connection, order.shop, Logged(order.id, 0, number, event), None)


def find_job(connection: Connection, job_id: str) -> Job:
    """A job; NotThere where there is none."""
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise NotThere(f"there is no job {job_id}")
    return job_of(row)


def find_order(connection: Connection, order_id: str) -> Order:
    """An order; NotThere where there is none."""
    row = connection.execute(select(orders).where(orders.c.id == order_id)).one_or_none()
    if row is None:
        raise NotThere(f"there is no order {order_id}")
    return order_of(row)


def jobs_of(connection: Connection, order_id: str) -> tuple[Job, ...]:
    """The jobs of an order by line, reprints last."""
    rows = connection.execute(select(jobs).where(jobs.c.order_id == order_id).order_by(jobs.c.line))
    return tuple(map(job_of, rows))


def events_of(connection: Connection, order_id: str, line: int) -> tuple[Logged, ...]:
    """The events of a job, or with line 0 of the order, the first first."""
    rows = connection.execute(
        select(events)
        .where(events.c.order_id == order_id, events.c.line == line)
        .order_by(events.c.sequence)
    )
    return tuple(_logged(rows))


def find_label(connection: Connection, job_id: str) -> Label | None:
    """A job's label; None where it has none, or no more."""
    row = connection.execute(select(labels).where(labels.c.job_id == job_id)).one_or_none()
    return None if row is None else Label(row.media_type, row.data)


def order_of(row: Row[Any]) -> Order:
    """An order from its row."""
    return Order(
        id=row.id,
        shop=row.shop,
        reference=row.reference,
        proof=row.proof,
        shipping=Money(row.shipping, row.currency),
        total=Money(row.total, row.currency),
        created=row.created,
        expires=row.expires,
        paid=row.paid,
    )


def job_of(row: Row[Any]) -> Job:
    """A job from its row."""
    values = dict(row._mapping)
    del values["queued"], values["placed"]  # for the database, which has indexes of them
    pin = Pin(*(values.pop(name) for name in ("edition", "record", "interior", "cover")))
    return Job(
        order=values.pop("order_id"),
        pin=pin,
        paper=Paper(values.pop("paper"), values.pop("gsm")),
        price=Money(values.pop("price"), values.pop("currency")),
        delivery=Delivery(values.pop("delivery")),
        state=State(values.pop("state")),
        held_from=State(held) if (held := values.pop("held_from")) else None,
        **values,
    )


def _row(job: Job) -> dict[str, Any]:
    values = {
        name: getattr(job, name)
        for name in Job.__dataclass_fields__
        if name not in ("order", "pin", "paper", "price")
    }
    if job.price is None:
        raise ValueError(f"{job.id} is as an operator sees it, and can't be written")
    return {
        **values,
        **job.pin.digests(),
        "order_id": job.order,
        "paper": job.paper.name,
        "gsm": job.paper.gsm,
        "price": job.price.amount,
        "currency": job.price.currency,
        "delivery": job.delivery.value,
        "state": job.state.value,
        "queued": job.queued,
        "held_from": job.held_from.value if job.held_from else None,
    }


def _logged(rows: Iterable[Row[Any]]) -> Iterable[Logged]:
    for row in rows:
        event = Event(row.kind, row.actor, Role(row.role), row.at, row.data)
        yield Logged(row.order_id, row.line, row.sequence, event)


def put_label(connection: Connection, job: Job, label: Label) -> None:
    """Give a job's parcel a label, in place of the one it had."""
    connection.execute(delete(labels).where(labels.c.job_id == job.id))
    row = {"job_id": job.id, "media_type": label.media_type, "data": label.data}
    connection.execute(insert(labels).values(row))


def close(connection: Connection, job: Job) -> Job:
    """Throw away the label of a job that has ended: nobody needs it any more."""
    if job.state in ENDED:
        connection.execute(delete(labels).where(labels.c.job_id == job.id))
    return job


def payment_of(row: Row[Any]) -> Payment:
    """A payment from its row."""
    return Payment(
        order=row.order_id,
        number=row.number,
        amount=Money(row.amount, row.currency),
        reference=row.reference,
        by=row.actor,
        at=row.at,
        accepted=row.accepted,
        said=row.said,
    )
