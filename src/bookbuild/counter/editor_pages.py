"""The editor's pages: editions, how it stands with their approval, the orders of each."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from bookbuild.counter.editions_api import edition_record, visible_edition, visible_editions
from bookbuild.counter.pages import filled, only_staff
from bookbuild.counter.sessions import Visitor
from bookbuild.desk import service
from bookbuild.store.approval import verdicts

router = APIRouter(prefix="/desk", include_in_schema=False)
_ORDERS = 200


@router.get("/editions")
def list_all(visit: Visitor) -> Response:
    """All editions, the latest of each book first."""
    only_staff(visit)
    found = [edition_record(visit.desk, item) for item in visible_editions(visit.desk, visit.actor)]
    return filled(visit, "editions.html", {"editions": found[::-1]})


@router.get("/editions/{edition}")
def show(visit: Visitor, edition: str) -> Response:
    """An edition: who approved it, and what was ordered of it."""
    only_staff(visit)
    found = visible_edition(visit.desk, visit.actor, edition)
    values = {
        "edition": edition_record(visit.desk, found),
        "verdicts": verdicts(visit.desk.store, found),
        "orders": service.list_orders(visit.desk, visit.actor, str(found.name), _ORDERS),
    }
    return filled(visit, "edition.html", values)
