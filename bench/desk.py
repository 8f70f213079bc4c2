"""The order desk with 100,000 orders: its queue, searches, new orders, and files beside nginx's own.

    python -m bench.desk [--orders 100000] [--seconds 5] [--out FOLDER]

Needs nginx and wrk. Everything is on loopback in one run: the desk as `bookbuild serve` in a process
of its own, nginx before it as docs/deployment.md sets it up, and nginx alone with the same file. Each
figure is the median of five rounds that take turns, so that what else the machine does falls on
all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import httpx
from sqlalchemy import insert

from bench.stamp import interior
from bookbuild.desk import records, service, tables
from bookbuild.desk.model import Job, Order, State
from bookbuild.desk.service import Desk
from bookbuild.stamping import hindrance
from bookbuild.store.approval import approve
from bookbuild.store.editions import file_path, make_store, print_set, read_edition
from bookbuild.store.record import edition_name
from tests.desks import ADMIN, EDITOR, PRINTER, SHOP, line, put_edition, ready
from tests.heavy.nginx import free_port, nginx

SIZE = 5_000_000
QUEUED = 400
"""Jobs that wait, among all those that are done."""
EDITIONS = 40
ROUNDS, CONNECTIONS = 5, 64
COPIES = 300
"""That are stamped, each once."""


def fill(desk: Desk, orders: int) -> None:
    """So many orders of a job each, over three years; the last of them wait in the queue."""
    model = ready(desk, key="the-model-of-all")
    order, _ = service.read_order(desk, ADMIN, model.order)
    with desk.database.writing() as connection:
        for start in range(0, orders, 1000):
            made = [_another(order, model, number) for number in range(start, start + 1000)]
            rows = [_row(order) for order, _ in made]
            connection.execute(insert(tables.orders), rows)
            jobs = [
                {**records._row(job), "queued": number >= orders - QUEUED, "placed": order.created}
                for number, (order, job) in enumerate(made, start)
            ]
            connection.execute(insert(tables.jobs), jobs)


def _another(order: Order, job: Job, number: int) -> tuple[Order, Job]:
    name = hashlib.sha256(str(number).encode()).hexdigest()[:10].upper()
    created = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * number)
    made = replace(order, id=name, reference=f"TB-{number:06}", created=created)
    state = State.READY if number % 3 else State.PRINTING
    pin = replace(
        job.pin, edition=f"kebun@1.{1 + number % EDITIONS}" if number % 2 else "kebun@1.1"
    )
    due = date(2026, 11, 1) + timedelta(days=number % 40)
    return made, replace(
        job, id=f"{name}-1", order=name, tracking=f"JNE{number:08}", state=state, pin=pin, due=due
    )


def _row(order: Order) -> dict[str, object]:
    row = {name: getattr(order, name) for name in Order.__dataclass_fields__}
    amounts = {"shipping": order.shipping.amount, "total": order.total.amount}
    return {**row, **amounts, "currency": order.total.currency}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[int]:
    """`bookbuild serve` in a process of its own."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "bookbuild",
        "serve",
        "--port",
        str(port),
        "--rate",
        "99999999",
    ]
    folders = {"BOOKBUILD_DESK": folder / "desk", "BOOKBUILD_STORE": folder / "store"}
    environment = {**os.environ, **{name: str(path) for name, path in folders.items()}}
    with subprocess.Popen(
        [*command, *options], env=environment, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _await(port)
            yield port
        finally:
            server.terminate()


def _await(port: int) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the desk doesn't answer")


def throughput(url: str, token: str, seconds: int) -> float:
    """Requests a second that wrk gets through."""
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "-H",
        f"Authorization: Bearer {token}",
    ]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", said)
    if failed:
        raise SystemExit(f"{url}: {failed[0]}")
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", said)[1])  # type: ignore[index]


def serve_files(folder: Path, desk: Desk, job: Job, token: str, seconds: int) -> None:
    """The same interior: by nginx alone, by nginx for the desk, by the desk itself."""
    edition = read_edition(desk.store, edition_name(job.pin.edition))
    blob = file_path(desk.store, print_set(edition, "digital-id").interior)
    path = f"/v1/jobs/{job.id}/files/interior"
    with (
        serving(folder) as own,
        serving(folder, "--accel", "/blobs") as behind,
        nginx(folder / "nginx", behind, desk.store.folder) as (front, plain),
    ):
        urls = {
            "nginx alone": f"http://127.0.0.1:{plain}/{blob.parent.name}/{blob.name}",
            "nginx for the desk": f"http://127.0.0.1:{front}{path}",
            "the desk itself": f"http://127.0.0.1:{own}{path}",
        }
        found: dict[str, list[float]] = {name: [] for name in urls}
        for _ in range(ROUNDS):
            for name, url in urls.items():
                found[name].append(throughput(url, token, seconds))
    alone = statistics.median(found["nginx alone"])
    for name, rates in found.items():
        rate = statistics.median(rates)
        print(f"{name:<22}{rate:9.1f} requests/s {rate * SIZE / 1e6:9.0f} MB/s {rate / alone:7.2f}")


