"""Lay the pages of a finished PDF on press sheets: pages untouched, marks and a slug line added.

Owner of pikepdf (with `finish` and its neighbours). In: the bytes of a master, single pages at trim
size, and a plan of `imposition`. Out: PDF bytes, the same for the same input. Each page becomes a
form XObject at its own size: fonts, colours and pictures are the master's own objects, and nothing
but black marks and the slug is added. Output intent, document information and metadata stay.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from bookbuild.choices import Flip
from bookbuild.fonts import Face
from bookbuild.press.imposition import Grid, Piece, Placed, Plan
from bookbuild.press.shared_fonts import SharedFonts
from bookbuild.press.sheetmarks import fitted, marks, slug_line, slug_width
from bookbuild.press.stock import CannotImpose
from bookbuild.units import Length, mm, pt

_TOLERANCE = mm(0.1)
"""Boxes that differ by less are the same size to a knife."""
_SMALLEST = mm(20)
_MOST_PAGES = 10_000
_UNUSABLE = (pikepdf.PdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What pikepdf raises where a file's objects are not of the kind that they should be."""


@dataclass(frozen=True, slots=True)
class _Box:
    """A box of a page, in points of the page's own space."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class _Leafside:
    """A page of the master: its trim, and the part of it that is printed."""

    trim: _Box
    shown: _Box


@dataclass(frozen=True, slots=True)
class Master:
    """A PDF of single pages of one size, open for imposing."""

    name: str
    digest: str
    """First eight digits of the file's SHA-256: tells which state of a book was printed."""
    title: str
    piece: Piece
    pages: tuple[_Leafside, ...] = field(repr=False)
    pdf: pikepdf.Pdf = field(repr=False)


@dataclass(frozen=True, slots=True)
class Slug:
    """What the line in the margin says besides sheet and side, and its font."""

    text: str
    face: Face


def read_master(data: bytes, name: str) -> Master:
    """Open a finished PDF and measure its pages.

    The trimmed size is the TrimBox, else the CropBox, else the MediaBox (ISO 32000-1, 14.11.2);
    bleed is what a BleedBox holds beyond it.

    Raises:
        CannotImpose: it is no PDF, damaged, encrypted, or its pages are of several sizes.
    """
    try:
        pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
        if pdf.is_encrypted:
            raise CannotImpose(f"{name} is encrypted; save it without protection first")
        _refuse_extent(name, len(pdf.pages))
        trims = [_trim(page, number, name) for number, page in enumerate(pdf.pages, 1)]
        bleeds = [_bleed(page, trim) for page, trim in zip(pdf.pages, trims, strict=True)]
        title = str(pdf.docinfo.get("/Title", ""))
    except pikepdf.PasswordError:
        raise CannotImpose(f"{name} is encrypted; save it without protection first") from None
    except _UNUSABLE:
        raise CannotImpose(f"{name} is no PDF, or a damaged one") from None
    _refuse_sizes(name, trims)
    first = trims[0]
    edges = [_edges(trim, shown) for trim, shown in zip(trims, bleeds, strict=True)]
    piece = Piece(
        _rounded(first.right - first.left),
        _rounded(first.top - first.bottom),
        _rounded(max(max(edge) for edge in edges)),
    )
    pages = tuple(_Leafside(*boxes) for boxes in zip(trims, bleeds, strict=True))
    digest = hashlib.sha256(data).hexdigest()[:8]
    return Master(name, digest, title, piece, pages, pdf)


def _rounded(points: float) -> Length:
    """To a hundredth of a millimetre: boxes are written with rounded points."""
    return mm(round(pt(points).mm, 2))


def _refuse_extent(name: str, pages: int) -> None:
    if not 0 < pages <= _MOST_PAGES:
        raise CannotImpose(f"{name} has {pages} pages; 1 to {_MOST_PAGES} can be imposed")


def _trim(page: pikepdf.Page, number: int, name: str) -> _Box:
    if int(page.obj.get("/Rotate", 0)) % 360 or float(page.obj.get("/UserUnit", 1)) != 1:
        raise CannotImpose(
            f"{name}: page {number} is turned or scaled by /Rotate or /UserUnit; "
            "write it upright and at its size first"
        )
    box = _box(page.trimbox)
    if min(box.right - box.left, box.top - box.bottom) < _SMALLEST.pt:
        raise CannotImpose(f"{name}: page {number} is smaller than 20 mm")
    return box


def _bleed(page: pikepdf.Page, trim: _Box) -> _Box:
    """The trim with the bleed that the page says it has, never less than the trim."""
    if "/BleedBox" not in page.obj:
        return trim
    box = _box(page.bleedbox)
    return _Box(
        min(box.left, trim.left), min(box.bottom, trim.bottom),
        max(box.right, trim.right), max(box.top, trim.top),
    )  # fmt: skip


def _box(values: Iterable[Any]) -> _Box:
    x0, y0, x1, y1 = (float(value) for value in values)
    return _Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _edges(trim: _Box, shown: _Box) -> tuple[float, float, float, float]:
    return (
        trim.left - shown.left, trim.bottom - shown.bottom,
        shown.right - trim.right, shown.top - trim.top,
    )  # fmt: skip


