"""Webhooks: told at least once, the same each time, ever more seldom, and given up at last."""

from __future__ import annotations

import hmac
import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bookbuild.desk import service
from bookbuild.desk.outbox import DELAYS, LEASE, wait_after
from bookbuild.desk.refusals import NotAllowed, NotThere, NotValid
from bookbuild.desk.service import Desk
from tests.desks import ADMIN, OTHER_SHOP, PRINTER, SHOP, clock_of, make_desk, moved, placed, ready

URL = "https://toko.example/hook"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_every_event_is_due_to_each_hook_of_its_shop_and_no_other(desk: Desk) -> None:
    first, _ = service.open_hook(desk, SHOP, URL)
    second, _ = service.open_hook(desk, ADMIN, URL + "2", "toko-buku")
    service.open_hook(desk, OTHER_SHOP, URL + "3")
    job = moved(desk, ready(desk), "start")
    due = service.take_due(desk, 100)
    wanted = {
        (f"{job.id}.{number}", hook) for number in range(1, 6) for hook in (first.id, second.id)
    }
    assert {(item.event_id, item.hook_id) for item in due} == wanted
    said = [json.loads(item.body) for item in due if item.hook_id == first.id]
    assert [item["kind"] for item in sorted(said, key=lambda item: str(item["id"]))] == [
        "create", "request_payment", "pay", "make_ready", "start",
    ]  # fmt: skip
    assert said[0]["order"] == job.order


def test_what_is_sent_is_signed_as_notices_are(desk: Desk) -> None:
    _, secret = service.open_hook(desk, SHOP, URL)
    placed(desk)
    dispatch = service.take_due(desk, 1)[0]
    stamp, signature = service.signed(desk, dispatch)
    text = stamp.encode() + b"." + dispatch.body
    assert signature == hmac.new(secret.encode(), text, sha256).hexdigest()


def test_what_one_sender_took_no_other_gets_until_it_is_taken_for_dead(desk: Desk) -> None:
    service.open_hook(desk, SHOP, URL)
    placed(desk)
    taken = service.take_due(desk, 100)
    assert len(taken) == 2
    assert service.take_due(desk, 100) == ()
    clock_of(desk).now += LEASE
    assert service.take_due(desk, 100) == taken


def test_a_failure_is_tried_again_later_and_later_then_given_up(desk: Desk) -> None:
    service.open_hook(desk, SHOP, URL)
    placed(desk)
    first, second = service.take_due(desk, 100)
    service.settle(desk, second)
    bodies = set()
    for number, delay in enumerate(DELAYS, 1):
        service.settle(desk, first, "503")
        clock_of(desk).now += delay - timedelta(seconds=1)
        assert service.take_due(desk, 100) == ()
        clock_of(desk).now += timedelta(seconds=1)
        (first,) = service.take_due(desk, 100)
        assert first.attempt == number + 1
        bodies.add(first.body)
    service.settle(desk, first, "503")
    clock_of(desk).go(days=100)
    assert service.take_due(desk, 100) == ()
    assert len(bodies) == 1
    states = {item.event_id: (item.state, item.said) for item in service.list_told(desk, SHOP)}
    assert states == {first.event_id: ("failed", "503"), second.event_id: ("done", "")}
    service.tell_again(desk, SHOP, first.event_id, first.hook_id)
    (again,) = service.take_due(desk, 100)
    assert (again.event_id, again.body, again.attempt) == (first.event_id, first.body, 1)


def test_the_waits_grow_to_a_day_and_last_a_week() -> None:
    waits = [wait_after(number) for number in range(1, len(DELAYS) + 1)]
    assert waits == sorted(waits, key=lambda wait: wait or timedelta())
    assert wait_after(len(DELAYS) + 1) is None
    assert timedelta(days=5) < sum(DELAYS, timedelta()) < timedelta(days=8)


def test_what_was_told_stays_told_when_a_slow_sender_says_it_failed(desk: Desk) -> None:
    service.open_hook(desk, SHOP, URL)
    placed(desk)
    slow = service.take_due(desk, 1)[0]
    clock_of(desk).now += LEASE
    quick = next(item for item in service.take_due(desk, 9) if item.event_id == slow.event_id)
    service.settle(desk, quick)
    service.settle(desk, slow, "timed out")
    states = {item.event_id: item.state for item in service.list_told(desk, SHOP)}
    assert states[slow.event_id] == "done"


def test_a_closed_hook_is_told_nothing_more(desk: Desk) -> None:
    hook, _ = service.open_hook(desk, SHOP, URL)
    job = placed(desk)
    service.close_hook(desk, SHOP, hook.id)
    moved(desk, job, "cancel")
    assert service.take_due(desk, 100) == ()
    assert {item.state for item in service.list_told(desk, SHOP)} == {"failed"}


@pytest.mark.parametrize(
    "url",
    ["http://toko.example/", "ftp://toko.example/", "https://", "toko.example", "https://a:b@c.id/",
     "https://[", "file:///etc/passwd", "https://c.id/" + "x" * 500],
)  # fmt: skip
def test_nothing_is_sent_where_it_could_be_read_on_the_way(desk: Desk, url: str) -> None:
    with pytest.raises(NotValid):
        service.open_hook(desk, SHOP, url)


def test_hooks_are_their_shops_own(desk: Desk) -> None:
    hook, _ = service.open_hook(desk, SHOP, URL)
    placed(desk)
    assert service.list_hooks(desk, OTHER_SHOP) == ()
    assert service.list_told(desk, OTHER_SHOP) == ()
    with pytest.raises(NotThere):
        service.close_hook(desk, OTHER_SHOP, hook.id)
    event = service.list_told(desk, SHOP)[0].event_id
    with pytest.raises(NotThere):
        service.tell_again(desk, OTHER_SHOP, event, hook.id)
    with pytest.raises(NotThere):
        service.tell_again(desk, SHOP, "AAAAAAAAAA-1.1", hook.id)
    with pytest.raises(NotAllowed):
        service.open_hook(desk, PRINTER, URL)
