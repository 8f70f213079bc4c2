"""Send the files of a job: one of them, or all with the ticket as a ZIP that is made as it goes.

In: a job and the files that it pins. Out: answers with the digest as `ETag` and `Repr-Digest`;
single ranges, `HEAD` and conditions as RFC 9110 has them. With `Terms.accel` nginx sends the bytes,
and sees to ranges itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from bookbuild.counter.problems import problem
from bookbuild.counter.room import Counter, Data
from bookbuild.counter.tickets import file_name, ticket
from bookbuild.desk.model import Job
from bookbuild.job_bundle import Member, bundle, bundle_size
from bookbuild.store.editions import StoredSet, file_path, open_file, read_edition
from bookbuild.store.record import Edition, FileRecord, edition_name

CHUNK = 256 * 1024
"""Bytes that are read and sent at a time."""
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class _File(FileResponse):
    """A file in chunks large enough that a thread's turn is worth it."""

    chunk_size = CHUNK


def list_files(job: Job, edition: Edition, found: StoredSet) -> Data:
    """The files of a job, and where to fetch them."""
    at = f"/v1/jobs/{job.id}/files"
    listed = ticket(job, edition, found)["files"]
    return {
        "job": job.id,
        "files": [{**item, "url": f"{at}/{item['part']}"} for item in listed],
        "all": f"{at}/all",
    }


def send_part(
    counter: Counter, request: Request, job: Job, part: str, found: StoredSet
) -> Response:
    """One part of a job's files, as it was asked for."""
    edition = read_edition(counter.desk.store, edition_name(job.pin.edition))
    name = file_name(job, edition, found, part)
    if part == "all":
        return _archive(counter, request, job, edition, found)
    if part == "ticket":
        return _data(request, name, _ticket_bytes(job, edition, found))
    record = found.interior if part == "interior" else found.cover
    path = file_path(counter.desk.store, record)
    headers = _headers(name, record.sha256)
    if _matches(request, record.sha256):
        return Response(None, 304, headers)
    if counter.terms.accel:
        headers["X-Accel-Redirect"] = f"{counter.terms.accel}/{path.parent.name}/{path.name}"
        return Response(None, 200, headers, "application/pdf")
    return _ranged(request, path, headers, record)


def _ranged(request: Request, path: Path, headers: dict[str, str], record: FileRecord) -> Response:
    """A file, or the range of it; a range that can't be read counts as none (RFC 9110, 14.2)."""
    given = request.headers.getlist("range")
    wanted = _RANGE.fullmatch(given[0].strip()) if len(given) == 1 else None
    fits = wanted is not None and _fits(wanted[1], wanted[2], record.bytes)
    if wanted is None or fits is None or _changed(request, record.sha256):
        headers_kept = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
        request.scope["headers"] = headers_kept
    elif not fits:
        said = f"the file has {record.bytes} bytes"
        return problem(416, said, headers={"Content-Range": f"bytes */{record.bytes}"})
    return _File(path, 200, headers, "application/pdf", stat_result=path.stat())


def _fits(first: str, last: str, size: int) -> bool | None:
    """True for a range of the file, False for one beyond it, None for what is no range."""
    if not first:
        return int(last) > 0 if last else None
    if last and int(last) < int(first):
        return None
    return int(first) < size


def _changed(request: Request, digest: str) -> bool:
    """True where the caller has a part of something else, and so needs the whole."""
    given = request.headers.get("if-range")
    return given is not None and given != f'"{digest}"'


def _matches(request: Request, digest: str) -> bool:
    """True where the caller has it already."""
    given = ",".join(request.headers.getlist("if-none-match"))
    return given.strip() == "*" or digest in _TAG.findall(given)


def _data(request: Request, name: str, data: bytes) -> Response:
    """A ticket, as a file."""
    digest = hashlib.sha256(data).hexdigest()
    headers = _headers(name, digest)
    if _matches(request, digest):
        return Response(None, 304, headers)
    return Response(data, 200, headers, "application/json")


def _archive(
    counter: Counter, request: Request, job: Job, edition: Edition, found: StoredSet
) -> Response:
    """All files with the ticket; its tag is of what it holds, since it isn't made beforehand."""
    note = _ticket_bytes(job, edition, found)
    held = "".join((found.interior.sha256, found.cover.sha256, hashlib.sha256(note).hexdigest()))
    tag = hashlib.sha256(held.encode()).hexdigest()
    headers = _headers(file_name(job, edition, found, "all"), tag)
    headers["Accept-Ranges"] = "none"
    del headers["Repr-Digest"]
    if _matches(request, tag):
        return Response(None, 304, headers)
    members = (
        _member(counter, file_name(job, edition, found, "interior"), found.interior),
        _member(counter, file_name(job, edition, found, "cover"), found.cover),
        Member(file_name(job, edition, found, "ticket"), len(note), lambda: (note,)),
    )
    headers["Content-Length"] = str(bundle_size(members))
    body = () if request.method == "HEAD" else bundle(members)
    return StreamingResponse(body, 200, headers, "application/zip")


def _member(counter: Counter, name: str, record: FileRecord) -> Member:
    return Member(name, record.bytes, lambda: _chunks(counter, record))


def _chunks(counter: Counter, record: FileRecord) -> Iterator[bytes]:
    with open_file(counter.desk.store, record) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _ticket_bytes(job: Job, edition: Edition, found: StoredSet) -> bytes:
    text = json.dumps(ticket(job, edition, found), ensure_ascii=False, indent=2)
    return text.encode() + b"\n"


def _headers(name: str, digest: str) -> dict[str, str]:
    encoded = base64.b64encode(bytes.fromhex(digest)).decode()
    return {
        "ETag": f'"{digest}"',
        "Repr-Digest": f"sha-256=:{encoded}:",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
    }
