"""A job's files by name, as they go into an archive or a folder, over the web or by the shell.

In: a job that is handed out. Out: members, each with its name, its size, its digest, and how to
read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bookbuild.counter.tickets import Handed, sheet, stamped_copies, ticket, ticket_json
from bookbuild.job_bundle import Member, bundle, bundle_size
from bookbuild.press.stamp import Stamped
from bookbuild.store.editions import open_file
from bookbuild.store.record import FileRecord

CHUNK = 256 * 1024
"""Bytes that are read and sent at a time."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A file of a job."""

    part: str
    member: Member
    sha256: str
    """Empty for an archive."""


def carried(given: Handed, *parts: str) -> tuple[Carried, ...]:
    """The files of these parts, or all: interiors, cover, ticket and its data.

    Raises:
        Conflict: copies are stamped, and the job wasn't started or can't be.
    """
    found: list[Carried] = []
    if not parts or "interior" in parts:
        found += _interiors(given)
    if not parts or "cover" in parts:
        found.append(_stored(given, "cover", given.names.cover(), given.made.cover))
    told = ticket(given) if not parts or {"ticket", "data"} & set(parts) else None
    if told is not None and (not parts or "ticket" in parts):
        found.append(_note("ticket", given.names.ticket(), sheet(given, told)))
    if told is not None and (not parts or "data" in parts):
        found.append(_note("data", given.names.ticket("json"), ticket_json(given, told)))
    return tuple(found)


def archived(given: Handed) -> Carried:
    """All of them as one archive, whose digest nobody knows before it is made."""
    members = tuple(item.member for item in carried(given))
    name = given.names.bundle()
    return Carried("all", Member(name, bundle_size(members), partial(bundle, members)), "")


def _interiors(given: Handed) -> list[Carried]:
    """The interior, or those of all copies."""
    names, record = given.names, given.made.interior
    if not given.job.stamped:
        return [_stored(given, "interior", names.interior(), record)]
    made = stamped_copies(given, range(1, given.job.quantity + 1))
    return [
        Carried(
            "interior",
            Member(names.interior(number), done.size, partial(_parts, done)),
            copy.sha256,
        )
        for number, (copy, done) in made.items()
    ]


def _stored(given: Handed, part: str, name: str, record: FileRecord) -> Carried:
    member = Member(name, record.bytes, partial(_chunks, given, record))
    return Carried(part, member, record.sha256)


def _note(part: str, name: str, data: bytes) -> Carried:
    member = Member(name, len(data), partial(_whole, data))
    return Carried(part, member, hashlib.sha256(data).hexdigest())


def _chunks(given: Handed, record: FileRecord) -> Iterator[bytes]:
    with open_file(given.counter.desk.store, record) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _whole(data: bytes) -> Sequence[bytes]:
    return (data,)


def _parts(done: Stamped) -> Sequence[memoryview]:
    return done.parts
