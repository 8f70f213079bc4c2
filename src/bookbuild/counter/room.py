"""The counter itself: the desk behind it, how it looks, and who stands before it.

In: requests. Out: what every address needs first: the counter, the actor behind a token, the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from bookbuild.counter.workshop import Workshop
from bookbuild.desk.model import Actor
from bookbuild.desk.refusals import NoEntry
from bookbuild.desk.service import Desk, enter
from bookbuild.language import Language
from bookbuild.layout import Layout


@dataclass(frozen=True, slots=True)
class Terms:
    """How the counter is run."""

    accel: str = ""
    """The address inside nginx under which it has the store's blobs; empty: Python sends them."""
    secure: bool = False
    """True where people reach it by https: cookies are then sent over nothing else."""
    rate: int = 6000
    """Requests that one address may make in a minute."""
    catalogue: Path | None = None
    """The folder that everybody may read under /."""
    inside: bool = False
    """True where webhooks may lead into the machine's own network."""


@dataclass(frozen=True, slots=True)
class Counter:
    """Where requests are answered."""

    desk: Desk
    terms: Terms
    look: Layout
    words: Mapping[str, Mapping[str, str]]
    """The texts of the pages, by language."""
    languages: Mapping[str, Language]
    """How each writes dates and numbers."""
    workshop: Workshop
    """Where tickets and templates for stamps are made."""


_BEARER = HTTPBearer(auto_error=False, description="A token, as `bookbuild orders token` makes it.")


def counter_of(request: Request) -> Counter:
    """The counter that a request came to."""
    found: Counter = request.app.state.counter
    return found


def desk_of(request: Request) -> Desk:
    """The desk behind it."""
    return counter_of(request).desk


async def counter_here(request: Request) -> Counter:
    """The same for addresses: what waits for nothing needs no thread of its own."""
    return counter_of(request)


async def desk_here(request: Request) -> Desk:
    """The desk, for addresses."""
    return desk_of(request)


def caller_of(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Actor:
    """Who asks, by the token in the header; NoEntry without one."""
    if given is None:
        raise NoEntry("say who you are: Authorization: Bearer TOKEN")
    actor = enter(desk_of(request), given.credentials)
    request.state.token = actor.token  # its id, for the log
    return actor


async def body_of(request: Request) -> bytes:
    """The body as it came; `guard` sees to its size."""
    return await request.body()


Here = Annotated[Counter, Depends(counter_here)]
There = Annotated[Desk, Depends(desk_here)]
Caller = Annotated[Actor, Depends(caller_of)]
Body = Annotated[bytes, Depends(body_of)]
Data = dict[str, Any]
