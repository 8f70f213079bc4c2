"""Publish and approve in processes that are killed, or that race: run as a program by the tests.

`python -m tests.killed WHAT BUILD STORES` makes a store STORES/0001, STORES/0002 … for each step,
from a copy of STORES/seed where there is one, and kills the process that works in it with SIGKILL
at that step. It prints how many steps there are.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from bookbuild.errors import BookFaults
from bookbuild.store.approval import approve
from bookbuild.store.built import read_build
from bookbuild.store.collect import collect
from bookbuild.store.editions import make_store, open_edition, open_store
from bookbuild.store.publish import publish

CALLS = ("write", "fchmod", "fsync", "replace", "link", "mkdir", "unlink", "close")
"""What changes the disk, or makes it last."""
REFUSED = 3


def arm(step: int) -> None:
    """Kill this process in the middle of the call of that number, from 1."""
    numbers = count(1)

    def armed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if next(numbers) == step:
                if name == "write":
                    descriptor, data = arguments
                    call(descriptor, bytes(data)[: len(data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return counted

    for name in CALLS:
        setattr(os, name, armed(name, getattr(os, name)))


def publish_it(build: Path, store: Path) -> None:
    read = read_build(build)
    publish(make_store(store), read, read.manifest.source)


def approve_it(build: Path, store: Path) -> None:
    opened = open_store(store)
    name = read_build(build).manifest.specification.name
    approve(opened, open_edition(opened, str(name)), "Siti Rahma", "2026-11-24")


def collect_it(_: Path, store: Path) -> None:
    collect(open_store(store))


WORK = {"publish": publish_it, "approve": approve_it, "collect": collect_it}


def child(work: Callable[[], None]) -> int:
    """Do the work in another process; returns its id."""
    process = os.fork()
    if process:
        return process
    try:
        work()
    except BookFaults:
        os._exit(REFUSED)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def kill_at_every_step(what: str, build: Path, stores: Path) -> None:
    for step in count(1):
        store = stores / f"{step:04}"
        if (stores / "seed").exists():
            shutil.copytree(stores / "seed", store)

        def work(step: int = step, store: Path = store) -> None:
            arm(step)
            WORK[what](build, store)

        status = os.waitpid(child(work), 0)[1]
        if os.WIFEXITED(status):
            sys.stdout.write(f"{step - 1}\n")
            sys.exit(os.WEXITSTATUS(status))
        assert os.WTERMSIG(status) == signal.SIGKILL


def race(builds: list[Path], stores: Path, rounds: int) -> None:
    """In each round all builds are published at once while others collect; prints who got in."""
    for number in range(rounds):
        store = stores / f"{number:04}"
        make_store(store)
        ready, go = os.pipe()

        def after_the_start(
            work: Callable[[], None], ready: int = ready, go: int = go
        ) -> Callable[[], None]:
            def waiting() -> None:
                os.close(go)
                os.read(ready, 1)
                work()

            return waiting

        def publisher(build: Path, store: Path = store) -> Callable[[], None]:
            return lambda: publish_it(build, store)

        def collector(store: Path = store) -> None:
            for _ in range(30):
                collect(open_store(store))

        children = [child(after_the_start(publisher(build))) for build in builds]
        children += [child(after_the_start(collector))]
        os.close(ready)
        os.close(go)
        codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children]
        sys.stdout.write(" ".join(map(str, codes)) + "\n")


if __name__ == "__main__":
    what, *paths, last = sys.argv[1:]
    if what == "race":
        race([Path(path) for path in paths[:-1]], Path(paths[-1]), int(last))
    else:
        kill_at_every_step(what, Path(paths[0]), Path(last))
