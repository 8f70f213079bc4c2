"""The counter as one ASGI application: addresses, pages, health, figures, and what runs beside.

In: a `Counter`. Out: an application for any ASGI server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response

from bookbuild import __version__
from bookbuild.counter import (
    editions_api,
    editor_pages,
    files_api,
    hooks_api,
    job_pages,
    jobs_api,
    orders_api,
    pages,
    problems,
)
from bookbuild.counter.contract import write_contract
from bookbuild.counter.guard import Figures, Guard
from bookbuild.counter.lane import Lane
from bookbuild.counter.room import Counter, Terms
from bookbuild.counter.sending import expire_for_ever, send_for_ever
from bookbuild.counter.sessions import COOKIE, HOURS
from bookbuild.counter.shelf import Shelf
from bookbuild.counter.workshop import Workshop
from bookbuild.desk.model import SYSTEM
from bookbuild.desk.room import Desk
from bookbuild.desk.sealing import session_key
from bookbuild.desk.service import list_queue
from bookbuild.errors import BookbuildError
from bookbuild.folders import layout_folders
from bookbuild.layout import load_language, load_layout
from bookbuild.messages import LANGUAGES, load_messages

_ABOUT = """Orders, jobs and their files. Errors are `application/problem+json` (RFC 9457)."""


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def make_counter(desk: Desk, terms: Terms) -> Counter:
    """A counter for a desk, with the pages of the installed layouts.

    Raises:
        BookFaults: a file of the pages is missing or wrong.
    """
    folders = layout_folders(Path())
    look = replace(load_layout(folders, "default"), name="desk")
    languages = {name: load_language(folders, name) for name in LANGUAGES}
    for language in languages.values():
        language.day(date.min)  # loads the names of months, for which no caller should wait
    shop = Workshop(desk, languages)
    return Counter(desk, terms, look, load_messages(folders), languages, shop)


def make_app(counter: Counter, background: bool = True) -> FastAPI:
    """The application; with `background` it also tells webhooks, and lets orders expire."""
    app = FastAPI(
        title="bookbuild order desk",
        version=__version__,
        description=_ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(counter) if background else None,
    )
    app.state.counter = counter
    figures = Figures()
    figures.registry.register(_Queue(counter.desk))
    _add_middleware(app, counter, figures)
    problems.add_to(app)
    for module in (
        orders_api, jobs_api, files_api, editions_api, hooks_api, pages, job_pages, editor_pages,
    ):  # fmt: skip
        app.include_router(module.router)
    _add_health(app, counter, figures)
    _add_home(app, counter.terms.catalogue)
    app.openapi = partial(write_contract, app)  # type: ignore[method-assign]
    return app


class _Queue:
    """How long the queue is, asked whenever the figures are."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def collect(self) -> list[GaugeMetricFamily]:
        """Jobs in the queue, and late ones."""
        queue = list_queue(self.desk, SYSTEM, limit=1)
        return [
            GaugeMetricFamily("bookbuild_queue_jobs", "Jobs at printers", queue.total),
            GaugeMetricFamily("bookbuild_queue_late", "Of these, late", queue.late),
        ]


def _lifespan(counter: Counter) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(send_for_ever(counter.desk, counter.terms.inside)),
            asyncio.create_task(expire_for_ever(counter.desk)),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return lifespan


def _add_middleware(app: FastAPI, counter: Counter, figures: Figures) -> None:
    """The last that is added stands outermost."""
    app.add_middleware(
        SessionMiddleware,
        secret_key=session_key(counter.desk).hex(),
        session_cookie=COOKIE,
        max_age=HOURS * 3600,
        path="/desk",
        same_site="lax",
        https_only=counter.terms.secure,
    )
    app.add_middleware(Lane, counter=counter)
    app.add_middleware(Guard, figures=figures, rate=counter.terms.rate, secure=counter.terms.secure)


def _add_health(app: FastAPI, counter: Counter, figures: Figures) -> None:
    """Addresses for whoever keeps the server running."""

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response(None, 204)  # every browser asks; there is none

    @app.get("/health", include_in_schema=False)
    def health() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/ready", include_in_schema=False)
    def ready() -> Response:
        try:
            list_queue(counter.desk, SYSTEM, limit=1)
            there = counter.desk.store.folder.is_dir()
        except BookbuildError:
            there = False
        return JSONResponse({"status": "ok" if there else "failing"}, 200 if there else 503)

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)


def _add_home(app: FastAPI, catalogue: Path | None) -> None:
    """What is under /: the catalogue, after all other addresses; without one, the way to /desk."""
    if catalogue is not None:
        app.mount("/", Shelf(catalogue))
        return

    @app.get("/", include_in_schema=False)
    def home() -> Response:
        return RedirectResponse("/desk", 303)
