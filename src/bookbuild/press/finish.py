"""Join set sections to one PDF for the press: boxes, folios, page labels, shared fonts, PDF/X.

Owner of pikepdf (with `shared_fonts`, `mono`, `overprint`, `outlines` and `pdfx`). In: pages of set
sections, what to draw on them, and how the file is to be made. Out: PDF bytes, the same for the
same input. Links and bookmarks are left out: they belong to a screen edition.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.fonts import Face
from bookbuild.press.condition import Target
from bookbuild.press.folios import Filling
from bookbuild.press.marks import Boxes, Frame, draw_marks, frame
from bookbuild.press.mono import make_mono
from bookbuild.press.outlines import draw_text
from bookbuild.press.overprint import Flaw, settle_inks
from bookbuild.press.pdfx import Information, write_plain_file, write_press_file
from bookbuild.press.shaping import Glyph, shown
from bookbuild.press.shared_fonts import SharedFonts
from bookbuild.units import Length

__all__ = ["BoundPage", "Boxes", "DrawnText", "Finished", "Information", "bind", "bind_for_screen"]


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A line of text to draw into a finished page, from its left end on the baseline."""

    glyphs: tuple[Glyph, ...]
    face: Face
    size: Length
    left: Length
    baseline: Length
    """From the foot of the page."""


@dataclass(frozen=True, slots=True)
class BoundPage:
    """A page of the book: which page of which set section, or blank; and its folio."""

    section: int | None
    """Index of the section; None for a blank page."""
    page: int
    label: str
    folio: DrawnText | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished PDF, the names of fonts in it that the layout doesn't know, and its flaws."""

    pdf: bytes = field(repr=False)
    foreign_fonts: tuple[str, ...]
    flaws: tuple[Flaw, ...] = ()
    """What keeps the file from its standard."""


def bind(
    sections: Sequence[bytes],
    pages: Sequence[BoundPage],
    boxes: Boxes,
    faces: Sequence[Face],
    about: Information,
    target: Target,
    *,
    folios: Mapping[str, str] = MappingProxyType({}),
    mono: bool = False,
    folds: Sequence[Length] = (),
    cache: Cache = NOTHING_KEPT,
) -> Finished:
    """Bind the pages of `sections` (PDF bytes) to one press file in the order of `pages`.

    A `mono` file is for a press with black ink alone: every colour becomes a grey. `folds` are
    measured from the trim's left edge and marked where the target has marks. `folios` has the
    label of the page of each id that running text refers to.
    """
    around = frame(boxes, target.marks)
    book, foreign = _join(sections, pages, around, faces, folios)
    if mono:
        make_mono(book)
    flaws = settle_inks(book, flat=target.flat, cache=cache)
    if target.text_as_outlines and not foreign:
        draw_text(book, faces)
    if target.marks is not None:
        marks = draw_marks(around, target.marks, folds)
        for page in book.pages:
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"\nQ\n" + marks)
    return Finished(write_press_file(book, about, target), foreign, flaws)


def bind_for_screen(
    sections: Sequence[bytes],
    pages: Sequence[BoundPage],
    boxes: Boxes,
    faces: Sequence[Face],
    about: Information,
    *,
    folios: Mapping[str, str] = MappingProxyType({}),
    mono: bool = False,
) -> Finished:
    """Bind pages to be made into pixels, in RGB where the layout says so.

    `folios` and `mono` are what they are for `bind`.
    """
    book, foreign = _join(sections, pages, frame(boxes, None), faces, folios)
    if mono:
        make_mono(book)
    return Finished(write_plain_file(book, about), foreign)


def _join(
    sections: Sequence[bytes],
    pages: Sequence[BoundPage],
    around: Frame,
    faces: Sequence[Face],
    folios: Mapping[str, str],
) -> tuple[pikepdf.Pdf, tuple[str, ...]]:
    """All pages in one document, with their folios and labels; and the foreign fonts."""
    sources = [pikepdf.open(io.BytesIO(data)) for data in sections]
    book = pikepdf.new()
    blank = (
        around.boxes.width + around.boxes.bleed * 2,
        around.boxes.height + around.boxes.bleed * 2,
    )
    for bound in pages:
        if bound.section is None:
            page = book.add_blank_page(page_size=(blank[0].pt, blank[1].pt))
            del page.obj["/Contents"]  # an empty stream, which Ghostscript 10.0 takes for broken
        else:
            book.pages.append(sources[bound.section].pages[bound.page])
    registry = SharedFonts(book, faces)
    filling = Filling(folios, registry)
    for bound, page in zip(pages, book.pages, strict=True):
        registry.take_fonts_of(page)
        filling.fill(book, page)
        if bound.folio is not None:
            draw_line(book, page, bound.folio, registry, "0 0 0 1 k")
        _set_boxes(page, around)
        for key in ("/Annots", "/Group", "/AA", "/Tabs", "/StructParents"):
            if key in page:
                del page[key]
    foreign = registry.write()
    if any(bound.label for bound in pages):
        _set_page_labels(book, [bound.label for bound in pages])
    return book, foreign


def _set_boxes(page: pikepdf.Page, around: Frame) -> None:
    """Boxes with their origin at 0 (ISO 32000-1, 14.11.2); the content is moved to match."""
    inset = (around.inset - around.boxes.bleed).pt
    across, up = (inset - float(page.mediabox[0]), inset - float(page.mediabox[1]))
    if across or up:
        page.contents_add(f"1 0 0 1 {across:.4f} {up:.4f} cm\n".encode(), prepend=True)
    page.obj.MediaBox = page.obj.CropBox = Array(around.media)
    page.obj.BleedBox, page.obj.TrimBox = Array(around.bleed), Array(around.trim)


def draw_line(
    book: pikepdf.Pdf, page: pikepdf.Page, text: DrawnText, registry: SharedFonts, colour: str
) -> None:
    """Draw a line of text over a page: no part of its text (ISO 32000-1, 14.8.2.2.2)."""
    name = registry.use(page, text.face, text.glyphs)
    stream = (
        f"/Artifact <</Type /Pagination>> BDC q {colour} BT {name} {text.size.pt:.3f} Tf "
        f"1 0 0 1 {text.left.pt:.3f} {text.baseline.pt:.3f} Tm {shown(text.face, text.glyphs)} "
        "ET Q EMC\n"
    )
    page.contents_add(book.make_stream(b"q\n"), prepend=True)
    page.contents_add(book.make_stream(b"\nQ\n" + stream.encode()))


def _set_page_labels(book: pikepdf.Pdf, labels: Sequence[str]) -> None:
    """Page labels (ISO 32000-1, 12.4.2): a roman run from i, then an arabic one from 1."""
    numbers: list[Any] = []
    arabic_start = next((i for i, label in enumerate(labels) if label.isdigit()), len(labels))
    if arabic_start:
        numbers.extend([0, Dictionary(S=Name.r, St=1)])
    if arabic_start < len(labels):
        numbers.extend([arabic_start, Dictionary(S=Name.D, St=1)])
    book.Root.PageLabels = book.make_indirect(Dictionary(Nums=Array(numbers)))
