"""What lets a person stay who came in with a token: a key for sessions, and the token's id.

In: a desk. Out: the key that session cookies are signed with, the same for every process that
serves; and the actor behind a token's id, as long as the token holds.
"""

from __future__ import annotations

from sqlalchemy import insert, select

from bookbuild.desk.access import signing_keys, token_holds
from bookbuild.desk.model import Actor, Role
from bookbuild.desk.refusals import NoEntry
from bookbuild.desk.room import Desk, name_by_chance
from bookbuild.desk.tables import keys, tokens

SESSIONS = "sessions"


def session_key(desk: Desk) -> bytes:
    """The key that sessions are signed with, made by whoever needs it first."""
    with desk.database.writing() as connection:
        held = signing_keys(connection, SESSIONS, "")
        if held:
            return held[-1]
        key = desk.chance(32)
        row = {"id": name_by_chance(desk), "purpose": SESSIONS, "shop": "", "secret": key}
        connection.execute(insert(keys).values({**row, "created": desk.clock()}))
        return key


def enter_again(desk: Desk, token_id: str) -> Actor:
    """Who came in with a token, by the token's id; for sessions that were signed.

    Raises:
        NoEntry: the token is unknown, expired or revoked.
    """
    with desk.database.reading() as connection:
        row = connection.execute(select(tokens).where(tokens.c.id == token_id)).one_or_none()
        if row is None or not token_holds(connection, token_id, desk.clock()):
            raise NoEntry("the token is unknown, expired or revoked")
    return Actor(Role(row.role), row.name, row.scope, row.id)
