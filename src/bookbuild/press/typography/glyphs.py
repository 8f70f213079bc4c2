"""Words and where they stand, read from the glyphs of a finished PDF. Owner of pypdfium2, too.

In: PDF bytes of any origin. Out: the words of each page in the order they are painted. Whether a
file has spaces or only gaps, PDFium tells words apart. A word's edges are known twice: where its
glyphs' advances begin and end, and where its ink does.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

MOST_PAGES = 5_000
MOST_GLYPHS = 20_000_000
"""More than any book has; what comes after that isn't read."""
_LINE_END_HYPHEN = "\ufffe\x02"
"""What PDFium puts for a hyphen that it takes for a division at a line's end."""
_WORD = re.compile(rf"[^\s\0{_LINE_END_HYPHEN}]+[{_LINE_END_HYPHEN}]?|[{_LINE_END_HYPHEN}]")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_UPRIGHT = 0.02
"""Text this near to a multiple of 90° counts as straight (the sine of the angle)."""
_LONGEST_NAME = 256
_FAR = 1e6
"""In points; what stands beyond is on no page."""
_LETTERSPACED = 0.1
"""In em; a narrower gap that has no space glyph stands between letters, not words."""


class Word(NamedTuple):
    """A run of glyphs without a space, in points; y grows upwards, x in the text's direction."""

    text: str
    left: float
    right: float
    """Where its last glyph's advance ends."""
    ink_left: float
    ink_right: float
    baseline: float
    size: float
    font: str
    follows: bool
    """Painted right after the word before it, on the same line as far as PDFium can tell."""


class _Reader:
    """The glyphs of one page; PDFium is asked about the first and last of a word only."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._text_page = page.get_textpage()
        self._raw = self._text_page.raw
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._edges = tuple(ctypes.c_double() for _ in range(4))
        self._name = ctypes.create_string_buffer(_LONGEST_NAME)

    def close(self) -> None:
        self._text_page.close()

    def text(self) -> str:
        """One character for each glyph position, spaces and line ends as PDFium finds them."""
        count = max(self._text_page.count_chars(), 0)
        buffer = (ctypes.c_ushort * (count * 2 + 2))()
        written = pdfium.FPDFText_GetText(self._raw, 0, count, buffer)
        if written == count + 1:
            text = bytes(buffer)[: count * 2].decode("utf-16-le", "replace")
            if len(text) == count:
                return text
        codes = (pdfium.FPDFText_GetUnicode(self._raw, index) for index in range(count))
        return "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes)

    def origin(self, index: int, turn: int) -> tuple[float, float]:
        """Where a glyph stands along its line, and the height of its baseline."""
        pdfium.FPDFText_GetCharOrigin(self._raw, index, self._x, self._y)
        x, y = self._x.value, self._y.value
        return (x, y) if turn == 0 else ((y, -x), (-x, -y), (-y, x))[turn - 1]

    def ink(self, index: int, turn: int) -> tuple[float, float]:
        """From where to where along its line a glyph is drawn."""
        left, right, bottom, top = self._edges
        pdfium.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        if turn == 0:
            return left.value, right.value
        ends = (bottom.value, top.value), (-right.value, -left.value), (-top.value, -bottom.value)
        return ends[turn - 1]

    def end(self, index: int, turn: int) -> float:
        """Where a glyph's advance ends; of turned text, where its ink does."""
        if turn:
            return self.ink(index, turn)[1]
        pdfium.FPDFText_GetLooseCharBox(self._raw, index, self._box)
        return float(self._box.right)

    def generated(self, index: int) -> bool:
        """Whether PDFium put a space where the file has only a gap."""
        return bool(pdfium.FPDFText_IsGenerated(self._raw, index) == 1)

    def style(self, index: int) -> tuple[float, int | None]:
        """Size in points and quarter turns against the clock; None for any other angle."""
        pdfium.FPDFText_GetMatrix(self._raw, index, self._matrix)
        matrix = self._matrix
        size = abs(float(pdfium.FPDFText_GetFontSize(self._raw, index)))
        if matrix.b == matrix.c == 0 < matrix.a:
            return size * abs(matrix.d), 0
        return size * math.hypot(matrix.c, matrix.d), _quarter_turns(matrix.a, matrix.b)

    def font(self, index: int) -> str:
        """The name of a glyph's font, without the tag of its subset."""
        pdfium.FPDFText_GetFontInfo(self._raw, index, self._name, _LONGEST_NAME, None)
        return _SUBSET.sub("", self._name.value.decode("utf-8", "replace"))


