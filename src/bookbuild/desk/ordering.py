"""Taking an order: from a form to jobs that pin what will be printed.

In: an actor, a form, an idempotency key. Out: an order with its jobs, written together or not at
all. Refused here, before any money moves: an edition that isn't for sale, or that has nothing for
the printer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from bookbuild.desk import records
from bookbuild.desk.access import only, scope_name, visible_job, visible_order
from bookbuild.desk.calendar import due_date
from bookbuild.desk.forms import LineForm, OrderForm, digests_of
from bookbuild.desk.model import (
    SYSTEM,
    Actor,
    Delivery,
    Event,
    Fact,
    Job,
    Label,
    Money,
    Order,
    Paper,
    Pin,
    Role,
)
from bookbuild.desk.refusals import Conflict, Fault, NotValid, not_valid
from bookbuild.desk.room import Desk, calendar_of, name_by_chance, terms_of
from bookbuild.desk.tables import calendars, orders, requests
from bookbuild.errors import NoFile
from bookbuild.store.approval import for_sale
from bookbuild.store.editions import open_edition, print_set
from bookbuild.store.record import Edition, canonical

UNPAID_FOR = timedelta(days=3)
"""How long an order waits for its payment: a transfer over a long weekend arrives."""
_KEY = re.compile(r"[\x21-\x7e]{8,100}")


@dataclass(frozen=True, slots=True)
class Placed:
    """An order with its jobs; `new` is False where the same was asked before."""

    order: Order
    jobs: tuple[Job, ...]
    new: bool


@dataclass(frozen=True, slots=True)
class Pinned:
    """What of an edition a job keeps."""

    edition: Edition
    pin: Pin
    block_mm: float


def create_order(desk: Desk, actor: Actor, form: OrderForm, key: str, shop: str = "") -> Placed:
    """Take an order of a shop; an admin names the `shop`, and editors order proofs.

    The same `key` with the same form gives the order that it gave before.

    Raises:
        NotAllowed: this role orders nothing, or no such thing.
        NotValid: the key, or an edition or printer that can't be had; with every line's fault.
        Conflict: the key was used for another order.
    """
    shop = _shop(actor, form, shop)
    if not _KEY.fullmatch(key):
        raise not_valid("/idempotency_key", "8 to 100 visible characters of ASCII")
    digests = digests_of(form)
    with desk.database.reading() as connection:
        before = _before(connection, shop, key, digests)
    if before is not None:
        return before
    pinned = _pin_all(desk, form)
    labels = [
        line.label.label(f"/lines/{number}/label/base64") if line.label else None
        for number, line in enumerate(form.lines)
    ]
    with desk.database.writing() as connection:
        before = _before(connection, shop, key, digests)
        if before is not None:
            return before
        order = _order(desk, connection, form, shop)
        records.add_order(connection, order)
        row = {"shop": shop, "key": key, "digest": digests[0], "order_id": order.id}
        connection.execute(insert(requests).values(row))
        made = [
            _add(desk, connection, actor, _job(connection, order, number, line, what), label)
            for number, (line, what, label) in enumerate(
                zip(form.lines, pinned, labels, strict=True), 1
            )
        ]
    return Placed(order, tuple(made), new=True)


def read_order(desk: Desk, actor: Actor, order_id: str) -> tuple[Order, tuple[Job, ...]]:
    """An order and its jobs; NotThere for one that the actor may not see."""
    with desk.database.reading() as connection:
        order = visible_order(actor, records.find_order(connection, order_id))
        return order, records.jobs_of(connection, order_id)


def read_job(desk: Desk, actor: Actor, job_id: str) -> Job:
    """A job as the actor may see it; NotThere for one that it may not."""
    with desk.database.reading() as connection:
        return visible_job(actor, records.find_job(connection, job_id))


def pin_for(desk: Desk, edition: str, printer: str, *, proof: bool, stamped: bool) -> Pinned:
    """What an edition has for a printer, verified, and where it is `stamped`, prepared for that.

    Raises:
        NotValid: there is no such edition, it isn't for sale, has nothing for that printer, or
            can't be stamped.
        BookbuildError: the store is damaged.
    """
    try:
        opened = open_edition(desk.store, edition)
    except NoFile as fault:
        raise not_valid("/edition", str(fault)) from None
    try:
        found = print_set(opened, printer)
    except NoFile as fault:
        raise not_valid("/printer", str(fault)) from None
    if not proof and not for_sale(desk.store, opened):
        said = f"{edition} isn't for sale: nobody has approved it, or it was withdrawn"
        raise not_valid("/edition", said)
    hindrance = desk.stamping(desk, found) if stamped else ""
    if hindrance:
        raise not_valid("/stamp", hindrance)
    pin = Pin(edition, opened.digest, found.interior.sha256, found.cover.sha256)
    return Pinned(opened, pin, found.cover.block_mm or 0.0)


def due_event(
    connection: Connection, desk: Desk, job: Job, kind: str, actor: Actor, **data: str
) -> Event:
    """An event from which the lead time runs, with the due date and its calendar's version."""
    now = desk.clock()
    kept = calendar_of(connection, job.printer, now)
    known = connection.scalar(
        select(calendars.c.version).where(calendars.c.version == kept.version)
    )
    if known is None:
        row = {"version": kept.version, "record": canonical(kept).decode()}
        connection.execute(insert(calendars).values(row))
    due: date = due_date(kept, now, job.lead_days)
    told = {**data, "due": due.isoformat(), "calendar": kept.version}
    return Event(kind, actor.name, actor.role, now, told)


