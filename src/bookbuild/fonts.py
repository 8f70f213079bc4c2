"""Font files: what they are called, which characters they draw, and smaller copies of them.

Owner of fontTools. Works on bytes; the same bytes in give the same bytes out.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.ttLib import TTFont, TTLibError

from bookbuild import subsets
from bookbuild.diagnostics import Place, error
from bookbuild.errors import BookFaults
from bookbuild.layout import UPRIGHT, FontFile, Layout

_MOST_FONTS = 32
"""Of which measures are remembered: more than a layout has."""


@dataclass(frozen=True, slots=True)
class Face:
    """One font of a layout, ready to use."""

    settings: FontFile
    data: bytes = field(repr=False)
    postscript_name: str
    characters: frozenset[int] = field(repr=False)
    """The code points that it draws."""
    digest: str
    """Of the data, in hexadecimal."""

    @property
    def key(self) -> tuple[str, int, str]:
        """Family, weight and style: how style sheets ask for it."""
        return self.settings.family, self.settings.weight, self.settings.style


def upright(faces: tuple[Face, ...], family: str | None = None) -> Face:
    """The text face: the first upright font of weight 400, of `family` if one is named."""
    return next(face for face in faces if face.key[1:] == UPRIGHT and family in (None, face.key[0]))


def load_faces(layout: Layout) -> tuple[Face, ...]:
    """Every font of the layout.

    Raises:
        BookFaults: a font is missing, unreadable or may not be embedded; all are listed.
    """
    faces, faults = [], []
    for font in layout.settings.fonts:
        place = Place(f"layouts/{layout.name}/{font.file}")
        try:
            faces.append(_load(font, layout.bytes_of(font.file)))
        except BookFaults:
            faults.append(error("font-missing", f"the font of “{font.family}” is missing", place))
        except (TTLibError, KeyError, ValueError) as fault:
            faults.append(error("font-missing", f"can't be used: {fault}", place))
    if faults:
        raise BookFaults(faults)
    return tuple(faces)


def _load(font: FontFile, data: bytes) -> Face:
    opened = _open(data)
    ends = [entry.offset + entry.length for entry in opened.reader.tables.values()]
    if max(ends) > len(data):
        raise ValueError("it is cut off: copy it again")
    if "glyf" not in opened:
        raise ValueError("it has no TrueType outlines; bring a .ttf")
    restrictions = opened["OS/2"].fsType & 0x0302  # restricted, no subsetting, bitmaps only
    if restrictions:
        raise ValueError(f"its licence bits forbid embedding (fsType {opened['OS/2'].fsType})")
    name = str(opened["name"].getDebugName(6))
    return Face(font, data, name, frozenset(opened.getBestCmap()), sha256(data).hexdigest())


def _open(data: bytes) -> Any:
    return TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=True)


def postscript_name(data: bytes) -> str | None:
    """The PostScript name that a font file gives itself, or None."""
    try:
        return str(_open(data)["name"].getDebugName(6))
    except (TTLibError, KeyError):
        return None


def glyph_count(data: bytes) -> int:
    """How many glyphs the font has."""
    return int(_open(data)["maxp"].numGlyphs)


def line_extents(data: bytes) -> tuple[float, float]:
    """How far a line of the font reaches above and below its baseline, in ems (hhea)."""
    opened = _open(data)
    unit = opened["head"].unitsPerEm
    return opened["hhea"].ascent / unit, -opened["hhea"].descent / unit


def advances(data: bytes, glyphs: Collection[int]) -> Mapping[int, float]:
    """Advance width of each glyph by number, in thousandths of an em (PDF's unit)."""
    widths = _advances(data)
    return {glyph: widths[glyph] for glyph in glyphs}


@lru_cache(_MOST_FONTS)
def _advances(data: bytes) -> tuple[float, ...]:
    """Of every glyph, read once: a book asks for those of each folio."""
    opened = _open(data)
    metrics = opened["hmtx"]
    unit = 1000 / opened["head"].unitsPerEm
    return tuple(metrics[name][0] * unit for name in opened.getGlyphOrder())


class Outlines:
    """The outlines of a font's glyphs, by number, as PDF draws them in an em of 1000."""

    def __init__(self, data: bytes) -> None:
        opened = _open(data)
        self._unit = 1000 / opened["head"].unitsPerEm
        self._order, self._glyphs = opened.getGlyphOrder(), opened.getGlyphSet()

    def path(self, glyph: int) -> tuple[str, tuple[float, ...]]:
        """Path operators, empty for a glyph that draws nothing, and the bounding box."""
        if glyph >= len(self._order):
            return "", (0, 0, 0, 0)
        drawn = self._glyphs[self._order[glyph]]
        box, pen = ControlBoundsPen(self._glyphs), _PathPen(self._glyphs, self._unit)
        drawn.draw(box)
        drawn.draw(pen)
        return "\n".join(pen.operators), tuple(v * self._unit for v in box.bounds or (0, 0, 0, 0))


class _PathPen(BasePen):  # type: ignore[misc]
    """Draws as PDF does: quadratic curves become cubic ones (ISO 32000-1, 8.5.2)."""

    def __init__(self, glyphs: Any, unit: float) -> None:
        super().__init__(glyphs)
        self._unit = unit
        self.operators: list[str] = []

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = (f"{value * self._unit:.2f}" for point in points for value in point)
        self.operators.append(f"{' '.join(numbers)} {operator}".strip())

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools' names
        self._add("m", point)

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", point)

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("c", *points)

    def _closePath(self) -> None:  # noqa: N802
        self._add("h")


def keep_glyphs(face: Face, glyphs: Collection[int]) -> bytes:
    """The font with only `glyphs`, their numbers kept: for a PDF that names glyphs by number."""
    return subsets.of_glyphs(face.data, glyphs)


def keep_characters(face: Face, characters: Collection[int]) -> bytes:
    """The font with only what `characters` need, features included: for an EPUB."""
    return subsets.of_characters(face.data, characters, _EBOOK_FEATURES)


def web_font(face: Face, characters: Collection[int]) -> bytes:
    """The font with only what `characters` need, as WOFF2: for a page that a browser fetches."""
    font = _open(keep_characters(face, characters))
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


_EBOOK_FEATURES = [
    "kern",
    "mark",
    "mkmk",
    "ccmp",
    "locl",
    "liga",
    "calt",
    "rlig",
    "onum",
    "lnum",
    "smcp",
    "c2sc",
    "sups",
]
"""Layout features that the EPUB's style sheet asks for or that text needs."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """A font's measures as a PDF font descriptor states them, in thousandths of an em."""

    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    italic_angle: float


def descriptor(data: bytes) -> Metrics:
    """The font's bounding box, heights and slant."""
    opened = _open(data)
    unit = 1000 / opened["head"].unitsPerEm
    head, os2 = opened["head"], opened["OS/2"]
    box = tuple(round(value * unit) for value in (head.xMin, head.yMin, head.xMax, head.yMax))
    return Metrics(
        box=(box[0], box[1], box[2], box[3]),
        ascent=round(os2.sTypoAscender * unit),
        descent=round(os2.sTypoDescender * unit),
        cap_height=round(getattr(os2, "sCapHeight", 0) * unit),
        italic_angle=float(opened["post"].italicAngle),
    )
