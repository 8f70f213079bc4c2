"""Shape a short text with a font: which glyphs, how wide. Owner of uharfbuzz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import uharfbuzz as hb

from bookbuild.fonts import Face, advances
from bookbuild.units import Length


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shaped glyph: its number, its advance in thousandths of an em, what it stands for."""

    number: int
    advance: float
    text: str


@cache
def _font(data: bytes) -> hb.Font:
    return hb.Font(hb.Face(data))


def shape(text: str, face: Face, features: tuple[str, ...]) -> tuple[Glyph, ...]:
    """The glyphs that draw `text` in `face` with the OpenType `features` switched on."""
    if not text:
        return ()
    hb_font = _font(face.data)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(hb_font, buffer, dict.fromkeys(features, True))
    unit = 1000 / hb_font.face.upem
    ends = [info.cluster for info in buffer.glyph_infos[1:]] + [len(text)]
    return tuple(
        Glyph(info.codepoint, position.x_advance * unit, text[info.cluster : end])
        for info, position, end in zip(
            buffer.glyph_infos, buffer.glyph_positions, ends, strict=True
        )
    )


def shown(face: Face, glyphs: Sequence[Glyph]) -> str:
    """The operator that shows the glyphs, each as far from the next as shaping put it."""
    own = advances(face.data, {glyph.number for glyph in glyphs})
    items = (f"<{glyph.number:04x}> {own[glyph.number] - glyph.advance:.1f}" for glyph in glyphs)
    return f"[{' '.join(items)}] TJ"


def text_width(text: str, face: Face, size: Length) -> Length:
    """How wide `text` stands in one line."""
    return size * (sum(glyph.advance for glyph in shape(text, face, ("kern",))) / 1000)
