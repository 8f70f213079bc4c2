"""What a printer fetches: the files that a job pins, its label, and links that open for a while.

In: an actor and a job; or a link alone. Out: records of the very files that were ordered. A link is
signed, names one job and one part of it, and ends by its time, with the token that it was made
with, with the job's stay at the printer, or when the job's links are revoked.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, insert

from bookbuild.desk import records
from bookbuild.desk.access import signing_keys, token_end, visible_job
from bookbuild.desk.model import AT_PRINTER, Actor, Job, Label, Role
from bookbuild.desk.refusals import Conflict, NoEntry, NotAllowed, NotThere, not_valid
from bookbuild.desk.room import Desk, name_by_chance
from bookbuild.desk.tables import keys
from bookbuild.store.editions import StoredSet, print_set, read_edition
from bookbuild.store.record import edition_name

LINKS = "links"
PARTS = ("interior", "cover", "ticket", "data", "all")
LONGEST_LINK = timedelta(days=1)
_LINK = re.compile(r"([0-9A-Z]{1,20}-[0-9]{1,6})~([a-z]{1,20})~([0-9]{1,11})~([0-9]{1,9})~"
                   r"([0-9A-Z]{0,20})~([0-9a-f]{64})")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens."""

    job: str
    part: str
    expires: datetime
    generation: int
    """`Job.links` when it was made."""
    token: str
    """The id of the token that it was made with; empty in the shell."""

    @property
    def signed(self) -> bytes:
        """What its signature is of."""
        moment = int(self.expires.timestamp())
        parts = (self.job, self.part, str(moment), str(self.generation), self.token)
        return "~".join(parts).encode()


def files_of(desk: Desk, actor: Actor, job_id: str) -> tuple[Job, StoredSet]:
    """A job and the files that it pins, for its printer while it is there, editors and admins.

    Raises:
        NotThere, NotAllowed: the job, or its files, aren't the actor's.
        Conflict: the job isn't at the printer now; or the store has another edition of that name.
    """
    with desk.database.reading() as connection:
        job = visible_job(actor, records.find_job(connection, job_id))
    if actor.role is Role.SHOP:
        raise NotAllowed("files are for the printer")
    if actor.role is Role.OPERATOR and job.state not in AT_PRINTER:
        raise Conflict(f"{job.id} is {job.state}: its files are for jobs that are being printed")
    return job, pinned_files(desk, job)


def pinned_files(desk: Desk, job: Job) -> StoredSet:
    """The print set that a job pins; Conflict where the store has other bytes under its name."""
    edition = read_edition(desk.store, edition_name(job.pin.edition))
    found = print_set(edition, job.printer)
    have = (edition.digest, found.interior.sha256, found.cover.sha256)
    if have != (job.pin.record, job.pin.interior, job.pin.cover):
        raise Conflict(f"{job.pin.edition} in the store isn't what {job.id} was ordered with")
    return found


def label_of(desk: Desk, actor: Actor, job_id: str) -> Label:
    """The label of a job's parcel: for its own printer alone, while the job is there.

    Raises:
        NotThere: the job isn't the actor's, or has no label, or no more.
        NotAllowed: any other role.
    """
    if actor.role is not Role.OPERATOR:
        raise NotAllowed("a parcel's label is for the printer that sends it")
    with desk.database.reading() as connection:
        job = visible_job(actor, records.find_job(connection, job_id))
        label = records.find_label(connection, job.id)
    if label is None or job.state not in AT_PRINTER:
        raise NotThere(f"there is no label of {job_id}")
    return label


def make_link(desk: Desk, actor: Actor, job_id: str, part: str, seconds: int = 900) -> str:
    """A text for an address that opens one part of a job's files, without a token.

    Raises as `files_of`, and NotValid for a part that there isn't, or too long a time.
    """
    if part not in PARTS:
        raise not_valid("/part", f"one of {', '.join(PARTS)}")
    if not 1 <= seconds <= LONGEST_LINK.total_seconds():
        raise not_valid("/seconds", f"1 to {LONGEST_LINK.total_seconds():.0f}")
    job, _ = files_of(desk, actor, job_id)
    until = desk.clock() + timedelta(seconds=seconds)
    link = Link(job.id, part, until, job.links, actor.token)
    with desk.database.reading() as connection:
        held = signing_keys(connection, LINKS, "")
    key = held[-1] if held else _first_key(desk)
    return f"{link.signed.decode()}~{_signature(key, link)}"


def open_link(desk: Desk, text: str) -> tuple[Job, str, StoredSet]:
    """The job, the part and the files that a link opens.

    Raises:
        NoEntry: it is forged, over, or revoked; which of them isn't told.
    """
    return open_link_until(desk, text)[0]


def open_link_until(desk: Desk, text: str) -> tuple[tuple[Job, str, StoredSet], datetime]:
    """What a link opens, and until when unless something is written; raises as `open_link`."""
    found = _LINK.fullmatch(text)
    if found is None:
        raise NoEntry("the link is no more, or never was")
    name, part, moment, generation, token, signature = found.groups()
    link = Link(name, part, datetime.fromtimestamp(int(moment), UTC), int(generation), token)
    now = desk.clock()
    with desk.database.reading() as connection:
        held = signing_keys(connection, LINKS, "")
        signed = any(hmac.compare_digest(_signature(key, link), signature) for key in held)
        if not signed or link.expires <= now:
            raise NoEntry("the link is no more, or never was")
        job = records.find_job(connection, name)
        end = token_end(connection, link.token) if link.token else link.expires
        over = end is None or end <= now
        if over or job.links != link.generation or job.state not in AT_PRINTER:
            raise NoEntry("the link is no more, or never was")
    # Whoever holds a link sees no more than a printer does.
    opened = replace(job, price=None), part, pinned_files(desk, job)
    return opened, min(end or now, link.expires)


def _signature(key: bytes, link: Link) -> str:
    return hmac.new(key, link.signed, sha256).hexdigest()


def _first_key(desk: Desk) -> bytes:
    """The key that links are signed with, made by whoever needs it first."""
    with desk.database.writing() as connection:
        held = signing_keys(connection, LINKS, "")
        return held[-1] if held else _new_key(desk, connection)


def _new_key(desk: Desk, connection: Connection) -> bytes:
    key = desk.chance(32)
    row = {"id": name_by_chance(desk), "purpose": LINKS, "shop": "", "secret": key}
    connection.execute(insert(keys).values({**row, "created": desk.clock()}))
    return key
