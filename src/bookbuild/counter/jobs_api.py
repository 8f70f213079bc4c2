"""Addresses of jobs: the queue, a search, a job with its history, and what is done to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from bookbuild.counter import answers
from bookbuild.counter.contract import refuses, takes
from bookbuild.counter.orders_api import Limit, Offset
from bookbuild.counter.room import Body, Caller, Data, There
from bookbuild.desk import service, shown
from bookbuild.desk.forms import LabelForm
from bookbuild.desk.model import Actor, Job

router = APIRouter(prefix="/v1", tags=["jobs"])
_MOVED = refuses(401, 403, 404, 409, 422)


@router.get(
    "/jobs",
    response_model=answers.QueueAnswer,
    response_model_exclude_unset=True,
    responses=refuses(401, 422),
)
def queue(
    desk: There,
    caller: Caller,
    printer: Annotated[str, Query(max_length=40)] = "",
    limit: Limit = 200,
    offset: Offset = 0,
) -> Data:
    """What is to be printed, late jobs first, by edition, paper and printer."""
    return shown.queue_record(service.list_queue(desk, caller, printer, limit, offset))


@router.get(
    "/search",
    response_model=answers.JobsAnswer,
    response_model_exclude_unset=True,
    responses=refuses(401, 422),
)
def find(
    desk: There,
    caller: Caller,
    text: Annotated[str, Query(min_length=2, max_length=100)],
) -> Data:
    """Jobs whose order, reference, edition or parcel number begins so."""
    return {"jobs": [shown.job_record(job) for job in service.search(desk, caller, text)]}


@router.get(
    "/jobs/{job}",
    response_model=answers.JobAnswer,
    response_model_exclude_unset=True,
    responses=refuses(401, 404, 422),
)
def show(desk: There, caller: Caller, job: str) -> Data:
    """A job, and the moves that its caller may make now."""
    return _shown(caller, service.read_job(desk, caller, job))


@router.get(
    "/jobs/{job}/events",
    response_model=answers.EventsAnswer,
    responses=refuses(401, 404, 422),
)
def events(desk: There, caller: Caller, job: str) -> Data:
    """What was done to a job."""
    found = service.history(desk, caller, job)
    return {"events": [shown.event_record(item) for item in found]}


@router.post(
    "/jobs/{job}/moves",
    response_model=answers.JobAnswer,
    response_model_exclude_unset=True,
    openapi_extra=takes(answers.MoveForm),
    responses=_MOVED,
)
def move(desk: There, caller: Caller, job: str, body: Body) -> Data:
    """Move a job: start, bind, ship, reject_file, hold and so on, as `moves` of the job lists."""
    form = service.read_form(answers.MoveForm, body)
    moved = service.move_job(desk, caller, job, form.kind, form.told, form.version)
    return _shown(caller, moved)


@router.post(
    "/jobs/{job}/block",
    response_model=answers.JobAnswer,
    response_model_exclude_unset=True,
    openapi_extra=takes(answers.BlockForm),
    responses=_MOVED,
)
def block(desk: There, caller: Caller, job: str, body: Body) -> Data:
    """Write down how thick the block measures, in mm; out of tolerance the job is held."""
    form = service.read_form(answers.BlockForm, body)
    return _shown(caller, service.measured_block(desk, caller, job, form.block_mm, form.version))


@router.post(
    "/jobs/{job}/edition",
    response_model=answers.JobAnswer,
    response_model_exclude_unset=True,
    openapi_extra=takes(answers.EditionForm),
    responses=_MOVED,
)
def replace(desk: There, caller: Caller, job: str, body: Body) -> Data:
    """Print a job, held or with a rejected file, from another edition of the same book."""
    form = service.read_form(answers.EditionForm, body)
    return _shown(caller, service.replace_edition(desk, caller, job, form.edition, form.version))


@router.post(
    "/jobs/{job}/release",
    response_model=answers.JobAnswer,
    response_model_exclude_unset=True,
    responses=_MOVED,
)
def release(desk: There, caller: Caller, job: str) -> Data:
    """Let a proof be printed. For editors and admins."""
    return _shown(caller, service.release_proof(desk, caller, job))


@router.post(
    "/jobs/{job}/reprints",
    status_code=201,
    response_model=answers.JobAnswer,
    response_model_exclude_unset=True,
    openapi_extra=takes(answers.ReprintForm),
    responses=_MOVED,
)
def again(desk: There, caller: Caller, job: str, body: Body) -> Data:
    """Print spoiled copies again, as a job of their own."""
    form = service.read_form(answers.ReprintForm, body)
    label = form.label.label("/label/base64") if form.label else None
    made = service.reprint(desk, caller, job, form.copies, form.reason, label, form.version)
    return _shown(caller, made)


@router.get(
    "/jobs/{job}/label",
    response_class=Response,
    responses={200: {"description": "The label, as it was supplied", "content": {"*/*": {}}},
               **refuses(401, 403, 404, 422)},
)  # fmt: skip
def label(desk: There, caller: Caller, job: str) -> Response:
    """The label of a job's parcel: for its own printer, while the job is there."""
    found = service.label_of(desk, caller, job)
    headers = {"Content-Disposition": 'attachment; filename="label"'}
    return Response(found.data, 200, headers, found.media_type)


@router.put(
    "/jobs/{job}/label",
    response_model=answers.JobAnswer,
    response_model_exclude_unset=True,
    openapi_extra=takes(LabelForm),
    responses=_MOVED,
)
def relabel(desk: There, caller: Caller, job: str, body: Body) -> Data:
    """Give a parcel another label. For its shop and admins."""
    form = service.read_form(LabelForm, body)
    return _shown(caller, service.supply_label(desk, caller, job, form.label("/base64")))


def _shown(caller: Actor, job: Job) -> Data:
    return {**shown.job_record(job), "moves": list(service.legal(job, caller.role))}
