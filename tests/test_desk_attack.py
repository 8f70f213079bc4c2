"""Who wants in, or wants the desk to fall: refused, and everybody else is served."""

from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bookbuild.counter import bounds
from tests.counters import Served, served
from tests.desks import PRINTER, SHOP, ready


@pytest.fixture(params=["auto", "asyncio"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A counter on each of the event loops."""
    with served(tmp_path, loop=request.param) as there:
        yield there


def connected(there: Served) -> socket.socket:
    host, port = there.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def ended(wire: socket.socket) -> bytes:
    """What comes until the server ends it."""
    found = b""
    try:
        while piece := wire.recv(1 << 16):
            found += piece
    except ConnectionResetError:
        pass
    return found


@pytest.mark.parametrize(
    "piece", [b"A: " + b"a" * 100_000 + b"\r\n", b"A: a\r\n" * 10_000, b"a" * 100_000]
)
def test_a_head_without_end_is_refused(counter: Served, piece: bytes) -> None:
    with connected(counter) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        try:
            for _ in range(100):
                wire.sendall(piece)
        except (ConnectionResetError, BrokenPipeError):
            pass
        else:
            raise AssertionError("10 MB were taken")
    assert counter.ask(PRINTER, "/v1/jobs").status_code == 200


def test_a_large_body_that_comes_at_once_is_no_head(counter: Served) -> None:
    for _ in range(3):
        answer = counter.ask(SHOP, "/v1/orders", "POST", content=b"x" * 1_900_000,
                             headers={"Idempotency-Key": "a-large-body"})  # fmt: skip
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\nA:",
        b"POST /desk/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na",
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
    ],
)
def test_who_never_comes_to_an_end_is_sent_away(
    counter: Served, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(bounds, "PATIENCE", 0.4)
    with connected(counter) as wire:
        wire.sendall(begun)
        started = time.monotonic()
        ended(wire)
        assert time.monotonic() - started < 10


def test_who_goes_away_at_once_is_no_error(
    counter: Served, caplog: pytest.LogCaptureFixture
) -> None:
    job = ready(counter.desk)
    head = f"GET /v1/jobs/{job.id}/files/interior HTTP/1.1\r\nHost: x\r\n"
    asked = f"{head}Authorization: Bearer {counter.tokens[PRINTER]}\r\n\r\n".encode()
    with caplog.at_level(logging.WARNING):
        for _ in range(40):
            with connected(counter) as wire:
                wire.sendall(asked)
                wire.recv(10)
        assert counter.ask(PRINTER, f"/v1/jobs/{job.id}/files/interior").status_code == 200
    assert not caplog.records


@pytest.mark.parametrize("moment", ["99999999999", "0", "999999999999", "9" * 30])
def test_a_forged_link_of_any_time_opens_nothing(counter: Served, moment: str) -> None:
    job = ready(counter.desk)
    text = f"/v1/links/{job.id}~cover~{moment}~0~~{'0' * 64}"
    assert counter.ask(None, text).status_code == 401
    assert counter.ask(None, f"{text}?long").status_code == 401


@pytest.mark.parametrize("host", [b"a" * 600, b"\xff\xfe", b"a b/../c", b"[::1", b""])
def test_a_ticket_comes_whatever_the_desk_is_called(counter: Served, host: bytes) -> None:
    job = ready(counter.desk)
    asked = b"GET /v1/jobs/%s/files/data HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n" % (
        job.id.encode(),
        host,
    )
    with connected(counter) as wire:
        wire.sendall(asked + f"Authorization: Bearer {counter.tokens[PRINTER]}\r\n\r\n".encode())
        assert ended(wire).startswith(b"HTTP/1.1 200")


def test_of_many_who_take_a_job_at_once_one_gets_it(counter: Served) -> None:
    job = ready(counter.desk)
    body = {"kind": "start", "version": job.sequence}

    def take(_: int) -> int:
        return counter.ask(PRINTER, f"/v1/jobs/{job.id}/moves", "POST", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [200, *[409] * 7]
    kinds = [
        item["kind"] for item in counter.ask(PRINTER, f"/v1/jobs/{job.id}/events").json()["events"]
    ]
    assert kinds.count("start") == 1


def test_a_cookie_that_was_planted_before_somebody_enters_opens_nothing(counter: Served) -> None:
    with httpx.Client(base_url=counter.url) as thief, httpx.Client(base_url=counter.url) as victim:
        thief.get("/desk/login")
        planted = thief.cookies["bookbuild_session"]
        victim.cookies.set("bookbuild_session", planted, domain="127.0.0.1", path="/desk")
        form = re.search(r'name="form" value="([^"]+)"', victim.get("/desk/login").text)
        assert form is not None
        sent = {"form": form[1], "token": counter.tokens[PRINTER]}
        assert victim.post("/desk/login", data=sent).status_code == 303
        assert thief.get("/desk").headers["location"] == "/desk/login"


@pytest.mark.parametrize("asked", ["?next=//evil.example", "?next=https://evil.example/"])
def test_the_way_in_leads_nowhere_else(counter: Served, asked: str) -> None:
    with httpx.Client(base_url=counter.url) as somebody:
        form = re.search(r'name="form" value="([^"]+)"', somebody.get(f"/desk/login{asked}").text)
        assert form is not None
        sent = {"form": form[1], "token": counter.tokens[PRINTER], "next": "//evil.example"}
        answer = somebody.post(f"/desk/login{asked}", data=sent)
        assert answer.headers["location"] == "/desk"
        job = ready(counter.desk)
        text = somebody.get(f"/desk/jobs/{job.id}").text
        form = re.search(r'name="form" value="([^"]+)"', text)
        assert form is not None
        version = str(job.sequence)
        moved = somebody.post(
            f"/desk/jobs/{job.id}/move",
            data={"form": form[1], "kind": "start", "version": version, "back": "//evil.example"},
        )
        assert moved.headers["location"] == f"/desk/jobs/{job.id}"
