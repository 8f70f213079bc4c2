"""Webhooks as a shop's server gets them: signed, again after a failure, never inside a network."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from bookbuild.counter import sending
from bookbuild.counter.sending import Resolve, Sender, send_due
from bookbuild.desk import service
from bookbuild.desk.payment import signature
from bookbuild.desk.service import Desk
from tests.desks import ADMIN, SHOP, clock_of, line, make_desk, placed
from tests.support import ROOT

CERTIFICATE = ROOT / "tests" / "toko.example.pem"
"""Key and certificate of toko.example, signed by itself, until 2126."""
Got = list[tuple[dict[str, str], bytes]]


class Shop(HTTPServer):
    """A shop's server: what it got, and what it answers."""

    got: Got
    answers: int
    request_queue_size = 64
    victim = 0
    kill_at = (0, "")
    """After how many requests the sender is killed, and whether that one is answered first."""

    def strike(self, when: str) -> None:
        if (len(self.got), when) == self.kill_at:
            os.kill(self.victim, signal.SIGKILL)


class Taking(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # its sender died
        self.server.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.server.strike("before")
        self.send_response(self.server.answers)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()
        self.server.strike("after")

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


def send(
    desk: Desk,
    resolve: Resolve | None = None,
    inside: bool = False,
    **client: Any,
) -> int:
    async def once() -> int:
        async with httpx.AsyncClient(timeout=5, follow_redirects=False, **client) as there:
            return await send_due(desk, Sender(there, inside, resolve))

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


@pytest.mark.parametrize(
    "found",
    [
        ["93.184.215.14", "10.0.0.1"],
        ["224.0.0.1"],
        ["100.64.0.1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["ff02::1"],
        [],
    ],
)
def test_no_wrapping_gets_an_inner_address_called(desk: Desk, shop: Shop, found: list[str]) -> None:
    service.open_hook(desk, SHOP, f"https://toko.example:{shop.server_port}/h")
    placed(desk)
    send(desk, lambda *_: found)
    assert shop.got == []
    assert {item.said for item in service.list_told(desk, SHOP)} == {
        "not called: the address is inside a network"
    }


def test_the_address_that_was_judged_is_the_one_that_is_called(desk: Desk) -> None:
    """A name that leads outside when it is judged and inside afterwards."""
    service.open_hook(desk, SHOP, "https://toko.example:8443/h?a=b")
    placed(desk)
    answers = iter([["93.184.215.14"], ["93.184.215.14"], *[["127.0.0.1"]] * 10])
    sent: list[httpx.Request] = []

    def taken(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    assert send(desk, lambda *_: next(answers), transport=httpx.MockTransport(taken)) == 2
    assert {str(request.url) for request in sent} == {"https://93.184.215.14:8443/h?a=b"}
    assert {request.headers["host"] for request in sent} == {"toko.example:8443"}
    assert {request.extensions["sni_hostname"] for request in sent} == {"toko.example"}
    assert next(answers) == ["127.0.0.1"], "each name was resolved once"


@pytest.mark.parametrize(("name", "said"), [
    ("toko.example", ""), ("lain.example", "not reached: ConnectError"),
])  # fmt: skip
def test_a_certificate_must_be_of_the_name_though_the_address_is_called(
    desk: Desk, shop: Shop, name: str, said: str
) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(CERTIFICATE)
    shop.socket = own.wrap_socket(shop.socket, server_side=True)
    service.open_hook(desk, SHOP, f"https://{name}:{shop.server_port}/h")
    placed(desk)
    trusted = ssl.create_default_context(cafile=str(CERTIFICATE))
    send(desk, lambda *_: ["127.0.0.1"], inside=True, verify=trusted)
    assert {item.said for item in service.list_told(desk, SHOP)} == {said}
    assert len(shop.got) == (0 if said else 2)


def test_a_shop_that_answers_drop_by_drop_holds_nobody_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WHOLE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        service.open_hook(desk, SHOP, f"http://127.0.0.1:{port}/h")
        placed(desk)
        send(desk)
    assert {(item.state, item.said) for item in service.list_told(desk, SHOP)} == {
        ("pending", "not answered in time")
    }


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sender_that_is_killed_loses_nothing_and_repeats_at_most_with_the_same_id(
    desk: Desk, shop: Shop, tmp_path: Path, when: str
) -> None:
    """Killed at the first, second or third request, before or after it was answered."""
    service.open_hook(desk, SHOP, f"http://127.0.0.1:{shop.server_port}/h")
    for key in ("key-00000001", "key-00000002"):
        job = placed(desk, line(), line(printer="offset-id"), key=key)
        service.confirm_payment(desk, ADMIN, job.order, "BCA-77")
    wanted = {item.event_id for item in service.list_told(desk, SHOP)}
    assert len(wanted) == 16
    for turn in range(7):
        shop.kill_at = (len(shop.got) + 1 + turn % 3, when if turn < 5 else "never")
        command = [sys.executable, "-m", "tests.killed_desk", "send", tmp_path, str(turn * 3000)]
        with subprocess.Popen(command, cwd=ROOT) as sender:
            shop.victim = sender.pid
        assert sender.returncode == (-signal.SIGKILL if turn < 5 else 0)
    bodies = {(headers["bookbuild-event"], body) for headers, body in shop.got}
    assert {name for name, _ in bodies} == wanted
    assert len(bodies) == len(wanted), "what is told again is told in the same bytes"
    assert {item.state for item in service.list_told(desk, SHOP)} == {"done"}
