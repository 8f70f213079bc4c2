"""The text operators (ISO 32000-1, 9.4): where runs of glyphs stand, and how large they are."""

from __future__ import annotations

import re
from typing import Any

from bookbuild.press.preflight.reading import TooMuch
from bookbuild.press.preflight.state import IDENTITY, Matrix, bounds, corners, multiply, sides
from bookbuild.press.preflight.tokens import from_hex
from bookbuild.press.preflight.typefaces import Typeface
from bookbuild.press.preflight.walk import Handler, Walk

_UNSEEN = (3, 7)
"""Render modes that paint nothing (9.3.6)."""
_BELOW, _ABOVE = -0.2, 0.7
"""How far letters reach from the baseline, in type sizes: descenders and capitals of book faces."""
_HEX = re.compile(rb"<([^>]*)>")
_MOST_SHOWN = 70_000


def _begin(walk: Walk, operands: list[Any]) -> None:
    walk.text = walk.line = IDENTITY


def _font(walk: Walk, operands: list[Any]) -> None:
    walk.state.face = walk.font(operands[0])
    walk.state.size = float(operands[1])
    if walk.state.face is None:
        walk.fault(f"the font {operands[0][:40]} is not among the resources")


def _set(attribute: str, factor: float = 1.0) -> Handler:
    def change(walk: Walk, operands: list[Any]) -> None:
        setattr(walk.state, attribute, float(operands[0]) * factor)

    return change


def _render(walk: Walk, operands: list[Any]) -> None:
    walk.state.render = int(operands[0])


def _matrix(walk: Walk, operands: list[Any]) -> None:
    a, b, c, d, e, f = (float(value) for value in operands)
    walk.text = walk.line = (a, b, c, d, e, f)


def _move(walk: Walk, operands: list[Any]) -> None:
    x, y = float(operands[0]), float(operands[1])
    walk.text = walk.line = multiply((1.0, 0.0, 0.0, 1.0, x, y), walk.line)


def _move_and_lead(walk: Walk, operands: list[Any]) -> None:
    walk.state.leading = -float(operands[1])
    _move(walk, operands)


def _next_line(walk: Walk, operands: list[Any]) -> None:
    _move(walk, [0.0, -walk.state.leading])


def _show(walk: Walk, operands: list[Any]) -> None:
    _run(walk, bytes(operands[0]), 0.0)


def _next_and_show(walk: Walk, operands: list[Any]) -> None:
    _next_line(walk, [])
    _show(walk, operands)


def _space_and_show(walk: Walk, operands: list[Any]) -> None:
    walk.state.word_space, walk.state.character_space = float(operands[0]), float(operands[1])
    _next_and_show(walk, operands[2:])


def _show_array(walk: Walk, operands: list[Any]) -> None:
    strings = b"".join(item for item in operands[0] if isinstance(item, bytes))
    _run(walk, strings, sum(item for item in operands[0] if isinstance(item, float)))


def _show_unread(walk: Walk, operands: list[Any]) -> None:
    """An array as `tokens` hands it on: hexadecimal strings and numbers."""
    shown = operands[0]
    moves = sum(map(float, _HEX.sub(b" ", shown).replace(b"\0", b" ").split()))
    _run(walk, from_hex(b"".join(_HEX.findall(shown))), moves)


def _run(walk: Walk, shown: bytes, moves: float) -> None:
    """A run of glyphs from the current position, and the position behind it.

    `moves` is the sum of the array's numbers, in thousandths of the type size, to the left.
    """
    state = walk.state
    face = state.face
    if face is None or not shown:
        return
    codes = face.codes(shown)
    advance = sum(map(face.width, codes)) - moves
    extra = state.character_space * len(codes)
    if state.word_space and not face.wide:
        extra += state.word_space * shown.count(b" ")
    length = (advance / 1000 * state.size + extra) * state.stretch
    if state.render not in _UNSEEN:
        face.seen.setdefault(walk.found.number, set()).update(codes)
        if face.kind == "/Type3":
            walk.glyphs(face, codes)
        _paint(walk, face, codes, length)
    walk.text = multiply((1.0, 0.0, 0.0, 1.0, length, 0.0), walk.text)


def _paint(walk: Walk, face: Typeface, codes: tuple[int, ...], length: float) -> None:
    state = walk.state
    first = next((at for at, code in enumerate(codes) if code not in face.spaces), None)
    if first is None:
        return
    last = next(at for at, code in enumerate(reversed(codes)) if code not in face.spaces)
    scale = state.size / 1000 * state.stretch
    left = sum(map(face.width, codes[:first])) * scale
    right = length - (sum(map(face.width, codes[-last:])) * scale if last else 0.0)
    matrix: Matrix = multiply(walk.text, state.matrix)
    foot, head = _BELOW * state.size + state.rise, _ABOVE * state.size + state.rise
    box = bounds(corners((min(left, right), foot, max(left, right), head)), matrix)
    size = abs(state.size) * sides(matrix)[1]
    if face.kind == "/Type3":
        return
    if state.render in (0, 2, 4, 6):
        walk.paint("text", box, state.fill, stroke=False, size=size)
    if state.render in (1, 2, 5, 6):
        walk.paint("text", box, state.stroke, stroke=True, size=size)
    if len(codes) > _MOST_SHOWN:
        raise TooMuch("a string of text is longer than any line")


LETTERING: dict[str, Handler] = {
    "BT": _begin, "ET": _begin, "Tf": _font, "Tr": _render, "Tm": _matrix,
    "Tc": _set("character_space"), "Tw": _set("word_space"), "Tz": _set("stretch", 0.01),
    "TL": _set("leading"), "Ts": _set("rise"),
    "Td": _move, "TD": _move_and_lead, "T*": _next_line,
    "Tj": _show, "TJ": _show_array, "TJ*": _show_unread, "'": _next_and_show,
    '"': _space_and_show,
}  # fmt: skip
