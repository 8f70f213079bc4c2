"""Payment: who may say that it came, how often it counts, and what a wrong amount does."""

from __future__ import annotations

import hmac
import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.desk import service
from bookbuild.desk.model import Money, State
from bookbuild.desk.payment import WINDOW, Signed, verify
from bookbuild.desk.refusals import Conflict, NoEntry, NotAllowed, NotThere, NotValid
from bookbuild.desk.service import Desk, Receipt
from tests.desks import (
    ADMIN,
    EDITOR,
    MONDAY,
    PRINTER,
    SHOP,
    clock_of,
    form,
    line,
    make_desk,
    moved,
    placed,
)

TOTAL = 2 * 95900 + 18000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def body(order: str, **changes: object) -> bytes:
    told = {"id": "n-1", "order": order, "amount": TOTAL, "currency": "IDR", "reference": "BCA-77"}
    return json.dumps({**told, **changes}).encode()


def signed(key: str, data: bytes, stamp: float = MONDAY.timestamp()) -> Signed:
    """As a shop signs, with no help of ours."""
    text = f"{stamp:.0f}".encode() + b"." + data
    return Signed(f"{stamp:.0f}", hmac.new(key.encode(), text, sha256).hexdigest(), data)


def test_a_signed_notice_pays_every_line_and_gives_it_to_its_printer(desk: Desk) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    made = service.create_order(desk, SHOP, form(line(), line(printer="offset-id")), "key-00000001")
    data = body(made.order.id, amount=f"{made.order.total.amount}")
    receipt = service.accept_notice(desk, "toko-buku", signed(key, data))
    assert receipt == Receipt(made.order.id, accepted=True, said="", new=True)
    order, jobs = service.read_order(desk, SHOP, made.order.id)
    assert order.paid == MONDAY
    assert [job.state for job in jobs] == [State.READY, State.READY]
    (payment,) = service.list_payments(desk, SHOP, order.id)
    assert (payment.amount, payment.reference, payment.accepted) == (order.total, "BCA-77", True)


def test_a_notice_that_is_told_twice_counts_once(desk: Desk) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    job = placed(desk)
    notice = signed(key, body(job.order))
    service.accept_notice(desk, "toko-buku", notice)
    before = service.read_job(desk, ADMIN, job.id)
    again = service.accept_notice(desk, "toko-buku", notice)
    assert (again.accepted, again.new) == (True, False)
    clock_of(desk).go(seconds=60)
    later = signed(key, body(job.order), clock_of(desk).now.timestamp())
    assert not service.accept_notice(desk, "toko-buku", later).new
    assert service.read_job(desk, ADMIN, job.id) == before
    assert len(service.list_payments(desk, ADMIN, job.order)) == 1
    other = signed(key, body(job.order, amount=1), clock_of(desk).now.timestamp())
    with pytest.raises(Conflict):
        service.accept_notice(desk, "toko-buku", other)


def test_a_forged_notice_changes_nothing(desk: Desk) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    _, others = service.issue_key(desk, ADMIN, "toko-lain")
    job = placed(desk)
    data = body(job.order)
    good = signed(key, data)
    forged = [
        signed(others, data),
        signed("", data),
        Signed(good.stamp, good.signature, data + b" "),
        Signed(str(int(good.stamp) + 1), good.signature, data),
        Signed(good.stamp, good.signature.upper(), data),
        Signed(good.stamp, good.signature[:-1], data),
        Signed(good.stamp, "", data),
        Signed(good.stamp, "ñ" * 64, data),
        Signed("", hmac.new(key.encode(), b"." + data, sha256).hexdigest(), data),
        Signed("9" * 400, hmac.new(key.encode(), b"9" * 400 + b"." + data, sha256).hexdigest(),
               data),
    ]  # fmt: skip
    for notice in forged:
        with pytest.raises(NoEntry):
            service.accept_notice(desk, "toko-buku", notice)
    with pytest.raises(NoEntry):
        service.accept_notice(desk, "tak-ada", good)
    with pytest.raises(NotThere):
        service.accept_notice(desk, "toko-lain", signed(others, data))
    assert service.read_job(desk, ADMIN, job.id) == job
    assert service.list_payments(desk, ADMIN, job.order) == ()


@pytest.mark.parametrize(
    ("off", "taken"), [(-WINDOW - 1, False), (-WINDOW, True), (WINDOW, True), (WINDOW + 1, False)]
)
def test_a_notice_out_of_its_window_was_replayed(desk: Desk, off: int, taken: bool) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    job = placed(desk)
    notice = signed(key, body(job.order), MONDAY.timestamp() + off)
    if taken:
        assert service.accept_notice(desk, "toko-buku", notice).accepted
    else:
        with pytest.raises(NoEntry, match="time stamp"):
            service.accept_notice(desk, "toko-buku", notice)


def test_a_key_signs_until_it_is_revoked_also_beside_a_newer_one(desk: Desk) -> None:
    old, first = service.issue_key(desk, ADMIN, "toko-buku")
    _, second = service.issue_key(desk, ADMIN, "toko-buku")
    one, two, three = (placed(desk, key=f"key-0000000{n}") for n in range(3))
    service.accept_notice(desk, "toko-buku", signed(first, body(one.order, id="a")))
    service.accept_notice(desk, "toko-buku", signed(second, body(two.order, id="b")))
    service.revoke_key(desk, ADMIN, old)
    with pytest.raises(NoEntry):
        service.accept_notice(desk, "toko-buku", signed(first, body(three.order, id="c")))
    for actor in (SHOP, EDITOR, PRINTER):
        with pytest.raises(NotAllowed):
            service.issue_key(desk, actor, "toko-buku")


