"""What is done to a job, at the printer and around it: moves, each by a person, each an event.

In: an actor, a job, what the move has to tell, and the version of the job that the person saw. Out:
the job after it. Nothing is done where somebody else was first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from bookbuild.desk import records
from bookbuild.desk.access import visible_job
from bookbuild.desk.model import (
    ENDED,
    Actor,
    Delivery,
    Event,
    Fact,
    Job,
    Label,
    State,
)
from bookbuild.desk.moves import MOVES, Refusal, move
from bookbuild.desk.ordering import add_reprint, due_event, pin_for
from bookbuild.desk.paying import look_over, make_ready
from bookbuild.desk.refusals import Conflict, NotAllowed, not_valid
from bookbuild.desk.room import Desk, terms_of

PLAIN = (
    "start", "bind", "ship", "hand_over", "deliver", "reject_file", "hold", "resume", "cancel",
    "reschedule", "revoke_links",
)  # fmt: skip
"""Moves that need no more than what the person says."""
LONGEST_TEXT = 300
THICKEST = 200.0
"""In mm: no block that a machine binds is thicker."""
NEEDS = {item.kind: item.needs for item in MOVES if item.kind in PLAIN}


def move_job(
    desk: Desk,
    actor: Actor,
    job_id: str,
    kind: str,
    told: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Job:
    """One of the `PLAIN` moves; `told` has what `moves.MOVES` says that it needs, and no more.

    Raises:
        NotThere, NotAllowed, Conflict, NotValid: see `refusals`; `version` is `Job.sequence` as
            the person saw it, and another one is a Conflict.
    """
    if kind not in PLAIN:
        raise not_valid("/kind", f"“{kind}” is none of {', '.join(PLAIN)}")
    data = _told(kind, told or {})
    looked = look_over(desk, job_id.partition("-")[0]) if kind == "resume" else {}
    with desk.database.writing() as connection:
        job = _job(connection, actor, job_id, version)
        after = records.apply(connection, job, _event(desk, actor, kind, data))
        if kind == "resume" and after.state is State.PAID:
            after = make_ready(desk, connection, after, looked)
        records.close(connection, after)
    if after.state in ENDED and after.delivery is Delivery.DROP_SHIP:
        desk.database.forget_deleted()
    return visible_job(actor, after)


def release_proof(desk: Desk, actor: Actor, job_id: str) -> Job:
    """Let a proof be printed: it isn't paid. For editors and admins; raises as `move_job`."""
    with desk.database.writing() as connection:
        job = _job(connection, actor, job_id, None)
        event = due_event(connection, desk, job, "release", actor)
        return records.apply(connection, job, event)


def measured_block(
    desk: Desk, actor: Actor, job_id: str, block_mm: float, version: int | None = None
) -> Job:
    """Write down how thick the block measures, in mm; out of tolerance the job is held.

    Raises as `move_job`.
    """
    if not 0 < block_mm <= THICKEST:
        raise not_valid("/block_mm", f"a block is 0 to {THICKEST:g} mm thick")
    with desk.database.writing() as connection:
        job = _job(connection, actor, job_id, version)
        tolerance = terms_of(connection, job.printer).block_tolerance.mm
        data = {"block_mm": float(block_mm), "tolerance_mm": tolerance}
        return visible_job(
            actor, records.apply(connection, job, _event(desk, actor, "measure", data))
        )


def replace_edition(
    desk: Desk, actor: Actor, job_id: str, edition: str, version: int | None = None
) -> Job:
    """Print a job, held or with a rejected file, from another edition of the same book.

    So a cover for the measured block gets to it: as a new revision that was approved.
    Raises as `move_job`, and NotValid as `create_order` does.
    """
    with desk.database.reading() as connection:
        seen = _job(connection, actor, job_id, version)
    # It reads files, and so comes before the transaction.
    found = pin_for(desk, edition, seen.printer, proof=seen.proof, stamped=seen.stamped)
    with desk.database.writing() as connection:
        job = _job(connection, actor, job_id, version)
        if found.edition.slug != job.slug:
            raise not_valid("/edition", f"{edition} is another book than {job.slug}")
        data: dict[str, Fact] = {**found.pin.digests(), "block_mm": found.block_mm}
        return records.apply(connection, job, _event(desk, actor, "replace", data))


def reprint(
    desk: Desk,
    actor: Actor,
    job_id: str,
    copies: int,
    reason: str,
    label: Label | None = None,
    version: int | None = None,
) -> Job:
    """Print spoiled copies again, as a job of their own that costs nothing and is ready at once.

    A parcel keeps its label while it is kept; of a delivered one a new `label` is needed.
    Raises as `move_job`.
    """
    data: dict[str, Fact] = {"reason": _text("reason", reason), "copies": copies}
    with desk.database.writing() as connection:
        job = _job(connection, actor, job_id, version)
        if not 1 <= copies <= job.quantity:
            raise not_valid("/copies", f"{job.id} has 1 to {job.quantity} copies")
        # Refused before anything is written, although a rollback would do: for the message.
        refused = move(job, _event(desk, actor, "reprint", {**data, "job": job.id}))
        if isinstance(refused, Refusal):
            raise (NotAllowed if refused.forbidden else Conflict)(refused.said)
        kept = label or records.find_label(connection, job.id)
        if job.delivery is Delivery.DROP_SHIP and kept is None:
            raise not_valid("/label", f"the label of {job.id} was deleted: supply one")
        again = add_reprint(connection, desk, job, copies, kept)
        records.apply(connection, job, _event(desk, actor, "reprint", {**data, "job": again.id}))
    return visible_job(actor, again)


def supply_label(desk: Desk, actor: Actor, job_id: str, label: Label) -> Job:
    """Give a parcel another label. For its shop and admins; raises as `move_job`."""
    with desk.database.writing() as connection:
        job = _job(connection, actor, job_id, None)
        after = records.apply(connection, job, _event(desk, actor, "relabel", {}))
        records.put_label(connection, job, label)
    desk.database.forget_deleted()
    return visible_job(actor, after)


def _job(connection: Connection, actor: Actor, job_id: str, version: int | None) -> Job:
    """A job as it is written, if the actor may see it and saw its latest version."""
    job = records.find_job(connection, job_id)
    visible_job(actor, job)
    if version is not None and version != job.sequence:
        raise Conflict(
            f"{job.id} was moved by somebody else meanwhile: it is {job.state}; look at it again"
        )
    return job


def _event(desk: Desk, actor: Actor, kind: str, data: Mapping[str, Fact]) -> Event:
    return Event(kind, actor.name, actor.role, desk.clock(), data)


def _told(kind: str, told: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(told) - set(NEEDS[kind]))
    if unknown:
        takes = ", ".join(NEEDS[kind]) or "nothing"
        raise not_valid(f"/{unknown[0]}", f"“{kind}” takes {takes}")
    data = {name: _text(name, told.get(name, "")) for name in NEEDS[kind]}
    if "due" in data:
        try:
            data["due"] = date.fromisoformat(data["due"]).isoformat()
        except ValueError:
            raise not_valid("/due", "a day: 2026-12-01") from None
    return data


def _text(name: str, text: str) -> str:
    clean = " ".join(text.split())
    if not 1 <= len(clean) <= LONGEST_TEXT or not clean.isprintable():
        raise not_valid(f"/{name}", f"1 to {LONGEST_TEXT} characters, without control characters")
    return clean
