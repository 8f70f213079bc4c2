"""Work that the desk does while it serves: tell webhooks what is due, let unpaid orders expire.

Each body is signed and posted; what isn't answered with 2xx is tried again by the schedule in
`desk.outbox`. An address inside this network is not called, unless the shell opened a webhook to
this very machine, or the terms allow it: whoever names an address shall not reach what only the
desk can. A name is resolved once, and the connection goes to the address that was judged: one that
leads elsewhere the second time leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from bookbuild.desk import service
from bookbuild.desk.outbox import Dispatch
from bookbuild.desk.room import Desk
from bookbuild.errors import BookbuildError

LOG = logging.getLogger("bookbuild.counter")
IDLE, TIMEOUT, WHOLE, EXPIRY = 2.0, 10.0, 30.0, 60.0
"""Seconds: between looks at the outbox, for one step of a call, for all of it, between looks at
unpaid orders. A call ends long before the lease of what it tells."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""The addresses of a host's name, for a port; OSError where it has none."""
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Of IPv4 addresses, by a gateway between both (RFC 6052)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """How dispatches are posted."""

    client: httpx.AsyncClient
    inside: bool = False
    """True where webhooks may lead into this machine's own network."""
    resolve: Resolve | None = None
    """Another resolver than the machine's."""


async def send_for_ever(desk: Desk, inside: bool = False) -> None:
    """Tell what is due, until cancelled."""
    async with httpx.AsyncClient(
        timeout=TIMEOUT, follow_redirects=False, trust_env=False
    ) as client:
        sender = Sender(client, inside)
        while True:
            try:
                sent = await send_due(desk, sender)
            except BookbuildError as fault:
                LOG.error("%s", json.dumps({"task": "webhooks", "fault": str(fault)}))
                sent = 0
            if not sent:
                await asyncio.sleep(IDLE)


async def send_due(desk: Desk, sender: Sender) -> int:
    """Tell what is due now; how many were tried."""
    due = await asyncio.to_thread(service.take_due, desk)
    await asyncio.gather(*(_tell(desk, sender, item) for item in due))
    return len(due)


async def expire_for_ever(desk: Desk) -> None:
    """Let orders expire that weren't paid in time, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(service.expire_unpaid, desk)
        except BookbuildError as fault:
            LOG.error("%s", json.dumps({"task": "expiry", "fault": str(fault)}))
        await asyncio.sleep(EXPIRY)


async def _tell(desk: Desk, sender: Sender, item: Dispatch) -> None:
    try:
        async with asyncio.timeout(WHOLE):
            fault = await _call(desk, sender, item)
    except TimeoutError:
        fault = "not answered in time"
    await asyncio.to_thread(service.settle, desk, item, fault)


async def _call(desk: Desk, sender: Sender, item: Dispatch) -> str:
    """Post it to the address that was judged; what went wrong, or nothing."""
    try:
        url = httpx.URL(item.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.to_thread(sender.resolve or _resolved, url.host, port)
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    except (httpx.InvalidURL, OSError, ValueError):
        return "not reached: the name is unknown"
    # http leads to this very machine, and only the shell can open such a webhook.
    allowed = sender.inside or url.scheme == "http"
    if not addresses or (not allowed and any(map(_leads_inside, addresses))):
        return "not called: the address is inside a network"
    return await _post(desk, sender.client, item, url, addresses[0])


async def _post(
    desk: Desk, client: httpx.AsyncClient, item: Dispatch, url: httpx.URL, address: Address
) -> str:
    stamp, signature = service.signed(desk, item)
    headers = {
        "Host": url.netloc.decode("ascii"),
        "Content-Type": "application/json",
        "Bookbuild-Event": item.event_id,
        "Bookbuild-Timestamp": stamp,
        "Bookbuild-Signature": signature,
    }
    # The certificate is still asked for by name.
    named: dict[str, Any] = {"sni_hostname": url.host}
    request = client.build_request(
        "POST", url.copy_with(host=str(address)), content=item.body, headers=headers,
        extensions=named,
    )  # fmt: skip
    try:
        answer = await client.send(request, stream=True)
        await answer.aclose()
    except (httpx.HTTPError, OSError) as fault:
        return f"not reached: {type(fault).__name__}"
    return "" if answer.is_success else f"answered {answer.status_code}"


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(item[4][0]) for item in found]


def _leads_inside(address: Address) -> bool:
    """True for what isn't an address of one host on the internet, also when it is wrapped."""
    if not address.is_global or address.is_multicast:
        return True
    if not isinstance(address, ipaddress.IPv6Address):
        return False
    wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return any(item is not None and _leads_inside(item) for item in wrapped)
