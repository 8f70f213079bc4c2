"""Addresses of editions: which there are, how it stands with their approval, and to say it."""

from __future__ import annotations

from fastapi import APIRouter

from bookbuild.counter import answers
from bookbuild.counter.contract import refuses, takes
from bookbuild.counter.room import Body, Caller, Data, There
from bookbuild.desk import service
from bookbuild.desk.access import only
from bookbuild.desk.calendar import WorkingTime, calendar
from bookbuild.desk.model import Actor, Role
from bookbuild.desk.refusals import Conflict, NotAllowed, NotThere, not_valid
from bookbuild.desk.room import Desk
from bookbuild.errors import NoFile
from bookbuild.store.approval import approve, for_sale, state, withdraw
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


@router.post(
    "/editions/{edition}/verdicts",
    response_model=answers.EditionAnswer,
    openapi_extra=takes(answers.VerdictForm),
    responses=refuses(401, 403, 404, 409, 422),
)
def judge(desk: There, caller: Caller, edition: str, body: Body) -> Data:
    """Approve an edition for sale, or withdraw it, in the name of the caller's token."""
    form = service.read_form(answers.VerdictForm, body)
    found = visible_edition(desk, caller, edition)
    say_verdict(desk, caller, found, form)
    return edition_record(desk, found)


def say_verdict(desk: Desk, actor: Actor, edition: Edition, form: answers.VerdictForm) -> None:
    """Approve or withdraw an edition in the actor's name: a token names the person who holds it.

    Raises:
        NotAllowed: the actor is neither editor nor admin.
        Conflict: the person saw another record, or the edition is incomplete.
        NotValid: a withdrawal has no reason; or the token's name is no person's.
    """
    only(actor, Role.EDITOR, Role.ADMIN)
    if form.record != edition.digest:
        raise Conflict(f"{edition.name} isn't what was looked at: look at it again")
    if form.state == "approved" and not edition.complete:
        raise Conflict(f"{edition.name} can't be approved for sale: sections of it are outlines")
    day = str(calendar(WorkingTime(), desk.clock().year).today(desk.clock()))
    try:
        if form.state == "approved":
            approve(desk.store, edition, actor.name, day)
        elif form.reason.strip():
            withdraw(desk.store, edition, actor.name, day, " ".join(form.reason.split()))
        else:
            raise not_valid("/reason", "say why it is withdrawn")
    except NoFile:
        raise not_valid("", "the token names nobody: ask for one in your name") from None


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
