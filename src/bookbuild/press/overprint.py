"""Ink in the bound pages: what each content stream puts on the plates.

Owner of pikepdf, with `finish`. In: a bound PDF, changed in place. Every fill and stroke becomes
an amount of ink; black text overprints, so that no gap shows where the plates don't meet; white
and everything else knocks out. What no ink can be found for, and transparency where the standard
forbids it, comes out as a `Flaw`.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.press.streams import PICTURE, Unusual, operations, without_idle_moves

Inks = tuple[float, ...]
BLACK: Inks = (0.0, 0.0, 0.0, 1.0)
_ON, _OFF = Name("/OverprintOn"), Name("/OverprintOff")
_ALPHA = ("/ca", "/CA")
_SHOW = frozenset({"Tj", "TJ", "'", '"'})
_PAINT = frozenset({"f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"})
_SPACES = {"/DeviceGray": "g", "/DeviceRGB": "rg", "/DeviceCMYK": "k"}
"""Device colour spaces, and the operator that chooses space and colour in one."""
_DEVICE = (Name.DeviceGray, Name.DeviceCMYK)


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """What a page holds that its press file must not."""

    page: int
    """Counted from 0."""
    kind: str
    """`colour` or `transparency`."""
    what: str


@dataclass(frozen=True, slots=True)
class _State:
    """The part of the graphics state that `q` saves and we follow. None: not known."""

    fill: Inks | None = None
    stroke: Inks | None = None
    overprint: bool = False
    fill_space: str = ""
    stroke_space: str = ""


def settle_inks(book: pikepdf.Pdf, *, flat: bool, cache: Cache = NOTHING_KEPT) -> tuple[Flaw, ...]:
    """Rewrite every page and form of `book`; `flat` takes out groups that nothing needs."""
    settling = _Settling(book, flat, cache)
    for number, page in enumerate(book.pages):
        settling.page(number, page)
    settling.sweep()
    return tuple(sorted(settling.flaws))


def shows_through(pdf: bytes) -> bool:
    """True when anything on the pages of a PDF is transparent."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        return any(flaw.kind == "transparency" for flaw in settle_inks(book, flat=True))


class _Settling:
    """Walks pages and forms, each once."""

    def __init__(self, book: pikepdf.Pdf, flat: bool, cache: Cache) -> None:
        self.flaws: set[Flaw] = set()
        self._book, self._flat, self._cache = book, flat, cache
        self._seen: set[tuple[int, int]] = set()
        self._resources: dict[tuple[int, int], tuple[Any, set[str]]] = {}
        """By object: each dictionary of resources, and the graphics states used from it."""
        self._on = book.make_indirect(Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1))
        self._off = book.make_indirect(Dictionary(Type=Name.ExtGState, OP=False, op=False, OPM=0))

    def page(self, number: int, page: pikepdf.Page) -> None:
        if page.obj.get("/Contents") is None:
            return
        resources = page.obj.get("/Resources", Dictionary())
        contents = page.obj.Contents
        streams = list(contents) if isinstance(contents, Array) else [contents]
        rewritten = self._rewritten(page, streams, resources)
        page.obj.Contents = self._book.make_stream(b"")
        page.obj.Contents.write(rewritten.packed, filter=Name.FlateDecode)
        self._took(number, rewritten, resources)
        if not self._flat and rewritten.transparent:
            page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)

    def _rewritten(self, owner: Any, streams: list[Any], resources: Any) -> _Rewritten:
        """A page's or a form's content in inks, kept by all that it is made from."""
        states, is_page = _plain(resources), isinstance(owner, pikepdf.Page)
        return self._cache.made(
            "inks",
            chain((repr((states, is_page, self._flat)),), (item.read_bytes() for item in streams)),
            lambda: _Rewriting(states, is_page=is_page, flat=self._flat).rewritten(
                _read(owner, streams)
            ),
        )

    def _took(self, number: int, rewritten: _Rewritten, resources: Any) -> None:
        """Note what was found in a stream, give it what it now uses, go into its forms."""
        self.flaws |= {Flaw(number, "colour", what) for what in rewritten.foreign}
        if self._flat:
            self.flaws |= {Flaw(number, "transparency", what) for what in rewritten.transparent}
        if rewritten.switched:
            states = resources.get("/ExtGState")
            if states is None:
                states = resources.ExtGState = Dictionary()
            states[_ON], states[_OFF] = self._on, self._off
        key = resources.objgen if resources.is_indirect else (-1, id(resources))
        self._resources.setdefault(key, (resources, set()))[1].update(rewritten.states)
        for item in dict(resources.get("/XObject", {})).values():
            if item.objgen in self._seen:
                continue
            self._seen.add(item.objgen)
            if item.get("/Subtype") == Name.Form:
                self._form(number, item)
            else:
                self._image(number, item)
        shadings = list(dict(resources.get("/Shading", {})).values())
        for pattern in dict(resources.get("/Pattern", {})).values():
            if not isinstance(pattern, pikepdf.Stream):
                shadings.append(pattern.Shading)
            elif pattern.objgen not in self._seen:
                self._seen.add(pattern.objgen)
                self._form(number, pattern)
        if not all(_is_ink(shading.get("/ColorSpace")) for shading in shadings):
            self.flaws.add(Flaw(number, "colour", "a gradient in RGB"))

    def _form(self, number: int, form: Any) -> None:
        group = form.get("/Group")
        if group is not None and self._flat:
            del form["/Group"]
        elif group is not None and group.get("/CS") not in (None, Name.DeviceGray):
            group.CS = Name.DeviceCMYK
        resources = form.get("/Resources", Dictionary())
        rewritten = self._rewritten(form, [form], resources)
        form.write(rewritten.packed, filter=Name.FlateDecode)
        self._took(number, rewritten, resources)

    def _image(self, number: int, image: Any) -> None:
        if self._flat and "/SMask" in image:
            self.flaws.add(Flaw(number, "transparency", "a picture that shows through"))
        if not image.get("/ImageMask", False) and not _is_ink(image.get("/ColorSpace")):
            self.flaws.add(Flaw(number, "colour", "a picture in RGB"))

    def sweep(self) -> None:
        """Take out of the resources what no stream uses."""
        for resources, used in self._resources.values():
            spaces = resources.get("/ColorSpace")
            if spaces is not None:
                for name in [name for name, space in dict(spaces).items() if not _is_ink(space)]:
                    del spaces[name]
                if not len(spaces):
                    del resources["/ColorSpace"]
            states = resources.get("/ExtGState", Dictionary())
            for name in [name for name in states if name not in used | {str(_ON), str(_OFF)}]:
                del states[name]


