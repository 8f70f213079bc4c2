"""What stands before every address: limits of size and rate, headers, a line in the log, figures.

A plain ASGI layer, so that files stream through it. What it logs is the address's form
(`/v1/jobs/{job}`), never the address, in which a signed link may stand; nor any header.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from time import monotonic, perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookbuild.counter.problems import problem
from bookbuild.desk.forms import LARGEST_BODY

LOG = logging.getLogger("bookbuild.counter")
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
}
_TRANSPORT = {"strict-transport-security": "max-age=31536000"}


@dataclass(frozen=True)
class Figures:
    """What is counted, for Prometheus."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        labels = ("method", "address", "status")
        requests = Counter(
            "bookbuild_requests", "Requests answered", labels, registry=self.registry
        )
        seconds = Histogram(
            "bookbuild_request_seconds", "From request to the last byte", ("address",),
            registry=self.registry,
        )  # fmt: skip
        object.__setattr__(self, "requests", requests)
        object.__setattr__(self, "seconds", seconds)

    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)


class Guard:
    """The layer around an application."""

    def __init__(self, app: ASGIApp, figures: Figures, rate: int, secure: bool) -> None:
        self.app = app
        self.figures = figures
        self.turns = _Turns(rate)
        headers = {**_HEADERS, **_TRANSPORT} if secure else _HEADERS
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {name.lower() for name, _ in message.get("headers", ())}
                own = [pair for pair in self.headers if pair[0] not in given]
                message = {**message, "headers": [*message.get("headers", ()), *own]}
            await send(message)

        try:
            refused = self._refusal(scope)
            if refused is None:
                await self.app(scope, _limited(receive), sent)
            else:
                await refused(scope, receive, sent)
        finally:
            self._note(scope, status, perf_counter() - started)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """What refuses a request before anybody looks at it."""
        address = (scope.get("client") or ("",))[0]
        if not self.turns.take(address):
            return problem(429, "too many requests: wait a minute", headers={"Retry-After": "60"})
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        length = lengths[0].decode("latin-1") if lengths else "0"
        if not length.isdecimal() or len(length) > 18 or int(length) > LARGEST_BODY:
            return problem(413, f"a body has at most {LARGEST_BODY} bytes")
        return None

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        address = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.figures.requests.labels(method, address, str(status)).inc()
        self.figures.seconds.labels(address).observe(seconds)
        line = {
            "method": method,
            "address": address,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "token": scope.get("state", {}).get("token", ""),
        }
        LOG.info("%s", json.dumps(line))


class _Turns:
    """How many requests came from each address in this minute; the next begins with none."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = -1
        self._taken: dict[str, int] = {}

    def take(self, address: str) -> bool:
        """True where the address may make one more."""
        minute = int(monotonic() // 60)
        if minute != self._minute:
            self._minute, self._taken = minute, {}
        taken = self._taken[address] = self._taken.get(address, 0) + 1
        return taken <= self._most


_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


def _limited(receive: Receive) -> Receive:
    """A body that is refused when it grows too large, whatever its header said."""
    came = 0

    async def limited() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > LARGEST_BODY:
            raise HTTPException(413, f"a body has at most {LARGEST_BODY} bytes")
        return message

    return limited
