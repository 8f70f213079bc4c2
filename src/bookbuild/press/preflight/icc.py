"""What an ICC profile says of itself (ICC.1:2004-10, 7.2 and 7.3).

In: a profile's stream. Out: a `Header`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bookbuild.press.preflight import reading

MOST_PROFILE = 2**24


@dataclass(frozen=True, slots=True)
class Header:
    """What an ICC profile says of itself (ICC.1, 7.2)."""

    length: int
    size: int
    """Bytes that it should have, and has."""
    major: int
    kind: str
    space: str
    marked: bool
    tables: frozenset[str]


def header_of(profile: Any) -> Header:
    """The header of a profile; an empty one where it can't be decoded."""
    try:
        data = reading.decoded(profile, MOST_PROFILE)
    except (reading.Unreadable, reading.TooMuch):
        data = b""
    count = min(int.from_bytes(data[128:132], "big"), 200)
    tags = (data[132 + 12 * at : 136 + 12 * at].decode("latin-1") for at in range(count))
    return Header(
        len(data),
        int.from_bytes(data[:4], "big"),
        data[8] if len(data) > 8 else 0,
        data[12:16].decode("latin-1"),
        data[16:20].decode("latin-1"),
        data[36:40] == b"acsp",
        frozenset(tags),
    )
