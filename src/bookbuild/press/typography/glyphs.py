"""Words and where they stand, read from the glyphs of a finished PDF. Owner of pypdfium2, too.

In: PDF bytes of any origin. Out: of each page its words, in the order they are painted. Whether a
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

from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.press.fingerprint import PagePrint, page_prints

MOST_PAGES = 5_000
MOST_GLYPHS = 20_000_000
"""More than any book has; what comes after that isn't read."""
_LINE_END_HYPHEN = "\ufffe\x02"
"""What PDFium puts for a hyphen that it takes for a division at a line's end."""
_WORD = re.compile(
    rf"([^\s\0{_LINE_END_HYPHEN}]*[{_LINE_END_HYPHEN}]|[^\s\0{_LINE_END_HYPHEN}]+)(\s*[\r\n]|\s*\Z)?"
)
"""A word, and in the second group what shows that its line ends here."""
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_UPRIGHT = 0.02
"""Text this near to a multiple of 90° counts as straight (the sine of the angle)."""
_LONGEST_NAME = 256
_FAR = 1e6
"""In points; what stands beyond is on no page."""


Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


class Word(NamedTuple):
    """A run of glyphs without a space, in points; y grows upwards, x in the text's direction."""

    text: str
    left: float
    right: float
    """Edges of its ink; of a line's first and last word, where the glyphs' advances end."""
    ink_left: float
    ink_right: float
    baseline: float
    size: float
    font: str
    follows: bool
    """Painted right after the word before it, on the same line as far as PDFium can tell."""


class _Style(NamedTuple):
    """What all glyphs of a text object, which one operator paints, have in common."""

    size: float
    turn: int | None
    """Quarter turns against the clock; None for any other angle."""
    baseline: float
    font: str


_text_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)
"""The binding's own makes a typed pointer of each answer, which takes three times as long."""


class _Reader:
    """The glyphs of one page; PDFium is asked about the first and last of a word only."""

    def __init__(self, text_page: pypdfium2.PdfTextPage) -> None:
        self._count = max(text_page.count_chars(), 0)
        self._raw = text_page.raw
        self._address = ctypes.cast(self._raw, ctypes.c_void_p).value
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._edges = tuple(ctypes.c_double() for _ in range(4))
        self._name = ctypes.create_string_buffer(_LONGEST_NAME)
        self._styles: dict[int | None, _Style] = {}

    def text(self) -> str:
        """One character for each glyph position, spaces and line ends as PDFium finds them."""
        count = self._count
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

    def style(self, index: int) -> _Style:
        """What a glyph has in common with those of its text object."""
        key = _text_object(self._address, index)
        known = self._styles.get(key)
        if known is None:
            known = self._styles[key] = self._style(index)
        return known

    def _style(self, index: int) -> _Style:
        matrix, raw = self._matrix, self._raw
        pdfium.FPDFText_GetMatrix(raw, index, matrix)
        size = abs(float(pdfium.FPDFText_GetFontSize(raw, index)))
        size *= math.hypot(matrix.c, matrix.d)
        turn = _quarter_turns(matrix.a, matrix.b)
        if turn is None or not 0 < size < _FAR:
            return _Style(0, None, 0, "")
        pdfium.FPDFText_GetFontInfo(raw, index, self._name, _LONGEST_NAME, None)
        font = _SUBSET.sub("", self._name.value.decode("utf-8", "replace"))
        return _Style(size, turn, self.origin(index, turn)[1], font)


def _quarter_turns(across: float, up: float) -> int | None:
    long = math.hypot(across, up)
    if not math.isfinite(long) or long == 0:
        return None
    if abs(up) <= _UPRIGHT * long:
        return 0 if across > 0 else 2
    if abs(across) <= _UPRIGHT * long:
        return 1 if up > 0 else 3
    return None


class PageText(NamedTuple):
    """The text of a page."""

    words: tuple[Word, ...]
    """As painted; those that don't run in the page's main direction are left out."""
    boxes: tuple[Box, ...]
    """Of all runs of text, from the trim's left and lower edge."""


NO_TEXT = PageText((), ())


def page_texts(pdf: bytes, cache: Cache = NOTHING_KEPT) -> Iterator[PageText]:
    """The text of every page; a page that can't be read has none.

    A `cache`, for files of our own making alone, has the texts of pages that were read before.

    Raises:
        ValueError: it isn't a PDF that can be opened.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as fault:
        raise ValueError(str(fault)) from None
    left = MOST_GLYPHS
    prints = () if cache.folder is None else page_prints(pdf)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            text, count = _kept(document, number, prints, cache) if left > 0 else (NO_TEXT, 0)
            left -= count
            yield text
    finally:
        document.close()


def _kept(
    document: pypdfium2.PdfDocument, number: int, prints: Sequence[PagePrint], cache: Cache
) -> tuple[PageText, int]:
    seen = (prints[number].digest,) if prints else ()
    return cache.made("page text", seen, lambda: _page(document, number))


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[PageText, int]:
    """A page's text, and of how many glyphs it is."""
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return NO_TEXT, 0
    reader = _Reader(text_page)
    text = reader.text()
    found = list(_words(reader, text))
    turns = Counter[int]()
    for turn, word in found:
        turns[turn] += len(word.text)
    main = max(turns, key=lambda turn: (turns[turn], -turn), default=0)
    words = tuple(word for turn, word in found if turn == main)
    boxes = tuple(_boxes(text_page, page.get_trimbox()))
    text_page.close()
    page.close()
    return PageText(words, boxes), len(text)


def _boxes(text_page: pypdfium2.PdfTextPage, trim: Box) -> Iterator[Box]:
    across, up, *_ = trim
    for index in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(index)
        yield left - across, bottom - up, right - across, top - up


def _words(reader: _Reader, text: str) -> Iterator[tuple[int, Word]]:
    """Every straight word with its quarter turns."""
    follows = False
    for match in _WORD.finditer(text):
        start, end = match.span(1)
        closes = match[2] is not None or text[end - 1] in _LINE_END_HYPHEN
        yield from _pieces(reader, text, (start, end), follows, closes)
        follows = not closes


def _pieces(
    reader: _Reader, text: str, place: tuple[int, int], follows: bool, closes: bool
) -> Sequence[tuple[int, Word]]:
    """A word, in two pieces if it goes on in another line; none if it stands askew."""
    start, stop = place
    size, turn, baseline, font = reader.style(start)
    if turn is None:
        return ()
    ink_left, ink_right = reader.ink(start, turn)
    if stop - start > 1:
        ink_right = reader.ink(stop - 1, turn)[1]
        if ink_right < ink_left:
            for index in range(start + 1, stop):
                if abs(reader.style(index).baseline - baseline) > 0.7 * size:
                    return (
                        *_pieces(reader, text, (start, index), follows, True),
                        *_pieces(reader, text, (index, stop), False, closes),
                    )
    shown = text[start:stop]
    if shown[-1] in _LINE_END_HYPHEN:
        shown = f"{shown[:-1]}-"
    left = ink_left if follows else reader.origin(start, turn)[0]
    right = reader.end(stop - 1, turn) if closes else ink_right
    if not (-_FAR < left < _FAR and -_FAR < right < _FAR and -_FAR < baseline < _FAR):
        return ()
    right = max(left, right)
    return ((turn, Word(shown, left, right, ink_left, ink_right, baseline, size, font, follows)),)
