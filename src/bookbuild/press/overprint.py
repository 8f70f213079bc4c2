"""Ink in the bound pages: what each content stream puts on the plates.

Owner of pikepdf, with `finish`. In: a bound PDF, changed in place. Every fill and stroke becomes
an amount of ink; black text overprints, so that no gap shows where the plates don't meet; white
and everything else knocks out. What no ink can be found for, and transparency where the standard
forbids it, comes out as a `Flaw`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.press.inking import ALPHA, OFF, ON, InkedStream, Inking, States
from bookbuild.press.streams import Unusual, operations

_DEVICE = (Name.DeviceGray, Name.DeviceCMYK)


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """What a page holds that its press file must not."""

    page: int
    """Counted from 0."""
    kind: str
    """`colour` or `transparency`."""
    what: str


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

    def _rewritten(self, owner: Any, streams: list[Any], resources: Any) -> InkedStream:
        """A page's or a form's content in inks, kept by all that it is made from."""
        states, is_page = _plain(resources), isinstance(owner, pikepdf.Page)
        return self._cache.made(
            "inks",
            chain((repr((states, is_page, self._flat)),), (item.read_bytes() for item in streams)),
            lambda: Inking(states, is_page=is_page, flat=self._flat).inked(_read(owner, streams)),
        )

    def _took(self, number: int, rewritten: InkedStream, resources: Any) -> None:
        """Note what was found in a stream, give it what it now uses, go into its forms."""
        self.flaws |= {Flaw(number, "colour", what) for what in rewritten.foreign}
        if self._flat:
            self.flaws |= {Flaw(number, "transparency", what) for what in rewritten.transparent}
        if rewritten.switched:
            states = resources.get("/ExtGState")
            if states is None:
                states = resources.ExtGState = Dictionary()
            states[ON], states[OFF] = self._on, self._off
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
            for name in [name for name in states if name not in used | {ON, OFF}]:
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


def _plain(resources: Any) -> States:
    """The graphics states of resources, but for those that we put there."""
    states = dict(resources.get("/ExtGState", Dictionary()))
    return {
        name: {key: _plain_value(key, states[name][key]) for key in sorted(states[name].keys())}
        for name in sorted(states)
        if name not in (ON, OFF)
    }


def _plain_value(key: str, value: Any) -> float | str:
    if key in ALPHA:
        return float(value)
    return str(value) if isinstance(value, Name) else type(value).__name__
