"""Arithmetic of the book's body: spine, cover, weight, type area. No files, no engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bookbuild.book.spec import BookSpec
from bookbuild.layout import Page
from bookbuild.press.printer import PrinterProfile
from bookbuild.units import Length

Basis = Literal["measured", "published", "assumed"]
"""Measured on the stock itself, published by the printer for its own stock, or assumed."""


@dataclass(frozen=True, slots=True)
class Calipers:
    """Thickness of a leaf of paper and of the cover, and how it is known."""

    paper: Length
    cover: Length
    basis: Basis


@dataclass(frozen=True, slots=True)
class Spine:
    """The thickness of the bound book, and how it was reckoned."""

    width: Length
    block: Length
    """The leaves alone."""
    calipers: Calipers
    formula: str
    measured: bool
    """True when the block was measured, not reckoned from the paper."""


@dataclass(frozen=True, slots=True)
class CoverGeometry:
    """The wraparound cover, measured from the left and top edge of the sheet with bleed."""

    bleed: Length
    panel: Length
    """Width of the front, and of the back."""
    spine: Length
    height: Length

    @property
    def sheet_width(self) -> Length:
        """Bleed, back, spine, front, bleed."""
        return self.bleed * 2 + self.panel * 2 + self.spine

    @property
    def sheet_height(self) -> Length:
        """Bleed, height, bleed."""
        return self.bleed * 2 + self.height

    @property
    def folds(self) -> tuple[Length, Length]:
        """Where the two folds of the spine lie, from the sheet's left edge."""
        first = self.bleed + self.panel
        return first, first + self.spine


@dataclass(frozen=True, slots=True)
class TypeArea:
    """The block of text on a page, a whole number of lines high."""

    lines: int
    height: Length
    bottom: Length


def calipers(spec: BookSpec, printer: PrinterProfile) -> Calipers:
    """The specification's calipers where the paper is the book's; else the printer's.

    Where the specification has none, the printer's paper of the same name and weight is taken, and
    for want of one its first.
    """
    rule, paper = printer.spine, printer.paper(spec.paper.name, spec.paper.gsm)
    if rule.stock == "printer":
        return Calipers(paper.caliper, rule.cover_caliper, paper.basis)
    measured = spec.paper.measured and spec.cover.measured
    basis: Basis = "measured" if measured else "assumed"
    return Calipers(
        spec.paper.caliper or paper.caliper, spec.cover.caliper or rule.cover_caliper, basis
    )


def spine(spec: BookSpec, printer: PrinterProfile, pages: int, block: Length | None) -> Spine:
    """Thickness of the bound book: leaves, two covers, glue.

    pages/2 × caliper + 2 × cover caliper + glue, the formula that printers share (Patterson
    Printing, spine width diagrams; KDP and Lulu with their own figures). A `block` that was
    measured takes the place of pages/2 × caliper.
    """
    thickness, glue = calipers(spec, printer), printer.spine.glue
    leaves = f"{pages} / 2 × {thickness.paper.mm:g}"
    reckoned = thickness.paper * (pages / 2)
    if block is not None:
        leaves, reckoned = f"block {block.mm:g}", block
    width = reckoned + thickness.cover * 2 + glue
    formula = f"{leaves} + 2 × {thickness.cover.mm:g} + {glue.mm:g} = {width.mm:.2f} mm"
    return Spine(width, reckoned, thickness, formula, block is not None)


def cover_geometry(spec: BookSpec, printer: PrinterProfile, spine: Spine) -> CoverGeometry:
    """The cover that fits round this spine."""
    return CoverGeometry(printer.cover.bleed, spec.trim.width, spine.width, spec.trim.height)


def weight_grams(spec: BookSpec, pages: int, cover: CoverGeometry) -> float:
    """Weight of one copy: paper and board, glue and wrapping left out."""
    trim = spec.trim.width, spec.trim.height
    return copy_weight(trim, pages, cover.spine, spec.paper.gsm, spec.cover.gsm)


def copy_weight(
    trim: tuple[Length, Length], pages: int, spine: Length, paper_gsm: int, cover_gsm: int
) -> float:
    """In grams; see `weight_grams`."""
    width, height = trim
    leaf = width.mm * height.mm / 1e6
    board = (width.mm * 2 + spine.mm) * height.mm / 1e6
    return round(pages / 2 * leaf * paper_gsm + board * cover_gsm, 1)


def type_area(height: Length, page: Page) -> TypeArea:
    """As many whole lines as fit between the top margin and the smallest bottom margin."""
    lines = (height - page.top - page.bottom_minimum) // page.leading
    block = page.leading * lines
    return TypeArea(lines, block, height - page.top - block)


def padding(pages: int, multiple: int) -> int:
    """Blank pages to add so that `pages` is a multiple of `multiple`."""
    return -pages % multiple
