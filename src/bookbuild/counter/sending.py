"""Work that the desk does while it serves: tell webhooks what is due, let unpaid orders expire.

Each body is signed and posted; what isn't answered with 2xx is tried again by the schedule in
`desk.outbox`. An address inside this network is not called, unless the shell opened a webhook to
this very machine: whoever names an address shall not reach what only the desk can.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import socket
from urllib.parse import urlsplit

import httpx

from bookbuild.desk import service
from bookbuild.desk.outbox import Dispatch
from bookbuild.desk.room import Desk
from bookbuild.errors import BookbuildError

LOG = logging.getLogger("bookbuild.counter")
IDLE, TIMEOUT, EXPIRY = 2.0, 10.0, 60.0
"""Seconds: between looks at the outbox, for one answer, between looks at unpaid orders."""


async def send_for_ever(desk: Desk) -> None:
    """Tell what is due, until cancelled."""
    async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
        while True:
            try:
                sent = await send_due(desk, client)
            except BookbuildError as fault:
                LOG.error("%s", json.dumps({"task": "webhooks", "fault": str(fault)}))
                sent = 0
            if not sent:
                await asyncio.sleep(IDLE)


async def send_due(desk: Desk, client: httpx.AsyncClient) -> int:
    """Tell what is due now; how many were tried."""
    due = await asyncio.to_thread(service.take_due, desk)
    await asyncio.gather(*(_tell(desk, client, item) for item in due))
    return len(due)


async def expire_for_ever(desk: Desk) -> None:
    """Let orders expire that weren't paid in time, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(service.expire_unpaid, desk)
        except BookbuildError as fault:
            LOG.error("%s", json.dumps({"task": "expiry", "fault": str(fault)}))
        await asyncio.sleep(EXPIRY)


async def _tell(desk: Desk, client: httpx.AsyncClient, item: Dispatch) -> None:
    fault = await asyncio.to_thread(_unreachable, item.url) or await _post(desk, client, item)
    await asyncio.to_thread(service.settle, desk, item, fault)


async def _post(desk: Desk, client: httpx.AsyncClient, item: Dispatch) -> str:
    """Post it; what went wrong, or nothing."""
    stamp, signature = service.signed(desk, item)
    headers = {
        "Content-Type": "application/json",
        "Bookbuild-Event": item.event_id,
        "Bookbuild-Timestamp": stamp,
        "Bookbuild-Signature": signature,
    }
    try:
        async with client.stream("POST", item.url, content=item.body, headers=headers) as answer:
            return "" if answer.is_success else f"answered {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
        return f"not reached: {type(fault).__name__}"


def _unreachable(url: str) -> str:
    """Why an address isn't called; nothing for one that may be."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        return ""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError:
        return "not reached: the name is unknown"
    inside = [item[4][0] for item in found if not ipaddress.ip_address(item[4][0]).is_global]
    return "not called: the address is inside a network" if inside else ""
