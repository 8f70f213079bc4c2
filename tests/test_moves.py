"""What may become of a job: every legal move, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bookbuild.desk.model import Delivery, Event, Fact, Job, Money, Paper, Pin, Role, State
from bookbuild.desk.moves import KINDS, Refusal, legal, move, replay

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DIGEST = "ab" * 32
JOB = Job(
    id="K7Q2M9XDAB-1", order="K7Q2M9XDAB", line=1, shop="toko-buku", printer="digital-id",
    title="Kebun", slug="kebun", pin=Pin("kebun@1.1", DIGEST, DIGEST, DIGEST),
    paper=Paper("HVS", 70), block_mm=12.6, quantity=2, reference="", lead_days=3,
    price=Money(Decimal(95900), "IDR"), delivery=Delivery.DROP_SHIP,
)  # fmt: skip
TOLD: dict[str, dict[str, Fact]] = {
    "pay": {"reference": "BCA-77", "due": "2026-11-26", "calendar": DIGEST},
    "release": {"due": "2026-11-26", "calendar": DIGEST},
    "ship": {"courier": "JNE", "tracking": "JNE-1"},
    "reject_file": {"reason": "huruf hilang"},
    "hold": {"reason": "kertas habis"},
    "cancel": {"reason": "batal"},
    "measure": {"block_mm": 12.7, "tolerance_mm": 1.0},
    "replace": {"edition": "kebun@1.2", "record": DIGEST, "interior": DIGEST, "cover": DIGEST,
                "block_mm": 14.0},
    "reprint": {"copies": 1, "reason": "terpotong", "job": "K7Q2M9XDAB-2"},
    "reschedule": {"due": "2026-12-01", "reason": "mesin rusak"},
}  # fmt: skip
EVERYBODY = {Role.SHOP, Role.OPERATOR, Role.EDITOR, Role.ADMIN, Role.SYSTEM}
AO = {Role.ADMIN, Role.OPERATOR}
EA = {Role.EDITOR, Role.ADMIN}
AOES = {*AO, Role.EDITOR, Role.SYSTEM}
SA = {Role.SHOP, Role.ADMIN}
A = {Role.ADMIN}
S = {Role.SYSTEM}
ALWAYS = {"revoke_links": (None, EA)}
KEPT: dict[str, tuple[str | None, set[Role]]] = {"reschedule": (None, EA)}
LABEL: dict[str, tuple[str | None, set[Role]]] = {"relabel": (None, SA)}
LEGAL: dict[str, dict[str, tuple[str | None, set[Role]]]] = {
    "created": {"create": (None, SA | {Role.EDITOR, Role.SYSTEM}), **LABEL,
                "request_payment": ("awaiting_payment", S), "cancel": ("cancelled", SA)},
    "awaiting_payment": {"pay": ("paid", SA), "expire": ("expired", S), "cancel": ("cancelled", SA),
                         "hold": ("on_hold", A | S), **LABEL},
    "paid": {"make_ready": ("ready", S), "hold": ("on_hold", A | S), "cancel": ("cancelled", SA),
             **KEPT, **LABEL},
    "ready": {"start": ("printing", AO), "reject_file": ("file_rejected", AO),
              "measure": (None, AO), "hold": ("on_hold", AOES), "cancel": ("cancelled", SA),
              **KEPT, **LABEL},
    "printing": {"bind": ("bound", AO), "reject_file": ("file_rejected", AO),
                 "measure": (None, AO), "hold": ("on_hold", AOES), "reprint": (None, AO),
                 **KEPT, **LABEL},
    "bound": {"ship": ("shipped", AO), "hold": ("on_hold", AOES), "reprint": (None, AO),
              **KEPT, **LABEL},
    "shipped": {"deliver": ("delivered", SA | AO), "reprint": (None, A)},
    "delivered": {"reprint": (None, A)},
    "file_rejected": {"resume": ("ready", EA), "replace": ("ready", EA),
                      "cancel": ("cancelled", SA), **KEPT, **LABEL},
    "on_hold": {"resume": ("ready", EA), "replace": ("ready", EA), "measure": (None, AO),
                "cancel": ("cancelled", SA), **KEPT, **LABEL},
    "cancelled": {},
    "expired": {"pay": ("paid", A), **LABEL},
}  # fmt: skip
"""From where, what, to where (None: it stays), and who may; of a job that is for sale, sent under a
label, and if it stands aside, was ready before."""


def event(kind: str, role: Role, told: dict[str, Fact] | None = None) -> Event:
    return Event(kind, "Budi", role, NOW, TOLD.get(kind, {}) if told is None else told)


def standing(state: State, **changes: Any) -> Job:
    """The job in a state; one that stands aside was ready before."""
    aside = state in (State.ON_HOLD, State.FILE_REJECTED)
    return replace(JOB, state=state, held_from=State.READY if aside else None, **changes)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", KINDS)
def test_every_move_is_legal_where_the_table_has_it_and_nowhere_else(
    state: State, kind: str
) -> None:
    job = standing(state)
    to, who = {**LEGAL[state.value], **ALWAYS}.get(kind, (None, set()))
    for role in EVERYBODY:
        after = move(job, event(kind, role))
        if role in who:
            assert isinstance(after, Job), after
            assert after.state == (to or state)
            assert after.sequence == job.sequence + 1
        else:
            assert isinstance(after, Refusal)
            assert after.forbidden or not who


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", Role)
def test_the_buttons_that_a_role_gets_are_the_moves_that_it_may_make(
    state: State, role: Role
) -> None:
    job = standing(state)
    may = [kind for kind in KINDS if isinstance(move(job, event(kind, role)), Job)]
    assert list(legal(job, role)) == may


@pytest.mark.parametrize("kind", [kind for kind in TOLD if kind != "measure"])
def test_a_move_that_lacks_a_fact_is_refused(kind: str) -> None:
    state = next(
        State(state) for state, kinds in LEGAL.items() if kind in kinds or kind == "release"
    )
    job = standing(state, proof=kind == "release")
    for name in TOLD[kind]:
        told = {**TOLD[kind], name: ""}
        refused = move(job, event(kind, Role.ADMIN, told))
        assert isinstance(refused, Refusal)
        assert name in refused.said


def test_a_job_that_is_collected_is_handed_over_and_never_shipped() -> None:
    job = standing(State.BOUND, delivery=Delivery.COLLECT)
    after = move(job, event("hand_over", Role.OPERATOR))
    assert isinstance(after, Job)
    assert after.state is State.DELIVERED
    assert isinstance(move(job, event("ship", Role.OPERATOR)), Refusal)
    assert isinstance(move(standing(State.BOUND), event("hand_over", Role.OPERATOR)), Refusal)


def test_a_proof_is_released_and_a_copy_for_sale_is_paid() -> None:
    proof = standing(State.CREATED, proof=True)
    after = move(proof, event("release", Role.EDITOR))
    assert isinstance(after, Job)
    assert (after.state, after.due) == (State.READY, date(2026, 11, 26))
    assert isinstance(move(proof, event("request_payment", Role.SYSTEM)), Refusal)
    assert isinstance(move(standing(State.CREATED), event("release", Role.ADMIN)), Refusal)


@pytest.mark.parametrize(
    ("measured", "held"), [(12.6, False), (13.6, False), (11.6, False), (13.7, True), (11.5, True)]
)
def test_a_block_out_of_tolerance_puts_the_job_on_hold(measured: float, held: bool) -> None:
    told: dict[str, Fact] = {"block_mm": measured, "tolerance_mm": 1.0}
    after = move(standing(State.PRINTING), event("measure", Role.OPERATOR, told))
    assert isinstance(after, Job)
    assert after.measured_mm == measured
    assert (after.state is State.ON_HOLD) == held
    assert (after.held_from is State.PRINTING) == held
    assert (f"{measured:g} mm" in after.reason) == held


def test_a_job_on_hold_goes_on_where_it_was() -> None:
    for origin in (State.PAID, State.READY, State.PRINTING, State.BOUND):
        held = move(replace(JOB, state=origin), event("hold", Role.ADMIN))
        assert isinstance(held, Job)
        on = move(held, event("resume", Role.EDITOR))
        assert isinstance(on, Job)
        assert (on.state, on.reason, on.held_from) == (origin, "", None)


def test_a_job_held_for_its_payment_waits_for_an_admin() -> None:
    held = move(standing(State.AWAITING_PAYMENT), event("hold", Role.SYSTEM))
    assert isinstance(held, Job)
    assert isinstance(move(held, event("resume", Role.ADMIN)), Refusal)
    assert isinstance(move(held, event("replace", Role.ADMIN)), Refusal)
    assert isinstance(move(held, event("pay", Role.SHOP)), Refusal)
    paid = move(held, event("pay", Role.ADMIN))
    assert isinstance(paid, Job)
    assert (paid.state, paid.reason) == (State.PAID, "")


def test_what_was_printed_is_not_cancelled() -> None:
    for state in (State.PRINTING, State.BOUND):
        held = move(replace(JOB, state=state), event("hold", Role.ADMIN))
        assert isinstance(held, Job)
        assert isinstance(move(held, event("cancel", Role.ADMIN)), Refusal)


class Desk(RuleBasedStateMachine):
    """Anybody tries anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.job = self.first = JOB
        self.events: list[Event] = []

    @rule(
        kind=st.sampled_from(KINDS),
        role=st.sampled_from(list(Role)),
        block_mm=st.sampled_from([12.6, 14.1]),
    )
    def try_it(self, kind: str, role: Role, block_mm: float) -> None:
        told = TOLD.get(kind, {})
        happens = event(kind, role, {**told, "block_mm": block_mm} if "block_mm" in told else told)
        after = move(self.job, happens)
        if isinstance(after, Refusal):
            assert after.said
            return
        self.events.append(happens)
        self.job = after

    @rule(kind=st.sampled_from(["create", "request_payment", "pay", "make_ready", "start", "bind"]))
    def go_on(self, kind: str) -> None:
        role = Role.SYSTEM if kind in ("request_payment", "make_ready") else Role.ADMIN
        after = move(self.job, event(kind, role))
        if isinstance(after, Job):
            self.events.append(event(kind, role))
            self.job = after

    @invariant()
    def the_history_is_the_job(self) -> None:
        assert replay(self.first, tuple(self.events)) == self.job
        assert self.job.sequence == len(self.events)

    @invariant()
    def nothing_is_printed_that_nobody_paid(self) -> None:
        kinds = [item.kind for item in self.events]
        if "start" in kinds:
            assert "pay" in kinds[: kinds.index("start")]
            assert self.job.due is not None
            assert self.job.calendar == DIGEST

    @invariant()
    def who_stands_aside_knows_from_where(self) -> None:
        aside = self.job.state in (State.ON_HOLD, State.FILE_REJECTED)
        assert (self.job.held_from is not None) == aside
        assert bool(self.job.reason) == (aside or self.job.state is State.CANCELLED)

    @invariant()
    def what_is_over_stays_over(self) -> None:
        kinds = [item.kind for item in self.events]
        if "deliver" in kinds:
            assert self.job.state is State.DELIVERED
        if "cancel" in kinds:
            assert self.job.state is State.CANCELLED


TestDesk = Desk.TestCase