def stamp_copies(folder: Path, desk: Desk, token: str) -> None:
    """The first byte of each copy of a stamped interior, which nobody has fetched before."""
    pdf, pages = interior(280)
    approve(desk.store, put_edition(desk.store, slug="cap", interior=pdf), "Siti", "2026-11-20")
    job = ready(desk, line(edition="cap@1.1", quantity=COPIES, stamp=True), key="the-stamped-job")
    service.move_job(desk, ADMIN, job.id, "start")
    headers = {"Authorization": f"Bearer {token}"}
    found = []
    with serving(folder) as port:
        caller = HTTPConnection("127.0.0.1", port)
        for copy in range(1, COPIES + 1):
            begun = time.perf_counter()
            caller.request("GET", f"/v1/jobs/{job.id}/files/interior?copy={copy}", headers=headers)
            answer = caller.getresponse()
            answer.read(1)
            found.append((time.perf_counter() - begun) * 1000)
            if answer.status != 200:
                raise SystemExit(answer.read().decode())
            answer.read()
    print(f"first byte of a stamped interior, {pages} pages, {len(pdf) / 1e6:.1f} MB, in ms:")
    told("  the first copy of a server's life", found[:1])
    told("  each other copy", found[1:])


def waits(name: str, ask: Callable[[], httpx.Response], times: int = 300) -> None:
    """How long one caller waits, one request after another."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        answer = ask()
        found.append((time.perf_counter() - begun) * 1000)
        if answer.status_code >= 400:
            raise SystemExit(f"{name}: {answer.status_code} {answer.text}")
    told(name, found)


def told(name: str, found: list[float]) -> None:
    """A row: median, 99th percentile, most."""
    found.sort()
    p99 = found[max(len(found) * 99 // 100 - 1, 0)]
    print(f"{name:<36}{statistics.median(found):9.1f}{p99:9.1f}{found[-1]:9.1f}")


def look(port: int, tokens: dict[str, str], job: Job) -> None:
    """The queue, searches and lists, as people and programs ask for them."""
    print(f"{'milliseconds':<36}{'median':>9}{'p99':>9}{'most':>9}")
    base = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=base, follow_redirects=True, timeout=60) as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get("/desk/login").text)
        browser.post("/desk/login", data={"form": form[1], "token": tokens["printer"]})  # type: ignore[index]
        browser.get("/desk")  # what is loaded at the first request isn't measured
        waits("queue page, 100 jobs of 400", lambda: browser.get("/desk"))
        waits("a job's page", lambda: browser.get(f"/desk/jobs/{job.id}"))
    for who, name, path in (
        ("printer", "queue, API, 200 jobs", "/v1/jobs"),
        ("printer", "find an order", f"/v1/search?text={job.order}"),
        ("printer", "find a parcel", "/v1/search?text=JNE00050000"),
        ("admin", "find a shop's number", "/v1/search?text=TB-05000"),
        ("admin", "find what all are (an edition)", "/v1/search?text=kebun@1"),
        ("admin", "find nothing", "/v1/search?text=zzzz"),
        ("admin", "orders, the latest 200", "/v1/orders"),
        ("shop", "its orders, page 100", "/v1/orders?offset=20000"),
        ("editor", "an edition half the orders are of", "/v1/orders?edition=kebun@1.1"),
        ("editor", "an edition few orders are of", "/v1/orders?edition=kebun@1.8"),
    ):
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
            waits(name, lambda client=client, path=path: client.get(path), 60)  # type: ignore[misc]


def take_orders(port: int, token: str, seconds: int) -> None:
    """How many orders are taken a second, each on the disk when it is answered."""
    content = {"reference": "TB-1", "currency": "IDR", "shipping": 18000, "lines": [line()]}
    until = time.perf_counter() + seconds

    def taking(worker: int) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        taken = 0
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            while time.perf_counter() < until:
                key = {"Idempotency-Key": f"bench-{worker}-{taken:08}"}
                answer = client.post("/v1/orders", json=content, headers=key)
                if answer.status_code != 201:
                    raise SystemExit(answer.text)
                taken += 1
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(taking, range(8)))
    print(f"orders taken: {taken / seconds:.0f} a second, by 8 at once")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    for program in ("wrk", "nginx"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} isn't installed")
    with tempfile.TemporaryDirectory(dir=asked.out) as name:
        measure(Path(name), asked.orders, asked.seconds)


def measure(folder: Path, orders: int, seconds: int) -> None:
    """All figures for a desk in `folder`."""
    store = make_store(folder / "store")
    approve(store, put_edition(store, interior=os.urandom(SIZE)), "Siti Rahma", "2026-11-20")
    for revision in range(2, EDITIONS + 1):
        put_edition(store, revision)
    desk = service.open_desk(
        folder / "desk", folder / "store", lambda: datetime.now(UTC), os.urandom, hindrance
    )
    people = {"printer": PRINTER, "admin": ADMIN, "shop": SHOP, "editor": EDITOR}
    tokens = {
        name: service.issue_token(desk, ADMIN, actor.role, actor.scope, actor.name)[1]
        for name, actor in people.items()
    }
    begun = time.perf_counter()
    fill(desk, orders)
    print(f"{orders} orders written in {time.perf_counter() - begun:.0f} s")
    job = ready(desk, key="the-job-that-is-fetched")
    with serving(folder) as port:
        look(port, tokens, job)
        take_orders(port, tokens["shop"], seconds)
    stamp_copies(folder, desk, tokens["printer"])
    serve_files(folder, desk, job, tokens["printer"], seconds)


if __name__ == "__main__":
    main()
