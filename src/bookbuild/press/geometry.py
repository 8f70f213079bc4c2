"""Arithmetic of the book's body: spine, cover, weight, type area. No files, no engine."""

from __future__ import annotations

from dataclasses import dataclass

from bookbuild.book.spec import BookSpec
from bookbuild.layout import Page
from bookbuild.press.printer import PrinterProfile
from bookbuild.units import Length


@dataclass(frozen=True, slots=True)
class Calipers:
    """Thickness of a sheet of paper and of board, and whether both were measured."""

    paper: Length
    cover: Length
    measured: bool


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
    """The specification's calipers; where it has none, the printer's assumption."""
    return Calipers(
        spec.paper.caliper or printer.spine.paper_caliper,
        spec.cover.caliper or printer.spine.cover_caliper,
        spec.paper.measured and spec.cover.measured,
    )


def spine_width(pages: int, thickness: Calipers, glue: Length) -> Length:
    """Thickness of the bound book: leaves, two boards, glue.

    pages/2 × caliper + 2 × cover caliper + glue, the formula that printers share
    (Patterson Printing, spine width diagrams).
    """
    return thickness.paper * (pages / 2) + thickness.cover * 2 + glue


def cover_geometry(spec: BookSpec, printer: PrinterProfile, pages: int) -> CoverGeometry:
    """The cover that fits a book of `pages` pages."""
    spine = spine_width(pages, calipers(spec, printer), printer.spine.glue)
    return CoverGeometry(printer.bleed, spec.trim.width, spine, spec.trim.height)


def weight_grams(spec: BookSpec, pages: int, cover: CoverGeometry) -> float:
    """Weight of one copy: paper and board, glue and wrapping left out."""
    leaf = spec.trim.width.mm * spec.trim.height.mm / 1e6
    board = (cover.panel.mm * 2 + cover.spine.mm) * cover.height.mm / 1e6
    return round(pages / 2 * leaf * spec.paper.gsm + board * spec.cover.gsm, 1)


def type_area(height: Length, page: Page) -> TypeArea:
    """As many whole lines as fit between the top margin and the smallest bottom margin."""
    lines = (height - page.top - page.bottom_minimum) // page.leading
    block = page.leading * lines
    return TypeArea(lines, block, height - page.top - block)


def padding(pages: int, multiple: int) -> int:
    """Blank pages to add so that `pages` is a multiple of `multiple`."""
    return -pages % multiple
