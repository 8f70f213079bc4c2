"""What may become of a job: one table of legal moves, and the function that reads it.

In: a job and an event. Out: the job after it, or a refusal with its reason. No I/O, no clock: the
same events give the same job, and so the history is the job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bookbuild.desk.model import Delivery, Event, Fact, Job, Pin, Role, State

S = State
SHOP, OPERATOR, EDITOR, ADMIN, SYSTEM = Role


@dataclass(frozen=True, slots=True)
class Move:
    """One legal move: what it is called, from where to where, who may, what it must tell."""

    kind: str
    origin: tuple[State, ...]
    to: State | None
    """None: where it is, or where it was held (`resume`)."""
    who: tuple[Role, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event can't happen to a job."""

    said: str
    forbidden: bool = False
    """True where the role, not the state, is what stops it."""


UNPAID = (S.AWAITING_PAYMENT,)
WORKED_ON = (S.READY, S.PRINTING, S.BOUND)
_DUE = ("due", "calendar")

MOVES = (
    Move("create", (S.CREATED,), S.CREATED, (SHOP, ADMIN, EDITOR, SYSTEM)),
    Move("request_payment", (S.CREATED,), S.AWAITING_PAYMENT, (SYSTEM,)),
    Move("release", (S.CREATED,), S.READY, (EDITOR, ADMIN, SYSTEM), _DUE),
    Move("pay", (S.AWAITING_PAYMENT,), S.PAID, (SHOP, ADMIN), ("reference", *_DUE)),
    Move("pay", (S.EXPIRED, S.ON_HOLD), S.PAID, (ADMIN,), ("reference", *_DUE)),
    Move("expire", UNPAID, S.EXPIRED, (SYSTEM,)),
    Move("make_ready", (S.PAID,), S.READY, (SYSTEM,)),
    Move("start", (S.READY,), S.PRINTING, (OPERATOR, ADMIN)),
    Move("bind", (S.PRINTING,), S.BOUND, (OPERATOR, ADMIN)),
    Move("ship", (S.BOUND,), S.SHIPPED, (OPERATOR, ADMIN), ("courier", "tracking")),
    Move("hand_over", (S.BOUND,), S.DELIVERED, (OPERATOR, ADMIN)),
    Move("deliver", (S.SHIPPED,), S.DELIVERED, (SHOP, OPERATOR, ADMIN)),
    Move("reject_file", (S.READY, S.PRINTING), S.FILE_REJECTED, (OPERATOR, ADMIN), ("reason",)),
    Move("measure", (S.READY, S.PRINTING, S.ON_HOLD), None, (OPERATOR, ADMIN),
         ("block_mm", "tolerance_mm")),
    Move("hold", (*UNPAID, S.PAID), S.ON_HOLD, (ADMIN, SYSTEM), ("reason",)),
    Move("hold", WORKED_ON, S.ON_HOLD, (OPERATOR, EDITOR, ADMIN, SYSTEM), ("reason",)),
    Move("resume", (S.ON_HOLD, S.FILE_REJECTED), None, (EDITOR, ADMIN)),
    Move("replace", (S.ON_HOLD, S.FILE_REJECTED), S.READY, (EDITOR, ADMIN),
         ("edition", "record", "interior", "cover", "block_mm")),
    Move("cancel", (S.CREATED, *UNPAID, S.PAID, S.READY, S.FILE_REJECTED, S.ON_HOLD), S.CANCELLED,
         (SHOP, ADMIN), ("reason",)),
    Move("reprint", (S.PRINTING, S.BOUND), None, (OPERATOR, ADMIN), ("copies", "reason", "job")),
    Move("reprint", (S.SHIPPED, S.DELIVERED), None, (ADMIN,), ("copies", "reason", "job")),
    Move("reschedule", (S.PAID, *WORKED_ON, S.FILE_REJECTED, S.ON_HOLD), None, (EDITOR, ADMIN),
         ("due", "reason")),
    Move("relabel", (S.CREATED, *UNPAID, S.EXPIRED, S.PAID, *WORKED_ON, S.FILE_REJECTED, S.ON_HOLD),
         None, (SHOP, ADMIN)),
    Move("revoke_links", tuple(S), None, (EDITOR, ADMIN)),
)  # fmt: skip
"""Every legal move. Where a kind stands twice, the states decide who may."""

KINDS = tuple(dict.fromkeys(item.kind for item in MOVES))


def legal(job: Job, role: Role) -> tuple[str, ...]:
    """What `role` may do to a job now: the buttons that it gets."""
    rules = (item for item in MOVES if job.state in item.origin and role in item.who)
    return tuple(dict.fromkeys(item.kind for item in rules if _stops(job, item.kind) == ""))


