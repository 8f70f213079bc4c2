"""What becomes of an order's payment: noticed by the shop, confirmed by an admin, or never come.

In: a signed notice, or an admin's word. Out: jobs that are paid, due and ready; or on hold, where
the amount doesn't fit. Every payment that was told is written down, also one that nobody asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, func, insert, select, update

from bookbuild.desk import records
from bookbuild.desk.access import NOTICES, only, signing_keys
from bookbuild.desk.forms import NoticeForm, read_form
from bookbuild.desk.model import SYSTEM, Actor, Delivery, Event, Job, Money, Order, Role, State
from bookbuild.desk.ordering import due_event
from bookbuild.desk.payment import Signed, verify
from bookbuild.desk.refusals import Conflict, NotThere, not_valid
from bookbuild.desk.room import Desk
from bookbuild.desk.tables import jobs, notices, orders, payments
from bookbuild.errors import BookbuildError
from bookbuild.store.approval import for_sale
from bookbuild.store.editions import open_edition, read_edition
from bookbuild.store.record import edition_name

MOST_AT_ONCE = 500
"""Orders that expire in one transaction."""
_WAITING = (State.AWAITING_PAYMENT, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a payment did."""

    order: str
    accepted: bool
    """False where money came that doesn't fit; it is written down, and an admin has to look."""
    said: str
    new: bool
    """False for a notice that was taken before."""


def accept_notice(desk: Desk, shop: str, notice: Signed) -> Receipt:
    """Take a shop's notice of payment; told twice, it counts once.

    Raises:
        NoEntry: the signature is wrong, or the time stamp out of the window.
        NotValid: its body is no notice.
        NotThere: the shop has no such order.
        Conflict: its id was used for another notice.
    """
    with desk.database.reading() as connection:
        verify(notice, signing_keys(connection, NOTICES, shop), desk.clock())
    form = read_form(NoticeForm, notice.body)
    digest = hashlib.sha256(notice.body).hexdigest()
    looked = look_over(desk, form.order)
    with desk.database.writing() as connection:
        taken = select(notices).where(notices.c.shop == shop, notices.c.id == form.id)
        before = connection.execute(taken).one_or_none()
        if before is not None:
            return _told_again(connection, before.order_id, before.digest, digest)
        order = records.find_order(connection, form.order)
        if order.shop != shop:
            raise NotThere(f"there is no order {form.order}")
        row = {"shop": shop, "id": form.id, "digest": digest, "order_id": order.id}
        connection.execute(insert(notices).values({**row, "at": desk.clock()}))
        actor = Actor(Role.SHOP, f"notice {form.id}", shop)
        money = Money(form.amount, form.currency)
        return _pay(desk, connection, order, actor, money, form.reference, looked)


def confirm_payment(
    desk: Desk, actor: Actor, order_id: str, reference: str, amount: Money | None = None
) -> Receipt:
    """An admin's word that an order is paid: in full, or the `amount` that came.

    It also settles an order that expired, or that is held because of its payment.

    Raises:
        NotThere: there is no such order.
        Conflict: nothing of it waits for payment.
    """
    only(actor, Role.ADMIN)
    if not reference.strip() or len(reference) > 40:
        raise not_valid("/reference", "the payment's reference, in 1 to 40 characters")
    looked = look_over(desk, order_id)
    with desk.database.writing() as connection:
        order = records.find_order(connection, order_id)
        waiting = [job for job in records.jobs_of(connection, order.id) if awaits_payment(job)]
        if not waiting:
            raise Conflict(f"nothing of {order.id} waits for payment")
        due = amount_due(order, records.jobs_of(connection, order.id))
        return _pay(desk, connection, order, actor, amount or due, reference.strip(), looked)


def expire_unpaid(desk: Desk) -> tuple[str, ...]:
    """Let orders expire that weren't paid in time; the ids of their jobs."""
    now = desk.clock()
    with desk.database.writing() as connection:
        rows = connection.execute(
            select(jobs)
            .join(orders, orders.c.id == jobs.c.order_id)
            .where(jobs.c.state == State.AWAITING_PAYMENT.value, orders.c.expires <= now)
            .order_by(orders.c.expires, jobs.c.id)
            .limit(MOST_AT_ONCE)
        ).all()
        for row in rows:
            event = Event("expire", SYSTEM.name, SYSTEM.role, now)
            records.close(connection, records.apply(connection, records.job_of(row), event))
    if any(row.delivery == Delivery.DROP_SHIP for row in rows):
        desk.database.forget_deleted()
    return tuple(row.id for row in rows)


def amount_due(order: Order, lines: tuple[Job, ...]) -> Money:
    """What an order costs with its shipping, without the lines that were cancelled."""
    kept = (job for job in lines if job.state is not State.CANCELLED and job.price is not None)
    copies = sum((job.price.amount * job.quantity for job in kept if job.price), Decimal(0))
    return Money(copies + order.shipping.amount, order.shipping.currency)


