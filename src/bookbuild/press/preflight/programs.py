"""Font programs: how many glyphs there are, and how wide they are.

Owner of fontTools here, for CFF; of TrueType the few tables needed are read directly, since
embedded subsets lack what fontTools asks for. In: an embedded font file. Out: a `Program`.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import T2WidthExtractor

_BROKEN = (struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError,
           AssertionError, OverflowError, EOFError, RecursionError, ZeroDivisionError,
           NotImplementedError)  # fmt: skip
_MOST_TABLES = 100


class BadProgram(ValueError):
    """A font program that can't be read."""


@dataclass(frozen=True, slots=True)
class Program:
    """An embedded font program."""

    glyphs: int
    widths: tuple[float, ...] = field(repr=False)
    """Of each glyph, in thousandths of the type size."""
    cids: tuple[int, ...] | None = field(default=None, repr=False)
    """The CID of each glyph of a CID-keyed CFF font."""

    def glyph_of(self, cid: int) -> int:
        """The glyph of a CID; 0, .notdef, where there is none."""
        if self.cids is None:
            return cid if cid < self.glyphs else 0
        return self.cids.index(cid) if cid in self.cids else 0


def program(data: bytes) -> Program:
    """Read a TrueType, OpenType or bare CFF program.

    Raises:
        BadProgram: it can't be read.
    """
    try:
        if data[:4] in (b"\0\1\0\0", b"true", b"OTTO"):
            tables = _tables(data)
            return _cff(tables["CFF "]) if "CFF " in tables else _truetype(tables)
        return _cff(data)
    except _BROKEN:
        raise BadProgram("the font program can't be read") from None


def _tables(data: bytes) -> dict[str, bytes]:
    """The tables of an sfnt file (ISO/IEC 14496-22, 4.3)."""
    (count,) = struct.unpack_from(">H", data, 4)
    found = {}
    for at in range(min(count, _MOST_TABLES)):
        tag, _, offset, length = struct.unpack_from(">4sLLL", data, 12 + 16 * at)
        if offset + length > len(data):
            raise ValueError("a table lies outside the file")
        found[tag.decode("latin-1")] = data[offset : offset + length]
    return found


def _truetype(tables: dict[str, bytes]) -> Program:
    (units,) = struct.unpack_from(">H", tables["head"], 18)
    (measured,) = struct.unpack_from(">H", tables["hhea"], 34)
    (glyphs,) = struct.unpack_from(">H", tables["maxp"], 4)
    if "glyf" not in tables or "loca" not in tables or not measured or measured > glyphs:
        raise ValueError("outlines or metrics are missing")
    pairs = struct.unpack_from(f">{measured * 2}H", tables["hmtx"])
    widths = [advance * 1000 / units for advance in pairs[::2]]
    widths += [widths[-1]] * (glyphs - measured)
    return Program(glyphs, tuple(widths))


def _cff(data: bytes) -> Program:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts[0]
    scale = top.FontMatrix[0] * 1000 if hasattr(top, "FontMatrix") else 1.0
    strings = top.CharStrings
    widths = tuple(_width(strings[glyph]) * scale for glyph in top.charset)
    cids = None
    if hasattr(top, "ROS"):
        cids = tuple(int(name[3:]) if name[:3] == "cid" else 0 for name in top.charset)
    return Program(len(top.charset), widths, cids)


def _width(charstring: Any) -> float:
    """The advance, which a Type 2 charstring gives as its difference from the nominal one."""
    private = charstring.private
    reader = T2WidthExtractor(
        getattr(private, "Subrs", []), charstring.globalSubrs,
        private.nominalWidthX, private.defaultWidthX, private,
    )  # fmt: skip
    reader.execute(charstring)
    return float(reader.width)