@given(data=st.binary(max_size=60), stamp=st.text(max_size=20), signature=st.text(max_size=70))
def test_no_chance_notice_gets_in(data: bytes, stamp: str, signature: str) -> None:
    with pytest.raises(NoEntry):
        verify(Signed(stamp, signature, data), (b"k" * 43,), MONDAY)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"id": "n"}', b"\xff"])
def test_a_signed_notice_that_says_nothing_is_refused(desk: Desk, data: bytes) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    with pytest.raises(NotValid):
        service.accept_notice(desk, "toko-buku", signed(key, data))


@pytest.mark.parametrize("changes", [{"amount": TOTAL - 1}, {"amount": TOTAL + 1},
                                     {"currency": "USD"}])  # fmt: skip
def test_a_wrong_amount_puts_the_order_on_hold_until_an_admin_settles_it(
    desk: Desk, changes: dict[str, object]
) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    job = placed(desk)
    receipt = service.accept_notice(desk, "toko-buku", signed(key, body(job.order, **changes)))
    assert not receipt.accepted
    held = service.read_job(desk, SHOP, job.id)
    assert (held.state, held.held_from, held.due) == (State.ON_HOLD, State.AWAITING_PAYMENT, None)
    assert "IDR 209800 is due" in held.reason
    (told,) = service.order_history(desk, SHOP, job.order)
    assert told.event.kind == "payment_unfit"
    clock_of(desk).go(days=10)
    assert service.expire_unpaid(desk) == ()
    service.confirm_payment(desk, ADMIN, job.order, "BCA-78")
    assert service.read_job(desk, ADMIN, job.id).state is State.READY
    first, second = service.list_payments(desk, ADMIN, job.order)
    assert (first.accepted, second.accepted) == (False, True)


def test_money_that_nobody_waits_for_is_written_down_and_moves_nothing(desk: Desk) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    paid, gone = placed(desk, key="key-00000001"), placed(desk, key="key-00000002")
    service.confirm_payment(desk, ADMIN, paid.order, "BCA-1")
    moved(desk, gone, "cancel")
    for number, job in enumerate((paid, gone)):
        before = service.read_job(desk, ADMIN, job.id)
        notice = signed(key, body(job.order, id=f"n-{number}"))
        assert not service.accept_notice(desk, "toko-buku", notice).accepted
        assert service.read_job(desk, ADMIN, job.id) == before
        assert not service.list_payments(desk, ADMIN, job.order)[-1].accepted
        assert len(service.order_history(desk, ADMIN, job.order)) == 1


def test_an_order_expires_unpaid_and_an_admin_may_still_take_its_money(desk: Desk) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    job = placed(desk)
    clock_of(desk).go(days=2, hours=23)
    assert service.expire_unpaid(desk) == ()
    clock_of(desk).go(hours=1)
    assert service.expire_unpaid(desk) == (job.id,)
    assert service.expire_unpaid(desk) == ()
    late = signed(key, body(job.order), clock_of(desk).now.timestamp())
    assert not service.accept_notice(desk, "toko-buku", late).accepted
    assert service.read_job(desk, ADMIN, job.id).state is State.EXPIRED
    service.confirm_payment(desk, ADMIN, job.order, "BCA-78")
    assert service.read_job(desk, ADMIN, job.id).state is State.READY


def test_a_line_that_was_cancelled_is_not_paid_for(desk: Desk) -> None:
    _, key = service.issue_key(desk, ADMIN, "toko-buku")
    made = service.create_order(desk, SHOP, form(line(), line(printer="offset-id")), "key-00000001")
    moved(desk, made.jobs[1], "cancel")
    service.accept_notice(desk, "toko-buku", signed(key, body(made.order.id)))
    states = [job.state for job in service.read_order(desk, SHOP, made.order.id)[1]]
    assert states == [State.READY, State.CANCELLED]


def test_an_admin_confirms_a_transfer_with_its_reference_and_nobody_else_does(desk: Desk) -> None:
    job = placed(desk)
    for actor in (SHOP, EDITOR, PRINTER):
        with pytest.raises(NotAllowed):
            service.confirm_payment(desk, actor, job.order, "BCA-77")
    with pytest.raises(NotValid):
        service.confirm_payment(desk, ADMIN, job.order, " ")
    wrong = Money(Decimal(1), "IDR")
    assert not service.confirm_payment(desk, ADMIN, job.order, "BCA-77", wrong).accepted
    assert service.read_job(desk, ADMIN, job.id).state is State.ON_HOLD
    assert service.confirm_payment(desk, ADMIN, job.order, "BCA-78").accepted
    with pytest.raises(Conflict):
        service.confirm_payment(desk, ADMIN, job.order, "BCA-79")
    pay = next(e for e in service.history(desk, SHOP, job.id) if e.event.kind == "pay")
    assert (pay.event.actor, pay.event.data["reference"]) == ("Rina", "BCA-78")