def awaits_payment(job: Job) -> bool:
    """True for a job that money may still come for."""
    held = job.state is State.ON_HOLD and job.held_from in _WAITING
    return job.state in _WAITING or held


def look_over(desk: Desk, order_id: str) -> Mapping[str, str]:
    """What is wrong with the editions of an order, by name; empty texts for those that are whole.

    Their files are read before a transaction is begun, since nobody else can write meanwhile.
    """
    with desk.database.reading() as connection:
        names = {job.pin.edition for job in records.jobs_of(connection, order_id)}
    return {name: _fault_of(desk, name) for name in sorted(names)}


def make_ready(
    desk: Desk, connection: Connection, job: Job, looked: Mapping[str, str] | None = None
) -> Job:
    """Give a paid job to its printer; or hold it where its edition can't be printed now.

    `looked` is what `look_over` found; an edition that isn't in it is read now.
    """
    now = desk.clock()
    said = (looked or {}).get(job.pin.edition)
    said = _fault_of(desk, job.pin.edition) if said is None else said
    said = said or _unfit(desk, job)
    if job.delivery is Delivery.DROP_SHIP and records.find_label(connection, job.id) is None:
        said = said or "its label was deleted when it expired: supply one"
    if said:
        event = Event("hold", SYSTEM.name, SYSTEM.role, now, {"reason": said})
    else:
        event = Event("make_ready", SYSTEM.name, SYSTEM.role, now)
    return records.apply(connection, job, event)


def _fault_of(desk: Desk, edition: str) -> str:
    try:
        open_edition(desk.store, edition)
    except BookbuildError as fault:
        return str(fault)
    return ""


def _unfit(desk: Desk, job: Job) -> str:
    """Why an edition whose files are whole can't be printed: it may have been withdrawn since."""
    try:
        edition = read_edition(desk.store, edition_name(job.pin.edition))
        if edition.digest != job.pin.record:
            return f"{job.pin.edition} in the store isn't what was ordered"
        return "" if for_sale(desk.store, edition) else f"{job.pin.edition} was withdrawn"
    except BookbuildError as fault:
        return str(fault)


def _pay(
    desk: Desk,
    connection: Connection,
    order: Order,
    actor: Actor,
    paid: Money,
    reference: str,
    looked: Mapping[str, str],
) -> Receipt:
    """Write a payment down and do with the order's jobs what follows from it."""
    lines = records.jobs_of(connection, order.id)
    due = amount_due(order, lines)
    payable = [job for job in lines if _may_be_paid(job, actor)]
    if not payable:
        said = f"{order.id} didn't wait for a payment"
    elif paid != due:
        said = f"{paid} came, and {due} is due"
    else:
        said = ""
    _write(desk, connection, order, actor, paid, reference, said)
    for job in payable:
        if not said:
            event = due_event(connection, desk, job, "pay", actor, reference=reference)
            make_ready(desk, connection, records.apply(connection, job, event), looked)
        elif job.state is State.AWAITING_PAYMENT:
            held = Event("hold", SYSTEM.name, SYSTEM.role, desk.clock(), {"reason": said})
            records.apply(connection, job, held)
    if not said:
        settled = update(orders).where(orders.c.id == order.id)
        connection.execute(settled.values(paid=desk.clock()))
    else:
        told = {"amount": str(paid), "reference": reference, "reason": said}
        event = Event("payment_unfit", actor.name, actor.role, desk.clock(), told)
        records.log_order(connection, order, event)
    return Receipt(order.id, not said, said, new=True)


def _may_be_paid(job: Job, actor: Actor) -> bool:
    """A notice pays what awaits it; an admin also what expired or is held for its payment."""
    if actor.role is Role.ADMIN:
        return awaits_payment(job)
    return job.state is State.AWAITING_PAYMENT


def _write(
    desk: Desk, connection: Connection, order: Order, actor: Actor, paid: Money,
    reference: str, said: str,
) -> None:  # fmt: skip
    last = select(func.max(payments.c.number)).where(payments.c.order_id == order.id)
    number = (connection.scalar(last) or 0) + 1
    connection.execute(
        insert(payments).values(
            order_id=order.id,
            number=number,
            amount=paid.amount,
            currency=paid.currency,
            reference=reference,
            actor=actor.name,
            at=desk.clock(),
            accepted=not said,
            said=said,
        )
    )


def _told_again(connection: Connection, order: str, before: str, digest: str) -> Receipt:
    if before != digest:
        raise Conflict("a notice of that id said something else: give each its own")
    paid = records.find_order(connection, order).paid is not None
    return Receipt(order, paid, "" if paid else "not accepted before", new=False)
