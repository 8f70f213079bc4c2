"""The operator's pages: the queue and a search; and the way in and out.

In: requests from a browser. Out: pages filled from `layouts/desk/`. Each button is a form that
sends the version of the job that its page showed, so of two people at once one is told.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bookbuild.counter.room import Counter, Here, counter_of
from bookbuild.counter.sessions import Sent, Visit, Visitor, enter_by, form_text
from bookbuild.counter.speaking import CHOICE, language_of
from bookbuild.desk import service
from bookbuild.desk.model import AT_PRINTER, Job, Role, State
from bookbuild.desk.refusals import NoEntry, NotAllowed, not_valid
from bookbuild.errors import BookbuildError
from bookbuild.messages import LANGUAGES
from bookbuild.store.editions import Store, artifacts, read_edition
from bookbuild.store.record import FileRecord, edition_name

router = APIRouter(prefix="/desk", include_in_schema=False)
NEXT = ("start", "bind", "ship", "hand_over", "deliver")
"""Moves along the way; all others stand below them on a job's page."""
_PAGE = 100
"""Jobs on one page of the queue."""
_SECONDS_OF_A_YEAR = 31_536_000


@router.get("/style.css")
def style(counter: Here) -> Response:
    """The style sheet."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(counter.look.source("desk.css"), 200, headers, "text/css")


@router.get("/login")
def door(counter: Here, request: Request) -> Response:
    """The page to enter by."""
    return _door(counter, request, "", 200)


@router.post("/login")
def enter(counter: Here, request: Request, sent: Sent) -> Response:
    """Begin a session."""
    try:
        actor = enter_by(request, sent.get("token", ""))
    except NoEntry:
        return _door(counter, request, "refused", 422)
    if actor.role is Role.SHOP:
        request.session.clear()
        return _door(counter, request, "not_for_shops", 422)
    return RedirectResponse("/desk/editions" if actor.role is Role.EDITOR else "/desk", 303)


@router.post("/logout")
def leave(request: Request, sent: Sent) -> Response:
    """End the session."""
    request.session.clear()
    return RedirectResponse("/desk/login", 303)


@router.post("/language")
def speak(request: Request, sent: Sent) -> Response:
    """Choose a language."""
    chosen = sent.get("language", "")
    if chosen not in LANGUAGES:
        raise not_valid("/language", f"one of {', '.join(LANGUAGES)}")
    answer = RedirectResponse("/desk", 303)
    secure = counter_of(request).terms.secure
    answer.set_cookie(CHOICE, chosen, max_age=_SECONDS_OF_A_YEAR, path="/desk", httponly=True,
                      samesite="lax", secure=secure)  # fmt: skip
    return answer


@router.get("")
def queue(
    visit: Visitor,
    printer: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What is to be printed: late first, by edition, paper and printer."""
    found = service.list_queue(visit.desk, visit.actor, printer, _PAGE, (page - 1) * _PAGE)
    groups = [
        (group, pictures_of(visit.desk.store, group.jobs[0].job).get("cover"),
         [(item, steps(visit, item.job), has_all(item.job)) for item in group.jobs])
        for group in found.groups
    ]  # fmt: skip
    pages = max(1, -(-found.total // _PAGE))
    values = {"queue": found, "groups": groups, "page": page, "pages": pages, "printer": printer}
    return filled(visit, "queue.html", values)


@router.get("/find")
def find(visit: Visitor, text: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Jobs whose order, reference, edition or parcel number begins so."""
    wanted = text.strip()
    found = service.search(visit.desk, visit.actor, wanted) if len(wanted) > 1 else ()
    return filled(visit, "find.html", {"text": text, "jobs": found})


def filled(visit: Visit, template: str, values: dict[str, Any]) -> Response:
    """A page for a visitor."""
    conventions = visit.counter.languages[visit.language]
    every = {
        "t": visit.counter.words[visit.language],
        "day": conventions.day,
        "decimal": conventions.decimal,
        "money": lambda value: conventions.money(value.amount, value.currency),
        "moment": lambda at: at.strftime("%Y-%m-%d %H:%M UTC"),
        "language": visit.language,
        "actor": visit.actor,
        "form": visit.form,
    }
    return HTMLResponse(visit.counter.look.fill(template, {**every, **values}))


def pictures_of(store: Store, job: Job) -> dict[str, FileRecord]:
    """Small pictures of what a job prints: `cover` and `first`; those that its edition has."""
    try:
        edition = read_edition(store, edition_name(job.pin.edition))
    except BookbuildError:
        return {}  # the page is of use without them
    found = artifacts(edition, "thumbnail")
    cover = [item for item in found if item.page == "cover"]
    first = [item for item in found if item.page != "cover"]
    return {name: items[0] for name, items in (("cover", cover), ("first", first)) if items}


def has_all(job: Job) -> bool:
    """True where all files of a job are there: those of stamped copies are once it was started."""
    return job.state in AT_PRINTER and not (job.stamped and job.state is State.READY)


def only_staff(visit: Visit) -> None:
    """Let editors and admins pass."""
    if visit.actor.role not in (Role.EDITOR, Role.ADMIN):
        raise NotAllowed("that is for editors and admins")


def steps(visit: Visit, job: Job) -> tuple[str, ...]:
    """The next steps of a job, as far as the visitor may take them."""
    return tuple(kind for kind in service.legal(job, visit.actor.role) if kind in NEXT)


def _door(counter: Counter, request: Request, fault: str, status: int) -> Response:
    language = language_of(request)
    values = {
        "t": counter.words[language],
        "language": language,
        "form": form_text(request),
        "fault": fault,
    }
    return HTMLResponse(counter.look.fill("login.html", values), status)
