"""Orders taken in processes that are killed, or that race: run as a program by the tests.

`python -m tests.killed_desk steps WHAT FOLDER` copies FOLDER/seed to FOLDER/0001, FOLDER/0002 … and
kills the process that works there with SIGKILL, each before another statement of its database. It
prints how many there are. `send` tells webhooks; the shop's server kills it. `race` lets processes
work in FOLDER at once; `flood` takes orders without end and prints each when it is taken.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import alembic.command
import httpx

from bookbuild.counter.sending import Sender, send_due
from bookbuild.desk import service
from bookbuild.desk.calendar import WorkingTime, calendar
from bookbuild.desk.refusals import Refused
from bookbuild.desk.service import Desk
from tests.desks import ADMIN, MONDAY, SHOP, Chance, Clock, form, line, make_desk
from tests.killed import child

STATEMENTS = ("execute", "executemany", "commit", "rollback")
"""What the driver is asked for: between two of them a process dies anywhere."""
LOADED = alembic.command  # before the processes part, so that not each of them loads it
LABEL = {"media_type": "application/pdf", "base64": "YWxhbWF0IHBlbWJlbGk="}
KEY = "key-of-the-killed"


def arm(step: int) -> None:
    """Kill this process before, or when `step` is odd after, a call into the database."""
    calls = count(1)

    def watch(frame: FrameType, what: str, called: Any) -> None:
        if what not in ("c_call", "c_return") or called.__name__ not in STATEMENTS:
            return
        if "sqlite3" in type(getattr(called, "__self__", None)).__module__ and next(calls) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


def opened(folder: Path) -> Desk:
    return service.open_desk(folder / "desk", folder / "store", Clock(MONDAY), Chance("again"))


def order_it(folder: Path) -> None:
    lines = line(delivery="drop_ship", label=LABEL), line(printer="offset-id")
    service.create_order(opened(folder), SHOP, form(*lines), KEY)


def first(desk: Desk) -> Any:
    (order,) = service.list_orders(desk, ADMIN)
    return service.read_order(desk, ADMIN, order.id)[1][0]


def pay_it(folder: Path) -> None:
    desk = opened(folder)
    service.confirm_payment(desk, ADMIN, first(desk).order, "BCA-77")


def start_it(folder: Path) -> None:
    desk = opened(folder)
    service.move_job(desk, ADMIN, first(desk).id, "start")


def deliver_it(folder: Path) -> None:
    desk = opened(folder)
    service.move_job(desk, ADMIN, first(desk).id, "deliver")


def tell_it(folder: Path) -> None:
    desk = opened(folder)
    for dispatch in service.take_due(desk, 2):
        service.settle(desk, dispatch, "503" if dispatch.event_id.endswith(".2") else "")


WORK: dict[str, Callable[[Path], object]] = {
    "open": opened,
    "order": order_it,
    "pay": pay_it,
    "start": start_it,
    "deliver": deliver_it,
    "tell": tell_it,
}


def seed(what: str, folder: Path) -> None:
    """What was done before `what` is."""
    desk = make_desk(folder)
    if what == "open":
        desk.database.close()
        shutil.rmtree(folder / "desk")
        return
    service.open_hook(desk, SHOP, "https://toko.example/hook")
    if what != "order":
        order_it(folder)
    if what in ("start", "deliver"):
        pay_it(folder)
    if what == "deliver":
        job = first(desk).id
        service.move_job(desk, ADMIN, job, "start")
        service.move_job(desk, ADMIN, job, "bind")
        service.move_job(desk, ADMIN, job, "ship", {"courier": "JNE", "tracking": "1"})
    desk.database.close()


def kill_at_every_step(what: str, folder: Path) -> None:
    calendar(WorkingTime(), MONDAY.year)  # so that not every child looks the holidays up
    for step in count(1):
        here = folder / f"{step:04}"
        shutil.copytree(folder / "seed", here)

        def work(step: int = step, here: Path = here) -> None:
            arm(step)
            WORK[what](here)
            sys.setprofile(None)

        status = os.waitpid(child(work), 0)[1]
        if os.WIFEXITED(status):
            sys.stdout.write(f"{step - 1}\n")
            sys.exit(os.WEXITSTATUS(status))
        assert os.WTERMSIG(status) == signal.SIGKILL


def race(folder: Path, workers: int, rounds: int) -> None:
    """All workers start the same jobs, one after another; prints who got each."""
    ready, go = os.pipe()

    def work(name: str) -> Callable[[], None]:
        def waiting() -> None:
            os.close(go)
            os.read(ready, 1)
            desk = opened(folder)
            jobs = [order.id + "-1" for order in service.list_orders(desk, ADMIN)]
            for job in sorted(jobs)[:rounds]:
                actor = type(ADMIN)(ADMIN.role, name)
                try:
                    service.move_job(desk, actor, job, "start")
                except Refused:
                    continue
                os.write(1, f"{job} {name}\n".encode())

        return waiting

    children = [child(work(f"w{number}")) for number in range(workers)]
    os.close(ready)
    os.close(go)
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children]
    sys.exit(max(codes))


def same_key(folder: Path, workers: int, rounds: int) -> None:
    """All workers send the same orders under the same keys; prints what each got."""
    ready, go = os.pipe()

    def work(name: str) -> Callable[[], None]:
        def waiting() -> None:
            os.close(go)
            os.read(ready, 1)
            there = folder / "desk", folder / "store", Clock(MONDAY), Chance(name)
            desk = service.open_desk(*there)
            for number in range(rounds):
                made = service.create_order(desk, SHOP, form(), f"key-{number:08}")
                os.write(1, f"{number} {made.order.id} {made.new}\n".encode())

        return waiting

    children = [child(work(f"w{number}")) for number in range(workers)]
    os.close(ready)
    os.close(go)
    sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children))


def flood(folder: Path) -> None:
    """Take orders, pay and start them, until killed; each is told when it is done."""
    desk = service.open_desk(folder / "desk", folder / "store", Clock(MONDAY), os.urandom)
    for number in count():
        key = f"flood-{os.getpid()}-{number:06}"
        lines = line(delivery="drop_ship", label=LABEL), line(printer="offset-id")
        made = service.create_order(desk, SHOP, form(*lines), key)
        os.write(1, f"created {made.order.id}\n".encode())
        service.confirm_payment(desk, ADMIN, made.order.id, "BCA-77")
        os.write(1, f"paid {made.order.id}\n".encode())
        service.move_job(desk, ADMIN, made.jobs[0].id, "start")
        os.write(1, f"started {made.order.id}\n".encode())


def send(folder: Path, seconds: float) -> None:
    """Tell webhooks what is due so many seconds later, until nothing is."""

    async def told() -> None:
        clock = Clock(MONDAY + timedelta(seconds=seconds))
        desk = service.open_desk(folder / "desk", folder / "store", clock, os.urandom)
        async with httpx.AsyncClient(timeout=5) as client:
            while await send_due(desk, Sender(client)):
                pass

    asyncio.run(told())


if __name__ == "__main__":
    mode, *rest = sys.argv[1:]
    if mode == "steps":
        seed(rest[0], Path(rest[1]) / "seed")
        kill_at_every_step(rest[0], Path(rest[1]))
    elif mode == "race":
        race(Path(rest[0]), int(rest[1]), int(rest[2]))
    elif mode == "keys":
        same_key(Path(rest[0]), int(rest[1]), int(rest[2]))
    elif mode == "send":
        send(Path(rest[0]), float(rest[1]))
    else:
        flood(Path(rest[0]))
