"""The desk behind nginx, as docs/deployment.md sets both up; and the unit, as systemd reads it."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bookbuild.counter.room import Terms
from bookbuild.desk.model import Job
from bookbuild.store.blobs import FolderBlobs
from tests.counters import Served, served
from tests.desks import PRINTER, ready
from tests.heavy.nginx import nginx
from tests.support import ROOT


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    terms = Terms(accel="/blobs", rate=1_000_000)
    with served(tmp_path_factory.mktemp("behind"), terms) as there:
        yield there


@pytest.fixture(scope="module")
def front(counter: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Somebody who reaches the desk through nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    backend = int(counter.url.rsplit(":", 1)[1])
    with nginx(folder, backend, counter.desk.store.folder) as (port, _):
        headers = {"Authorization": f"Bearer {counter.tokens[PRINTER]}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            yield client


@pytest.fixture(scope="module")
def job(counter: Served) -> Job:
    return ready(counter.desk, key="behind-nginx-1")


def test_nginx_sends_the_very_bytes_under_the_desk_s_headers(
    counter: Served, front: httpx.Client, job: Job
) -> None:
    direct = counter.ask(PRINTER, f"/v1/jobs/{job.id}/files/interior")
    assert (direct.content, "x-accel-redirect" in direct.headers) == (b"", True)
    answer = front.get(f"/v1/jobs/{job.id}/files/interior")
    digest = hashlib.sha256(answer.content).digest()
    assert digest.hex() == job.pin.interior
    assert answer.headers["etag"] == f'"{job.pin.interior}"'
    assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
    assert answer.headers["content-type"] == "application/pdf"
    assert f'filename="{job.id}_kebun_ISI_' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"
    for name, values in (("etag", 1), ("accept-ranges", 1), ("x-content-type-options", 1)):
        assert len(answer.headers.get_list(name)) == values, name
    assert "x-accel-redirect" not in answer.headers


def test_nginx_knows_ranges_heads_and_what_the_caller_has(front: httpx.Client, job: Job) -> None:
    path = f"/v1/jobs/{job.id}/files/interior"
    whole = front.get(path)
    part = front.get(path, headers={"Range": "bytes=3-7"})
    assert (part.status_code, part.content) == (206, whole.content[3:8])
    assert front.get(path, headers={"Range": "bytes=9999-"}).status_code == 416
    head = front.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    again = front.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_python_makes_comes_through_whole(front: httpx.Client, job: Job) -> None:
    for part, kind in (("ticket", "application/pdf"), ("all", "application/zip")):
        answer = front.get(f"/v1/jobs/{job.id}/files/{part}")
        assert answer.headers["content-type"] == kind
        assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize(
    "path", ["/blobs/{blob}", "/blobs/../register/editions/kebun/1.1", "/metrics", "/v1/../metrics",
             "/blobs%2f{blob}", "//blobs/{blob}"],
)  # fmt: skip
def test_nobody_gets_round_the_desk(
    counter: Served, front: httpx.Client, job: Job, path: str
) -> None:
    blobs = counter.desk.store.blobs
    assert isinstance(blobs, FolderBlobs)
    there = blobs.path(job.pin.interior)
    asked = path.format(blob=f"{there.parent.name}/{there.name}")
    answer = front.get(asked)
    assert answer.status_code in (403, 404), (asked, answer.text)


def test_links_stay_out_of_nginx_s_log(
    counter: Served, front: httpx.Client, job: Job, tmp_path: Path
) -> None:
    made = counter.ask(PRINTER, f"/v1/jobs/{job.id}/links", "POST", json={"part": "interior"})
    folder = tmp_path / "nginx"
    backend = int(counter.url.rsplit(":", 1)[1])
    with nginx(folder, backend, counter.desk.store.folder) as (port, _):
        answer = httpx.get(f"http://127.0.0.1:{port}{made.json()['url']}")
        assert hashlib.sha256(answer.content).hexdigest() == job.pin.interior
        httpx.get(f"http://127.0.0.1:{port}/health")
    log = (folder / "desk.log").read_text("utf-8")
    assert "/health" in log
    assert "/v1/links/" not in log


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    units = re.findall(
        r"`/etc/systemd/system/([a-z-]+\.[a-z]+)`:\n\n```ini\n(.*?)```", text, re.DOTALL
    )
    assert {name for name, _ in units} == {
        "bookbuild.service", "bookbuild-backup.service", "bookbuild-backup.timer",
    }  # fmt: skip
    for name, unit in units:
        here = unit.replace("/opt/bookbuild/bin/bookbuild", "/bin/true")
        (tmp_path / name).write_text(here.replace("User=bookbuild", "User=root"), "utf-8")
    command = [shutil.which("systemd-analyze") or "systemd-analyze", "verify"]
    files = [str(tmp_path / name) for name, _ in units]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "bookbuild" in line]
    assert said == []
