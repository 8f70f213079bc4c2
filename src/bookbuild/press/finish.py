"""Join set sections to one PDF for the press: boxes, folios, page labels, shared fonts.

Owner of pikepdf (with `shared_fonts` and `mono`). In: pages of set sections and what to draw on
them. Out: PDF bytes, the same for the same input. Links and bookmarks are left out: they belong to
a screen edition.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from bookbuild.fonts import Face
from bookbuild.press.mono import make_mono
from bookbuild.press.shaping import Glyph
from bookbuild.press.shared_fonts import SharedFonts
from bookbuild.units import Length

PRODUCER = "bookbuild"


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
class Information:
    """What the file says about itself."""

    title: str
    authors: tuple[str, ...]
    language: str
    subjects: tuple[str, ...]
    modified: datetime


@dataclass(frozen=True, slots=True)
class Boxes:
    """Page size: trim, and the bleed around it (0 for an interior without bleed)."""

    width: Length
    height: Length
    bleed: Length = field(default=Length(0))


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished PDF and the names of fonts in it that the layout doesn't know."""

    pdf: bytes = field(repr=False)
    foreign_fonts: tuple[str, ...]


def bind(
    sections: Sequence[bytes],
    pages: Sequence[BoundPage],
    boxes: Boxes,
    faces: Sequence[Face],
    about: Information,
    *,
    mono: bool = False,
) -> Finished:
    """Bind the pages of `sections` (PDF bytes) to one file in the order of `pages`.

    A `mono` file is for a press with black ink alone: every colour becomes a grey.
    """
    sources = [pikepdf.open(io.BytesIO(data)) for data in sections]
    book = pikepdf.new()
    for bound in pages:
        if bound.section is None:
            book.add_blank_page(page_size=_media(boxes))
        else:
            book.pages.append(sources[bound.section].pages[bound.page])
    registry = SharedFonts(book, faces)
    for bound, page in zip(pages, book.pages, strict=True):
        registry.take_fonts_of(page)
        if bound.folio is not None:
            _draw(book, page, bound.folio, registry)
        _set_boxes(page, boxes)
        for key in ("/Annots", "/Group"):
            if key in page:
                del page[key]
    foreign = registry.write()
    if mono:
        make_mono(book)
    if any(bound.label for bound in pages):
        _set_page_labels(book, [bound.label for bound in pages])
    return Finished(_save(book, about), foreign)


def _media(boxes: Boxes) -> tuple[float, float]:
    return (boxes.width + boxes.bleed * 2).pt, (boxes.height + boxes.bleed * 2).pt


def _set_boxes(page: pikepdf.Page, boxes: Boxes) -> None:
    """Boxes with their origin at 0 (ISO 32000-1, 14.11.2); the content is moved to match."""
    width, height = _media(boxes)
    media = [float(value) for value in page.mediabox]
    if media[0] or media[1]:
        move = f"1 0 0 1 {-media[0]:.4f} {-media[1]:.4f} cm\n".encode()
        page.contents_add(move, prepend=True)
    inset = boxes.bleed.pt
    outer = Array([0, 0, round(width, 3), round(height, 3)])
    trim = Array(
        [round(inset, 3), round(inset, 3), round(width - inset, 3), round(height - inset, 3)]
    )
    page.obj.MediaBox = page.obj.CropBox = page.obj.BleedBox = outer
    page.obj.TrimBox = trim


def _draw(book: pikepdf.Pdf, page: pikepdf.Page, text: DrawnText, registry: SharedFonts) -> None:
    name = registry.use(page, text.face, text.glyphs)
    codes = "".join(f"{glyph.number:04x}" for glyph in text.glyphs)
    stream = (
        f"q 0 0 0 1 k BT {name} {text.size.pt:.3f} Tf "
        f"1 0 0 1 {text.left.pt:.3f} {text.baseline.pt:.3f} Tm <{codes}> Tj ET Q\n"
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


def _save(book: pikepdf.Pdf, about: Information) -> bytes:
    stamp = about.modified.strftime("D:%Y%m%d%H%M%SZ")
    book.Root.Lang = String(about.language)
    info = {
        "/Title": about.title,
        "/Author": ", ".join(about.authors),
        "/Subject": "; ".join(about.subjects),
        "/Producer": PRODUCER,
        "/CreationDate": stamp,
        "/ModDate": stamp,
    }
    for key, value in info.items():
        if value:
            book.docinfo[key] = String(value)
    book.remove_unreferenced_resources()
    out = io.BytesIO()
    book.save(
        out,
        deterministic_id=True,
        min_version="1.4",
        force_version="1.4",
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        recompress_flate=False,
    )
    return out.getvalue()
