"""Send the files of a job: one of them, or all with the ticket as a ZIP that is made as it goes.

In: a job and the files that it pins. Out: answers with the digest as `ETag` and `Repr-Digest`;
single ranges, `HEAD` and conditions as RFC 9110 has them. With `Terms.accel` nginx sends the bytes,
and sees to ranges itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import count
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from bookbuild.counter.carrying import CHUNK, carried
from bookbuild.counter.problems import problem
from bookbuild.counter.room import Counter, Data
from bookbuild.counter.tickets import (
    Handed,
    sheet,
    stamped_copies,
    ticket,
    ticket_json,
    wanted_copy,
)
from bookbuild.job_bundle import bundle, bundle_size
from bookbuild.store.editions import Store, file_path
from bookbuild.store.record import FileRecord
from bookbuild.ticket import TicketFile

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class _File(FileResponse):
    """A file in chunks large enough that a thread's turn is worth it."""

    chunk_size = CHUNK


def list_files(given: Handed) -> Data:
    """The files of a job, and where to fetch them; those of stamped copies once it was started."""
    at = f"/v1/jobs/{given.job.id}/files"
    numbers = (f"?copy={number}" for number in count(1))
    listed = [
        {
            "part": item.part,
            "name": item.name,
            "bytes": item.bytes,
            "sha256": item.sha256,
            "pages": item.pages,
            "url": f"{at}/{item.part}" + (next(numbers) if _is_copy(given, item) else ""),
        }
        for item in ticket(given).files
    ]
    return {"job": given.job.id, "files": listed, "all": f"{at}/all"}


def send_part(given: Handed, request: Request, part: str, copy: int | None = None) -> Response:
    """One part of a job's files, as it was asked for; of stamped interiors that of one `copy`."""
    if part == "all":
        return _archive(given, request)
    if part == "ticket":
        return _made(request, given.names.ticket(), sheet(given, ticket(given)), "application/pdf")
    if part == "data":
        data = ticket_json(given, ticket(given))
        return _made(request, given.names.ticket("json"), data, "application/json")
    number = wanted_copy(given.job, copy) if part == "interior" else None
    if number is not None:
        made, done = stamped_copies(given, (number,))[number]
        name = given.names.interior(number)
        return _made(request, name, done.pdf, "application/pdf", made.sha256)
    if part == "interior":
        return send_stored(given.counter, request, given.names.interior(), given.made.interior)
    return send_stored(given.counter, request, given.names.cover(), given.made.cover)


def send_stored(counter: Counter, request: Request, name: str, record: FileRecord) -> Response:
    """A file of the store, sent by nginx where it can be; raises as `file_path`."""
    path = file_path(counter.desk.store, record)
    headers = _headers(name, record.sha256)
    if _matches(request, record.sha256):
        return Response(None, 304, headers)
    if accel := counter.terms.accel:
        del headers["Accept-Ranges"]  # nginx's to say
        headers["X-Accel-Redirect"] = f"{accel}/{path.parent.name}/{path.name}"
        return Response(None, 200, headers, "application/pdf")
    return _ranged(request, path, headers, record)


def send_picture(store: Store, request: Request, record: FileRecord) -> Response:
    """A picture that a page shows."""
    headers = {"ETag": f'"{record.sha256}"', "Cache-Control": "private, no-cache"}
    if _matches(request, record.sha256):
        return Response(None, 304, headers)
    return _File(file_path(store, record), 200, headers, "image/jpeg")


def _is_copy(given: Handed, item: TicketFile) -> bool:
    return given.job.stamped and item.part == "interior"


def _ranged(request: Request, path: Path, headers: dict[str, str], record: FileRecord) -> Response:
    """A file, or the range of it; Starlette reads the range, once it is known to be one."""
    asked = _asked(request, record.bytes, record.sha256)
    if asked is not None and asked.start >= record.bytes:
        return _beyond(record.bytes)
    if asked is None:
        kept = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
        request.scope["headers"] = kept
    return _File(path, 200, headers, "application/pdf", stat_result=path.stat())


def _asked(request: Request, size: int, digest: str) -> range | None:
    """Which bytes are wanted; what can't be read counts as none (RFC 9110, 14.2)."""
    given = request.headers.getlist("range")
    found = _RANGE.fullmatch(given[0].strip()) if len(given) == 1 else None
    if found is None or _changed(request, digest):
        return None
    first, last = found.groups()
    if not first:
        return range(max(size - int(last), 0) if int(last) else size, size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _beyond(size: int) -> Response:
    said = f"the file has {size} bytes"
    return problem(416, said, headers={"Content-Range": f"bytes */{size}"})


def _changed(request: Request, digest: str) -> bool:
    """True where the caller has a part of something else, and so needs the whole."""
    given = request.headers.get("if-range")
    return given is not None and given != f'"{digest}"'


def _matches(request: Request, digest: str) -> bool:
    """True where the caller has it already."""
    given = ",".join(request.headers.getlist("if-none-match"))
    return given.strip() == "*" or digest in _TAG.findall(given)


def _made(request: Request, name: str, data: bytes, media_type: str, known: str = "") -> Response:
    """A file that isn't in the store: all of it, or a range; with its digest where it is known."""
    digest = known or hashlib.sha256(data).hexdigest()
    headers = {**_headers(name, digest), "Vary": "Accept-Language, Cookie"}
    if _matches(request, digest):
        return Response(None, 304, headers)
    asked = _asked(request, len(data), digest)
    if asked is None:
        return Response(data, 200, headers, media_type)
    if asked.start >= len(data):
        return _beyond(len(data))
    headers["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{len(data)}"
    return Response(data[asked.start : asked.stop], 206, headers, media_type)


def _archive(given: Handed, request: Request) -> Response:
    """All files with the ticket; its tag is of what it holds, since it isn't made beforehand."""
    inside = carried(given)
    members = tuple(item.member for item in inside)
    tag = hashlib.sha256("".join(item.sha256 for item in inside).encode()).hexdigest()
    headers = {**_headers(given.names.bundle(), tag), "Vary": "Accept-Language, Cookie"}
    headers["Accept-Ranges"] = "none"
    del headers["Repr-Digest"]
    if _matches(request, tag):
        return Response(None, 304, headers)
    headers["Content-Length"] = str(bundle_size(members))
    body = () if request.method == "HEAD" else bundle(members)
    return StreamingResponse(body, 200, headers, "application/zip")


def _headers(name: str, digest: str) -> dict[str, str]:
    encoded = base64.b64encode(bytes.fromhex(digest)).decode()
    return {
        "ETag": f'"{digest}"',
        "Repr-Digest": f"sha-256=:{encoded}:",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
    }
