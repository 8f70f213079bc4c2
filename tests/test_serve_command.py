"""`bookbuild serve` as a person starts it: it answers, and stops when told."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.desks import PRINTER, make_desk, ready


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    desk = make_desk(tmp_path)
    ready(desk)
    desk.database.close()
    yield tmp_path


def command(folder: Path, *more: str) -> list[str]:
    places = ("--desk", str(folder / "desk"), "--store", str(folder / "store"))
    return [sys.executable, "-m", "bookbuild", "serve", *places, *more]


def test_it_serves_until_it_is_told_to_stop(folder: Path) -> None:
    port = free_port()
    run = subprocess.Popen(command(folder, "--port", str(port)), stderr=subprocess.PIPE, text=True)
    transport = httpx.HTTPTransport(retries=10)  # until it listens
    with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/ready").status_code == 200
        made = subprocess.run(
            [sys.executable, "-m", "bookbuild", "orders", "token", "create", "--quiet", "--json",
             "--role", "operator", "--scope", PRINTER.scope, "--name", "Budi",
             "--desk", str(folder / "desk"), "--store", str(folder / "store")],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        secret = made.stdout.split('"secret": "')[1].split('"')[0]
        queue = client.get("/v1/jobs", headers={"Authorization": f"Bearer {secret}"})
        assert queue.json()["total"] == 1
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=60)
    assert '"address": "/v1/jobs", "status": 200' in said
    assert secret not in said and "Traceback" not in said


def test_what_can_t_be_served_is_told_without_a_traceback(folder: Path, tmp_path: Path) -> None:
    for more in (("--accel", "blobs"), ("--store", str(tmp_path / "nowhere"))):
        done = subprocess.run(command(folder, *more), capture_output=True, text=True)
        assert done.returncode != 0
        assert "error" in done.stderr and "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            command(folder, "--port", port), capture_output=True, text=True, timeout=120
        )
    assert done.returncode != 0
    assert "address already in use" in done.stderr and "Traceback" not in done.stderr
