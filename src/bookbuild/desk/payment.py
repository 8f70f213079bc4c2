"""Notices of payment: is this one from the shop, is it fresh, what does it say.

A notice is signed with HMAC-SHA256 over its time stamp, a full stop and the raw body, in
hexadecimal. Whether it was seen before, and whether the amount fits, is the database's to say.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bookbuild.desk.refusals import NoEntry

WINDOW = 300
"""Seconds that a time stamp may be off, either way: what comes later was replayed, or is lost."""
_LONGEST_STAMP = 12


@dataclass(frozen=True, slots=True)
class Signed:
    """A notice as it came in."""

    stamp: str
    """Seconds since 1970, as a decimal number."""
    signature: str
    body: bytes


def signature(key: bytes, stamp: str, body: bytes) -> str:
    """What signs a body sent at a time."""
    return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify(notice: Signed, keys: Iterable[bytes], now: datetime) -> None:
    """Let a notice pass that one of the keys signed within the window.

    Raises:
        NoEntry: none did, or it is too old or from the future.
    """
    wanted = notice.signature.encode()
    # All keys are tried and compared in constant time: how long it takes tells nothing.
    matches = [
        hmac.compare_digest(signature(key, notice.stamp, notice.body).encode(), wanted)
        for key in keys
    ]
    if not any(matches):
        raise NoEntry("the notice's signature is wrong: sign TIMESTAMP.BODY with the shop's key")
    stamp = notice.stamp
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= _LONGEST_STAMP):
        raise NoEntry("the notice's time stamp is no number of seconds since 1970")
    if abs(now.timestamp() - int(stamp)) > WINDOW:
        raise NoEntry(f"the notice's time stamp is more than {WINDOW} s off: sign it again")
