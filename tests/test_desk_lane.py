"""Files that are sent the short way: whole, to whoever may have them now, and to nobody else."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bookbuild.counter import pathsend
from bookbuild.counter.room import Terms
from bookbuild.desk import service
from bookbuild.desk.model import Job
from bookbuild.desk.service import Desk
from bookbuild.store.approval import approve
from bookbuild.store.editions import file_path, print_set, read_edition
from bookbuild.store.record import edition_name
from tests.counters import UNHURRIED, Served, served
from tests.desks import ADMIN, OTHER_PRINTER, PRINTER, clock_of, line, put_edition, ready

LARGE = hashlib.shake_256(b"tebal").digest(9_000_001)
"""More than any socket takes at once."""


def with_a_large_book(there: Served) -> tuple[Job, str]:
    """A job of it, and the address of its interior."""
    store = there.desk.store
    approve(store, put_edition(store, slug="tebal", interior=LARGE), "Siti Rahma", "2026-11-20")
    job = ready(there.desk, line(edition="tebal@1.1"))
    return job, f"/v1/jobs/{job.id}/files/interior"


@pytest.fixture(params=["auto", "asyncio"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A counter on each of the event loops."""
    with served(tmp_path, loop=request.param) as there:
        yield there


def raw(there: Served, path: str) -> socket.socket:
    """A connection on which a printer has asked for a file."""
    host, port = there.url.removeprefix("http://").split(":")
    wire = socket.create_connection((host, int(port)), timeout=20)
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {there.tokens[PRINTER]}"
    wire.sendall(f"{head}\r\n\r\n".encode())
    return wire


def read_on(wire: socket.socket) -> bytes:
    """What else comes until the server ends it."""
    found = b""
    while piece := wire.recv(1 << 20):
        found += piece
    return found


def test_a_large_file_comes_whole_again_and_again_on_one_connection(counter: Served) -> None:
    _, path = with_a_large_book(counter)
    for _ in range(3):
        assert counter.ask(PRINTER, path).content == LARGE
        assert counter.ask(PRINTER, path, "HEAD").headers["content-length"] == str(len(LARGE))
        assert counter.ask(PRINTER, "/v1/jobs").status_code == 200


def descriptors() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_requests_in_a_row_are_answered_in_a_row(counter: Served) -> None:
    _, path = with_a_large_book(counter)
    with raw(counter, path) as wire:
        wire.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = read_on(wire)
    head, _, rest = found.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert rest[: len(LARGE)] == LARGE
    assert rest[len(LARGE) :].startswith(b"HTTP/1.1 200")


def test_who_reads_slowly_gets_it_all_while_others_are_served(counter: Served) -> None:
    _, path = with_a_large_book(counter)
    with raw(counter, path) as wire:
        begun = wire.recv(1000)
        time.sleep(0.3)
        assert counter.ask(PRINTER, path).content == LARGE
        found = begun
        while len(found.partition(b"\r\n\r\n")[2]) < len(LARGE):
            found += wire.recv(1 << 20)
    assert found.partition(b"\r\n\r\n")[2] == LARGE


def test_who_goes_away_leaves_nothing_open_and_no_error(
    counter: Served, caplog: pytest.LogCaptureFixture
) -> None:
    _, path = with_a_large_book(counter)
    assert counter.ask(PRINTER, path).status_code == 200
    before = descriptors()
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            with raw(counter, path) as wire:
                wire.recv(1000)
        until = time.monotonic() + 10
        while descriptors() > before and time.monotonic() < until:
            time.sleep(0.05)
    assert descriptors() <= before
    assert not caplog.records


def test_who_takes_nothing_is_cut_off(counter: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pathsend, "PATIENCE", 0.3)
    _, path = with_a_large_book(counter)
    with raw(counter, path) as wire:
        time.sleep(1.5)
        assert len(read_on(wire)) < len(LARGE)


def test_a_file_that_lost_its_end_is_broken_off_not_completed(counter: Served) -> None:
    job, path = with_a_large_book(counter)
    assert counter.ask(PRINTER, path).status_code == 200
    made = print_set(read_edition(counter.desk.store, edition_name("tebal@1.1")), job.printer)
    blob = file_path(counter.desk.store, made.interior)
    blob.chmod(0o600)
    with raw(counter, path) as wire:
        wire.recv(1000)
        os.truncate(blob, 6_000_000)
        assert len(read_on(wire)) < len(LARGE)


def elsewhere(desk: Desk) -> Desk:
    """The same desk, as another process has it."""
    folders = desk.database.file.parent, desk.store.folder
    return service.open_desk(*folders, desk.clock, desk.chance)


def revoke(desk: Desk, job: Job) -> None:
    for token in service.list_tokens(desk, ADMIN):
        if token.scope == PRINTER.scope:
            service.revoke_token(desk, ADMIN, token.id)


def cancel(desk: Desk, job: Job) -> None:
    service.move_job(desk, ADMIN, job.id, "cancel", {"reason": "pembeli batal"})


def expire(desk: Desk, job: Job) -> None:
    clock_of(desk).go(days=366)


@pytest.mark.parametrize(("end", "status"), [(revoke, 401), (cancel, 409), (expire, 401)])
@pytest.mark.parametrize("accel", ["", "/blobs"])
def test_what_was_just_fetched_isn_t_any_more_when_it_ends(
    tmp_path: Path, end: Callable[[Desk, Job], None], status: int, accel: str
) -> None:
    with served(tmp_path, Terms(accel=accel, rate=UNHURRIED.rate)) as there:
        job = ready(there.desk)
        path = f"/v1/jobs/{job.id}/files/interior"
        given = there.ask(PRINTER, f"/v1/jobs/{job.id}/links", "POST", json={"part": "cover"})
        link = given.json()["url"]
        for _ in range(2):
            assert there.ask(PRINTER, path).status_code == 200
            assert there.ask(None, link).status_code == 200
        end(elsewhere(there.desk), job)
        assert there.ask(PRINTER, path).status_code == status
        assert there.ask(None, link).status_code == 401
        assert there.ask(OTHER_PRINTER, path).status_code in (401, 404)


@pytest.mark.parametrize("part", ["interior", "cover"])
@pytest.mark.parametrize(
    "given", [{}, {"Range": "bytes=2-5"}, {"Range": "bytes=999-"}, {"If-None-Match": "*"}]
)
def test_the_short_way_says_what_the_long_one_does(
    tmp_path: Path, part: str, given: dict[str, str]
) -> None:
    with served(tmp_path) as there:
        job = ready(there.desk)
        path = f"/v1/jobs/{job.id}/files/{part}"
        short = there.ask(PRINTER, path, headers=given)
        long = there.ask(PRINTER, f"{path}?long", headers=given)
        assert (short.status_code, short.content) == (long.status_code, long.content)
        left = {"date"}
        assert {n: v for n, v in short.headers.items() if n not in left} == {
            n: v for n, v in long.headers.items() if n not in left
        }


def test_a_request_that_brings_two_tokens_is_judged_as_elsewhere(tmp_path: Path) -> None:
    with served(tmp_path) as there:
        job = ready(there.desk)
        tokens = [f"Bearer {there.tokens[PRINTER]}", f"Bearer {there.tokens[OTHER_PRINTER]}"]
        for first, second in (tokens, tokens[::-1]):
            headers = httpx.Headers([("Authorization", first), ("Authorization", second)])
            short, long = (
                there.client.get(f"/v1/jobs/{job.id}/files/{part}", headers=headers).status_code
                for part in ("interior", "interior?long")
            )
            assert short == long
