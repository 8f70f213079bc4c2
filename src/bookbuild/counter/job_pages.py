"""A job's page: what it is, its files and pictures, a button for each thing that may be done.

In: requests from a browser. Out: pages filled from `layouts/desk/`, files, and moves.
"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bookbuild.counter.files import send_part, send_picture
from bookbuild.counter.files_api import CopyNumber, Part
from bookbuild.counter.pages import NEXT, filled, has_all, pictures_of, steps
from bookbuild.counter.sessions import Sent, Visit, Visitor
from bookbuild.counter.tickets import handed
from bookbuild.desk import service
from bookbuild.desk.model import AT_PRINTER, Job, Role
from bookbuild.desk.refusals import NotThere, not_valid

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.get("/jobs/{job}")
def show(visit: Visitor, job: str) -> Response:
    """A job: what it is, what may be done, what was done."""
    found = service.read_job(visit.desk, visit.actor, job)
    moves = service.legal(found, visit.actor.role)
    values = {
        "job": found,
        "buttons": steps(visit, found),
        "moves": [kind for kind in moves if kind in service.PLAIN and kind not in NEXT],
        "needs": service.NEEDS,
        "measures": "measure" in moves,
        "releases": "release" in moves,
        "replaces": "replace" in moves,
        "reprints": "reprint" in moves,
        "has_files": _has_files(visit, found),
        "has_all": has_all(found) or (not found.stamped and _has_files(visit, found)),
        "pictures": pictures_of(visit.desk.store, found),
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


@router.post("/jobs/{job}/reprint")
def reprint(visit: Visitor, job: str, sent: Sent) -> Response:
    """Print spoiled copies again; the new job is shown."""
    copies = sent.get("copies", "").strip()
    if not (copies.isascii() and copies.isdecimal() and len(copies) < 6):
        raise not_valid("/copies", "how many copies were spoiled: 1")
    version = _version(sent)
    made = service.reprint(
        visit.desk, visit.actor, job, int(copies), sent.get("reason", ""), version=version
    )
    return RedirectResponse(f"/desk/jobs/{made.id}", 303)


@router.post("/jobs/{job}/edition")
def replace(visit: Visitor, job: str, sent: Sent) -> Response:
    """Print a job from another edition of its book."""
    edition, version = sent.get("edition", "").strip(), _version(sent)
    service.replace_edition(visit.desk, visit.actor, job, edition, version)
    return RedirectResponse(f"/desk/jobs/{job}", 303)


@router.get("/jobs/{job}/pictures/{which}")
def picture(
    visit: Visitor, request: Request, job: str, which: Literal["cover", "first"]
) -> Response:
    """The front cover or the first page, small."""
    found = service.read_job(visit.desk, visit.actor, job)
    record = pictures_of(visit.desk.store, found).get(which)
    if record is None:
        raise NotThere("there is no such picture")
    return send_picture(visit.desk.store, request, record)


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


def _has_files(visit: Visit, job: Job) -> bool:
    return visit.actor.role is not Role.OPERATOR or job.state in AT_PRINTER


def _version(sent: dict[str, str]) -> int:
    """Which version of the job the page showed."""
    text = sent.pop("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise not_valid("/version", "load the page again")
    return int(text)
