"""Who is let in, and what each may see: tokens by role, keys that sign, and the view of a job.

A token is 256 bits of chance, shown once; kept is its SHA-256, which a thief of the database can't
turn back. Visibility is decided here, so that no way in can forget it: what a caller may not see
doesn't exist for it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, true, update

from bookbuild.desk.model import Actor, Job, Order, Role, State
from bookbuild.desk.refusals import NoEntry, NotAllowed, NotThere, not_valid
from bookbuild.desk.room import Desk, name_by_chance
from bookbuild.desk.tables import jobs, keys, tokens

_PREFIX = "bookbuild_"
"""So that programs which look for secrets in files know one when they see it."""
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_DAYS = 730
SCOPED = (Role.SHOP, Role.OPERATOR)
NOTICES = "notices"


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was given out, without its secret."""

    id: str
    role: Role
    scope: str
    name: str
    created: datetime
    expires: datetime
    revoked: datetime | None


def secret(desk: Desk) -> str:
    """256 bits of chance as text."""
    return base64.urlsafe_b64encode(desk.chance(32)).rstrip(b"=").decode()


def only(actor: Actor, *roles: Role) -> None:
    """Let these roles pass; NotAllowed for any other."""
    if actor.role not in roles:
        raise NotAllowed(f"that is for {', '.join(roles)}, not for {actor.role}")


def scope_name(role: Role, scope: str) -> str:
    """The shop or printer that a role is confined to; NotValid where it doesn't fit the role."""
    fits = bool(_NAME.fullmatch(scope)) and len(scope) <= 40 if role in SCOPED else not scope
    if role is Role.SYSTEM or not fits:
        said = "a shop or operator needs a name in a-z, 0-9 and hyphens; nobody else has one"
        raise not_valid("/scope", said)
    return scope


def issue_token(
    desk: Desk, actor: Actor, role: Role, scope: str, name: str, days: int = 365
) -> tuple[Token, str]:
    """A new token, and its text, which is never told again. For admins."""
    only(actor, Role.ADMIN)
    scope_name(role, scope)
    if not 1 <= days <= LONGEST_DAYS:
        raise not_valid("/days", f"a token lasts 1 to {LONGEST_DAYS} days")
    if not name.strip() or len(name) > 80 or not name.isprintable():
        raise not_valid("/name", "name who gets it, in 1 to 80 characters")
    now = desk.clock()
    text = _PREFIX + secret(desk)
    expires = now + timedelta(days=days)
    token = Token(name_by_chance(desk), role, scope, name.strip(), now, expires, None)
    with desk.database.writing() as connection:
        values = {field: getattr(token, field) for field in Token.__dataclass_fields__}
        row = {**values, "role": role.value, "hash": _hash(text)}
        connection.execute(insert(tokens).values(row))
    return token, text


def revoke_token(desk: Desk, actor: Actor, token_id: str) -> None:
    """End a token, and the links that were made with it. For admins; done twice, it is done."""
    only(actor, Role.ADMIN)
    with desk.database.writing() as connection:
        if connection.scalar(select(tokens.c.id).where(tokens.c.id == token_id)) is None:
            raise NotThere(f"there is no token {token_id}")
        ending = update(tokens).where(tokens.c.id == token_id, tokens.c.revoked.is_(None))
        connection.execute(ending.values(revoked=desk.clock()))


def list_tokens(desk: Desk, actor: Actor) -> tuple[Token, ...]:
    """All tokens that were given out, the latest first. For admins."""
    only(actor, Role.ADMIN)
    columns = (tokens.c[name] for name in Token.__dataclass_fields__)
    with desk.database.reading() as connection:
        rows = connection.execute(select(*columns).order_by(tokens.c.created.desc(), tokens.c.id))
        return tuple(Token(**{**row._mapping, "role": Role(row.role)}) for row in rows)


def enter(desk: Desk, text: str) -> Actor:
    """Who a token is.

    Raises:
        NoEntry: it is unknown, expired or revoked; which of them isn't told.
    """
    return enter_until(desk, text)[0]


