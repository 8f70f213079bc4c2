"""Rules on fonts: embedded, complete, and as wide as the page believes (ISO 32000-1, 9.6-9.9)."""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.model import Case, Hit, Rule
from bookbuild.press.preflight.programs import BadProgram, Program, program
from bookbuild.press.preflight.reading import get, name
from bookbuild.press.preflight.typefaces import Typeface

_X = "ISO 15930-4:2003; ISO 15930-7:2010"
_WIDTH_TOLERANCE = 1.5
"""Thousandths of the type size; the standards ask for 1, rounding of both sides adds to it."""
_MOST_PROGRAM = 64 * 2**20


def _shown(case: Case) -> list[Typeface]:
    """The fonts with which something is shown."""
    return [face for face in case.memory.all_faces() if face.shown]


def _label(face: Typeface) -> str:
    return face.name[1:] or "without a name"


def _hits(face: Typeface, message: str) -> Iterator[Hit]:
    for page in sorted(face.seen):
        yield Hit(message, page)


def _embedded(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        if not face.embedded:
            yield from _hits(face, f"the font {_label(face)} is not embedded")


def _type3(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        if face.kind == "/Type3":
            yield from _hits(face, f"the font {_label(face)} is made of drawings (Type 3)")


def _opentype(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        if face.program is not None and name(get(face.program, "/Subtype")) == "/OpenType":
            yield from _hits(face, f"the font {_label(face)} is an OpenType file, as of PDF 1.6")


def _program(face: Typeface) -> Program | None:
    """The font's program, where it is of a kind that is read here; raises BadProgram."""
    if face.program_key == "/FontFile2" or (
        face.program_key == "/FontFile3" and face.descendant is not None
    ):
        try:
            return program(reading.decoded(face.program, _MOST_PROGRAM))
        except (reading.Unreadable, reading.TooMuch):
            raise BadProgram("the font program can't be decoded") from None
    return None


def _damaged(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        try:
            _program(face)
        except BadProgram:
            yield from _hits(face, f"the font {_label(face)} is damaged")


def _glyphs(face: Typeface) -> Iterator[tuple[int, int, float]]:
    """Code, glyph and the program's width of what is shown with a composite font."""
    try:
        found = _program(face)
    except BadProgram:
        return
    if found is None or not face.identity or face.descendant is None:
        return
    gids = get(face.descendant, "/CIDToGIDMap")
    table = b""
    if reading.is_stream(gids):
        try:
            table = reading.decoded(gids, 2**20)
        except (reading.Unreadable, reading.TooMuch):
            return
    for code in sorted(face.shown):
        if table:
            glyph = int.from_bytes(table[2 * code : 2 * code + 2], "big")
        else:
            glyph = found.glyph_of(code)
        glyph = glyph if glyph < found.glyphs else 0
        yield code, glyph, found.widths[glyph]


def _missing(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        missing = sum(1 for _, glyph, _ in _glyphs(face) if glyph == 0)
        if missing:
            what = "a character" if missing == 1 else f"{missing} characters"
            yield from _hits(face, f"the font {_label(face)} has no glyph for {what} shown")


def _widths(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        wrong = [
            code
            for code, glyph, width in _glyphs(face)
            if glyph and abs(face.width(code) - width) > _WIDTH_TOLERANCE
        ]
        if wrong:
            count = f"{len(wrong)} glyphs" if len(wrong) > 1 else "a glyph"
            yield from _hits(face, f"the font {_label(face)} has {count} of another width")


def _cid_map(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        if face.program is None or name(get(face.descendant, "/Subtype")) != "/CIDFontType2":
            continue
        gids = get(face.descendant, "/CIDToGIDMap")
        if name(gids) != "/Identity" and not reading.is_stream(gids):
            yield from _hits(face, f"the font {_label(face)} has no CIDToGIDMap")


def _unicode(case: Case) -> Iterator[Hit]:
    for face in _shown(case):
        if face.kind == "/Type0" and not reading.is_stream(get(face.font, "/ToUnicode")):
            yield from _hits(face, f"the font {_label(face)} doesn't say what its letters are")


RULES = (
    Rule("font-embedded", "EEE", _X, "Embed the font.", _embedded),
    Rule("font-type3", "WWW", "house rule", "Set the text in a real font.", _type3),
    Rule("font-opentype", "E--", "ISO 15930-4:2003 (PDF 1.4)", "Embed it as TrueType or CFF.",
         _opentype),
    Rule("font-damaged", "EEE", _X, "Embed the font again.", _damaged),
    Rule("font-glyph", "EEE", _X, "Choose a font that has the character.", _missing),
    Rule("font-widths", "EEW", _X, "Embed the font again.", _widths),
    Rule("font-cid-map", "EEW", f"{_X}; ISO 32000-1, 9.7.4.2", "Embed the font again.", _cid_map),
    Rule("font-unicode", "NNN", "house rule", "Export with ToUnicode, to copy and search.",
         _unicode),
)  # fmt: skip