def move(job: Job, event: Event) -> Job | Refusal:
    """The job after the event, one event older; or why it can't happen."""
    rules = [item for item in MOVES if item.kind == event.kind and job.state in item.origin]
    if not rules:
        return Refusal(_not_from(job, event.kind))
    allowed = [item for item in rules if event.role in item.who]
    if not allowed:
        who = ", ".join(role for item in rules for role in item.who if role is not Role.SYSTEM)
        return Refusal(f"“{event.kind}” of a job that is {job.state} is for {who}", forbidden=True)
    stops = _stops(job, event.kind)
    if stops:
        return Refusal(stops)
    missing = [name for name in allowed[0].needs if event.data.get(name, "") == ""]
    if missing:
        return Refusal(f"“{event.kind}” needs {', '.join(missing)}")
    changed = _changed(job, event, allowed[0].to or job.state)
    return replace(changed, sequence=job.sequence + 1)


def replay(job: Job, events: tuple[Event, ...]) -> Job:
    """The job after all events, which were legal when they happened."""
    for event in events:
        after = move(job, event)
        if isinstance(after, Refusal):
            raise ValueError(f"{job.id}: {after.said}")
        job = after
    return job


def _not_from(job: Job, kind: str) -> str:
    if kind not in KINDS:
        return f"there is no move “{kind}”; there are {', '.join(KINDS)}"
    origins = dict.fromkeys(state for item in MOVES if item.kind == kind for state in item.origin)
    return f"{job.id} is {job.state}; “{kind}” is possible where a job is {', '.join(origins)}"


def _stops(job: Job, kind: str) -> str:
    """What of the job itself, beside its state, stops a move; empty if nothing does."""
    unpaid = job.held_from in (S.AWAITING_PAYMENT, S.EXPIRED)
    match kind:
        case "create" if job.sequence:
            return f"{job.id} is created already"
        case "request_payment" if job.proof or job.reprint_of:
            return f"{job.id} is not paid for"
        case "release" if not (job.proof or job.reprint_of):
            return f"{job.id} is for sale: it is paid, not released"
        case "ship" if job.delivery is Delivery.COLLECT:
            return f"{job.id} is collected at the printer: hand it over"
        case "hand_over" if job.delivery is not Delivery.COLLECT:
            return f"{job.id} is sent: say the courier and the number"
        case "relabel" if job.delivery is not Delivery.DROP_SHIP:
            return f"{job.id} isn't sent under a label of the shop's"
        case "pay" if job.state is S.ON_HOLD and not unpaid:
            return f"{job.id} is held for another reason than its payment"
        case "resume" | "replace" if unpaid:
            return f"{job.id} is held for its payment: confirm the payment, or cancel"
        case "measure" if job.state is S.ON_HOLD and job.held_from not in (S.READY, S.PRINTING):
            return f"{job.id} was not being printed when it was held"
        case "cancel" if job.held_from in (S.PRINTING, S.BOUND):
            return f"{job.id} was printed already: it can't be cancelled"
        case _:
            return ""


def _changed(job: Job, event: Event, to: State) -> Job:
    """The job with what the event tells; the caller knows that it is legal."""
    data = event.data
    match event.kind:
        case "pay" | "release":
            due = date.fromisoformat(str(data["due"]))
            job = replace(job, due=due, calendar=str(data["calendar"]))
            return replace(job, state=to, reason="", held_from=None)
        case "hold" | "reject_file":
            return replace(job, state=to, reason=str(data["reason"]), held_from=job.state)
        case "resume":
            return replace(job, state=job.held_from or to, reason="", held_from=None)
        case "replace":
            pin = Pin(*(str(data[name]) for name in ("edition", "record", "interior", "cover")))
            job = replace(job, pin=pin, block_mm=float(data["block_mm"]), measured_mm=None)
            return replace(job, state=to, reason="", held_from=None)
        case "cancel":
            return replace(job, state=to, reason=str(data["reason"]), held_from=None)
        case "ship":
            sent = str(data["courier"]), str(data["tracking"])
            return replace(job, state=to, courier=sent[0], tracking=sent[1])
        case "measure":
            return _measured(job, data)
        case "reschedule":
            return replace(job, due=date.fromisoformat(str(data["due"])))
        case "revoke_links":
            return replace(job, links=job.links + 1)
        case _:
            return replace(job, state=to)


def _measured(job: Job, data: Mapping[str, Fact]) -> Job:
    """Held where the block is thicker or thinner than the cover was made for."""
    measured, tolerance = float(data["block_mm"]), float(data["tolerance_mm"])
    job = replace(job, measured_mm=measured)
    if abs(measured - job.block_mm) <= tolerance + 1e-9:
        return job
    said = (
        f"the block measures {measured:g} mm; the cover was made for {job.block_mm:g} mm, "
        f"give or take {tolerance:g} mm"
    )
    before = job.held_from if job.state is S.ON_HOLD else job.state
    return replace(job, state=S.ON_HOLD, held_from=before, reason=said)
