"""Addresses of editions: which there are, and how it stands with their approval."""

from __future__ import annotations

from fastapi import APIRouter

from bookbuild.counter import answers
from bookbuild.counter.contract import refuses
from bookbuild.counter.room import Caller, Data, There
from bookbuild.desk.model import Actor, Role
from bookbuild.desk.refusals import NotAllowed, NotThere
from bookbuild.desk.room import Desk
from bookbuild.errors import NoFile
from bookbuild.store.approval import for_sale, state
from bookbuild.store.editions import editions, read_edition
from bookbuild.store.record import Edition, edition_name

router = APIRouter(prefix="/v1", tags=["editions"])


@router.get("/editions", response_model=answers.EditionsAnswer, responses=refuses(401, 403))
def list_all(desk: There, caller: Caller) -> Data:
    """The editions that the caller may see: a shop those for sale, editors and admins all."""
    return {"editions": [edition_record(desk, item) for item in visible_editions(desk, caller)]}


@router.get(
    "/editions/{edition}",
    response_model=answers.EditionAnswer,
    responses=refuses(401, 403, 404, 422),
)
def show(desk: There, caller: Caller, edition: str) -> Data:
    """One edition."""
    return edition_record(desk, visible_edition(desk, caller, edition))


def visible_editions(desk: Desk, actor: Actor) -> list[Edition]:
    """What an actor may see of the store; NotAllowed for printers, who get jobs."""
    if actor.role is Role.OPERATOR:
        raise NotAllowed("a printer sees jobs, not editions")
    return [item for item in editions(desk.store) if _may_see(desk, actor, item)]


def visible_edition(desk: Desk, actor: Actor, name: str) -> Edition:
    """One edition; NotThere where there is none that the actor may see."""
    if actor.role is Role.OPERATOR:
        raise NotAllowed("a printer sees jobs, not editions")
    try:
        found = read_edition(desk.store, edition_name(name))
    except NoFile:
        found = None
    if found is None or not _may_see(desk, actor, found):
        raise NotThere("there is no such edition")
    return found


def edition_record(desk: Desk, edition: Edition) -> Data:
    """An edition as data."""
    return {
        "name": str(edition.name),
        "title": str(edition.specification.get("title", edition.slug)),
        "state": state(desk.store, edition),
        "complete": edition.complete,
        "pages": edition.extent.pages,
        "printers": [item.printer for item in edition.print_sets],
        "record": edition.digest,
    }


def _may_see(desk: Desk, actor: Actor, edition: Edition) -> bool:
    return actor.role is not Role.SHOP or for_sale(desk.store, edition)