def _refuse_sizes(name: str, trims: Sequence[_Box]) -> None:
    sizes = [(pt(trim.right - trim.left), pt(trim.top - trim.bottom)) for trim in trims]
    for number, (width, height) in enumerate(sizes, 1):
        away = max(abs(width.pt - sizes[0][0].pt), abs(height.pt - sizes[0][1].pt))
        if away > _TOLERANCE.pt:
            raise CannotImpose(
                f"{name}: the pages are not of one size: page 1 is {sizes[0][0].mm:.1f} × "
                f"{sizes[0][1].mm:.1f} mm, page {number} {width.mm:.1f} × {height.mm:.1f} mm"
            )


def impose_interior(master: Master, plan: Plan, slug: Slug) -> bytes:
    """The sheets of a book, front and back in turn.

    Raises:
        CannotImpose: the master's content is damaged.
    """
    sides = [
        (f"sheet {sheet + 1} of {plan.sheets} · {side}", tuple(placed))
        for sheet in range(plan.sheets)
        for side, placed in (("front", plan.front(sheet)), ("back", plan.back(sheet)))
    ]
    duplex = "/DuplexFlipLongEdge" if plan.flip is Flip.LONG else "/DuplexFlipShortEdge"
    return _sheets(master, plan.grid, sides, slug, (), duplex)


def impose_cover(master: Master, grid: Grid, spine: Length, slug: Slug) -> bytes:
    """The sheet of a cover, with marks where it is cut and where it is folded.

    Raises:
        CannotImpose: the master's content is damaged.
    """
    first = grid.left + (grid.piece.width - spine) / 2
    placed = (Placed(0, grid.left, grid.bottom, turned=False),)
    sides = [("cover · outside", placed)]
    return _sheets(master, grid, sides, slug, (first, first + spine), "/Simplex")


def _sheets(
    master: Master,
    grid: Grid,
    sides: Sequence[tuple[str, Sequence[Placed]]],
    slug: Slug,
    folds: tuple[Length, ...],
    duplex: str,
) -> bytes:
    book = pikepdf.new()
    registry = SharedFonts(book, [slug.face])
    drawn = marks(grid, folds)
    try:
        for label, placed in sides:
            page = book.add_blank_page(page_size=(grid.width.pt, grid.height.pt))
            _lay(book, page, master, grid, placed)
            text = f"{label} · master {master.digest} · {slug.text}"
            glyphs = fitted(text, slug.face, slug_width(grid, folds))
            name = registry.use(page, slug.face, glyphs)
            page.contents_add(book.make_stream(drawn + slug_line(grid, name, slug.face, glyphs)))
        registry.write()
        _take_over(book, master, slug, duplex)
        return _save(book, master)
    except _UNUSABLE:
        raise CannotImpose(f"{master.name} is damaged") from None


def _lay(
    book: pikepdf.Pdf, page: pikepdf.Page, master: Master, grid: Grid, placed: Sequence[Placed]
) -> None:
    """Put pages of the master on a sheet, clipped to trim and bleed."""
    width, height = round(grid.width.pt, 3), round(grid.height.pt, 3)
    page.obj.MediaBox = page.obj.CropBox = Array([0, 0, width, height])
    page.obj.BleedBox = page.obj.TrimBox = Array([0, 0, width, height])
    page.obj.Resources = Dictionary(XObject=Dictionary())
    content = b""
    for index, item in enumerate(placed):
        side = master.pages[item.page]
        form = master.pdf.pages[item.page].as_form_xobject()
        shown = side.shown
        form.BBox = Array([round(v, 4) for v in (shown.left, shown.bottom, shown.right, shown.top)])
        page.obj.Resources.XObject[f"/P{index}"] = book.copy_foreign(form)
        content += _placing(item, side.trim, index)
    page.obj.Contents = book.make_stream(content)


def _placing(item: Placed, trim: _Box, index: int) -> bytes:
    if item.turned:
        turn = "-1 0 0 -1"
        right, up = item.left.pt + trim.right, item.bottom.pt + trim.top
    else:
        turn = "1 0 0 1"
        right, up = item.left.pt - trim.left, item.bottom.pt - trim.bottom
    return f"q {turn} {right:.4f} {up:.4f} cm /P{index} Do Q\n".encode()


def _take_over(book: pikepdf.Pdf, master: Master, slug: Slug, duplex: str) -> None:
    """What the master says about itself and its colours; and that nobody may scale the sheets."""
    for key in ("/OutputIntents", "/OCProperties", "/Metadata"):
        if key in master.pdf.Root:
            kept = master.pdf.make_indirect(master.pdf.Root[key])
            book.Root[key] = book.copy_foreign(kept)
    for key, value in master.pdf.docinfo.items():
        if isinstance(value, (String, Name)):
            book.docinfo[key] = value
    if not master.title:
        book.docinfo["/Title"] = String(slug.text)
    # ISO 32000-1, 12.2, table 150
    book.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"), Duplex=Name(duplex))


def _save(book: pikepdf.Pdf, master: Master) -> bytes:
    version = max(master.pdf.pdf_version, "1.4")
    out = io.BytesIO()
    book.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,  # the metadata is the master's to the byte
        min_version=version,
        force_version=version,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        recompress_flate=False,
    )
    return out.getvalue()
