"""Smaller copies of a font: only the glyphs that a file needs, made by HarfBuzz's subsetter.

Owner of uharfbuzz, with `press.shaping`. In: a font's bytes, and which glyphs or characters are
wanted. Out: the bytes of a font with the same outlines and widths, the same for the same input.
fontTools' subsetter makes fonts of the same size in 0.5 s where this one takes 0.002 s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import uharfbuzz as hb

_FOR_PAPER = ("GSUB", "GPOS", "GDEF", "STAT", "DSIG", "BASE")
"""Tables that shape text or describe a family: a PDF has its glyphs chosen and placed already."""
_FOR_SCREENS = ("STAT", "DSIG")
_POSTSCRIPT_NAME = 6
"""The number of that entry in the table of names (OpenType, `name`)."""


def of_glyphs(data: bytes, glyphs: Collection[int]) -> bytes:
    """The font with only `glyphs`, their numbers kept: for a PDF that names glyphs by number.

    Raises:
        ValueError: the font is broken.
    """
    wanted = hb.SubsetInput()
    wanted.glyph_set.update({0, *glyphs})
    wanted.unicode_set.clear()
    wanted.layout_feature_tag_set.clear()
    wanted.name_id_set.clear()
    wanted.name_id_set.add(_POSTSCRIPT_NAME)
    wanted.drop_table_tag_set.update(_tags(_FOR_PAPER))
    return _made(data, wanted, hb.SubsetFlags.RETAIN_GIDS)


def of_characters(data: bytes, characters: Collection[int], features: Collection[str]) -> bytes:
    """The font with what `characters` need, and the glyphs that `features` put in their place.

    Raises:
        ValueError: the font is broken.
    """
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(characters)
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(_tags(features))
    wanted.name_id_set.invert()
    wanted.drop_table_tag_set.update(_tags(_FOR_SCREENS))
    return _made(data, wanted, hb.SubsetFlags.DEFAULT)


def _made(data: bytes, wanted: hb.SubsetInput, more: hb.SubsetFlags) -> bytes:
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | more
    try:
        return bytes(hb.subset(hb.Face(data), wanted).blob.data)
    except RuntimeError:
        raise ValueError("a font can't be made smaller: it is broken") from None


def _tags(names: Iterable[str]) -> set[int]:
    """Four letters each, as HarfBuzz numbers them (big-endian)."""
    return {int.from_bytes(name.encode("ascii"), "big") for name in names}
