"""Bounds for who asks: how much a request's head may say, and how long a request may take to come.

Uvicorn has neither, so that a caller without end could fill the memory, and some thousands who say
nothing could keep everybody else out. Owner of uvicorn's protocol, with `pathsend`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 64 * 1024
"""Bytes of a head that still isn't complete; nginx passes on half of that."""
PATIENCE = 60.0
"""Seconds from a connection or a request's first byte to its last; nginx waits as long."""


class BoundedProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with callers that come to an end."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head = 0
        self._counted = True
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody comes, and is expected to say something."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody goes."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what belongs to a head is counted."""
        self._counted = self._head >= 0
        super().data_received(data)
        if self._counted and not self.transport.is_closing():
            self._head += len(data)
            if self._head > MOST_HEAD:
                self.send_400_response("The request's head is too large.")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head = 0
        self._expect()

    def on_headers_complete(self) -> None:
        """Its head is there; what comes now is its body, which `guard` bounds."""
        self._head, self._counted = -1, False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of it is there."""
        self._head, self._counted = 0, False
        self._expect_nothing()
        super().on_message_complete()

    def _expect(self) -> None:
        self._expect_nothing()
        self._timer = self.loop.call_later(PATIENCE, self._late)

    def _expect_nothing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _late(self) -> None:
        if self.flow.read_paused:  # it isn't the caller who is slow
            self._expect()
        else:
            self.transport.abort()
