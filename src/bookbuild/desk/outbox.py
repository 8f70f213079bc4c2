"""What webhooks are told: rows written with the event, and when each is tried.

In: an event in its transaction. Out: rows with a stable id and unchanging bytes, one for each of
the shop's hooks; which of them are due; what came of trying. Nothing is sent here: who sends takes
what is due, signs and posts it, and says how it went. A row is told at least once, so its receiver
goes by the id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, and_, insert, select, update

from bookbuild.desk.model import Job, Logged
from bookbuild.desk.refusals import not_valid
from bookbuild.desk.tables import hooks, outbox

DELAYS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, *([1440] * 5))
)
"""How long to wait after each failure: twelve times in a week, as Cloudprinter's seven days."""
LEASE = timedelta(minutes=2)
"""How long a row that was taken is left alone: a sender that died is taken for dead then."""
MOST_AT_ONCE = 100
PENDING, DONE, FAILED = "pending", "done", "failed"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One thing to tell one hook."""

    event_id: str
    hook_id: str
    url: str
    secret: bytes
    body: bytes
    attempt: int
    """1 for the first."""


@dataclass(frozen=True, slots=True)
class Told:
    """How a row stands, for whoever looks after webhooks."""

    event_id: str
    hook_id: str
    state: str
    attempts: int
    next: datetime
    said: str


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failures; None: give up."""
    return DELAYS[attempts - 1] if attempts <= len(DELAYS) else None


def address(url: str) -> str:
    """A hook's address; NotValid where nothing may be sent there."""
    try:
        parts = urlsplit(url)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        fit = parts.scheme == "https" or (parts.scheme == "http" and local)
    except ValueError:
        fit = False
    if not fit or not parts.hostname or parts.username or parts.password or len(url) > 500:
        raise not_valid("/url", "a webhook's address is https://, without name and password")
    return url


def lay_out(connection: Connection, shop: str, logged: Logged, job: Job | None) -> None:
    """Write what the shop's hooks are to be told of an event, in the event's transaction."""
    open_hooks = select(hooks.c.id).where(hooks.c.shop == shop, hooks.c.closed.is_(None))
    rows = [
        {
            "event_id": logged.id,
            "hook_id": hook,
            "body": _body(logged, job),
            "state": PENDING,
            "attempts": 0,
            "next": logged.event.at,
            "said": "",
        }
        for hook in connection.scalars(open_hooks.order_by(hooks.c.id))
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def _body(logged: Logged, job: Job | None) -> bytes:
    event = logged.event
    content: dict[str, Any] = {
        "id": logged.id,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "by": event.role.value,
        "order": logged.order,
        "job": job.id if job else None,
        "state": job.state.value if job else None,
        "data": dict(event.data),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def take_due(connection: Connection, now: datetime, limit: int) -> tuple[Dispatch, ...]:
    """Take what is due, the oldest first; what is taken is left alone for the lease."""
    joined = outbox.join(hooks, hooks.c.id == outbox.c.hook_id)
    rows = connection.execute(
        select(outbox, hooks.c.url, hooks.c.secret)
        .select_from(joined)
        .where(outbox.c.state == PENDING, outbox.c.next <= now, hooks.c.closed.is_(None))
        .order_by(outbox.c.next, outbox.c.event_id)
        .limit(min(limit, MOST_AT_ONCE))
    ).all()
    for row in rows:
        _set(connection, row.event_id, row.hook_id, next=now + LEASE)
    return tuple(
        Dispatch(row.event_id, row.hook_id, row.url, row.secret, row.body, row.attempts + 1)
        for row in rows
    )


def settle(
    connection: Connection, event_id: str, hook_id: str, now: datetime, fault: str = ""
) -> None:
    """Write down how telling went: without `fault`, well. Told once, it stays told."""
    row = connection.execute(_one(event_id, hook_id)).one_or_none()
    if row is None or row.state == DONE:
        return
    attempts = row.attempts + 1
    wait = wait_after(attempts)
    if not fault:
        _set(connection, event_id, hook_id, state=DONE, attempts=attempts, said="")
    elif wait is None:
        _set(connection, event_id, hook_id, state=FAILED, attempts=attempts, said=fault[:500])
    else:
        later = {"next": now + wait, "said": fault[:500]}
        _set(connection, event_id, hook_id, attempts=attempts, **later)


def any_due(connection: Connection, now: datetime) -> bool:
    """True where something is due."""
    due = select(outbox.c.event_id).where(outbox.c.state == PENDING, outbox.c.next <= now)
    return connection.scalar(due.limit(1)) is not None


def try_again(connection: Connection, event_id: str, hook_id: str, now: datetime) -> bool:
    """Make a row due at once, also one that was told before; False where there is none."""
    return _set(connection, event_id, hook_id, state=PENDING, attempts=0, next=now) == 1


def give_up(connection: Connection, hook_id: str) -> None:
    """Send nothing of what waits for a hook."""
    waits = and_(outbox.c.hook_id == hook_id, outbox.c.state == PENDING)
    ended = update(outbox).where(waits).values(state=FAILED, said="the webhook was closed")
    connection.execute(ended)


def told(connection: Connection, shop: str, limit: int) -> tuple[Told, ...]:
    """How a shop's rows stand, the latest first."""
    rows = connection.execute(
        select(outbox)
        .join(hooks, hooks.c.id == outbox.c.hook_id)
        .where(hooks.c.shop == shop)
        .order_by(outbox.c.next.desc(), outbox.c.event_id)
        .limit(limit)
    )
    return tuple(
        Told(row.event_id, row.hook_id, row.state, row.attempts, row.next, row.said) for row in rows
    )


def _one(event_id: str, hook_id: str) -> Any:
    return select(outbox).where(outbox.c.event_id == event_id, outbox.c.hook_id == hook_id)


def _set(connection: Connection, event_id: str, hook_id: str, **values: Any) -> int:
    row = and_(outbox.c.event_id == event_id, outbox.c.hook_id == hook_id)
    return connection.execute(update(outbox).where(row).values(values)).rowcount
