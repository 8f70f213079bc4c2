"""The wraparound cover: back, spine and front on one sheet, and the front alone.

In: specification, layout, and the page count of the bound interior, which gives the spine.
Out: a frozen `Cover`. Text keeps the printer's safe distance from trim and folds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bookbuild.cache import Cache
from bookbuild.diagnostics import Diagnostic, Place, note, warning
from bookbuild.fonts import upright
from bookbuild.inks import FINENESS, Inked, ink
from bookbuild.layout import CoverStyle, Palette
from bookbuild.press.barcode import Symbol, bars
from bookbuild.press.compositors import Compositors
from bookbuild.press.condition import Target, target
from bookbuild.press.coverfit import Fit, Window, fit, foot, window
from bookbuild.press.faults import flaw_finding, lint_cover, refuse
from bookbuild.press.finish import BoundPage, Boxes, bind, bind_for_screen
from bookbuild.press.geometry import CoverGeometry, Spine, cover_geometry, spine, weight_grams
from bookbuild.press.interior import foreign_fonts, information
from bookbuild.press.pagination import Extent
from bookbuild.press.printer import BarcodeZone, PrinterProfile
from bookbuild.press.resolution import resolution_findings
from bookbuild.press.shaping import text_width
from bookbuild.press.sheets import Ingredients
from bookbuild.press.typeset import PlacedPicture, Resource, Sheet
from bookbuild.punctuation import smart_text
from bookbuild.units import Length, inch, pt

SPINE_GAP = 2.5
"""Least space between title and author on the spine, in the size of the text."""
_PICTURE = "cover-picture"
"""What the template calls the front's picture."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover's sheet, and the front alone."""

    pdf: bytes = field(repr=False)
    pages: int
    """Of the block that it fits."""
    geometry: CoverGeometry
    spine: Spine
    weight_g: float
    """Weight of one copy, interior and cover."""
    front: bytes = field(repr=False)
    """The front as a PDF of its own in the colours of screens, to be made into pixels."""
    findings: tuple[Diagnostic, ...]
    faults: tuple[Diagnostic, ...] = ()
    """Errors that keep the file from this printer's standard."""


def cover(
    made_from: Ingredients,
    extent: Extent,
    printer: PrinterProfile,
    compositors: Compositors,
    block: Length | None = None,
) -> Cover:
    """Set the cover that fits a block of this extent, or a `block` measured to be so thick."""
    spec, pages = made_from.spec, extent.pages
    thickness = spine(spec, printer, pages, block)
    geometry = cover_geometry(spec, printer, thickness)
    style = _style(made_from, printer, geometry)
    made_for = target(made_from.layout.folders, printer, "cover")
    inked, place = _picture(made_from, printer, made_for, geometry, style, compositors.cache)
    lettering = _lettering(made_from, pages, printer, geometry, style)
    findings: tuple[Diagnostic, ...] = ()
    if lettering.size is None:
        message = f"the spine is blank: {pages} pages; {lettering.why_blank}"
        findings += (note("spine-text", message, Place("manuscript/book.toml")),)
    symbol = Symbol(printer.cover.barcode.magnification)
    paragraphs = _paragraphs(made_from)
    fitted = fit(spec, paragraphs, geometry, style, upright(made_from.faces), place)
    findings += fitted.findings
    findings += _calipers_found(thickness, printer)
    drawn = _Drawn(geometry, style, fitted, lettering, symbol, printer.cover.barcode, place, inked)
    bound, faults, said = _bound(made_from, drawn, made_for, compositors)
    front, more = _front(made_from, drawn, compositors)
    findings += said + more + _resolution(made_from, place, inked, printer)
    weight = weight_grams(spec, pages, geometry)
    found = tuple(dict.fromkeys(findings))
    return Cover(bound, pages, geometry, thickness, weight, front, found, faults)


