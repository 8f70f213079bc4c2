"""Webhooks as a shop's server gets them: signed, again after a failure, never inside a network."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from bookbuild.counter.sending import send_due
from bookbuild.desk import service
from bookbuild.desk.payment import signature
from bookbuild.desk.service import Desk
from tests.desks import ADMIN, SHOP, clock_of, make_desk, placed

Got = list[tuple[dict[str, str], bytes]]


class Shop(HTTPServer):
    """A shop's server: what it got, and what it answers."""

    got: Got
    answers: int


class Taking(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.answers)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop(("127.0.0.1", 0), Taking)
    server.got, server.answers = [], 204
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    there = make_desk(tmp_path)
    yield there
    there.database.close()


def send(desk: Desk) -> int:
    async def once() -> int:
        async with httpx.AsyncClient(timeout=5, follow_redirects=False) as client:
            return await send_due(desk, client)

    return asyncio.run(once())


def states(desk: Desk) -> list[tuple[str, int]]:
    return [(item.state, item.attempts) for item in service.list_told(desk, SHOP)]


def test_a_shop_is_told_of_each_event_once_and_can_prove_who_said_it(
    desk: Desk, shop: Shop
) -> None:
    _, secret = service.open_hook(desk, SHOP, f"http://127.0.0.1:{shop.server_port}/h")
    job = placed(desk)
    assert send(desk) == 2
    assert send(desk) == 0
    for headers, body in shop.got:
        stamp = headers["bookbuild-timestamp"]
        assert headers["bookbuild-signature"] == signature(secret.encode(), stamp, body)
        assert headers["bookbuild-event"] == json.loads(body)["id"]
    kinds = {json.loads(body)["kind"] for _, body in shop.got}
    assert kinds == {"create", "request_payment"}
    assert {json.loads(body)["job"] for _, body in shop.got} == {job.id}
    assert states(desk) == [("done", 1)] * 2


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_what_wasn_t_taken_is_told_again_later_with_the_same_id_and_bytes(
    desk: Desk, shop: Shop, answer: int
) -> None:
    service.open_hook(desk, SHOP, f"http://127.0.0.1:{shop.server_port}/h")
    placed(desk)
    shop.answers = answer
    assert send(desk) == 2
    assert states(desk) == [("pending", 1)] * 2
    assert send(desk) == 0
    clock_of(desk).go(minutes=2)
    shop.answers = 200
    assert send(desk) == 2
    told = [(headers["bookbuild-event"], body) for headers, body in shop.got]
    assert sorted(told[:2]) == sorted(told[2:])
    assert states(desk) == [("done", 2)] * 2


def test_a_server_that_isn_t_there_is_tried_again(desk: Desk) -> None:
    service.open_hook(desk, SHOP, "http://127.0.0.1:9/h")
    placed(desk)
    send(desk)
    assert {(item.state, item.said) for item in service.list_told(desk, SHOP)} == {
        ("pending", "not reached: ConnectError")
    }


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_an_address_inside_a_network_isn_t_called(desk: Desk, shop: Shop, host: str) -> None:
    service.open_hook(desk, ADMIN, f"https://{host}:{shop.server_port}/h", "toko-buku")
    placed(desk)
    send(desk)
    assert shop.got == []
    assert {item.said for item in service.list_told(desk, SHOP)} == {
        "not called: the address is inside a network"
    }
