"""Content streams as operators with their operands (ISO 32000-1, 7.8.2).

In: decoded bytes. Out: (operator, operands) pairs; numbers as floats, names as text with a slash,
strings as bytes, arrays as lists. Written for speed, since a book has millions of tokens: an
array of hexadecimal strings and numbers before `TJ`, most of a page, is handed on unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bookbuild.press.preflight.reading import TooMuch

MOST_OPERANDS = 100_000
MOST_NESTING = 50

_TOKEN = re.compile(
    rb"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?![^\x00\t\n\x0c\r ()<>\[\]{}/%]))"
    rb"|\[(?P<shown>[0-9A-Fa-f<>.+\-\x00\t\n\x0c\r ]*)\][\x00\t\n\x0c\r ]*TJ(?![A-Za-z0-9*])"
    rb"|/(?P<name>[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|<(?P<hex>[0-9A-Fa-f\x00\t\n\x0c\r ]*)>"
    rb"|(?P<text>\()"
    rb"|(?P<comment>%[^\r\n]*)"
    rb"|(?P<space>[\x00\t\n\x0c\r ]+)"
    rb"|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
    rb"|(?P<stray>.)",
    re.DOTALL,
)
_PART = re.compile(rb"[^()\\]*(?:\\.[^()\\]*)*", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f",
            b"\n": b"", b"\r": b"", b"\r\n": b""}  # fmt: skip
_HASH = re.compile(rb"#([0-9A-Fa-f]{2})")
_WORDS = {b"true": True, b"false": False, b"null": None}
_END_OF_IMAGE = re.compile(rb"[\x00\t\n\x0c\r ]EI(?=[\x00\t\n\x0c\r ]|$)")

Shown = bytes
"""The unread inside of an array before TJ."""


def operations(content: bytes) -> Iterator[tuple[str, list[Any]]]:
    """Every operator with its operands; `BI` brings a dictionary and the picture's bytes.

    The operator `TJ*` stands for a TJ whose only operand is a `Shown`.

    Raises:
        TooMuch: operands without an operator, or arrays in arrays, without end.
    """
    position, end = 0, len(content)
    operands: list[Any] = []
    stack: list[list[Any]] = []
    match = _TOKEN.match
    while position < end:
        found = match(content, position)
        if found is None:
            return
        position, kind = found.end(), found.lastgroup
        if kind == "space" or kind == "comment":
            continue
        if kind == "word":
            word = found["word"]
            if word in _WORDS:
                operands.append(_WORDS[word])
            elif word == b"BI":
                picture, position = _inline_image(content, position)
                yield "BI", picture
            elif not stack:
                yield word.decode("latin-1"), operands
                operands = []
        elif kind == "shown" and not stack:
            yield "TJ*", [found["shown"]]
            operands = []
        else:
            operands, position = _operand(found, content, position, operands, stack)


def _operand(
    found: re.Match[bytes], content: bytes, position: int, operands: list[Any],
    stack: list[list[Any]],
) -> tuple[list[Any], int]:  # fmt: skip
    kind = found.lastgroup
    if kind == "number":
        operands.append(float(found["number"]))
    elif kind == "name":
        operands.append("/" + _HASH.sub(_from_hash, found["name"]).decode("latin-1"))
    elif kind == "hex":
        operands.append(from_hex(found["hex"]))
    elif kind == "text":
        value, position = _literal(content, position)
        operands.append(value)
    elif kind == "open":
        if len(stack) >= MOST_NESTING:
            raise TooMuch("a content stream nests arrays too deep")
        stack.append(operands)
        operands = []
    elif kind == "close" and stack:
        outer = stack.pop()
        outer.append(operands)
        operands = outer
    if len(operands) > MOST_OPERANDS:
        raise TooMuch("a content stream has operands without end")
    return operands, position


def _from_hash(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode())


def from_hex(digits: bytes) -> bytes:
    """A hexadecimal string's bytes; an odd last digit is followed by 0 (7.3.4.3)."""
    plain = b"".join(digits.replace(b"\0", b"").split())
    return bytes.fromhex((plain + b"0" * (len(plain) % 2)).decode())


def _literal(content: bytes, position: int) -> tuple[bytes, int]:
    """A string in parentheses, from behind the first one (7.3.4.2)."""
    depth, start = 1, position
    while depth and position < len(content):
        part = _PART.match(content, position)
        position = (part.end() if part else position) + 1
        depth += {b"(": 1, b")": -1}.get(content[position - 1 : position], 0)
    return _ESCAPE.sub(_unescaped, content[start : position - 1]), position


def _unescaped(found: re.Match[bytes]) -> bytes:
    escape = found[1]
    if escape[:1].isdigit():
        return bytes([int(escape, 8) & 255]) if escape.translate(None, b"89") == escape else escape
    return _ESCAPED.get(escape, escape)


def _inline_image(content: bytes, position: int) -> tuple[list[Any], int]:
    """An inline picture from behind BI: its dictionary and data (8.9.7)."""
    values: list[Any] = []
    stack: list[list[Any]] = []
    while position < len(content):
        found = _TOKEN.match(content, position)
        if found is None:
            break
        position = found.end()
        if found.lastgroup == "word":
            if found["word"] == b"ID":
                break
            values.append(_WORDS.get(found["word"]))
        elif found.lastgroup not in ("space", "comment"):
            values, position = _operand(found, content, position, values, stack)
    end = _END_OF_IMAGE.search(content, position)
    data = content[position + 1 : end.start() if end else len(content)]
    keys = [key for key in values[::2] if isinstance(key, str)]
    about = dict(zip(keys, values[1::2], strict=False))
    return [about, data], end.end() if end else len(content)
