"""Orders, jobs and events as data for JSON: what the shell prints and the API answers.

In: what the use cases returned, and so only what its reader may see. Out: plain data in a fixed
order. Times are in UTC; amounts are texts, since a JSON number would go through binary fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bookbuild.desk.access import Token
from bookbuild.desk.looking import Group, Queue
from bookbuild.desk.model import Job, Logged, Money, Order, Payment
from bookbuild.desk.outbox import Told
from bookbuild.desk.telling import Hook

Data = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """A time as ISO 8601 has it, in UTC, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def money(value: Money | None) -> Data | None:
    """An amount with its currency."""
    if value is None:
        return None
    return {"amount": f"{value.amount:f}", "currency": value.currency}


def job_record(job: Job) -> Data:
    """A job; without `price` for who may not see it."""
    record: Data = {
        "id": job.id,
        "order": job.order,
        "line": job.line,
        "printer": job.printer,
        "state": job.state.value,
        "version": job.sequence,
        "due": job.due.isoformat() if job.due else None,
        "calendar": job.calendar or None,
        "title": job.title,
        **job.pin.digests(),
        "paper": str(job.paper),
        "quantity": job.quantity,
        "reference": job.reference or None,
        "delivery": job.delivery.value,
        "lead_days": job.lead_days,
        "proof": job.proof,
        "reprint_of": job.reprint_of or None,
        "stamped": job.stamped,
        "reason": job.reason or None,
        "held_from": job.held_from.value if job.held_from else None,
        "block_mm": job.block_mm,
        "measured_mm": job.measured_mm,
        "courier": job.courier or None,
        "tracking": job.tracking or None,
    }
    return record if job.price is None else {**record, "price": money(job.price)}


def order_record(order: Order, jobs: Sequence[Job] = ()) -> Data:
    """An order, with its jobs where they are given."""
    record: Data = {
        "id": order.id,
        "shop": order.shop,
        "reference": order.reference,
        "proof": order.proof,
        "shipping": money(order.shipping),
        "total": money(order.total),
        "created": moment(order.created),
        "expires": moment(order.expires),
        "paid": moment(order.paid),
    }
    return {**record, "jobs": [job_record(job) for job in jobs]} if jobs else record


def event_record(logged: Logged) -> Data:
    """An event, with the id that it keeps."""
    event = logged.event
    return {
        "id": logged.id,
        "kind": event.kind,
        "at": moment(event.at),
        "actor": event.actor,
        "role": event.role.value,
        "data": dict(event.data),
    }


def payment_record(payment: Payment) -> Data:
    """A payment that was told."""
    return {
        "number": payment.number,
        **(money(payment.amount) or {}),
        "reference": payment.reference,
        "by": payment.by,
        "at": moment(payment.at),
        "accepted": payment.accepted,
        "said": payment.said or None,
    }


def queue_record(queue: Queue) -> Data:
    """A queue by group."""
    groups = [_group(group) for group in queue.groups]
    return {"total": queue.total, "late": queue.late, "groups": groups}


def token_record(token: Token) -> Data:
    """A token, without its secret."""
    return {
        "id": token.id,
        "role": token.role.value,
        "scope": token.scope or None,
        "name": token.name,
        "created": moment(token.created),
        "expires": moment(token.expires),
        "revoked": moment(token.revoked),
    }


def hook_record(hook: Hook) -> Data:
    """A webhook, without its secret."""
    return {
        "id": hook.id,
        "shop": hook.shop,
        "url": hook.url,
        "created": moment(hook.created),
        "closed": moment(hook.closed),
    }


def told_record(told: Told) -> Data:
    """How it stands with an event for a webhook."""
    return {
        "event": told.event_id,
        "hook": told.hook_id,
        "state": told.state,
        "attempts": told.attempts,
        "next": moment(told.next),
        "said": told.said or None,
    }


def _group(group: Group) -> Data:
    return {
        "edition": group.edition,
        "title": group.title,
        "paper": group.paper,
        "printer": group.printer,
        "copies": group.copies,
        "jobs": [{**job_record(item.job), "late": item.late} for item in group.jobs],
    }
