"""Whether a printer takes this book: trim, extent, margins, thickness, type, and the cover's sheet.

In: the layout's measures, the block and its cover. Out: an error for each limit of the profile
that is broken, with the numbers. Errors stop no build; they keep the print set from the press.
"""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.press.barcode import barcode_findings
from bookbuild.press.cover import Cover
from bookbuild.press.geometry import CoverGeometry, Spine, type_area
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.sheets import Ingredients
from bookbuild.units import Length

_SPECIFICATION = Place("manuscript/book.toml")


def accept(
    made_from: Ingredients, printer: PrinterProfile, pages: int, outside: Cover
) -> tuple[Diagnostic, ...]:
    """What the printer would refuse."""
    return (
        *_trim(made_from, printer),
        *_extent(printer, pages),
        *_margins(made_from, printer, pages),
        *_type(made_from, printer),
        *_inks(made_from, printer),
        *_thickness(printer, outside.spine, pages),
        *_sheets(printer, outside.geometry),
        *barcode_findings(made_from.spec.isbn.print, printer.cover.barcode),
    )


def _trim(made_from: Ingredients, printer: PrinterProfile) -> Iterator[Diagnostic]:
    trim, limits = made_from.spec.trim, printer.interior.trim
    fits = limits.narrowest <= trim.width <= limits.widest
    if not (fits and limits.shortest <= trim.height <= limits.tallest):
        message = (
            f"{printer.name} trims {limits.narrowest.mm:g} to {limits.widest.mm:g} × "
            f"{limits.shortest.mm:g} to {limits.tallest.mm:g} mm; the book is "
            f"{trim.width.mm:g} × {trim.height.mm:g} mm"
        )
        yield error("printer-trim", message, _SPECIFICATION, "choose another trim, or printer")


def _extent(printer: PrinterProfile, pages: int) -> Iterator[Diagnostic]:
    rule = printer.interior
    if not rule.fewest_pages <= pages <= rule.most_pages:
        message = (
            f"{printer.name} binds {rule.fewest_pages} to {rule.most_pages} pages; "
            f"the book has {pages}"
        )
        yield error("printer-extent", message, _SPECIFICATION, "choose another binding, or printer")


def _margins(made_from: Ingredients, printer: PrinterProfile, pages: int) -> Iterator[Diagnostic]:
    layout, rule = made_from.layout, printer.interior
    page, folio = layout.settings.page, layout.settings.folio
    bottom = type_area(made_from.spec.trim.height, page).bottom - folio.drop
    gutter = rule.gutter(pages)
    asked = (
        ("inside", page.inside, gutter, f" for {pages} pages"),
        ("outside", page.outside, rule.safe, ""),
        ("bottom", bottom, rule.safe, ", below the folio"),
    )
    for side, has, least, why in asked:
        if has + Length(0.05) < least:
            message = (
                f"{printer.name} asks for {least.mm:g} mm {side}{why}; "
                f"the layout leaves {has.mm:.1f} mm"
            )
            place = Place(f"layouts/{layout.name}/layout.toml")
            yield error("printer-margin", message, place, "a wider margin, or another printer")


def _type(made_from: Ingredients, printer: PrinterProfile) -> Iterator[Diagnostic]:
    layout, least = made_from.layout, printer.smallest.type_size
    sizes = {
        "text": layout.settings.page.size,
        "folio": layout.settings.folio.size,
        "code": layout.settings.code.size,
    }
    for name, size in sizes.items():
        if size < least:
            message = f"{printer.name} prints type from {least.pt:g} pt on; {name} has {size.pt:g}"
            place = Place(f"layouts/{layout.name}/layout.toml")
            yield error("printer-type", message, place, f"at least {least.pt:g} pt")


def _inks(made_from: Ingredients, printer: PrinterProfile) -> Iterator[Diagnostic]:
    """The colours of the cover, which lie flat on each other."""
    layout, most = made_from.layout, printer.cover.ink_limit
    for name, palette in layout.settings.palette.items():
        if (total := sum(palette.inks)) > most:
            inks = " + ".join(str(ink) for ink in palette.inks)
            message = (
                f"{printer.name} allows {most} % ink; the colour “{name}” has {inks} = {total}"
            )
            place = Place(f"layouts/{layout.name}/layout.toml")
            hint = "less cyan, magenta and yellow, and more black in their stead"
            yield error("ink-limit", message, place, hint)


def _thickness(printer: PrinterProfile, spine: Spine, pages: int) -> Iterator[Diagnostic]:
    rule = printer.spine
    if not rule.thinnest <= spine.width <= rule.thickest:
        message = (
            f"{printer.name} binds books of {rule.thinnest.mm:g} to {rule.thickest.mm:g} mm; "
            f"this spine is {spine.width.mm:.1f} mm: {spine.formula}"
        )
        yield error("printer-thickness", message, _SPECIFICATION, "another binding, or paper")
    reckoned = spine.calipers.paper * (pages / 2)
    if spine.measured and abs(spine.block.pt - reckoned.pt) > rule.tolerance.pt:
        message = (
            f"the block was measured at {spine.block.mm:g} mm; {pages} pages of "
            f"{spine.calipers.paper.mm:g} mm a leaf make {reckoned.mm:.1f} mm, and "
            f"{printer.name} allows {rule.tolerance.mm:g} mm"
        )
        yield warning("block-differs", message, _SPECIFICATION, "is it the right paper?")


def _sheets(printer: PrinterProfile, geometry: CoverGeometry) -> Iterator[Diagnostic]:
    """The cover on a sheet with the grain along the spine, or it cracks and curls at the fold."""
    size = geometry.sheet_width, geometry.sheet_height
    if not printer.sheets or any(sheet.holds(*size) for sheet in printer.sheets):
        return
    known = ", ".join(
        f"{sheet.name} (grain along {sheet.along.mm:g} mm)" for sheet in printer.sheets
    )
    message = (
        f"the cover of {geometry.sheet_width.mm:.1f} × {geometry.sheet_height.mm:.1f} mm fits no "
        f"sheet of {printer.name} with the grain along the spine: {known}"
    )
    yield warning("cover-sheet", message, _SPECIFICATION, "ask the printer for a longer sheet")