def _is_ink(space: Any) -> bool:
    """True for spaces that end on plates: device grey and CMYK, spots, and those over them."""
    if space in _DEVICE:
        return True
    if not isinstance(space, Array):
        return bool(space == Name.Pattern)
    if space[0] == Name.Indexed:
        return _is_ink(space[1])
    if space[0] in (Name.Separation, Name.DeviceN):
        return _is_ink(space[2])
    return bool(space[0] == Name.Pattern)


def _read(owner: Any, streams: Sequence[Any]) -> list[tuple[bytes, bytes]]:
    """The operations of a page or form; written anew by qpdf first where that is needed."""
    try:
        return list(operations(b"\n".join(stream.read_bytes() for stream in streams)))
    except Unusual:
        parsed: Any = pikepdf.parse_content_stream(owner)
        return list(operations(pikepdf.unparse_content_stream(parsed)))


_States = dict[str, dict[str, float | str]]
"""Graphics states by name: opacities as numbers, all else by name or kind."""


def _plain(resources: Any) -> _States:
    """The graphics states of resources, but for those that we put there."""
    states = dict(resources.get("/ExtGState", Dictionary()))
    return {
        name: {key: _plain_value(key, states[name][key]) for key in sorted(states[name].keys())}
        for name in sorted(states)
        if name not in (_ON, _OFF)
    }


def _plain_value(key: str, value: Any) -> float | str:
    if key in _ALPHA:
        return float(value)
    return str(value) if isinstance(value, Name) else type(value).__name__


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """A content stream in inks, and what was found in it."""

    packed: bytes
    """Compressed, as it goes into the file."""
    foreign: frozenset[str]
    transparent: frozenset[str]
    states: frozenset[str]
    switched: bool


class _Rewriting:
    """One content stream, rewritten operator by operator."""

    def __init__(self, states: _States, *, is_page: bool, flat: bool) -> None:
        self._foreign: set[str] = set()
        self._transparent: set[str] = set()
        self._states: set[str] = set()
        self._switched = False
        self._known = states
        self._is_page, self._flat = is_page, flat
        self._made: list[bytes] = []
        self._now = _State()
        self._saved: list[_State] = []

    def rewritten(self, found: Sequence[tuple[bytes, bytes]]) -> _Rewritten:
        """The stream's new bytes, and what was found on the way."""
        for operator, operands in found:
            if not self._takes(operator.decode("latin-1"), operands):
                shown = without_idle_moves(operands) if operator == b"TJ" else operands
                self._made.append(shown + (b"" if operator == PICTURE else operator))
        return _Rewritten(
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
            self._made.append(f"{_ON if overprint else _OFF} gs".encode())
            self._now = replace(self._now, overprint=overprint)
            self._switched = True

    def _use(self, name: str) -> bool:
        """Look into a graphics state; True for one that changes nothing and can go."""
        state = self._known.get(name, {})
        for key in _ALPHA:
            if (alpha := float(state.get(key, 1))) < 1:
                self._transparent.add(f"opacity {alpha:g}")
        if state.get("/SMask", "/None") != "/None":
            self._transparent.add("a soft mask")
        if state.get("/BM", "/Normal") not in ("/Normal", "/Compatible"):
            self._transparent.add("a blend of colours")
        idle = self._flat and all(key in _ALPHA and state[key] == 1 for key in state)
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
