"""The preview on a port of this machine. Owner of Starlette (with `guard`) and Uvicorn.

In: a desk. Out: a page that follows it by server-sent events, pictures of pages by their address,
the EPUB's text, and where a passage is written. It only tells; nothing can be changed through it.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bookbuild.book.manuscript import read_specification
from bookbuild.errors import BookbuildError, BookFaults
from bookbuild.folders import layout_folders
from bookbuild.layout import read_text
from bookbuild.pixels import Rendering
from bookbuild.press.compositors import Compositors
from bookbuild.press.printer import load_printer
from bookbuild.preview.desk import Desk
from bookbuild.preview.drawing import WIDTHS
from bookbuild.preview.guard import TEXT_POLICY, Guard
from bookbuild.preview.reading import reading_file, reading_text
from bookbuild.preview.record import record
from bookbuild.preview.watch import changes

HOST = "127.0.0.1"
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""For what stands under an address of its own."""
_WAIT_SECONDS, _LAST_SECONDS = 1.0, 1
"""How long a stream waits before it looks whether its reader is still there; and at the end."""
_STATIC = {"preview.html": "text/html", "preview.css": "text/css", "preview.js": "text/javascript"}


class Preview:
    """A book's preview, ready to be served."""

    def __init__(self, folder: Path, desk: Desk, port: int) -> None:
        self._folder, self._desk = folder, desk
        self._ended = threading.Event()
        self._socket = _bound(port)
        self.port = int(self._socket.getsockname()[1])
        settings = uvicorn.Config(
            _application(folder, desk, self.port),
            log_config=None,
            lifespan="off",
            ws="none",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=_LAST_SECONDS,
        )
        self._server = _Server(settings, desk.close)

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{HOST}:{self.port}/"

    def serve(self) -> None:
        """Set the book, follow its files and answer until `close`, or Ctrl-C."""
        with ThreadPoolExecutor(1, "setting") as setting:
            following = setting.submit(self._follow)
            following.add_done_callback(lambda _: self.close())
            try:
                with suppress(KeyboardInterrupt):
                    self._server.run(sockets=[self._socket])
            finally:
                self.close()
                self._socket.close()
        following.result()

    def close(self) -> None:
        """End; `serve` returns."""
        self._ended.set()
        self._desk.close()
        self._server.should_exit = True

    def _follow(self) -> None:
        """Set the book now and after each change; a bug ends the preview in `serve`."""
        for _ in changes(self._folder, self._ended):
            self._desk.refresh()


def open_preview(
    folder: Path,
    port: int,
    printer: str | None,
    compositors: Compositors,
    tell: Callable[[str], None],
) -> None:
    """Serve the book in `folder`, and tell where, until Ctrl-C.

    Raises:
        NoBook, BookFaults: there is no book, or its specification can't be used, or there is no
            such printer.
        BookbuildError: the port is taken.
    """
    read_specification(folder)
    if printer is not None:
        load_printer(layout_folders(folder), printer)
    shown = Preview(folder, Desk(folder, printer, compositors), port)
    tell(f"{shown.address}  (Ctrl-C ends it)")
    shown.serve()


class _Server(uvicorn.Server):
    """Uvicorn, which waits for its streams to end: they are told to."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._end()
        super().handle_exit(sig, frame)


def _bound(port: int) -> socket.socket:
    """A socket on the port of this machine that nobody else can reach; 0 for any free one."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as fault:
        listening.close()
        raise BookbuildError(
            f"port {port} can't be used: {fault.strerror or fault}. Another preview may be open "
            "there; give another --port, or 0 for any that is free."
        ) from None
    return listening


def _application(folder: Path, desk: Desk, port: int) -> Starlette:
    answers = _Answers(folder, desk)
    return Starlette(
        routes=[
            Route("/", answers.page),
            Route("/events", answers.events),
            Route("/pages/{address}/{width:int}", answers.picture),
            Route("/written", answers.written),
            Route("/text/{name:path}", answers.text),
            Route("/{name}", answers.static),
        ],
        middleware=[Middleware(Guard, port=port)],
    )


class _Answers:
    """What is answered to each address."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self._folder, self._desk = folder, desk

    async def page(self, request: Request) -> Response:
        return self._file("preview.html")

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        return self._file(name) if name in _STATIC else Response(status_code=404)

    def _file(self, name: str) -> Response:
        try:
            text = read_text(layout_folders(self._folder), f"preview/{name}")
        except BookFaults as faults:
            return Response(faults.findings[0].message, 500, media_type="text/plain")
        return Response(text, media_type=_STATIC[name])

    async def events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        """Each state as it comes; the pages only where they changed."""
        number, edition = 0, 0
        yield "retry: 500\n\n"
        while not self._desk.closed:
            state = await run_in_threadpool(self._desk.wait, number, _WAIT_SECONDS)
            if state is None:
                yield ":\n\n"
                continue
            told = json.dumps(record(state, edition), ensure_ascii=False)
            number, edition = state.number, state.edition
            yield f"data: {told}\n\n"

    async def picture(self, request: Request) -> Response:
        address, width = request.path_params["address"], request.path_params["width"]
        if width not in WIDTHS:
            return Response(status_code=404)
        drawn = await run_in_threadpool(self._desk.drawings.picture, address, width)
        return _rendering(drawn, _FOREVER)

    async def written(self, request: Request) -> Response:
        asked = request.query_params
        try:
            x, y = float(asked.get("x", "")), float(asked.get("y", ""))
        except ValueError:
            return Response(status_code=400)
        place = await run_in_threadpool(self._desk.written_at, asked.get("page", ""), x, y)
        if place is None:
            return Response(status_code=404)
        return JSONResponse({"file": place.file, "line": place.line})

    async def text(self, request: Request) -> Response:
        name, book = request.path_params["name"], self._desk.state.book
        if book is None:
            return Response(status_code=404)
        try:
            found = await run_in_threadpool(reading_text, book, name)
        except BookFaults as faults:
            return Response(faults.findings[0].message, 500, media_type="text/plain")
        if found is None:
            found = await run_in_threadpool(reading_file, book, name)
        return _rendering(found, {"Content-Security-Policy": TEXT_POLICY})


def _rendering(found: Rendering | None, headers: dict[str, str]) -> Response:
    if found is None:
        return Response(status_code=404)
    return Response(found.data, media_type=found.media_type, headers=headers)
