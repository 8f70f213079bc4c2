"""Who may fetch which file, remembered for as long as nothing at all is written to the database.

In: a token and a job's part, or a link. Out: what the desk said of it before, if it would say the
same now. Each time the database is asked whether anybody wrote since, in whichever process: what
was revoked, moved or cancelled is looked up again, so nothing holds longer than it should.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bookbuild.desk.access import enter_until
from bookbuild.desk.handing import files_of, open_link_until
from bookbuild.desk.model import Job
from bookbuild.desk.room import Desk
from bookbuild.store.editions import StoredSet

MOST = 1024
"""Of answers that are remembered: some kilobytes each."""
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Admitted(Generic[Kept]):
    """Somebody who may fetch a job's part."""

    kept: Kept
    """What was made of job, part and files."""
    token: str
    """The id of the token that it was asked with; empty for a link."""
    until: datetime


class Memory(Generic[Kept]):
    """What was found out since the database last changed; for one thread."""

    def __init__(self, desk: Desk, keep: Callable[[Job, str, StoredSet], Kept]) -> None:
        self._desk = desk
        self._keep = keep
        self._version: object = None
        self._known: OrderedDict[tuple[str, ...], Admitted[Kept]] = OrderedDict()

    def by_token(self, token: str, job: str, part: str) -> Admitted[Kept]:
        """What a token may fetch; raises as `enter` and `files_of`."""

        def find() -> Admitted[Kept]:
            actor, until = enter_until(self._desk, token)
            found, made = files_of(self._desk, actor, job)
            return Admitted(self._keep(found, part, made), actor.token, until)

        return self._remembered((_digest(token), job, part), find)

    def by_link(self, link: str) -> Admitted[Kept]:
        """What a link opens; raises as `open_link`."""

        def find() -> Admitted[Kept]:
            opened, until = open_link_until(self._desk, link)
            return Admitted(self._keep(*opened), "", until)

        return self._remembered((_digest(link),), find)

    def _remembered(
        self, key: tuple[str, ...], find: Callable[[], Admitted[Kept]]
    ) -> Admitted[Kept]:
        version = self._desk.database.version()  # before anything is read: what changes then counts
        if version != self._version:
            self._known.clear()
            self._version = version
        known = self._known.get(key)
        if known is None or known.until <= self._desk.clock():
            known = self._known[key] = find()
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return known


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