def enter_until(desk: Desk, text: str) -> tuple[Actor, datetime]:
    """Who a token is, and until when unless it is revoked; raises as `enter`."""
    with desk.database.reading() as connection:
        row = connection.execute(select(tokens).where(tokens.c.hash == _hash(text))).one_or_none()
    if row is None or row.revoked is not None or row.expires <= desk.clock():
        raise NoEntry("the token is unknown, expired or revoked")
    return Actor(Role(row.role), row.name, row.scope, row.id), row.expires


def token_end(connection: Connection, token_id: str) -> datetime | None:
    """Until when a token holds; None for one that is revoked or unknown."""
    wanted = select(tokens.c.expires).where(tokens.c.id == token_id, tokens.c.revoked.is_(None))
    return connection.scalar(wanted)


def token_holds(connection: Connection, token_id: str, now: datetime) -> bool:
    """True while a token is neither expired nor revoked."""
    end = token_end(connection, token_id)
    return end is not None and end > now


def issue_key(desk: Desk, actor: Actor, shop: str) -> tuple[str, str]:
    """A new key for a shop's notices of payment: its id, and its text, told once. For admins.

    Keys given out before hold until they are revoked, so that a shop can change over.
    """
    only(actor, Role.ADMIN)
    scope_name(Role.SHOP, shop)
    name, text = name_by_chance(desk), secret(desk)
    with desk.database.writing() as connection:
        connection.execute(
            insert(keys).values(
                id=name, purpose=NOTICES, shop=shop, secret=text.encode(), created=desk.clock()
            )
        )
    return name, text


def revoke_key(desk: Desk, actor: Actor, key_id: str) -> None:
    """Let a key sign no more. For admins."""
    only(actor, Role.ADMIN)
    with desk.database.writing() as connection:
        ending = update(keys).where(keys.c.id == key_id, keys.c.purpose == NOTICES)
        if connection.execute(ending.values(revoked=desk.clock())).rowcount != 1:
            raise NotThere(f"there is no key {key_id}")


def signing_keys(connection: Connection, purpose: str, shop: str) -> tuple[bytes, ...]:
    """The keys that hold for a purpose."""
    wanted = select(keys.c.secret).where(
        keys.c.purpose == purpose, keys.c.shop == shop, keys.c.revoked.is_(None)
    )
    return tuple(connection.scalars(wanted.order_by(keys.c.created, keys.c.id)))


def visible_order(actor: Actor, order: Order) -> Order:
    """An order as its shop, editors and admins see it; NotThere for all others."""
    if actor.role is Role.SHOP and actor.scope == order.shop:
        return order
    if actor.role in (Role.EDITOR, Role.ADMIN, Role.SYSTEM):
        return order
    raise NotThere(f"there is no order {order.id}")


def visible_job(actor: Actor, job: Job) -> Job:
    """A job as the actor may see it: its printer sees no price, and none before it is ready.

    Raises:
        NotThere: it isn't the actor's to see.
    """
    if actor.role is Role.OPERATOR and actor.scope == job.printer and job.reached_printer:
        return replace(job, price=None)
    if actor.role is Role.SHOP and actor.scope == job.shop:
        return job
    if actor.role in (Role.EDITOR, Role.ADMIN, Role.SYSTEM):
        return job
    raise NotThere(f"there is no job {job.id}")


def only_visible(actor: Actor) -> ColumnElement[bool]:
    """The same as a condition on the table of jobs."""
    match actor.role:
        case Role.SHOP:
            return jobs.c.shop == actor.scope
        case Role.OPERATOR:
            reached = and_(
                jobs.c.due.is_not(None),
                jobs.c.state != State.PAID.value,
                or_(jobs.c.held_from.is_(None), jobs.c.held_from != State.PAID.value),
            )
            return and_(jobs.c.printer == actor.scope, reached)
        case _:
            return true()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
