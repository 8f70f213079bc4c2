"""The operator's pages: the queue, a job with its buttons, a search; and the way in and out.

In: requests from a browser. Out: pages filled from `layouts/desk/`. Each button is a form that
sends the version of the job that its page showed, so of two people at once one is told.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bookbuild.counter.files import send_part
from bookbuild.counter.files_api import CopyNumber, Part
from bookbuild.counter.room import Counter, counter_of
from bookbuild.counter.sessions import Sent, Visit, Visitor, enter_by, form_text
from bookbuild.counter.speaking import CHOICE, LANGUAGES, language_of
from bookbuild.counter.tickets import handed
from bookbuild.desk import service
from bookbuild.desk.model import AT_PRINTER, Job, Role
from bookbuild.desk.refusals import NoEntry, NotAllowed, not_valid

router = APIRouter(prefix="/desk", include_in_schema=False)
Here = Annotated[Counter, Depends(counter_of)]
_NEXT = ("start", "bind", "ship", "hand_over", "deliver")
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
        (group, [(item, _buttons(visit, item.job)) for item in group.jobs])
        for group in found.groups
    ]
    pages = max(1, -(-found.total // _PAGE))
    values = {"queue": found, "groups": groups, "page": page, "pages": pages, "printer": printer}
    return filled(visit, "queue.html", values)


@router.get("/find")
def find(visit: Visitor, text: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Jobs whose order, reference, edition or parcel number begins so."""
    wanted = text.strip()
    found = service.search(visit.desk, visit.actor, wanted) if len(wanted) > 1 else ()
    return filled(visit, "find.html", {"text": text, "jobs": found})


@router.get("/jobs/{job}")
def show(visit: Visitor, job: str) -> Response:
    """A job: what it is, what may be done, what was done."""
    found = service.read_job(visit.desk, visit.actor, job)
    moves = service.legal(found, visit.actor.role)
    values = {
        "job": found,
        "buttons": _buttons(visit, found),
        "moves": [kind for kind in moves if kind in service.PLAIN and kind not in _NEXT],
        "needs": service.NEEDS,
        "measures": "measure" in moves,
        "releases": "release" in moves,
        "has_files": _has_files(visit, found),
        "history": service.history(visit.desk, visit.actor, job),
    }
    return filled(visit, "job.html", values)


@router.post("/jobs/{job}/move")
def move(visit: Visitor, job: str, sent: Sent) -> Response:
    """Do what a button says."""
    kind, version = sent.pop("kind", ""), _version(sent)
    back = sent.pop("back", "")
    service.move_job(visit.desk, visit.actor, job, kind, sent, version)
    return RedirectResponse("/desk" if back == "queue" else f"/desk/jobs/{job}", 303)


@router.post("/jobs/{job}/block")
def block(visit: Visitor, job: str, sent: Sent) -> Response:
    """Write down a measured block; a comma is as good as a point."""
    try:
        measured = float(sent.get("block_mm", "").strip().replace(",", "."))
    except ValueError:
        raise not_valid("/block_mm", "a number of millimetres: 12.8") from None
    service.measured_block(visit.desk, visit.actor, job, measured, _version(sent))
    return RedirectResponse(f"/desk/jobs/{job}", 303)


@router.post("/jobs/{job}/release")
def release(visit: Visitor, job: str, sent: Sent) -> Response:
    """Let a proof be printed."""
    service.release_proof(visit.desk, visit.actor, job)
    return RedirectResponse(f"/desk/jobs/{job}", 303)


@router.get("/jobs/{job}/files/{part}")
def fetch(
    visit: Visitor, request: Request, job: str, part: Part, copy: CopyNumber = None
) -> Response:
    """A file of a job, or all of them."""
    found, files = service.files_of(visit.desk, visit.actor, job)
    return send_part(handed(visit.counter, request, found, files), request, part, copy)


@router.get("/jobs/{job}/label")
def label(visit: Visitor, job: str) -> Response:
    """The label of a job's parcel."""
    found = service.label_of(visit.desk, visit.actor, job)
    headers = {"Content-Disposition": 'attachment; filename="label"'}
    return Response(found.data, 200, headers, found.media_type)


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


def only_staff(visit: Visit) -> None:
    """Let editors and admins pass."""
    if visit.actor.role not in (Role.EDITOR, Role.ADMIN):
        raise NotAllowed("that is for editors and admins")


def _buttons(visit: Visit, job: Job) -> tuple[str, ...]:
    """The next steps of a job, as far as the visitor may take them."""
    return tuple(kind for kind in service.legal(job, visit.actor.role) if kind in _NEXT)


def _has_files(visit: Visit, job: Job) -> bool:
    return visit.actor.role is not Role.OPERATOR or job.state in AT_PRINTER


def _version(sent: dict[str, str]) -> int:
    """Which version of the job the page showed."""
    text = sent.pop("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise not_valid("/version", "load the page again")
    return int(text)


def _door(counter: Counter, request: Request, fault: str, status: int) -> Response:
    language = language_of(request)
    values = {
        "t": counter.words[language],
        "language": language,
        "form": form_text(request),
        "fault": fault,
    }
    return HTMLResponse(counter.look.fill("login.html", values), status)
