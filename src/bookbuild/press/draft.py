"""Pages for authors who comment on paper: two on a sheet of A4, numbered and marked as a draft.

Owner of pikepdf, with `finish`. In: the bound interior and what the sheets say. Out: PDF bytes,
the same for the same input.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name

from bookbuild.fonts import Face
from bookbuild.press.finish import Information
from bookbuild.press.shaping import shape
from bookbuild.press.shared_fonts import SharedFonts
from bookbuild.units import mm, pt

SHEET = (mm(297), mm(210))
"""A4, landscape (ISO 216)."""
_SIDE, _HEAD, _FOOT = mm(20), mm(13), mm(7)
"""Least margins for comments at the sides, for the line at the head, and at the foot."""
_EDGE = mm(8)
"""The line at the head begins this far from the sheet's edges: desk printers leave 5 mm blank."""
_SMALL, _LARGE = pt(9), pt(84)
_PALE = 0.90
"""Grey of the word across the pages: it lies under them, and text stays legible on it."""


@dataclass(frozen=True, slots=True)
class DraftLines:
    """What the sheets say."""

    word: str
    """Across the pages and at the head: DRAFT."""
    title: str
    state: str
    """Revision and date."""
    sheet: str
    """With `{number}` and `{count}`."""


def draft(interior: bytes, lines: DraftLines, face: Face, about: Information) -> bytes:
    """Every page of `interior`, verso and recto side by side as they lie in the open book."""
    source = pikepdf.open(io.BytesIO(interior))
    book = pikepdf.new()
    registry = SharedFonts(book, [face])
    spreads = spread_pages(len(source.pages))
    for number, spread in enumerate(spreads, 1):
        page = book.add_blank_page(page_size=(SHEET[0].pt, SHEET[1].pt))
        page.obj.Resources = Dictionary(XObject=Dictionary(), Font=Dictionary())
        head = lines.sheet.format(number=number, count=len(spreads))
        texts = _marks(page, lines, head, face, registry)
        placed = [
            _place(book, page, source.pages[index], half)
            for half, index in enumerate(spread)
            if index is not None
        ]
        page.contents_add(book.make_stream("".join([*texts, *placed]).encode("ascii")))
    registry.write()
    return _saved(book, about)


def spread_pages(count: int) -> tuple[tuple[int | None, int | None], ...]:
    """Page numbers from 0 as they lie in the open book: the first is a recto, alone."""
    versos = range(-1, count, 2)
    return tuple(
        (verso if verso >= 0 else None, verso + 1 if verso + 1 < count else None)
        for verso in versos
        if verso + 1 < count or verso >= 0
    )


def _place(book: pikepdf.Pdf, page: pikepdf.Page, shown: pikepdf.Page, half: int) -> str:
    """Operators that draw a page of the book on its half of the sheet, with its edges."""
    left, bottom, right, top = (float(value) for value in shown.trimbox)
    width, height = right - left, top - bottom
    scale = min((SHEET[0] - _SIDE * 2).pt / (2 * width), (SHEET[1] - _HEAD - _FOOT).pt / height)
    name = f"/Page{half}"
    page.obj.Resources.XObject[name] = book.copy_foreign(shown.as_form_xobject())
    x = SHEET[0].pt / 2 - (width * scale if half == 0 else 0)
    y = _FOOT.pt + ((SHEET[1] - _HEAD - _FOOT).pt - height * scale) / 2
    move = f"{scale:.5f} 0 0 {scale:.5f} {x - left * scale:.3f} {y - bottom * scale:.3f} cm"
    edges = f"{x:.3f} {y:.3f} {width * scale:.3f} {height * scale:.3f} re"
    return f"q {edges} W n {move} {name} Do Q\nq 0.25 w 0.6 G {edges} S Q\n"


def _marks(
    page: pikepdf.Page, lines: DraftLines, head: str, face: Face, registry: SharedFonts
) -> list[str]:
    """Operators for the word across the pages, which lies under them, and the line at the head."""
    baseline = (SHEET[1] - _EDGE).pt
    left, right = _EDGE.pt, (SHEET[0] - _EDGE).pt
    width = _width(lines.word, face, _LARGE.pt)
    slant = math.radians(35)
    texts = []
    for centre in (SHEET[0].pt * 0.29, SHEET[0].pt * 0.71):
        x = centre - width / 2 * math.cos(slant)
        y = SHEET[1].pt / 2 - width / 2 * math.sin(slant)
        texts.append(_line(page, lines.word, (x, y, slant), _LARGE.pt, _PALE, face, registry))
    said = f"{lines.word} · {lines.title} · {lines.state}"
    room = right - left - _width(head, face, _SMALL.pt) - 12
    size = min(_SMALL.pt, _SMALL.pt * room / _width(said, face, _SMALL.pt))
    texts.append(_line(page, said, (left, baseline, 0), size, 0, face, registry))
    x = right - _width(head, face, _SMALL.pt)
    texts.append(_line(page, head, (x, baseline, 0), _SMALL.pt, 0, face, registry))
    return texts


def _line(
    page: pikepdf.Page,
    text: str,
    at: tuple[float, float, float],
    size: float,
    grey: float,
    face: Face,
    registry: SharedFonts,
) -> str:
    """Operators for a line of text at a point in points, turned by an angle in radians."""
    x, y, angle = at
    glyphs = shape(text, face, ())
    name = registry.use(page, face, glyphs)
    codes = "".join(f"{glyph.number:04x}" for glyph in glyphs)
    cosine, sine = math.cos(angle), math.sin(angle)
    matrix = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.3f} {y:.3f} Tm"
    return f"q {grey:g} g BT {name} {size:.3f} Tf {matrix} <{codes}> Tj ET Q\n"


def _width(text: str, face: Face, size: float) -> float:
    return sum(glyph.advance for glyph in shape(text, face, ())) / 1000 * size


def _saved(book: pikepdf.Pdf, about: Information) -> bytes:
    book.docinfo["/Title"] = about.title
    book.docinfo["/Author"] = ", ".join(about.authors)
    stamp = about.modified.strftime("D:%Y%m%d%H%M%SZ")
    book.docinfo["/CreationDate"] = book.docinfo["/ModDate"] = stamp
    book.Root.Lang = pikepdf.String(about.language)
    book.Root.PageLayout = Name.SinglePage
    out = io.BytesIO()
    book.save(out, deterministic_id=True, compress_streams=True)
    return out.getvalue()
