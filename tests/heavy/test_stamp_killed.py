"""Stamping that is killed at any moment: nothing lost, nothing half there, the same bytes after."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bookbuild.commands.desk_options import now
from bookbuild.desk import service, tables
from bookbuild.desk.pressing import read_template
from bookbuild.desk.service import Desk
from bookbuild.stamping import hindrance
from bookbuild.store.approval import approve
from tests.desks import ADMIN, PRINTER, line, make_desk, put_edition, ready
from tests.heavy.nginx import free_port
from tests.killed_desk import first, opened
from tests.killed_stamp import COPIES, stamp_it
from tests.support import ROOT, make, small_book


@pytest.fixture(scope="module")
def interior(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small interior of ours."""
    folder = tmp_path_factory.mktemp("killed") / "b"
    return make(small_book(folder, "# Satu\n\nTeks.\n")).made[0].inside.pdf


def recorded(desk: Desk) -> dict[int, str]:
    """The digests that were kept, by copy."""
    with desk.database.reading() as connection:
        return {row.copy: row.sha256 for row in connection.execute(select(tables.copies))}


def test_stamping_killed_at_any_statement_gives_the_same_bytes_afterwards(
    tmp_path: Path, interior: bytes
) -> None:
    (tmp_path / "isi.pdf").write_bytes(interior)
    drive = [sys.executable, "-m", "tests.killed_stamp", tmp_path]
    told = subprocess.run(drive, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    steps = int(told.stdout)
    assert steps > 20
    digests, templates = set(), set()
    for step in range(1, steps + 1):
        folder = tmp_path / f"{step:04}"
        desk = opened(folder)
        before = recorded(desk)
        assert set(before) in (set(), set(COPIES))
        kept = read_template(desk, first(desk).pin.interior)
        assert not before or kept is not None
        desk.database.close()
        after = stamp_it(folder)
        desk = opened(folder)
        assert recorded(desk) == after
        assert not before or before == after
        found = read_template(desk, first(desk).pin.interior)
        assert found is not None
        assert kept is None or kept == found
        templates.add(hashlib.sha256(found[0]).hexdigest())
        digests.add(tuple(after.items()))
        desk.database.close()
        shutil.rmtree(folder)
    assert (len(digests), len(templates)) == (1, 1)


def served(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """`bookbuild serve`, when it answers."""
    places = {"BOOKBUILD_DESK": str(folder / "desk"), "BOOKBUILD_STORE": str(folder / "store")}
    command = [sys.executable, "-m", "bookbuild", "serve", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **places}, stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/health")
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return server
    raise AssertionError("it doesn't answer")


def test_a_server_killed_while_it_stamps_has_sent_nothing_that_is_other_afterwards(
    tmp_path: Path, interior: bytes
) -> None:
    desk = make_desk(tmp_path, stamping=hindrance)
    approve(
        desk.store, put_edition(desk.store, slug="cap", interior=interior), "Siti", "2026-11-20"
    )
    copies = 200
    job = ready(desk, line(edition="cap@1.1", quantity=copies, stamp=True))
    service.move_job(desk, ADMIN, job.id, "start")
    desk = service.open_desk(tmp_path / "desk", tmp_path / "store", now, os.urandom)
    token = service.issue_token(desk, ADMIN, PRINTER.role, PRINTER.scope, "Budi")[1]
    headers, got = {"Authorization": f"Bearer {token}"}, dict[int, set[str]]()

    def fetch(port: int, numbers: range) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            for number in numbers:
                try:
                    answer = client.get(f"/v1/jobs/{job.id}/files/interior?copy={number}")
                except httpx.HTTPError:
                    return  # it was killed
                assert answer.status_code == 200, answer.text
                digest = hashlib.sha256(answer.content).hexdigest()
                assert answer.headers["etag"] == f'"{digest}"'
                got.setdefault(number, set()).add(digest)

    for round_ in range(5):
        port = free_port()
        server = served(tmp_path, port)
        parts = [range(start, copies + 1, 3) for start in (1, 2, 3)]
        callers = [threading.Thread(target=fetch, args=(port, part)) for part in parts]
        for caller in callers:
            caller.start()
        time.sleep(0.07 * (round_ + 1))
        server.send_signal(signal.SIGKILL)
        server.wait()
        for caller in callers:
            caller.join()
        kept = recorded(desk)
        assert all({kept[number]} == digests for number, digests in got.items())
    assert got
    port = free_port()
    server = served(tmp_path, port)
    fetch(port, range(1, copies + 1))
    server.terminate()
    server.wait()
    assert set(got) == set(range(1, copies + 1))
    assert all(len(digests) == 1 for digests in got.values())