def _quarter_turns(across: float, up: float) -> int | None:
    long = math.hypot(across, up)
    if not math.isfinite(long) or long == 0:
        return None
    if abs(up) <= _UPRIGHT * long:
        return 0 if across > 0 else 2
    if abs(across) <= _UPRIGHT * long:
        return 1 if up > 0 else 3
    return None


def page_words(pdf: bytes) -> Iterator[tuple[Word, ...]]:
    """The words of every page; text that doesn't run in a page's main direction is left out.

    Raises:
        ValueError: it isn't a PDF that can be opened.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as fault:
        raise ValueError(str(fault)) from None
    left = MOST_GLYPHS
    try:
        for number in range(min(len(document), MOST_PAGES)):
            words, count = _page(document, number) if left > 0 else ((), 0)
            left -= count
            yield words
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[tuple[Word, ...], int]:
    """The words of one page, and how many glyphs it has; a page that can't be read has none."""
    try:
        page = document[number]
        reader = _Reader(page)
    except pypdfium2.PdfiumError:
        return (), 0
    text = reader.text()
    found = list(_words(reader, text))
    reader.close()
    page.close()
    turns = Counter[int]()
    for turn, word in found:
        turns[turn] += len(word.text)
    main = max(turns, key=lambda turn: (turns[turn], -turn), default=0)
    return tuple(word for turn, word in found if turn == main), len(text)


def _words(reader: _Reader, text: str) -> Iterator[tuple[int, Word]]:
    """Every straight word with its quarter turns; those that letterspacing parted are joined."""
    last: tuple[int, Word] | None = None
    end, font = 0, ""
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        start, end = match.span()
        follows = last is not None and "\n" not in between
        if not follows:
            font = reader.font(start)
        for found in _pieces(reader, text, start, end, font, follows):
            if last is None:
                last = found
            elif last[0] == found[0] and _same_word(reader, last[1], found[1], start, between):
                last = (last[0], _joined(last[1], found[1]))
            else:
                yield last
                last = found
    if last is not None:
        yield last


def _joined(word: Word, other: Word) -> Word:
    text = word.text + other.text
    return word._replace(text=text, right=other.right, ink_right=other.ink_right)


def _pieces(
    reader: _Reader, text: str, start: int, stop: int, font: str, follows: bool
) -> Sequence[tuple[int, Word]]:
    """A word, in two pieces if it goes on in another line; none if it stands askew."""
    size, turn = reader.style(start)
    if turn is None or not 0 < size < _FAR:
        return ()
    left, baseline = reader.origin(start, turn)
    right = reader.end(stop - 1, turn)
    if right < left:
        for index in range(start + 1, stop):
            if abs(reader.origin(index, turn)[1] - baseline) > 0.7 * size:
                return (
                    *_pieces(reader, text, start, index, font, follows),
                    *_pieces(reader, text, index, stop, font, False),
                )
        right = left
    if not (-_FAR < left <= right < _FAR and -_FAR < baseline < _FAR):
        return ()
    shown = text[start:stop]
    if shown[-1] in _LINE_END_HYPHEN:
        shown = f"{shown[:-1]}-"
    inks = reader.ink(start, turn)[0], reader.ink(stop - 1, turn)[1]
    return ((turn, Word(shown, left, right, *inks, baseline, size, font, follows)),)


def _same_word(reader: _Reader, last: Word, word: Word, start: int, between: str) -> bool:
    """Whether a gap is one between letters: narrow, on one line, and no glyph in it."""
    return (
        word.left - last.right < _LETTERSPACED * word.size
        and word.left - last.right > -0.5 * word.size
        and between == " "
        and abs(word.baseline - last.baseline) < 0.1 * word.size
        and reader.generated(start - 1)
    )
