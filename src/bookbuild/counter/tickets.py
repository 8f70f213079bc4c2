"""What goes to the press with a job: its ticket, as data and as a page; its stamped copies.

In: a job, the files that it pins, and who fetches them from where. Out: a `Ticket`, its page, its
JSON; interiors of single copies, each recorded when it is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request

from bookbuild.counter.room import Counter
from bookbuild.counter.speaking import language_of
from bookbuild.desk import pressing
from bookbuild.desk.model import Job
from bookbuild.desk.pressing import Copy
from bookbuild.desk.refusals import Conflict, not_valid
from bookbuild.job_names import JobNames
from bookbuild.press.stamp import Stamped, stamp
from bookbuild.press.stampplace import CannotStamp
from bookbuild.stamping import profile
from bookbuild.store.editions import StoredSet, read_edition
from bookbuild.store.record import Edition, edition_name
from bookbuild.ticket import (
    JobFacts,
    Ticket,
    TicketFile,
    cover_picture,
    job_names,
    stamp_line,
    ticket_of,
)

_ADDRESS = 300
"""Characters of an address that a code on paper still holds."""


@dataclass(frozen=True)
class Handed:
    """A job with all that is known where its files are handed out."""

    counter: Counter
    job: Job
    edition: Edition
    made: StoredSet
    address: str
    """Of the job's page, for the code on the ticket."""
    language: str

    @property
    def names(self) -> JobNames:
        """What its files are called."""
        return job_names(self.edition, self.made, self.job.id, self.job.quantity)


def handed(counter: Counter, request: Request, job: Job, made: StoredSet) -> Handed:
    """A job that somebody fetches files of."""
    edition = read_edition(counter.desk.store, edition_name(job.pin.edition))
    address = page_address(str(request.base_url), job)
    return Handed(counter, job, edition, made, address, language_of(request))


def page_address(base: str, job: Job) -> str:
    """Where a job's page is, for the code on its ticket; its name alone where that isn't known."""
    address = f"{base.rstrip('/')}/desk/jobs/{job.id}"
    known = base and address.isascii() and address.isprintable() and len(address) <= _ADDRESS
    return address if known else job.id


def ticket(given: Handed) -> Ticket:
    """The ticket of a job; of a stamped one that was started it names the file of each copy."""
    job, desk = given.job, given.counter.desk
    facts = JobFacts(
        order=job.order,
        job=job.id,
        address=given.address,
        quantity=job.quantity,
        ordered=pressing.ordered_on(desk, job),
        due=job.due,
        tolerance_mm=pressing.block_tolerance(desk, job),
    )
    copies = _copy_files(given) if job.stamped else None
    return ticket_of(given.edition, given.made, profile(given.made.printer), facts, copies)


def sheet(given: Handed, told: Ticket) -> bytes:
    """The ticket as a page of A4."""
    picture = cover_picture(given.counter.desk.store, given.edition)
    return given.counter.workshop.sheet(told, picture, given.language)


def ticket_json(given: Handed, told: Ticket) -> bytes:
    """The ticket as JSON, to be read by programs."""
    record = {**told.record(), "delivery": given.job.delivery.value,
            "proof": given.job.proof, "reprint_of": given.job.reprint_of or None}  # fmt: skip
    return json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n"


def wanted_copy(job: Job, number: int | None) -> int | None:
    """Which copy's interior is asked for; NotValid where there is none of that number."""
    if not job.stamped and number is not None:
        raise not_valid("/copy", f"the copies of {job.id} aren't stamped: there is one interior")
    if job.stamped and (number is None or number > job.quantity):
        raise not_valid("/copy", f"each copy of {job.id} has a file: say copy=1 to {job.quantity}")
    return number


def stamped_copies(given: Handed, numbers: Iterable[int]) -> dict[int, tuple[Copy, Stamped]]:
    """The interiors of these copies; their digests are recorded before anything is sent.

    Raises:
        Conflict: the job wasn't started, so that its copies have no date; or can't be stamped.
    """
    desk, job = given.counter.desk, given.job
    when = pressing.pressing_of(desk, job)
    numbers = tuple(numbers)
    before = pressing.copies_of(desk, job, when, numbers)
    template = given.counter.workshop.template(given.made)
    code = str(given.edition.specification.get("language", "id"))
    words = given.counter.workshop.words(code)
    found: dict[int, tuple[Copy, Stamped]] = {}
    for number in numbers:
        kept = before.get(number)
        line = stamp_line(words, job.id, number, job.quantity, when.day)
        try:
            done = stamp(template, kept.line if kept else line)
        except CannotStamp as fault:
            raise Conflict(str(fault)) from None
        found[number] = Copy(number, kept.line if kept else line, done.sha256), done
    if any(copy != before.get(number) for number, (copy, _) in found.items()):
        pressing.keep_copies(desk, job, when, [copy for copy, _ in found.values()])
    return found


def _copy_files(given: Handed) -> tuple[TicketFile, ...]:
    """The files of all copies; none before the job was started."""
    try:
        found = stamped_copies(given, range(1, given.job.quantity + 1))
    except Conflict:
        return ()
    pages = given.made.interior.pages
    return tuple(
        TicketFile("interior", given.names.interior(number), done.size, pages, copy.sha256)
        for number, (copy, done) in found.items()
    )
