"""The desk itself: its database, the store of editions, a clock and a source of chance.

In: those four. Out: a `Desk` that every use case takes first. Time and chance come in here and
nowhere else, so that the tests can set both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bookbuild.desk.calendar import Calendar, Terms, calendar
from bookbuild.desk.database import Database
from bookbuild.desk.tables import terms
from bookbuild.store.editions import Store, StoredSet

Clock = Callable[[], datetime]
"""The time now, with a time zone."""
Chance = Callable[[int], bytes]
"""So many bytes that nobody can guess."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none is taken for another, also on paper."""


Stamping = Callable[["Desk", StoredSet], str]
"""Prepares an interior for stamps, the first time; says why it can't be stamped, or nothing."""


def unlooked(desk: Desk, made: StoredSet) -> str:
    """No hindrance: for a desk that doesn't know the press."""
    return ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where orders are taken."""

    database: Database
    store: Store
    clock: Clock
    chance: Chance
    stamping: Stamping = unlooked


def name_by_chance(desk: Desk, letters: int = 10) -> str:
    """A name that can't be guessed, 5 bits a letter: `K7Q2M9XDAB`."""
    return "".join(_LETTERS[byte % 32] for byte in desk.chance(letters))


def terms_of(connection: Connection, printer: str) -> Terms:
    """What was last agreed with a printer; the defaults where nothing was."""
    last = select(terms.c.record).where(terms.c.printer == printer)
    record = connection.scalar(last.order_by(terms.c.version.desc()).limit(1))
    return Terms() if record is None else Terms.model_validate_json(record)


def calendar_of(connection: Connection, printer: str, moment: datetime) -> Calendar:
    """A printer's calendar as it is at a moment."""
    return calendar(terms_of(connection, printer).calendar, moment.year)
