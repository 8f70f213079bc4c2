"""Who may ask the preview: pages that it served itself, on this machine.

Owner of Starlette, with `server`.

A web page elsewhere can send a browser to a port of this machine (by a form, a picture, a name
that it lets lead to 127.0.0.1). So what names another host, comes from another origin, or is
fetched for another site is refused before anything is read. An answer tells the browser to hand it
to nobody else, and to run no script in it but the preview's own.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost", "[::1]")
"""What this machine is called by itself."""
_OWN_SITES = ("same-origin", "none")
"""`Sec-Fetch-Site` of the preview's own requests, and of a typed address."""
_METHODS = ("GET", "HEAD")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TEXT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""For the EPUB's documents, whose words others have written: no script at all."""
_ALWAYS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses what doesn't come from the preview's own page, and closes every answer."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app, self._hosts = app, {f"{name}:{port}" for name in NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _close(message)
            await send(message)

        reason = refusal(scope["method"], Headers(scope=scope), self._hosts)
        answer = PlainTextResponse(f"refused: {reason}\n", 403) if reason else self._app
        await answer(scope, receive, closed)


def refusal(method: str, headers: Mapping[str, str], hosts: set[str]) -> str:
    """Why a request is refused; empty if it isn't. `hosts` are this server's names with port."""
    if headers.get("host", "").lower() not in hosts:
        return "the preview answers to this machine's own names alone"
    origin = headers.get("origin")
    if origin is not None and origin.lower() not in {f"http://{host}" for host in hosts}:
        return "it comes from another origin"
    if headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        return "it comes from another site"
    return "" if method in _METHODS else "there is nothing to change here"


def _close(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
