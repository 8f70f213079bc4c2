"""The short way for interiors and covers: what is asked for most, and answered in the least time.

In: requests. Out: the files that are plainly a caller's, sent from the event loop itself, without
the framework and a thread's turn. Everything else, every refusal above all, is left to the
addresses behind, whose rules these are, too: nothing is let through here that wouldn't be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bookbuild.counter.files import send_stored
from bookbuild.counter.room import Counter
from bookbuild.desk.model import Job
from bookbuild.desk.remembering import Admitted, Memory
from bookbuild.errors import BookbuildError
from bookbuild.store.editions import StoredSet, read_edition
from bookbuild.store.record import FileRecord, edition_name
from bookbuild.ticket import job_names

_FILE = re.compile(r"/v1/jobs/([0-9A-Z]{1,20}-[0-9]{1,6})/files/(interior|cover)")
_LINK = re.compile(r"/v1/links/([0-9A-Za-z~-]{1,200})")


@dataclass(frozen=True, slots=True)
class _Address:
    """An address as the framework has it, for `guard` to note."""

    path: str


_FILES, _LINKS = _Address("/v1/jobs/{job}/files/{part}"), _Address("/v1/links/{link}")
_Stored = tuple[str, FileRecord]
"""A file of the store and its name for the caller."""


class Lane:
    """The layer before the addresses."""

    def __init__(self, app: ASGIApp, counter: Counter) -> None:
        self.app = app
        self.counter = counter
        self.memory = Memory(counter.desk, self._stored)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        answer = self._answer(scope) if scope["type"] == "http" else None
        await (self.app if answer is None else answer)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        if scope["method"] not in ("GET", "HEAD") or scope["query_string"]:
            return None
        try:
            found = self._admitted(scope)
            if found is None or found[1].kept is None:
                return None
            (address, admitted), stored = found, found[1].kept
            answer = send_stored(self.counter, Request(scope), *stored)
        except (BookbuildError, OSError):
            return None  # what is wrong is told by the address itself
        scope["route"] = address
        scope.setdefault("state", {})["token"] = admitted.token
        return answer

    def _admitted(self, scope: Scope) -> tuple[_Address, Admitted[_Stored | None]] | None:
        if wanted := _FILE.fullmatch(scope["path"]):
            token = _token(scope)
            found = self.memory.by_token(token, wanted[1], wanted[2]) if token else None
            return None if found is None else (_FILES, found)
        if wanted := _LINK.fullmatch(scope["path"]):
            return _LINKS, self.memory.by_link(wanted[1])
        return None

    def _stored(self, job: Job, part: str, made: StoredSet) -> _Stored | None:
        """The file that a part is; None for what is made first, as stamped copies are."""
        if job.stamped or part not in ("interior", "cover"):
            return None
        edition = read_edition(self.counter.desk.store, edition_name(job.pin.edition))
        names = job_names(edition, made, job.id, job.quantity)
        if part == "interior":
            return names.interior(), made.interior
        return names.cover(), made.cover


def _token(scope: Scope) -> str | None:
    """The token that a request brings; None where it isn't plain which."""
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1 or given[0][:7].lower() != b"bearer ":
        return None
    return given[0][7:].decode("latin-1").strip() or None
