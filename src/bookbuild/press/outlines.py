"""Text as outlines, for shops whose workflow can't be trusted with fonts.

Owner of pikepdf, with `finish`. In: a bound PDF whose fonts are the layout's, changed in place.
Every glyph becomes a form, drawn where the text would have drawn it; pages then have no fonts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

from bookbuild.fonts import Face, Outlines, advances, glyph_count

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1, 0, 0, 1, 0, 0)
_EM = 1000
_TEXT = frozenset({"BT", "ET", "Tm", "Tf", "Tc", "Ts", "Tr"})
_INVISIBLE = 3
"""Rendering mode of text that is there to be searched (ISO 32000-1, 9.3.6)."""


@dataclass(frozen=True, slots=True)
class _Text:
    """The text state (ISO 32000-1, 9.3), as far as the page engine uses it."""

    at: Matrix = _UNIT
    font: str = ""
    size: float = 0
    spacing: float = 0
    rise: float = 0
    mode: int = 0


def draw_text(book: pikepdf.Pdf, faces: Sequence[Face]) -> None:
    """Turn the text of every page and form of `book` to outlines."""
    drawing = _Drawing(book, faces)
    for page in book.pages:
        if page.obj.get("/Contents") is not None:
            content = drawing.content(page, page.obj.Resources)
            page.obj.Contents = book.make_stream(content)
    drawing.forget_fonts()


class _Drawing:
    """Walks pages and forms; one form for each glyph of each face."""

    def __init__(self, book: pikepdf.Pdf, faces: Sequence[Face]) -> None:
        self._book = book
        self._faces = {face.postscript_name: face for face in faces}
        self._glyphs: dict[tuple[str, int], Any] = {}
        self._advances: dict[str, Mapping[int, float]] = {}
        self._outlines: dict[str, Outlines] = {}
        self._seen: set[tuple[int, int]] = set()
        self._resources: list[Any] = []
        self._end: Matrix = _UNIT

    def content(self, owner: Any, resources: Any) -> bytes:
        """The stream's new bytes; forms that it may draw are rewritten, too."""
        for form in dict(resources.get("/XObject", {})).values():
            if form.get("/Subtype") == Name.Form and form.objgen not in self._seen:
                self._seen.add(form.objgen)
                form.write(self.content(form, form.get("/Resources", Dictionary())))
        self._resources.append(resources)
        instructions: Any = pikepdf.parse_content_stream(owner)
        return pikepdf.unparse_content_stream(list(self._redrawn(instructions, resources)))

    def forget_fonts(self) -> None:
        """Take the fonts from every page and form."""
        for resources in self._resources:
            if "/Font" in resources:
                del resources["/Font"]

    def _redrawn(self, instructions: Any, resources: Any) -> Iterator[tuple[Any, Any]]:
        state, saved = _Text(), list[_Text]()
        for operands, operator in instructions:
            name = str(operator)
            if name in ("Tj", "TJ"):
                shown = operands[0] if name == "TJ" else [operands[0]]
                for glyph, place in self._placed(shown, state, resources):
                    yield from self._glyph(glyph, place, state, resources)
                state = replace(state, at=self._end)
            elif name in _TEXT:
                state = _changed(state, name, operands)
            else:
                if name == "q":
                    saved.append(state)
                elif name == "Q" and saved:
                    state = saved.pop()
                yield operands, operator

    def _placed(self, shown: Any, state: _Text, resources: Any) -> Iterator[tuple[int, Matrix]]:
        """Every glyph of a line with its place; `_end` is then where the next line begins."""
        at = state.at
        face = self._face(state.font, resources)
        for item in shown:
            if not isinstance(item, pikepdf.String):
                at = _moved(at, -float(item) / _EM * state.size)
                continue
            codes = bytes(item)
            for start in range(0, len(codes), 2):
                glyph = int.from_bytes(codes[start : start + 2])
                yield glyph, at
                advance = self._advance(face, glyph) / _EM * state.size + state.spacing
                at = _moved(at, advance)
        self._end = at

    def _glyph(
        self, glyph: int, place: Matrix, state: _Text, resources: Any
    ) -> Iterator[tuple[Any, Any]]:
        """Draw one glyph: `q`, its place and size, its form, `Q`."""
        form = self._form(self._face(state.font, resources), glyph)
        if form is None or state.mode == _INVISIBLE:
            return
        name = Name(f"/{state.font.lstrip('/')}-{glyph}")
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        resources.XObject[name] = form
        scale = state.size / _EM
        matrix = _times((scale, 0, 0, scale, 0, state.rise), place)
        yield [], Operator("q")
        yield [round(value, 5) for value in matrix], Operator("cm")
        yield [name], Operator("Do")
        yield [], Operator("Q")

    def _face(self, font: str, resources: Any) -> Face:
        base = str(resources.Font[font].BaseFont)
        return self._faces[base.partition("+")[2]]

    def _advance(self, face: Face, glyph: int) -> float:
        name = face.postscript_name
        if name not in self._advances:
            self._advances[name] = advances(face.data, range(glyph_count(face.data)))
        return self._advances[name].get(glyph, 0)

    def _form(self, face: Face, glyph: int) -> Any:
        key = face.postscript_name, glyph
        if key not in self._glyphs:
            if face.postscript_name not in self._outlines:
                self._outlines[face.postscript_name] = Outlines(face.data)
            path, box = self._outlines[face.postscript_name].path(glyph)
            form = self._book.make_stream(f"{path}\nf\n".encode()) if path else None
            if form is not None:
                form.Type, form.Subtype = Name.XObject, Name.Form
                form.BBox = Array([round(value, 2) for value in box])
                form.Resources = Dictionary()
            self._glyphs[key] = form
        return self._glyphs[key]


def _changed(state: _Text, name: str, operands: Any) -> _Text:
    match name:
        case "BT":
            return replace(state, at=_UNIT)
        case "Tm":
            a, b, c, d, e, f = (float(value) for value in operands)
            return replace(state, at=(a, b, c, d, e, f))
        case "Tf":
            return replace(state, font=str(operands[0]), size=float(operands[1]))
        case "Tc":
            return replace(state, spacing=float(operands[0]))
        case "Ts":
            return replace(state, rise=float(operands[0]))
        case "Tr":
            return replace(state, mode=int(operands[0]))
        case _:
            return state


def _moved(place: Matrix, along: float) -> Matrix:
    a, b, c, d, e, f = place
    return a, b, c, d, e + along * a, f + along * b


def _times(first: Matrix, second: Matrix) -> Matrix:
    """Both transformations, the first one first (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i, a * h + b * j,
        c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip
