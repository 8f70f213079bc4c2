"""One font for each face in a bound PDF, with every glyph that any page uses.

Owner of pikepdf, with `finish`. Sections come from the page engine with a font of their own
each, its program left out (see `typeset`); here they share one subset of the layout's file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from bookbuild import fonts
from bookbuild.fonts import Face
from bookbuild.press.shaping import Glyph

_MAPPED_GLYPH = re.compile(r"<([0-9a-f]{4})> <([0-9a-f]*)>")


class SharedFonts:
    """The fonts of the bound file: one for each face, with every glyph that any page uses."""

    def __init__(self, book: pikepdf.Pdf, faces: Sequence[Face]) -> None:
        self._book = book
        self._faces = {face.postscript_name: face for face in faces}
        self._shared: dict[str, Any] = {}
        self._glyphs: dict[str, dict[int, str]] = {}
        self._known: dict[tuple[int, int], str | None] = {}
        self._resources: set[tuple[int, int]] = set()
        self._foreign: set[str] = set()

    def take_fonts_of(self, page: pikepdf.Page) -> None:
        """Replace the page's fonts by the shared ones; forms inside the page too."""
        self._visit(page.obj.get("/Resources"))

    def face_of(self, font: Any) -> Face | None:
        """The face of a font that was taken; None if it is foreign."""
        name = self._known.get(font.objgen)
        return self._faces[name] if name else None

    def keep(self, face: Face, glyphs: Sequence[Glyph]) -> None:
        """Have `glyphs` in the shared font of `face`."""
        kept = self._glyphs.setdefault(face.postscript_name, {})
        for glyph in glyphs:
            kept.setdefault(glyph.number, glyph.text)

    def use(self, page: pikepdf.Page, face: Face, glyphs: Sequence[Glyph]) -> str:
        """The page's resource name for `face`, in which `glyphs` will be there."""
        font = self.font(face, glyphs)
        # Sections share one resource dictionary among their pages; a name of our own,
        # the same on every page, can't collide with the engine's.
        name = f"/Folio{face.postscript_name.replace('-', '')}"
        resources = page.obj.get("/Resources")
        if resources is None:
            resources = page.obj.Resources = Dictionary()
        if "/Font" not in resources:
            resources.Font = Dictionary()
        resources.Font[name] = font
        return name

    def font(self, face: Face, glyphs: Sequence[Glyph]) -> Any:
        """The shared font of `face`, in which `glyphs` will be there."""
        self.keep(face, glyphs)
        return self._share(face)

    def _visit(self, resources: Any) -> None:
        if resources is None or (resources.is_indirect and resources.objgen in self._resources):
            return
        if resources.is_indirect:
            self._resources.add(resources.objgen)
        listed = resources.get("/Font", {})
        for name in sorted(listed.keys()):  # pikepdf gives a set
            if (font := self._take(listed[name])) is not None:
                listed[name] = font
        forms = resources.get("/XObject", {})
        for name in sorted(forms.keys()):
            self._visit(forms[name].get("/Resources"))

    def _take(self, font: Any) -> Any:
        if font.objgen in self._known:
            name = self._known[font.objgen]
            return self._share(self._faces[name]) if name else None
        name = _face_name(font)
        if name is None or name not in self._faces:
            self._foreign.add(str(font.get("/BaseFont", "?")).lstrip("/"))
            self._known[font.objgen] = None
            return None
        self._known[font.objgen] = name
        kept = self._glyphs.setdefault(name, {})
        for glyph, text in _unicode_map(font).items():
            kept.setdefault(glyph, text)
        shared = self._share(self._faces[name])
        self._known[shared.objgen] = name
        return shared

    def _share(self, face: Face) -> Any:
        name = face.postscript_name
        if name not in self._shared:
            self._shared[name] = self._book.make_indirect(Dictionary(Type=Name.Font))
            self._known[self._shared[name].objgen] = name
        return self._shared[name]

    def write(self) -> tuple[str, ...]:
        """Fill in the shared fonts; returns the names of fonts that are no face of ours."""
        for name, shared in self._shared.items():
            face, glyphs = self._faces[name], self._glyphs.get(name, {})
            _fill_font(self._book, shared, face, glyphs)
        return tuple(sorted(self._foreign))


def _face_name(font: Any) -> str | None:
    """PostScript name of a composite font; `typeset` leaves it where the program would be."""
    if font.get("/Subtype") != Name.Type0:
        return None
    return str(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes().decode())


def _unicode_map(font: Any) -> dict[int, str]:
    """Glyph number → text, from the font's ToUnicode as WeasyPrint writes it."""
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    mapped = cmap.partition("endcodespacerange")[2]
    return {
        int(code, 16): bytes.fromhex(text).decode("utf-16-be")
        for code, text in _MAPPED_GLYPH.findall(mapped)
    }


def _fill_font(book: pikepdf.Pdf, font: Any, face: Face, glyphs: Mapping[int, str]) -> None:
    """Write a Type 0 font with Identity-H encoding (ISO 32000-1, 9.7) into `font`."""
    last = fonts.glyph_count(face.data)  # the engine numbers what no font draws from there on
    glyphs = {number: text for number, text in glyphs.items() if number < last}
    program = fonts.keep_glyphs(face, glyphs.keys())
    name = Name(f"/{_tag(glyphs)}+{face.postscript_name}")
    metrics = fonts.descriptor(face.data)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4 + (64 if face.settings.style == "italic" else 0),
        FontBBox=Array(list(metrics.box)),
        ItalicAngle=metrics.italic_angle,
        Ascent=metrics.ascent,
        Descent=metrics.descent,
        CapHeight=metrics.cap_height,
        StemV=80 if face.settings.weight < 600 else 140,
        FontFile2=book.make_stream(program, Length1=len(program)),
    )
    widths = fonts.advances(face.data, glyphs.keys())
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(
            Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
        ),
        CIDToGIDMap=Name.Identity,
        FontDescriptor=book.make_indirect(descriptor),
        W=_width_array(widths),
    )
    font.Subtype = Name.Type0
    font.BaseFont = name
    font.Encoding = Name("/Identity-H")
    font.DescendantFonts = Array([book.make_indirect(descendant)])
    font.ToUnicode = book.make_stream(_to_unicode(glyphs))


def _tag(glyphs: Mapping[int, str]) -> str:
    """Six letters that name this subset (ISO 32000-1, 9.6.4), from its glyph numbers."""
    value = 0
    for glyph in sorted(glyphs):
        value = (value * 65_599 + glyph + 1) % 26**6
    letters = ""
    for _ in range(6):
        value, rest = divmod(value, 26)
        letters += chr(65 + rest)
    return letters


def _width_array(widths: Mapping[int, float]) -> Array:
    runs: list[tuple[int, list[float]]] = []
    previous = -2
    for glyph in sorted(widths):
        if glyph != previous + 1:
            runs.append((glyph, []))
        runs[-1][1].append(round(widths[glyph], 2))
        previous = glyph
    return Array([item for first, run in runs for item in (first, Array(run))])


def _to_unicode(glyphs: Mapping[int, str]) -> bytes:
    rows = [
        f"<{glyph:04x}> <{glyphs[glyph].encode('utf-16-be').hex()}>" for glyph in sorted(glyphs)
    ]
    blocks = []
    for start in range(0, len(rows), 100):
        block = rows[start : start + 100]
        blocks.append("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]))
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <ffff>",
            "endcodespacerange",
            *blocks,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    ).encode("ascii")