def _bound(
    made_from: Ingredients, drawn: _Drawn, made_for: Target, compositors: Compositors
) -> tuple[bytes, tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """The sheet as a press file, what keeps it from its standard, and what else was found.

    Raises:
        BookFaults: the layout asks for what no press file can hold.
    """
    layout, geometry = made_from.layout, drawn.geometry
    planned = _sheet(made_from, "sheet", drawn)
    refuse(lint_cover(layout, planned, flat=False))
    faults = lint_cover(layout, planned, flat=made_for.flat)
    (sheet,) = compositors.set([planned], lambda name: None)
    boxes = Boxes(geometry.sheet_width - geometry.bleed * 2, geometry.height, geometry.bleed)
    bound = bind(
        [sheet.pdf], [BoundPage(0, 0, "")], boxes,
        made_from.faces, information(made_from), made_for,
        folds=[fold - geometry.bleed for fold in geometry.folds], cache=compositors.cache,
    )  # fmt: skip
    template = f"layouts/{layout.name}/cover/cover.html"
    faults += tuple(flaw_finding(flaw, "the cover", template) for flaw in bound.flaws)
    style = f"layouts/{layout.name}/cover/cover.css"
    return bound.pdf, faults, sheet.findings + foreign_fonts(bound, style)


def _front(
    made_from: Ingredients, drawn: _Drawn, compositors: Compositors
) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The front alone as a PDF in the colours of screens, and what was found on it."""
    trim = made_from.spec.trim
    alone = _sheet(made_from, "front", _without_spine(drawn))
    (front,) = compositors.set([alone], lambda name: None)
    bound = bind_for_screen(
        [front.pdf], [BoundPage(0, 0, "")], Boxes(trim.width, trim.height),
        made_from.faces, information(made_from),
    )  # fmt: skip
    style = f"layouts/{made_from.layout.name}/cover/cover.css"
    return bound.pdf, front.findings + foreign_fonts(bound, style)


def _picture(
    made_from: Ingredients,
    printer: PrinterProfile,
    made_for: Target,
    geometry: CoverGeometry,
    style: CoverStyle,
    cache: Cache,
) -> tuple[Inked, Window] | tuple[None, None]:
    """The front's picture in the printer's inks, and its place."""
    if made_from.cover_picture is None:
        return None, None
    place = window(geometry, style)
    most = round(place.width.pt / inch(1).pt * FINENESS)
    ratio = place.width.pt / place.height.pt
    limit, profile = printer.cover.ink_limit, made_for.condition.profile
    return ink(made_from.cover_picture.data, ratio, most, profile, limit, cache), place


def _resolution(
    made_from: Ingredients, place: Window | None, inked: Inked | None, printer: PrinterProfile
) -> tuple[Diagnostic, ...]:
    """How fine the part of the picture is that the front shows."""
    if inked is None or place is None or made_from.cover_picture is None:
        return ()
    shown = replace(made_from.cover_picture.picture, width=inked.width, height=inked.height)
    placed = [(PlacedPicture(_PICTURE, place.width, place.height, 0), "front cover")]
    return tuple(resolution_findings(placed, {_PICTURE: shown}, printer.resolution))


def _style(made_from: Ingredients, printer: PrinterProfile, geometry: CoverGeometry) -> CoverStyle:
    """The layout's measures, the margin at least what the printer asks for."""
    style = made_from.layout.settings.cover
    margin = max(style.margin, printer.cover.safe)
    return style.model_copy(
        update={
            "margin": margin,
            "foot": foot(geometry, style, made_from.cover_picture is not None),
        }
    )


def _calipers_found(thickness: Spine, printer: PrinterProfile) -> tuple[Diagnostic, ...]:
    if thickness.measured or thickness.calipers.basis != "assumed":
        return ()
    remedy = "ask for its cover template, measure a dummy, and give --block-mm"
    if printer.spine.stock == "book":
        remedy = "measure a dummy, give caliper and measured = true for [paper] and [cover]"
    return (
        warning(
            "caliper-assumed",
            f"{printer.name}: the spine is reckoned with {thickness.calipers.paper.mm:g} mm a leaf "
            f"and {thickness.calipers.cover.mm:g} mm for the cover, which nobody measured",
            Place("manuscript/book.toml"),
            remedy,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """All that the templates of the cover draw by."""

    geometry: CoverGeometry
    style: CoverStyle
    fit: Fit
    lettering: _Lettering
    symbol: Symbol
    zone: BarcodeZone
    picture: Window | None
    inked: Inked | None


@dataclass(frozen=True, slots=True)
class _Lettering:
    """What the spine carries: the size of its text (None: blank), and whether the author."""

    size: Length | None
    author: bool
    why_blank: str = ""


def _lettering(
    made_from: Ingredients,
    pages: int,
    printer: PrinterProfile,
    geometry: CoverGeometry,
    style: CoverStyle,
) -> _Lettering:
    """The largest text that fits between the clearances of the folds and along the spine."""
    rule = printer.spine
    band = geometry.spine - rule.text_clearance * 2
    if pages < rule.text_pages:
        return _Lettering(
            None, False, f"{printer.name} prints its text from {rule.text_pages} pages on"
        )
    length = geometry.height - style.foot - style.margin * 2
    face = upright(made_from.faces)
    title = text_width(made_from.spec.title, face, pt(1)).pt
    authors = text_width(", ".join(made_from.spec.people("author")), face, pt(1)).pt
    broad = min(band * 0.62, style.spine_size)  # the rest of the band is ascent and descent
    for author, ems in ((True, title + SPINE_GAP + authors), (False, title)):
        size = min(broad, length / ems)
        if size >= style.spine_smallest:
            return _Lettering(size, author)
    return _Lettering(
        None, False, f"{band.mm:.1f} mm between the folds are too little for its text"
    )


def _sheet(made_from: Ingredients, part: Literal["sheet", "front"], drawn: _Drawn) -> Sheet:
    spec, language, layout = made_from.spec, made_from.language, made_from.layout
    values: dict[str, Any] = {
        "name": layout.name,
        "lang": spec.language,
        "spec": spec,
        "title": smart_text(spec.title, language),
        "subtitle": smart_text(spec.subtitle or "", language),
        "tagline": smart_text(spec.tagline or "", language),
        "description": _paragraphs(made_from),
        "authors": tuple(smart_text(line, language) for line in drawn.fit.authors),
        "price": _price(made_from),
        "part": part,
        "geometry": drawn.geometry,
        "folds": drawn.geometry.folds,
        "cover": drawn.style,
        "picture": drawn.picture,
        "fit": drawn.fit,
        "spine": drawn.lettering,
        "colour": {
            key: _colour(palette, "screen" if part == "front" else "print")
            for key, palette in layout.settings.palette.items()
        },
        "black": "device-cmyk(0 0 0 1)",
        "isbn": spec.isbn.print,
        "bars": bars(spec.isbn.print) if spec.isbn.print else (),
        "symbol": drawn.symbol,
        "digits": drawn.symbol.digits(spec.isbn.print) if spec.isbn.print else (),
        "zone_edge": max(drawn.style.margin * 0.8, drawn.zone.edge),
        "zone_foot": max((drawn.style.foot - drawn.symbol.height) / 2, drawn.zone.edge),
    }
    html = layout.fill("cover/cover.html", values)
    css = layout.fill("cover/cover.css", values)
    return Sheet(f"cover-{part}", html, css, made_from.faces, _resources(drawn.inked, part))


def _without_spine(drawn: _Drawn) -> _Drawn:
    """The same with no spine: a book that gets thicker doesn't have its front set again."""
    geometry = replace(drawn.geometry, spine=Length(0))
    place = window(geometry, drawn.style) if drawn.picture else None
    return replace(drawn, geometry=geometry, picture=place, lettering=_Lettering(None, False))


def _resources(inked: Inked | None, part: str) -> tuple[Resource, ...]:
    if inked is None:
        return ()
    rendering = inked.screen if part == "front" else inked.press
    return (Resource(_PICTURE, rendering.media_type, rendering.data),)


def _paragraphs(made_from: Ingredients) -> tuple[str, ...]:
    text = made_from.spec.description or ""
    return tuple(
        smart_text(" ".join(paragraph.split()), made_from.language)
        for paragraph in text.split("\n\n")
        if paragraph.strip()
    )


def _price(made_from: Ingredients) -> str:
    prices = made_from.spec.prices
    if prices is None or prices.list is None or not prices.on_cover:
        return ""
    language = made_from.language
    return language.words.price.format(price=language.money(prices.list, prices.currency))


def _colour(palette: Palette, use: Literal["print", "screen"]) -> str:
    if use == "screen":
        return palette.screen
    return f"device-cmyk({' '.join(f'{ink / 100:g}' for ink in palette.inks)})"
