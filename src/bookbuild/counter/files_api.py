"""Addresses of files: of a job by a token, and by a signed link without one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from bookbuild.counter import answers
from bookbuild.counter.contract import refuses, takes
from bookbuild.counter.files import list_files, send_part
from bookbuild.counter.room import Body, Caller, Data, Here, There
from bookbuild.counter.tickets import handed
from bookbuild.desk import service
from bookbuild.desk.forms import MOST_STAMPED

router = APIRouter(prefix="/v1", tags=["files"])
Part = Literal["interior", "cover", "ticket", "data", "all"]
CopyNumber = Annotated[int | None, Query(ge=1, le=MOST_STAMPED)]
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_SENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": dict.fromkeys(
        ("application/pdf", "application/json", "application/zip"), _BYTES)},
    206: {"description": "A range of it", "content": {"application/pdf": _BYTES}},
    304: {"description": "The caller has it"},
    416: {"description": "Beyond the end of the file",
          "content": {"application/problem+json":
                      {"schema": {"$ref": "#/components/schemas/Problem"}}}},
}  # fmt: skip


@router.get(
    "/jobs/{job}/files",
    response_model=answers.FilesAnswer,
    responses=refuses(401, 403, 404, 409, 422),
)
def list_all(counter: Here, caller: Caller, request: Request, job: str) -> Data:
    """The files of a job by name, size and digest, and where to fetch them."""
    found, files = service.files_of(counter.desk, caller, job)
    return list_files(handed(counter, request, found, files))


@router.head("/jobs/{job}/files/{part}", response_class=Response, include_in_schema=False)
@router.get(
    "/jobs/{job}/files/{part}",
    response_class=Response,
    responses={**_SENT, **refuses(401, 403, 404, 409, 422)},
)
def fetch(
    counter: Here,
    caller: Caller,
    request: Request,
    job: str,
    part: Part,
    copy: CopyNumber = None,
) -> Response:
    """A file of a job: for its printer while the job is there, editors and admins.

    `ticket` is the job ticket as a page, `data` as JSON, `all` everything as a ZIP. Where copies
    are stamped, `copy` says whose interior; there is none before the job was started.
    """
    found, files = service.files_of(counter.desk, caller, job)
    return send_part(handed(counter, request, found, files), request, part, copy)


@router.post(
    "/jobs/{job}/links",
    status_code=201,
    response_model=answers.LinkAnswer,
    openapi_extra=takes(answers.LinkForm),
    responses=refuses(401, 403, 404, 409, 422),
)
def link(desk: There, caller: Caller, job: str, body: Body) -> Data:
    """Make an address that opens one part of a job's files for a while, without a token."""
    form = service.read_form(answers.LinkForm, body)
    text = service.make_link(desk, caller, job, form.part, form.seconds)
    return {"url": f"/v1/links/{text}", "seconds": form.seconds}


@router.head("/links/{link}", response_class=Response, include_in_schema=False)
@router.get("/links/{link}", response_class=Response, responses={**_SENT, **refuses(401, 409, 422)})
def follow(counter: Here, request: Request, link: str, copy: CopyNumber = None) -> Response:
    """What a signed link opens, until it ends or is revoked."""
    job, part, files = service.open_link(counter.desk, link)
    return send_part(handed(counter, request, job, files), request, part, copy)
