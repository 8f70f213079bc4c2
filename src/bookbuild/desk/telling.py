"""A shop's webhooks: where they are, what is due to them, what came of it.

In: an actor; or, for what is due, whoever sends. Out: `Dispatch`es to be posted. See `outbox`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from bookbuild.desk import outbox
from bookbuild.desk.access import only, scope_name, secret
from bookbuild.desk.model import Actor, Role
from bookbuild.desk.outbox import Dispatch, Told
from bookbuild.desk.payment import signature
from bookbuild.desk.refusals import NotThere, not_valid
from bookbuild.desk.room import Desk, name_by_chance
from bookbuild.desk.tables import hooks


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook, without its secret."""

    id: str
    shop: str
    url: str
    created: datetime
    closed: datetime | None


def open_hook(desk: Desk, actor: Actor, url: str, shop: str = "") -> tuple[Hook, str]:
    """Tell a shop's address of every event from now on: the hook, and its secret, told once.

    For the shop, and for admins, who name it. What is sent is signed as notices are.
    """
    shop = _shop(actor, shop)
    hook = Hook(name_by_chance(desk), shop, outbox.address(url), desk.clock(), None)
    text = secret(desk)
    row = {field: getattr(hook, field) for field in Hook.__dataclass_fields__}
    with desk.database.writing() as connection:
        connection.execute(insert(hooks).values({**row, "secret": text.encode()}))
    return hook, text


def close_hook(desk: Desk, actor: Actor, hook_id: str) -> None:
    """Tell an address no more; what waits for it isn't sent. For its shop and admins."""
    with desk.database.writing() as connection:
        row = connection.execute(select(hooks).where(hooks.c.id == hook_id)).one_or_none()
        if row is None or (actor.role is Role.SHOP and actor.scope != row.shop):
            raise NotThere(f"there is no webhook {hook_id}")
        only(actor, Role.SHOP, Role.ADMIN)
        closing = update(hooks).where(hooks.c.id == hook_id, hooks.c.closed.is_(None))
        connection.execute(closing.values(closed=desk.clock()))
        outbox.give_up(connection, hook_id)


def list_hooks(desk: Desk, actor: Actor, shop: str = "") -> tuple[Hook, ...]:
    """A shop's webhooks."""
    columns = (hooks.c[name] for name in Hook.__dataclass_fields__)
    wanted = select(*columns).where(hooks.c.shop == _shop(actor, shop))
    with desk.database.reading() as connection:
        rows = connection.execute(wanted.order_by(hooks.c.created, hooks.c.id))
        return tuple(Hook(**row._mapping) for row in rows)


def list_told(desk: Desk, actor: Actor, shop: str = "", limit: int = 200) -> tuple[Told, ...]:
    """What a shop's webhooks were told or are to be told, the latest first."""
    if not 1 <= limit <= 1000:
        raise not_valid("/limit", "1 to 1000")
    shop = _shop(actor, shop)
    with desk.database.reading() as connection:
        return outbox.told(connection, shop, limit)


def tell_again(desk: Desk, actor: Actor, event_id: str, hook_id: str) -> None:
    """Make an event due to a webhook once more, whatever came of it. For its shop and admins."""
    with desk.database.writing() as connection:
        shop = connection.scalar(select(hooks.c.shop).where(hooks.c.id == hook_id))
        only(actor, Role.SHOP, Role.ADMIN)
        if shop is None or (actor.role is Role.SHOP and actor.scope != shop):
            raise NotThere(f"there is no webhook {hook_id}")
        if not outbox.try_again(connection, event_id, hook_id, desk.clock()):
            raise NotThere(f"{hook_id} has no event {event_id}")


def take_due(desk: Desk, limit: int = 20) -> tuple[Dispatch, ...]:
    """What is to be sent now; nobody else gets it for `outbox.LEASE`."""
    now = desk.clock()
    with desk.database.reading() as connection:
        if not outbox.any_due(connection, now):
            return ()  # an idle sender writes nothing
    with desk.database.writing() as connection:
        return outbox.take_due(connection, now, limit)


def settle(desk: Desk, dispatch: Dispatch, fault: str = "") -> None:
    """Write down that a dispatch arrived; or with `fault` why not, and when it is tried again."""
    with desk.database.writing() as connection:
        outbox.settle(connection, dispatch.event_id, dispatch.hook_id, desk.clock(), fault)


def signed(desk: Desk, dispatch: Dispatch) -> tuple[str, str]:
    """The time stamp and signature to send a dispatch with."""
    stamp = str(int(desk.clock().timestamp()))
    return stamp, signature(dispatch.secret, stamp, dispatch.body)


def _shop(actor: Actor, shop: str) -> str:
    only(actor, Role.SHOP, Role.ADMIN)
    return actor.scope if actor.role is Role.SHOP else scope_name(Role.SHOP, shop)
