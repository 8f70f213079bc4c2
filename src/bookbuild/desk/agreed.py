"""What is agreed with each printer: kept as it was said, each time; the last one holds.

In: terms. Out: the terms that hold. Orders whose due date is set keep it.
"""

from __future__ import annotations

from sqlalchemy import func, insert, select

from bookbuild.desk.access import only, scope_name
from bookbuild.desk.calendar import Terms
from bookbuild.desk.model import Actor, Role
from bookbuild.desk.room import Desk, terms_of
from bookbuild.desk.tables import terms
from bookbuild.store.record import canonical


def set_terms(desk: Desk, actor: Actor, printer: str, agreed: Terms) -> int:
    """Agree on new terms with a printer; their number, from 1. For admins."""
    only(actor, Role.ADMIN)
    scope_name(Role.OPERATOR, printer)
    last = select(func.max(terms.c.version)).where(terms.c.printer == printer)
    with desk.database.writing() as connection:
        version = (connection.scalar(last) or 0) + 1
        row = {"printer": printer, "version": version, "record": canonical(agreed).decode()}
        row |= {"actor": actor.name, "at": desk.clock()}
        connection.execute(insert(terms).values(row))
    return version


def read_terms_of(desk: Desk, printer: str) -> Terms:
    """What was last agreed with a printer; the defaults where nothing was."""
    with desk.database.reading() as connection:
        return terms_of(connection, printer)
