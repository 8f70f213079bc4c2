"""Fonts of a PDF: how they are embedded, how wide their glyphs are, which of them are shown.

In: font dictionaries (ISO 32000-1, 9.5 to 9.9). Out: a `Typeface`, which also collects the codes
that a page shows with it, so that its program can be asked for these glyphs alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bookbuild.press.preflight import reading

_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_SPACE = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<(?:0020|00[aA]0|200[1-9aA])>")
_DEFAULT_WIDTH = 1000
"""/DW where it isn't given (9.7.4.3)."""


@dataclass(slots=True)
class Typeface:
    """A font as the pages use it."""

    name: str
    kind: str
    """`/Type0`, `/TrueType`, `/Type1`, `/Type3`, …"""
    font: Any = field(repr=False)
    descendant: Any = field(repr=False)
    """The CIDFont of a composite font, else None."""
    program_key: str
    program: Any = field(repr=False)
    wide: bool
    """True when codes have two bytes."""
    identity: bool
    """True when a code is a CID."""
    widths: dict[int, float] = field(repr=False)
    """Of each code, in thousandths of the type size."""
    default_width: float
    spaces: frozenset[int] = field(repr=False)
    seen: dict[int, set[int]] = field(default_factory=dict, repr=False)
    """The codes shown on each page that chooses the font."""

    @property
    def shown(self) -> set[int]:
        """The codes shown in the whole file."""
        return set().union(*self.seen.values())

    @property
    def embedded(self) -> bool:
        """True when the file carries the font."""
        return self.kind == "/Type3" or self.program is not None

    @property
    def subset(self) -> bool:
        """True for a name with a tag before it: `ABCDEF+`."""
        return bool(re.match(r"/[A-Z]{6}\+", self.name))

    def codes(self, text: bytes) -> tuple[int, ...]:
        """The codes of a string."""
        if not self.wide:
            return tuple(text)
        return tuple((text[at] << 8) | text[at + 1] for at in range(0, len(text) - 1, 2))

    def width(self, code: int) -> float:
        """Of a code's glyph, in thousandths of the type size."""
        return self.widths.get(code, self.default_width)


def typeface(font: Any) -> Typeface:
    """The font of a font dictionary."""
    kind = reading.name(reading.get(font, "/Subtype")) or "/?"
    descendants = reading.array(reading.get(font, "/DescendantFonts"))
    descendant = descendants[0] if kind == "/Type0" and descendants else None
    owner = descendant if descendant is not None else font
    descriptor = reading.get(owner, "/FontDescriptor")
    key = next((key for key in _PROGRAMS if reading.is_stream(reading.get(descriptor, key))), "")
    encoding = reading.name(reading.get(font, "/Encoding"))
    default = reading.number(reading.get(owner, "/DW"))
    missing = reading.number(reading.get(descriptor, "/MissingWidth")) or 0.0
    if descendant is None:
        widths, default_width = _simple_widths(font), missing
    else:
        widths = _wide_widths(reading.array(reading.get(owner, "/W")))
        default_width = _DEFAULT_WIDTH if default is None else default
    return Typeface(
        reading.name(reading.get(font, "/BaseFont")) or reading.name(reading.get(font, "/Name")),
        kind, font, descendant, key, reading.get(descriptor, key) if key else None,
        descendant is not None, encoding in ("/Identity-H", "/Identity-V"),
        widths, default_width, _spaces(font, descendant is not None),
    )  # fmt: skip


def _simple_widths(font: Any) -> dict[int, float]:
    first = int(reading.number(reading.get(font, "/FirstChar")) or 0)
    found = [reading.number(item) for item in reading.array(reading.get(font, "/Widths"))[:256]]
    scale = 1.0
    if reading.name(reading.get(font, "/Subtype")) == "/Type3":
        matrix = reading.numbers(reading.get(font, "/FontMatrix"))
        scale = abs(matrix[0]) * 1000 if len(matrix) == 6 else 1.0
    return {first + at: width * scale for at, width in enumerate(found) if width is not None}


def _wide_widths(entries: list[Any]) -> dict[int, float]:
    """The widths of a CIDFont: `first [w w w]` or `first last w` (9.7.4.3)."""
    widths: dict[int, float] = {}
    at = 0
    while at + 1 < len(entries):
        first, row = reading.number(entries[at]), reading.array(entries[at + 1])
        if first is None or not 0 <= first < 65536:
            break
        if row:
            for offset, width in enumerate(row[:65536]):
                widths[int(first) + offset] = reading.number(width) or 0.0
            at += 2
            continue
        last = reading.number(entries[at + 1])
        width = reading.number(entries[at + 2]) if at + 2 < len(entries) else None
        if last is not None and width is not None:
            widths.update((code, width) for code in range(int(first), min(int(last), 65535) + 1))
        at += 3
    return widths


def _spaces(font: Any, wide: bool) -> frozenset[int]:
    """Codes that stand for a space, as the font's ToUnicode map says."""
    found = set() if wide else {32}
    cmap = reading.get(font, "/ToUnicode")
    if reading.is_stream(cmap):
        try:
            content = reading.decoded(cmap, 2**22)
        except (reading.Unreadable, reading.TooMuch):
            content = b""
        found.update(int(code, 16) for code in _SPACE.findall(content))
    return frozenset(found)
