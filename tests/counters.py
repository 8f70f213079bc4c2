"""A counter for the tests: a desk behind a real server on loopback, and people with tokens."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import uvicorn

from bookbuild.counter.app import make_app, make_counter
from bookbuild.counter.room import Terms
from bookbuild.counter.serve import configured
from bookbuild.desk import service
from bookbuild.desk.model import Actor
from bookbuild.desk.service import Desk
from bookbuild.stamping import hindrance
from tests.desks import ADMIN, EDITOR, OTHER_PRINTER, OTHER_SHOP, PRINTER, SHOP, make_desk

PEOPLE = (SHOP, OTHER_SHOP, PRINTER, OTHER_PRINTER, EDITOR, ADMIN)


UNHURRIED = Terms(rate=1_000_000)
"""No test waits for a minute to pass."""


@dataclass(frozen=True)
class Served:
    """A desk that is served, and the tokens of the people who come to it."""

    desk: Desk
    url: str
    tokens: dict[Actor, str]
    client: httpx.Client

    def ask(
        self, actor: Actor | None, path: str, method: str = "GET", **given: object
    ) -> httpx.Response:
        """What somebody gets; nobody for None."""
        headers = {**given.pop("headers", {})}  # type: ignore[dict-item]
        if actor is not None:
            headers["Authorization"] = f"Bearer {self.tokens[actor]}"
        return self.client.request(method, path, headers=headers, **given)  # type: ignore[arg-type]


@contextmanager
def served(
    folder: Path, terms: Terms = UNHURRIED, loop: Literal["auto", "asyncio"] = "auto"
) -> Iterator[Served]:
    """A server over a desk in `folder`, until the end of the block."""
    desk = make_desk(folder, stamping=hindrance)
    tokens = {
        actor: service.issue_token(desk, ADMIN, actor.role, actor.scope, actor.name)[1]
        for actor in PEOPLE
    }
    with running(desk, terms, loop) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield Served(desk, url, tokens, client)
    desk.database.close()


@contextmanager
def running(
    desk: Desk, terms: Terms = UNHURRIED, loop: Literal["auto", "asyncio"] = "auto"
) -> Iterator[str]:
    """The address of a server over a desk, until the end of the block."""
    config = configured(make_app(make_counter(desk, terms), background=False), "127.0.0.1", 0)
    config.loop = loop
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