def add_reprint(
    connection: Connection, desk: Desk, job: Job, copies: int, label: Label | None
) -> Job:
    """A job for spoiled copies of another, ready at once and with a due date of its own."""
    line = records.jobs_of(connection, job.order)[-1].line + 1
    currency = job.price.currency if job.price else ""
    again = Job(
        id=f"{job.order}-{line}",
        order=job.order,
        line=line,
        shop=job.shop,
        printer=job.printer,
        title=job.title,
        slug=job.slug,
        pin=job.pin,
        paper=job.paper,
        block_mm=job.block_mm,
        quantity=copies,
        reference=job.reference,
        price=Money(Decimal(0), currency),
        delivery=job.delivery,
        lead_days=job.lead_days,
        proof=job.proof,
        reprint_of=job.id,
        stamped=job.stamped,
    )
    again = _add(desk, connection, SYSTEM, again, label)
    return records.apply(connection, again, due_event(connection, desk, again, "release", SYSTEM))


def _shop(actor: Actor, form: OrderForm, shop: str) -> str:
    only(actor, Role.SHOP, Role.EDITOR, Role.ADMIN)
    if actor.role is Role.EDITOR and not form.proof:
        raise not_valid("/proof", "an editor orders proofs; orders for sale come from a shop")
    if actor.role is Role.SHOP and form.proof:
        raise not_valid("/proof", "a proof is ordered by an editor or an admin")
    return actor.scope if actor.role is Role.SHOP else scope_name(Role.SHOP, shop)


def _before(connection: Connection, shop: str, key: str, digests: Sequence[str]) -> Placed | None:
    """What the key gave before; Conflict where it was for something else."""
    asked = select(requests).where(requests.c.shop == shop, requests.c.key == key)
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    if row.digest not in digests:
        raise Conflict(f"the key {key} was used for another order: take a new one")
    order = records.find_order(connection, row.order_id)
    return Placed(order, records.jobs_of(connection, order.id), new=False)


def _pin_all(desk: Desk, form: OrderForm) -> Sequence[Pinned]:
    pinned: list[Pinned] = []
    faults: list[Fault] = []
    for number, line in enumerate(form.lines):
        try:
            pinned.append(
                pin_for(desk, line.edition, line.printer, proof=form.proof, stamped=line.stamp)
            )
        except NotValid as refused:
            faults.extend(
                Fault(f"/lines/{number}{fault.pointer}", fault.said) for fault in refused.faults
            )
    if faults:
        raise NotValid(tuple(faults))
    return pinned


def _order(desk: Desk, connection: Connection, form: OrderForm, shop: str) -> Order:
    order_id = name_by_chance(desk)
    while connection.scalar(select(orders.c.id).where(orders.c.id == order_id)) is not None:
        order_id = name_by_chance(desk)
    now = desk.clock()
    copies = sum((line.price * line.quantity for line in form.lines), Decimal(0))
    return Order(
        id=order_id,
        shop=shop,
        reference=form.reference,
        proof=form.proof,
        shipping=Money(form.shipping, form.currency),
        total=Money(copies + form.shipping, form.currency),
        created=now,
        expires=now + UNPAID_FOR,
    )


def _job(connection: Connection, order: Order, number: int, line: LineForm, what: Pinned) -> Job:
    spec: dict[str, Any] = what.edition.specification
    lead = (spec.get("sales") or {}).get("lead_days")
    agreed = terms_of(connection, line.printer).lead_days
    paper = spec.get("paper") or {}
    return Job(
        id=f"{order.id}-{number}",
        order=order.id,
        line=number,
        shop=order.shop,
        printer=line.printer,
        title=str(spec.get("title", what.edition.slug)),
        slug=what.edition.slug,
        pin=what.pin,
        paper=Paper(str(paper.get("name", "")), int(paper.get("gsm", 0))),
        block_mm=what.block_mm,
        quantity=line.quantity,
        reference=line.reference or "",
        price=Money(line.price, order.total.currency),
        delivery=Delivery(line.delivery),
        lead_days=agreed if lead is None else int(lead),
        proof=order.proof,
        stamped=line.stamp,
    )


def _add(desk: Desk, connection: Connection, actor: Actor, job: Job, label: Label | None) -> Job:
    """Write a new job with its first events; one that is for sale awaits its payment."""
    now = desk.clock()
    records.add_job(connection, job, now, label)
    told: dict[str, Fact] = {"printer": job.printer, "quantity": job.quantity, **job.pin.digests()}
    made = records.apply(connection, job, Event("create", actor.name, actor.role, now, told))
    if job.proof or job.reprint_of:
        return made
    asked = Event("request_payment", SYSTEM.name, SYSTEM.role, now)
    return records.apply(connection, made, asked)
