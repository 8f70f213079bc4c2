"""The editor's pages: editions, how it stands with their approval, the orders of each."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from bookbuild.counter.answers import VerdictForm
from bookbuild.counter.editions_api import (
    edition_record,
    say_verdict,
    visible_edition,
    visible_editions,
)
from bookbuild.counter.pages import filled, only_staff
from bookbuild.counter.sessions import Sent, Visitor
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


@router.post("/editions/{edition}/verdict")
def judge(visit: Visitor, edition: str, sent: Sent) -> Response:
    """Approve an edition, or withdraw it, in the name of who does it."""
    only_staff(visit)
    found = visible_edition(visit.desk, visit.actor, edition)
    form = service.read_form(VerdictForm, json.dumps(sent).encode())
    say_verdict(visit.desk, visit.actor, found, form)
    return RedirectResponse(f"/desk/editions/{found.name}", 303)


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
