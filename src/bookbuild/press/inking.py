"""One content stream in inks: every fill and stroke an amount of ink, black text overprinting.

In: the operations of a stream of a page or a form, and the graphics states it may choose. Out: a
frozen `InkedStream` stream, and what was found in it that no plate takes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bookbuild.press.streams import PICTURE, without_idle_moves

Inks = tuple[float, ...]
BLACK: Inks = (0.0, 0.0, 0.0, 1.0)
ON, OFF = "/OverprintOn", "/OverprintOff"
"""The graphics states that switch overprinting."""
ALPHA = ("/ca", "/CA")
_SHOW = frozenset({"Tj", "TJ", "'", '"'})
_PAINT = frozenset({"f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"})
_SPACES = {"/DeviceGray": "g", "/DeviceRGB": "rg", "/DeviceCMYK": "k"}
"""Device colour spaces, and the operator that chooses space and colour in one."""


States = dict[str, dict[str, float | str]]
"""Graphics states by name: opacities as numbers, all else by name or kind."""


@dataclass(frozen=True, slots=True)
class _State:
    """The part of the graphics state that `q` saves and we follow. None: not known."""

    fill: Inks | None = None
    stroke: Inks | None = None
    overprint: bool = False
    fill_space: str = ""
    stroke_space: str = ""


@dataclass(frozen=True, slots=True)
class InkedStream:
    """A content stream in inks, and what was found in it."""

    packed: bytes
    """Compressed, as it goes into the file."""
    foreign: frozenset[str]
    transparent: frozenset[str]
    states: frozenset[str]
    switched: bool


class Inking:
    """One content stream, rewritten operator by operator."""

    def __init__(self, states: States, *, is_page: bool, flat: bool) -> None:
        self._foreign: set[str] = set()
        self._transparent: set[str] = set()
        self._states: set[str] = set()
        self._switched = False
        self._known = states
        self._is_page, self._flat = is_page, flat
        self._made: list[bytes] = []
        self._now = _State()
        self._saved: list[_State] = []

    def inked(self, found: Iterable[tuple[bytes, bytes]]) -> InkedStream:
        """The stream's new bytes, and what was found on the way."""
        for operator, operands in found:
            if not self._takes(operator.decode("latin-1"), operands):
                shown = without_idle_moves(operands) if operator == b"TJ" else operands
                self._made.append(shown + (b"" if operator == PICTURE else operator))
        return InkedStream(
            zlib.compress(b"\n".join(part.strip() for part in self._made) or b"\n"),
            frozenset(self._foreign),
            frozenset(self._transparent),
            frozenset(self._states),
            self._switched,
        )

    def _takes(self, name: str, operands: bytes) -> bool:
        """Follow one operator; True when what stands for it is written already."""
        if name in _SHOW:
            self._before_text()
        elif name in _PAINT:
            self._switch(False)
        elif name == "q":
            self._saved.append(self._now)
        elif name == "Q":
            self._now = self._saved.pop() if self._saved else _State()
        elif name == "gs":
            return self._use(operands.decode("latin-1").strip())
        elif name in ("cs", "CS"):
            return self._choose(operands.decode("latin-1").strip(), stroke=name == "CS")
        elif name in ("g", "rg", "k", "sc", "scn"):
            return self._colour(name, operands, stroke=False)
        elif name in ("G", "RG", "K", "SC", "SCN"):
            return self._colour(name.lower(), operands, stroke=True)
        return False

    def _before_text(self) -> None:
        if self._now.fill is None and self._is_page and not self._now.fill_space:
            self._paint(BLACK, stroke=False)  # the initial black is a grey, which can't overprint
        self._switch(self._now.fill == BLACK)

    def _switch(self, overprint: bool) -> None:
        if self._now.overprint != overprint:
            self._made.append(f"{ON if overprint else OFF} gs".encode())
            self._now = replace(self._now, overprint=overprint)
            self._switched = True

    def _use(self, name: str) -> bool:
        """Look into a graphics state; True for one that changes nothing and can go."""
        state = self._known.get(name, {})
        for key in ALPHA:
            if (alpha := float(state.get(key, 1))) < 1:
                self._transparent.add(f"opacity {alpha:g}")
        if state.get("/SMask", "/None") != "/None":
            self._transparent.add("a soft mask")
        if state.get("/BM", "/Normal") not in ("/Normal", "/Compatible"):
            self._transparent.add("a blend of colours")
        idle = self._flat and all(key in ALPHA and state[key] == 1 for key in state)
        if not idle:
            self._states.add(name)
        return idle

    def _choose(self, space: str, *, stroke: bool) -> bool:
        device = space in _SPACES  # left out here: written with each colour
        if stroke:
            kept = self._now.stroke if device else None
            self._now = replace(self._now, stroke_space=space, stroke=kept)
        else:
            kept = self._now.fill if device else None
            self._now = replace(self._now, fill_space=space, fill=kept)
        return device

    def _colour(self, name: str, operands: bytes, *, stroke: bool) -> bool:
        space = self._now.stroke_space if stroke else self._now.fill_space
        if name in ("sc", "scn"):
            name = _SPACES.get(space, name)
        if name in ("sc", "scn"):
            if space == "/Pattern":
                return False
            self._foreign.add(f"a colour in {space.lstrip('/') or 'no space'}")
            return False
        self._paint(self._inks(name, [float(value) for value in operands.split()]), stroke=stroke)
        return True

    def _inks(self, name: str, values: list[float]) -> Inks:
        if name == "k":
            return tuple(values)
        if name == "rg":
            red, green, blue = values
            if max(values) - min(values) > 0.002:  # half a step of 8 bits
                self._foreign.add(f"the RGB colour {red:.2f} {green:.2f} {blue:.2f}")
        return (0.0, 0.0, 0.0, round(1 - values[0], 4))

    def _paint(self, inks: Inks, *, stroke: bool) -> None:
        if (self._now.stroke if stroke else self._now.fill) == inks:
            return
        written = " ".join(f"{round(ink, 4):g}" for ink in inks)
        self._made.append(f"{written} {'K' if stroke else 'k'}".encode())
        if stroke:
            self._now = replace(self._now, stroke=inks, stroke_space="/DeviceCMYK")
        else:
            self._now = replace(self._now, fill=inks, fill_space="/DeviceCMYK")
