"""Send whole files without reading them: uvicorn with ASGI's `pathsend`.

In: `http.response.pathsend`, which Starlette's answers use where a server offers it. Out: the
file's bytes, which the kernel copies from its cache into the socket, as nginx does; Python only
hears that there is room for more. Owner of uvicorn's protocol; pinned by what is used of it here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from bookbuild.counter.bounds import BoundedProtocol

TURN = 1024 * 1024
"""Most bytes that one caller gets before the others have their turn."""
PATIENCE = 60.0
"""Seconds in which a caller has to take something; nginx waits as long."""
_PATHSEND = "http.response.pathsend"
Message = MutableMapping[str, Any]


class FileProtocol(BoundedProtocol):
    """HTTP as uvicorn speaks it, and files by the kernel."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._answer = self.app
        self.app = self._answered
        self._sending: _Sending | None = None

    def on_message_begin(self) -> None:
        """A request begins: what its answer may use."""
        super().on_message_begin()
        if self.scheme == "http":  # TLS would have to be done by the kernel, too
            self.scope["extensions"] = {_PATHSEND: {}}

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller has gone, and what was being sent ends."""
        super().connection_lost(exc)
        if self._sending is not None:
            self._sending.end()

    async def _answered(self, scope: Any, receive: Any, send: Any) -> None:
        cycle: RequestResponseCycle = send.__self__

        async def sent(message: Message) -> None:
            if message["type"] == _PATHSEND:
                await self._send_file(cycle, message["path"])
            else:
                await send(message)

        await self._answer(scope, receive, sent)

    async def _send_file(self, cycle: RequestResponseCycle, path: str) -> None:
        """The file, of the length that the headers said; they are on their way already."""
        if not self.transport.is_closing():
            self.transport.set_write_buffer_limits(high=0)  # `drain` waits for the last of them
            await self.flow.drain()
        if self._gone(cycle):
            return
        try:
            with Path(path).open("rb", buffering=0) as file:
                await self._hand_over(file.fileno(), cycle.expected_content_length)
        except OSError as fault:
            if not isinstance(fault, ConnectionError):
                self.logger.error("%s was broken off: %s", path, fault)
            self.transport.abort()
        if self._gone(cycle):
            return
        self.transport.set_write_buffer_limits()
        cycle.expected_content_length = 0
        await cycle.send({"type": "http.response.body", "body": b"", "more_body": False})

    def _gone(self, cycle: RequestResponseCycle) -> bool:
        """True where nobody is there any more; the answer then ends without being completed."""
        if self.transport.is_closing():
            cycle.disconnected = True
        return bool(cycle.disconnected)

    async def _hand_over(self, file: int, size: int) -> None:
        socket = self.transport.get_extra_info("socket").fileno()
        self._sending = _Sending(self.loop, socket, file, size)
        try:
            await self._sending.done()
        finally:
            self._sending = None


class _Sending:
    """A file on its way into a socket, whenever there is room."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: int, file: int, size: int) -> None:
        self._loop = loop
        self._socket = os.dup(socket)  # the transport keeps its own to itself
        self._file = file
        self._at, self._size = 0, size
        self._ended: asyncio.Future[None] = loop.create_future()

    async def done(self) -> None:
        """Send it all; OSError where the caller has gone or takes nothing any more."""
        self._loop.add_writer(self._socket, self._send)
        self._watch(-1)
        try:
            await self._ended
        finally:
            self._timer.cancel()
            self._loop.remove_writer(self._socket)
            os.close(self._socket)

    def end(self) -> None:
        """Send no more."""
        self._fail(ConnectionResetError("the caller has gone"))

    def _send(self) -> None:
        try:
            sent = os.sendfile(self._socket, self._file, self._at, min(self._size - self._at, TURN))
        except BlockingIOError:
            return
        except OSError as fault:
            self._fail(fault)
            return
        self._at += sent
        if self._at >= self._size:
            if not self._ended.done():
                self._ended.set_result(None)
        elif not sent:
            self._fail(OSError("the file is shorter than it was"))

    def _watch(self, before: int) -> None:
        if before == self._at:
            self._fail(ConnectionResetError("the caller takes nothing"))
        self._timer = self._loop.call_later(PATIENCE, self._watch, self._at)

    def _fail(self, fault: OSError) -> None:
        if not self._ended.done():
            self._ended.set_exception(fault)
