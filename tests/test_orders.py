"""Taking orders and looking after them: what is refused, what is kept, who sees what."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from bookbuild.desk import service, tables
from bookbuild.desk.model import Actor, Label, Money, Role, State
from bookbuild.desk.refusals import Conflict, NoEntry, NotAllowed, NotThere, NotValid
from bookbuild.desk.service import Desk
from bookbuild.store.approval import approve, withdraw
from bookbuild.store.editions import open_edition
from tests.desks import (
    ADMIN,
    BUYER,
    EDITOR,
    MONDAY,
    OTHER_PRINTER,
    OTHER_SHOP,
    PRINTER,
    SHOP,
    clock_of,
    form,
    line,
    make_desk,
    moved,
    placed,
    put_edition,
    ready,
)

LABEL = {"media_type": "application/pdf", "base64": base64.b64encode(BUYER.encode()).decode()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def drop_shipped(printer: str = "digital-id") -> dict[str, object]:
    return line(printer=printer, delivery="drop_ship", label=LABEL)


# Taking an order


def test_a_job_pins_the_editions_record_and_its_printers_files(desk: Desk) -> None:
    made = service.create_order(
        desk, SHOP, form(line(), line(printer="offset-id", quantity=7)), "key-00000001"
    )
    edition = service.files_of(desk, ADMIN, made.jobs[0].id)[1]
    assert made.new
    assert [job.id for job in made.jobs] == [f"{made.order.id}-1", f"{made.order.id}-2"]
    assert {job.state for job in made.jobs} == {State.AWAITING_PAYMENT}
    assert made.jobs[0].pin.interior == edition.interior.sha256
    assert made.jobs[0].pin.cover == edition.cover.sha256
    assert made.jobs[0].pin.interior != made.jobs[1].pin.interior
    assert made.jobs[0].pin.record == made.jobs[1].pin.record


def test_what_was_ordered_stays_ordered_when_a_later_edition_comes(desk: Desk) -> None:
    job = ready(desk)
    approve(desk.store, put_edition(desk.store, 2), "Siti Rahma", "2026-11-24")
    assert service.files_of(desk, PRINTER, job.id)[1].interior.sha256 == job.pin.interior
    assert service.read_job(desk, PRINTER, job.id).pin.edition == "kebun@1.1"


def test_prices_are_kept_as_ordered_with_shipping_apart(desk: Desk) -> None:
    lines = [line(quantity=3, price="95900.50"), line(printer="offset-id", price=0)]
    job = placed(desk, *lines, shipping="18000.25", currency="USD")
    order, jobs = service.read_order(desk, SHOP, job.order)
    assert order.shipping == Money(Decimal("18000.25"), "USD")
    assert order.total == Money(Decimal("305701.75"), "USD")
    assert [item.price for item in jobs] == [
        Money(Decimal("95900.50"), "USD"),
        Money(Decimal(0), "USD"),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"printer": "kdp"}, "/lines/1/printer", "no print set for kdp"),
        ({"edition": "kebun@1.9"}, "/lines/1/edition", "kebun@1.9"),
        ({"edition": "kebun"}, "/lines/1/edition", "no edition"),
        ({"edition": "kebun@1.2"}, "/lines/1/edition", "isn't for sale"),
        ({"edition": "kebun@1.3"}, "/lines/1/edition", "isn't for sale"),
        ({"edition": "kebun@1.4"}, "/lines/1/edition", "isn't for sale"),
    ],
)
def test_what_cant_be_printed_or_sold_is_refused_at_creation(
    desk: Desk, changes: dict[str, str], pointer: str, said: str
) -> None:
    put_edition(desk.store, 2)
    put_edition(desk.store, 3, complete=False)
    gone = put_edition(desk.store, 4)
    approve(desk.store, gone, "Siti", "2026-11-20")
    withdraw(desk.store, gone, "Siti", "2026-11-21", "salah cetak")
    with pytest.raises(NotValid) as refused:
        placed(desk, line(), line(**changes))
    (fault,) = refused.value.faults
    assert fault.pointer == pointer
    assert said in fault.said
    assert service.list_orders(desk, ADMIN) == ()


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"reference": BUYER}, "/reference"),
        ({"reference": "sri@contoh.id"}, "/reference"),
        ({"currency": "rupiah"}, "/currency"),
        ({"shipping": 18000.5}, "/shipping"),
        ({"shipping": -1}, "/shipping"),
        ({"shipping": "1e9"}, "/shipping"),
        ({"shipping": "NaN"}, "/shipping"),
        ({"shipping": True}, "/shipping"),
        ({"buyer": BUYER}, "/buyer"),
        ({"lines": []}, "/lines"),
        ({"lines": [line(quantity=0)]}, "/lines/0/quantity"),
        ({"lines": [line(quantity=2.0)]}, "/lines/0/quantity"),
        ({"lines": [line(price="9.999")]}, "/lines/0/price"),
        ({"lines": [line(address=BUYER)]}, "/lines/0/address"),
        ({"lines": [line(delivery="drop_ship")]}, "/lines/0"),
        ({"lines": [line(label=LABEL)]}, "/lines/0"),
        ({"lines": [line(delivery="drop_ship", label={**LABEL, "media_type": "text/html"})]},
         "/lines/0/label/media_type"),
    ],
)  # fmt: skip
def test_a_form_that_isnt_right_is_refused_with_the_place(
    content: dict[str, object], pointer: str
) -> None:
    given = {"reference": "TB-1", "currency": "IDR", "shipping": 0, "lines": [line()], **content}
    with pytest.raises(NotValid) as refused:
        service.read_form(service.OrderForm, json.dumps(given).encode())
    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert BUYER not in str(refused.value)


@pytest.mark.parametrize("data", ["kein base64!", "", "AA" * 400_000])
def test_a_label_that_is_none_is_refused(desk: Desk, data: str) -> None:
    with pytest.raises(NotValid):
        placed(desk, line(delivery="drop_ship", label={**LABEL, "base64": data}))
    assert service.list_orders(desk, ADMIN) == ()


def test_the_same_key_gives_the_same_order_and_never_another(desk: Desk) -> None:
    first = service.create_order(desk, SHOP, form(), "key-00000001")
    again = service.create_order(desk, SHOP, form(), "key-00000001")
    assert (first.new, again.new) == (True, False)
    assert (again.order, again.jobs) == (first.order, first.jobs)
    assert service.read_order(desk, SHOP, first.order.id) == (first.order, first.jobs)
    with pytest.raises(Conflict):
        service.create_order(desk, SHOP, form(shipping=18001), "key-00000001")
    other = service.create_order(desk, OTHER_SHOP, form(), "key-00000001")
    assert other.new
    assert other.order.id != first.order.id
    assert len(service.list_orders(desk, ADMIN)) == 2


@pytest.mark.parametrize(
    "written",
    [
        "b740d57e6cef7adea99fd9c37588f9ba8003c66b95b16c60187f21e89257aa74",
        "f3e985d5049050bebe5972d347c44701427869b887245c3942a9097c3d071eb3",
    ],
    ids=["before stamps", "since stamps"],
)
def test_a_key_from_before_an_upgrade_still_gives_its_order(desk: Desk, written: str) -> None:
    first = service.create_order(desk, SHOP, form(), "key-00000001")
    with desk.database.writing() as connection:
        connection.execute(update(tables.requests).values(digest=written))
    assert service.create_order(desk, SHOP, form(), "key-00000001").order == first.order
    with pytest.raises(Conflict):
        service.create_order(desk, SHOP, form(line(stamp=True)), "key-00000001")


def test_a_key_still_gives_its_order_when_the_edition_is_sold_no_more(desk: Desk) -> None:
    first = service.create_order(desk, SHOP, form(), "key-00000001")
    withdraw(desk.store, open_edition(desk.store, "kebun@1.1"), "Siti", "2026-11-24", "salah")
    again = service.create_order(desk, SHOP, form(), "key-00000001")
    assert again.order == first.order


def test_a_proof_may_be_of_a_candidate_and_is_released_by_an_editor(desk: Desk) -> None:
    put_edition(desk.store, 2, complete=False)
    asked = form(line(edition="kebun@1.2", price=0), proof=True, shipping=0)
    job = service.create_order(desk, EDITOR, asked, "key-00000001", "penerbit").jobs[0]
    assert (job.state, job.due) == (State.CREATED, None)
    with pytest.raises(NotThere):
        service.read_job(desk, PRINTER, job.id)
    released = service.release_proof(desk, EDITOR, job.id)
    assert (released.state, released.due) == (State.READY, date(2026, 11, 26))
    with pytest.raises(NotValid):
        service.create_order(desk, SHOP, asked, "key-00000002")
    with pytest.raises(NotValid):
        service.create_order(desk, EDITOR, form(), "key-00000003", "penerbit")
    with pytest.raises(NotAllowed):
        service.create_order(desk, PRINTER, form(), "key-00000004", "penerbit")


# Due dates


def test_a_paid_copy_is_due_by_the_editions_lead_time_and_keeps_its_calendar(desk: Desk) -> None:
    job = ready(desk)
    assert (job.due, job.lead_days) == (date(2026, 11, 26), 3)
    kept = service.counted_by(desk, job.calendar)
    assert kept is not None
    assert kept.version == job.calendar
    terms = service.read_terms(b"[calendar]\nclosures = [2026-11-25]", "mitra.toml")
    service.set_terms(desk, ADMIN, "digital-id", terms)
    assert service.read_job(desk, ADMIN, job.id) == job
    later = ready(desk, key="key-00000002")
    assert later.due == date(2026, 11, 27)
    assert later.calendar != job.calendar
    assert service.counted_by(desk, job.calendar) == kept


def test_an_edition_that_doesnt_say_its_lead_time_takes_the_printers(desk: Desk) -> None:
    approve(desk.store, put_edition(desk.store, 2, sales={}), "Siti Rahma", "2026-11-20")
    terms = service.read_terms(b"lead_days = 1", "mitra.toml")
    service.set_terms(desk, ADMIN, "digital-id", terms)
    assert ready(desk, line(edition="kebun@1.2")).due == date(2026, 11, 24)


def test_a_due_date_is_changed_by_an_event_alone(desk: Desk) -> None:
    job = ready(desk)
    told = {"due": "2026-12-01", "reason": "mesin rusak"}
    later = service.move_job(desk, EDITOR, job.id, "reschedule", told)
    assert later.due == date(2026, 12, 1)
    last = service.history(desk, SHOP, job.id)[-1]
    assert (last.event.kind, last.event.actor, dict(last.event.data)) == (
        "reschedule",
        "Siti",
        told,
    )
    with pytest.raises(NotAllowed):
        service.move_job(desk, PRINTER, job.id, "reschedule", told)
    with pytest.raises(NotValid):
        service.move_job(desk, EDITOR, job.id, "reschedule", {**told, "due": "besok"})


# At the printer


def test_every_move_is_an_event_with_actor_and_time(desk: Desk) -> None:
    job = ready(desk)
    clock_of(desk).go(hours=2)
    service.move_job(desk, PRINTER, job.id, "start")
    last = service.history(desk, SHOP, job.id)[-1]
    assert (last.event.kind, last.event.actor, last.event.role) == (
        "start", "Budi", Role.OPERATOR,
    )  # fmt: skip
    assert last.event.at == MONDAY + timedelta(hours=2)
    assert last.id == f"{job.id}.{last.sequence}"


def test_of_two_who_saw_the_same_job_the_second_is_refused(desk: Desk) -> None:
    job = ready(desk)
    service.move_job(desk, PRINTER, job.id, "start", version=job.sequence)
    with pytest.raises(Conflict):
        service.move_job(desk, PRINTER, job.id, "start", version=job.sequence)
    with pytest.raises(Conflict):
        service.move_job(desk, PRINTER, job.id, "bind", version=job.sequence)
    assert service.read_job(desk, PRINTER, job.id).state is State.PRINTING


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("fly", {}),
        ("pay", {}),
        ("ship", {"courier": "JNE"}),
        ("ship", {"courier": "JNE", "tracking": "1", "address": BUYER}),
        ("ship", {"courier": "JNE", "tracking": "x" * 301}),
        ("ship", {"courier": "JNE\x00", "tracking": "1"}),
        ("hold", {"reason": "  "}),
    ],
)
def test_a_move_that_tells_too_little_or_too_much_is_refused(
    desk: Desk, kind: str, told: dict[str, str]
) -> None:
    job = moved(desk, ready(desk), "start", "bind")
    with pytest.raises(NotValid):
        service.move_job(desk, PRINTER, job.id, kind, told)
    assert service.read_job(desk, ADMIN, job.id) == job


def test_a_block_out_of_tolerance_waits_for_a_cover_that_fits(desk: Desk) -> None:
    job = moved(desk, ready(desk), "start")
    held = service.measured_block(desk, PRINTER, job.id, 14.0)
    assert held.state is State.ON_HOLD
    put_edition(desk.store, 2)
    with pytest.raises(NotValid, match="for sale"):
        service.replace_edition(desk, EDITOR, job.id, "kebun@1.2")
    approve(desk.store, put_edition(desk.store, 3), "Siti Rahma", "2026-11-24")
    again = service.replace_edition(desk, EDITOR, job.id, "kebun@1.3")
    assert (again.state, again.pin.edition, again.measured_mm) == (State.READY, "kebun@1.3", None)
    assert (
        service.files_of(desk, PRINTER, job.id)[1].cover.sha256 == again.pin.cover != job.pin.cover
    )
    approve(desk.store, put_edition(desk.store, 1, "sawah"), "Siti Rahma", "2026-11-24")
    service.move_job(desk, ADMIN, job.id, "hold", {"reason": "x"})
    with pytest.raises(NotValid, match="another book"):
        service.replace_edition(desk, EDITOR, job.id, "sawah@1.1")


def test_a_printers_tolerance_is_its_own(desk: Desk) -> None:
    job = moved(desk, ready(desk), "start")
    service.set_terms(
        desk, ADMIN, "digital-id", service.read_terms(b'block_tolerance = "2 mm"', "m.toml")
    )
    assert service.measured_block(desk, PRINTER, job.id, 14.0).state is State.PRINTING
    for nonsense in (0, -1, 1000, float("nan"), float("inf")):
        with pytest.raises(NotValid):
            service.measured_block(desk, PRINTER, job.id, nonsense)


def test_spoiled_copies_are_printed_again_as_a_job_that_costs_nothing(desk: Desk) -> None:
    job = moved(desk, ready(desk, line(quantity=5)), "start", "bind")
    again = service.reprint(desk, PRINTER, job.id, 2, "miring dipotong")
    assert (again.state, again.quantity, again.reprint_of) == (State.READY, 2, job.id)
    assert (again.pin, again.due) == (job.pin, date(2026, 11, 26))
    assert service.read_job(desk, SHOP, again.id).price == Money(Decimal(0), "IDR")
    assert service.read_order(desk, SHOP, job.order)[0].total == Money(Decimal(497500), "IDR")
    told = service.history(desk, PRINTER, job.id)[-1].event.data
    assert told == {"copies": 2, "reason": "miring dipotong", "job": again.id}
    for copies in (0, 6):
        with pytest.raises(NotValid):
            service.reprint(desk, PRINTER, job.id, copies, "x")
    with pytest.raises(NotAllowed):
        service.reprint(desk, PRINTER, moved(desk, job, "ship").id, 1, "x")
    with pytest.raises(Conflict):
        service.reprint(desk, PRINTER, again.id, 1, "x")


def test_a_withdrawn_edition_is_held_when_its_payment_comes(desk: Desk) -> None:
    job = placed(desk)
    withdraw(desk.store, open_edition(desk.store, "kebun@1.1"), "Siti", "2026-11-24", "salah cetak")
    service.confirm_payment(desk, ADMIN, job.order, "BCA-77")
    held = service.read_job(desk, ADMIN, job.id)
    assert (held.state, held.held_from) == (State.ON_HOLD, State.PAID)
    with pytest.raises(NotThere):
        service.read_job(desk, PRINTER, job.id)
    approve(desk.store, open_edition(desk.store, "kebun@1.1"), "Siti", "2026-11-25")
    assert service.move_job(desk, EDITOR, job.id, "resume").state is State.READY


# The parcel's label


def test_a_label_is_its_printers_alone_and_gone_after_delivery(desk: Desk, tmp_path: Path) -> None:
    job = ready(desk, drop_shipped())
    assert service.label_of(desk, PRINTER, job.id).data == BUYER.encode()
    for actor, refusal in (
        (OTHER_PRINTER, NotThere), (SHOP, NotAllowed), (EDITOR, NotAllowed), (ADMIN, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(refusal):
            service.label_of(desk, actor, job.id)
    moved(desk, job, "start", "bind", "ship")
    with pytest.raises(NotThere):
        service.label_of(desk, PRINTER, job.id)
    moved(desk, job, "deliver")
    # While the desk is open: closing it would clear SQLite's log anyway.
    kept = b"".join(path.read_bytes() for path in (tmp_path / "desk").iterdir())
    assert BUYER.encode() not in kept
    assert LABEL["base64"].encode() not in kept


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_a_label_is_gone_with_an_order_that_comes_to_nothing(
    desk: Desk, tmp_path: Path, end: str
) -> None:
    job = placed(desk, drop_shipped())
    if end == "cancel":
        moved(desk, job, "cancel")
    else:
        clock_of(desk).go(days=4)
        assert service.expire_unpaid(desk) == (job.id,)
    assert all(BUYER.encode() not in path.read_bytes() for path in (tmp_path / "desk").iterdir())


def test_a_parcel_paid_after_it_expired_waits_for_another_label(desk: Desk) -> None:
    job = placed(desk, drop_shipped())
    clock_of(desk).go(days=4)
    service.expire_unpaid(desk)
    service.confirm_payment(desk, ADMIN, job.order, "BCA-77")
    held = service.read_job(desk, ADMIN, job.id)
    assert held.state is State.ON_HOLD
    assert "label" in held.reason
    service.supply_label(desk, SHOP, job.id, Label("application/pdf", b"baru"))
    assert service.move_job(desk, ADMIN, job.id, "resume").state is State.READY
    assert service.label_of(desk, PRINTER, job.id).data == b"baru"
    with pytest.raises(NotThere):
        service.supply_label(desk, OTHER_SHOP, job.id, Label("application/pdf", b"x"))


def test_a_spoiled_parcel_keeps_its_label_and_a_delivered_one_needs_another(desk: Desk) -> None:
    job = moved(desk, ready(desk, drop_shipped()), "start")
    again = service.reprint(desk, PRINTER, job.id, 1, "robek")
    assert service.label_of(desk, PRINTER, again.id).data == BUYER.encode()
    moved(desk, job, "bind", "ship", "deliver")
    with pytest.raises(NotValid):
        service.reprint(desk, ADMIN, job.id, 1, "hilang di jalan")
    new = Label("application/pdf", b"baru")
    third = service.reprint(desk, ADMIN, job.id, 1, "hilang di jalan", new)
    assert service.label_of(desk, PRINTER, third.id) == new


def test_no_event_and_no_message_to_a_shop_has_anything_of_a_label(desk: Desk) -> None:
    service.open_hook(desk, SHOP, "https://toko.example/h")
    job = moved(desk, ready(desk, drop_shipped()), "start", "bind", "ship")
    told = [dispatch.body for dispatch in service.take_due(desk, 100)]
    assert len(told) == job.sequence
    said = repr((told, service.history(desk, ADMIN, job.id), repr(Label("a/b", BUYER.encode()))))
    assert BUYER not in said
    assert LABEL["base64"] not in said


# Who sees what


def test_a_shop_sees_its_own_orders_and_no_others(desk: Desk) -> None:
    job = ready(desk)
    assert service.read_order(desk, SHOP, job.order)[1] == (job,)
    assert service.list_orders(desk, OTHER_SHOP) == ()
    assert service.list_queue(desk, OTHER_SHOP).total == 0
    assert service.search(desk, OTHER_SHOP, job.order) == ()
    for look in (
        lambda: service.read_job(desk, OTHER_SHOP, job.id),
        lambda: service.read_order(desk, OTHER_SHOP, job.order),
        lambda: service.history(desk, OTHER_SHOP, job.id),
        lambda: service.order_history(desk, OTHER_SHOP, job.order),
        lambda: service.list_payments(desk, OTHER_SHOP, job.order),
        lambda: service.move_job(desk, OTHER_SHOP, job.id, "cancel", {"reason": "x"}),
    ):
        with pytest.raises(NotThere, match="there is no"):
            look()


def test_what_isnt_ones_own_sounds_as_if_it_werent_there(desk: Desk) -> None:
    job = ready(desk)
    said = []
    for name in (job.id, "AAAAAAAAAA-1"):
        with pytest.raises(NotThere) as refused:
            service.read_job(desk, OTHER_SHOP, name)
        said.append(str(refused.value).replace(name, "…"))
    assert said[0] == said[1]


def test_a_printer_sees_its_ready_jobs_without_prices_and_no_others(desk: Desk) -> None:
    waits = placed(desk, line(), line(printer="offset-id"))
    with pytest.raises(NotThere):
        service.read_job(desk, PRINTER, waits.id)
    assert service.list_queue(desk, PRINTER).total == 0
    service.confirm_payment(desk, ADMIN, waits.order, "BCA-77")
    (group,) = service.list_queue(desk, PRINTER).groups
    assert [item.job.id for item in group.jobs] == [waits.id]
    assert group.jobs[0].job.price is None
    assert service.read_job(desk, PRINTER, waits.id).price is None
    assert service.move_job(desk, PRINTER, waits.id, "start").price is None
    assert service.measured_block(desk, PRINTER, waits.id, 12.6).price is None
    assert service.reprint(desk, PRINTER, waits.id, 1, "robek").price is None
    with pytest.raises(NotThere):
        service.read_job(desk, OTHER_PRINTER, waits.id)
    with pytest.raises(NotThere):
        service.move_job(desk, OTHER_PRINTER, waits.id, "bind")
    for look in (service.read_order, service.list_payments, service.order_history):
        with pytest.raises(NotThere):
            look(desk, PRINTER, waits.order)
    with pytest.raises(NotAllowed):
        service.list_orders(desk, PRINTER)


def test_a_printer_isnt_told_of_money(desk: Desk) -> None:
    job = moved(desk, ready(desk), "start")
    kinds = [item.event.kind for item in service.history(desk, PRINTER, job.id)]
    assert kinds == ["make_ready", "start"]
    assert len(service.history(desk, SHOP, job.id)) == 5
    assert service.search(desk, PRINTER, "TB-1001") == ()
    assert [item.id for item in service.search(desk, PRINTER, job.order)] == [job.id]


def test_files_are_the_printers_while_the_job_is_there(desk: Desk) -> None:
    job = ready(desk)
    assert service.files_of(desk, PRINTER, job.id)[1].printer == "digital-id"
    with pytest.raises(NotThere):
        service.files_of(desk, OTHER_PRINTER, job.id)
    with pytest.raises(NotAllowed):
        service.files_of(desk, SHOP, job.id)
    moved(desk, job, "start", "bind", "ship")
    with pytest.raises(Conflict):
        service.files_of(desk, PRINTER, job.id)


# The queue


def test_the_queue_has_what_is_late_first_by_edition_paper_and_printer(desk: Desk) -> None:
    approve(desk.store, put_edition(desk.store, 1, "sawah"), "Siti Rahma", "2026-11-20")
    first = ready(desk, line(edition="sawah@1.1"), key="key-00000001")
    clock_of(desk).go(days=1)
    second = ready(desk, line(quantity=5), line(printer="offset-id"), key="key-00000002")
    clock_of(desk).go(days=2)
    third = ready(desk, line(edition="sawah@1.1"), key="key-00000003")
    clock_of(desk).go(days=1)
    queue = service.list_queue(desk, ADMIN)
    assert (queue.total, queue.late) == (4, 1)
    assert [(group.edition, group.printer, group.copies) for group in queue.groups] == [
        ("sawah@1.1", "digital-id", 4),
        ("kebun@1.1", "digital-id", 5),
        ("kebun@1.1", "offset-id", 2),
    ]
    sawah = queue.groups[0]
    assert [(item.job.id, item.late) for item in sawah.jobs] == [
        (first.id, True),
        (third.id, False),
    ]
    assert str(sawah.paper) == "HVS 70"
    only = service.list_queue(desk, ADMIN, "offset-id")
    assert [item.job.id for group in only.groups for item in group.jobs] == [f"{second.order}-2"]
    page = service.list_queue(desk, ADMIN, limit=1, offset=1)
    assert (page.total, [item.job.id for item in page.groups[0].jobs]) == (4, [second.id])


def test_what_has_left_the_printer_is_in_no_queue(desk: Desk) -> None:
    job = moved(desk, ready(desk), "start", "bind")
    assert service.list_queue(desk, PRINTER).total == 1
    moved(desk, job, "ship")
    assert service.list_queue(desk, PRINTER).total == 0


def test_a_search_takes_no_wildcards(desk: Desk) -> None:
    job = ready(desk)
    assert [item.id for item in service.search(desk, SHOP, "TB-10")] == [job.id]
    assert [item.id for item in service.search(desk, SHOP, "kebun@")] == [job.id]
    for text in ("%%", "__", "TB_1", "ingat"):
        assert service.search(desk, SHOP, text) == ()


# Tokens and links


def test_a_token_lets_in_until_it_expires_or_is_revoked(desk: Desk, tmp_path: Path) -> None:
    token, text = service.issue_token(desk, ADMIN, Role.OPERATOR, "digital-id", "Budi", days=2)
    assert service.enter(desk, text) == Actor(Role.OPERATOR, "Budi", "digital-id", token.id)
    for wrong in (text[:-1], text + "x", "", token.id, "\ud800"):
        with pytest.raises(NoEntry):
            service.enter(desk, wrong)
    desk.database.forget_deleted()
    assert text.encode() not in (tmp_path / "desk/orders.sqlite").read_bytes()
    clock_of(desk).go(days=1, hours=23)
    service.enter(desk, text)
    clock_of(desk).go(hours=1)
    with pytest.raises(NoEntry):
        service.enter(desk, text)
    token, text = service.issue_token(desk, ADMIN, Role.SHOP, "toko-buku", "Toko")
    service.revoke_token(desk, ADMIN, token.id)
    with pytest.raises(NoEntry):
        service.enter(desk, text)
    assert [item.revoked is None for item in service.list_tokens(desk, ADMIN)] == [False, True]


def test_only_admins_give_tokens_out_and_only_for_what_there_is(desk: Desk) -> None:
    for actor in (SHOP, PRINTER, EDITOR):
        with pytest.raises(NotAllowed):
            service.issue_token(desk, actor, Role.ADMIN, "", "x")
        with pytest.raises(NotAllowed):
            service.list_tokens(desk, actor)
    for role, scope in ((Role.SHOP, ""), (Role.SHOP, "Toko Buku"), (Role.EDITOR, "x"),
                        (Role.SYSTEM, "")):  # fmt: skip
        with pytest.raises(NotValid):
            service.issue_token(desk, ADMIN, role, scope, "x")


def test_a_link_opens_one_part_of_one_job_for_its_time(desk: Desk) -> None:
    job = ready(desk)
    link = service.make_link(desk, PRINTER, job.id, "interior", 60)
    opened, part, files = service.open_link(desk, link)
    assert (opened.id, part, files.interior.sha256) == (job.id, "interior", job.pin.interior)
    assert opened.price is None
    clock_of(desk).go(seconds=60)
    with pytest.raises(NoEntry):
        service.open_link(desk, link)


def test_a_link_that_was_changed_opens_nothing(desk: Desk) -> None:
    first = ready(desk)
    second = ready(desk, key="key-00000002")
    link = service.make_link(desk, PRINTER, first.id, "interior", 60)
    name, part, moment, *rest = link.split("~")
    later = str(int(moment) + 3600)
    forged = [
        "~".join((second.id, part, moment, *rest)),
        "~".join((name, "cover", moment, *rest)),
        "~".join((name, part, later, *rest)),
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link + "\n",
        link.upper(),
        "",
        "../../etc/passwd",
    ]
    for text in forged:
        with pytest.raises(NoEntry):
            service.open_link(desk, text)
    with pytest.raises(NotValid):
        service.make_link(desk, PRINTER, first.id, "label")
    with pytest.raises(NotValid):
        service.make_link(desk, PRINTER, first.id, "all", 10**6)
    with pytest.raises(NotThere):
        service.make_link(desk, OTHER_PRINTER, first.id, "all")


@pytest.mark.parametrize("end", ["revoke_links", "revoke token", "expiry", "shipped"])
def test_a_link_ends_with_its_job_its_token_or_by_a_word(desk: Desk, end: str) -> None:
    job = ready(desk)
    token, text = service.issue_token(desk, ADMIN, Role.OPERATOR, "digital-id", "Budi", days=1)
    clock_of(desk).go(hours=23)
    link = service.make_link(desk, service.enter(desk, text), job.id, "all", 7200)
    service.open_link(desk, link)
    if end == "revoke_links":
        service.move_job(desk, ADMIN, job.id, "revoke_links")
    elif end == "revoke token":
        service.revoke_token(desk, ADMIN, token.id)
    elif end == "expiry":
        clock_of(desk).go(hours=1)
    else:
        moved(desk, job, "start", "bind", "ship")
    with pytest.raises(NoEntry):
        service.open_link(desk, link)
