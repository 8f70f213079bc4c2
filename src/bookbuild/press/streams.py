"""Content streams as operations whose operands stay as they were written (ISO 32000-1, 7.8.2).

In: the decoded bytes of a stream of our own. Out: each operator with the bytes before it. What
nobody needs to read is neither read nor written anew, which makes a book's pages ten times
quicker to rewrite than through a list of objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE = rb"[\x00\t\n\x0c\r ]"
_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
_OPERATION = re.compile(
    rb"(?:" + _SPACE + rb"++"
    rb"|[+-]?[0-9.]++"
    rb"|\[[0-9A-Fa-f<>.+\-\x00\t\n\x0c\r ]*+\]"  # all of most text
    rb"|<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>"
    rb"|\((?:[^()\\]|\\.)*+\)"
    rb"|/" + _REGULAR + rb"*+"
    rb"|<<|>>|\[|\]"
    rb"|(?:true|false|null)(?!" + _REGULAR + rb")"
    rb")*+"
    rb"(?P<operator>[A-Za-z'\"]" + _REGULAR + rb"*+)",
    re.DOTALL,
)  # fmt: skip
_END_OF_PICTURE = re.compile(_SPACE + rb"EI(?=" + _SPACE + rb"|\Z)")
_PLAIN_ARRAY = re.compile(rb"\s*\[(?:<(?:[0-9A-Fa-f]{4})*+>|[0-9.+\-]++|\s++)*+\]\s*")
_NO_MOVE = re.compile(rb">\s*0\s*<")
PICTURE = b"INLINE IMAGE"
"""Stands for an inline picture as a whole, from BI to EI."""


class Unusual(ValueError):
    """A stream that is written in a way we don't read."""


def operations(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every operator, and the bytes of its operands.

    Raises:
        Unusual: comments, strings with parentheses inside, or what no operation is.
    """
    position = 0
    while (found := _OPERATION.match(content, position)) is not None:
        operator, start, position = found["operator"], found.start("operator"), found.end()
        if operator == b"BI":
            end = _END_OF_PICTURE.search(content, position)
            if end is None:
                raise Unusual("an inline picture without end")
            yield PICTURE, content[start : end.end()]
            position = end.end()
        else:
            yield operator, content[found.start() : start]
    if content[position:].strip(b"\x00\t\n\x0c\r "):
        raise Unusual(f"at byte {position}")


def without_idle_moves(shown: bytes) -> bytes:
    """The array of TJ without its moves by nothing, which the engine writes after each glyph."""
    return _NO_MOVE.sub(b"", shown) if _PLAIN_ARRAY.fullmatch(shown) else shown
