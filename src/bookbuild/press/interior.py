"""The interior: sections set one by one, placed on rectos and versos, bound to one PDF.

In: specification, document, layout, faces, pictures. Out: `SetPages`, and bound for a printer a
frozen `Interior`. Page numbers that one section needs of another (contents, `hlm. 57`, the extent)
are values: sections whose input they change are set again, until nothing changes any more. No
printer moves a page: printers differ in the blank leaves at the end, and in how the file is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bookbuild.cache import Cache
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.fonts import Face, upright
from bookbuild.language import roman
from bookbuild.layout import FolioStyle, Page
from bookbuild.press.castoff import cast_off, cast_off_list
from bookbuild.press.compositors import Compositors, Progress
from bookbuild.press.condition import Target, target
from bookbuild.press.faults import (
    badly_ended,
    flaw_finding,
    lint_interior,
    overfull,
    refuse,
    unplanned,
)
from bookbuild.press.finish import BoundPage, Boxes, DrawnText, Finished, Information, bind
from bookbuild.press.geometry import type_area
from bookbuild.press.pagemap import PageMap
from bookbuild.press.pagination import Extent, Placed, paginate, with_blanks
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.prose import PICTURES, Known
from bookbuild.press.resolution import resolution_findings
from bookbuild.press.shaping import shape
from bookbuild.press.sheets import Ingredients, Part, parts
from bookbuild.press.typeset import Sheet, Typeset

MOST_ROUNDS = 6
"""Contents and references settle in two or three rounds; more means that they chase each other."""


@dataclass(frozen=True, slots=True)
class Interior:
    """The bound interior, what was measured on it, and what was found."""

    pdf: bytes = field(repr=False)
    readable: bytes = field(repr=False)
    """The same pages with their text as text, where `pdf` has it as outlines."""
    extent: Extent
    page_map: PageMap
    findings: tuple[Diagnostic, ...]
    faults: tuple[Diagnostic, ...] = ()
    """Errors that keep the file from this printer's standard."""
    parts: tuple[Part, ...] = field(repr=False, default=())
    """What was set, as it settled."""
    pages: tuple[BoundPage, ...] = field(repr=False, default=())
    """Every page: of which part, or blank, and its folio."""


@dataclass(frozen=True, slots=True)
class SetPages:
    """The pages of the interior in order, for whichever printer: not yet bound."""

    parts: tuple[Part, ...]
    results: tuple[Typeset, ...]
    placed: Placed
    findings: tuple[Diagnostic, ...]

    @property
    def page_map(self) -> PageMap:
        """Where things fell, without the printer's blanks."""
        return self.placed.page_map


@dataclass(frozen=True, slots=True)
class AtTheBinder:
    """Pages on their way to one printer's interior: placed, and being bound."""

    set_already: SetPages
    printer: PrinterProfile
    placed: Placed
    """With the blanks that this printer's block ends with."""
    made_for: Target
    pages: tuple[BoundPage, ...] = field(repr=False)
    files: Callable[[], tuple[Finished, bytes]] = field(repr=False)
    """Waits for the press file, and the one with its text as text."""


def set_pages(made_from: Ingredients, compositors: Compositors, progress: Progress) -> SetPages:
    """Set every section, until the page numbers that they print are true."""
    guessed = cast_off(made_from)
    planned = parts(made_from, guessed, compositors.cache)
    refuse(lint_interior(made_from.layout, planned, flat=False))
    text = [part.sheet for part in planned if not part.tells]
    done = dict(zip(text, compositors.set(text, progress), strict=True))
    known = known_of(made_from, paginate(planned, _about(planned, done, made_from)))
    for _ in range(MOST_ROUNDS):
        planned = parts(made_from, known, compositors.cache, planned)
        fresh = [part.sheet for part in planned if part.sheet not in done]
        done |= zip(fresh, compositors.set(fresh, progress), strict=True)
        placed = paginate(planned, [done[part.sheet] for part in planned])
        found = known_of(made_from, placed)
        if found == known:
            break
        known = found
    else:
        message = "page numbers did not settle"
        hint = "a reference moves the very page that it names: reword around it"
        unsettled = (error("interior-unstable", message, None, hint),)
        return SetPages(planned, tuple(done[part.sheet] for part in planned), placed, unsettled)
    return SetPages(planned, tuple(done[part.sheet] for part in planned), placed, ())


def _about(
    planned: tuple[Part, ...], done: Mapping[Sheet, Typeset], made_from: Ingredients
) -> list[Typeset]:
    """What was set, and about what will be of parts that tell where the others are.

    What they tell is then true before they are set, unless one gets longer than it was cast off.
    """

    def about(part: Part) -> Typeset:
        count = cast_off_list(part, made_from)
        anchors = {part.section: 0} if part.section else {}
        return Typeset(b"", count, anchors, (), begins=(None,) * count)

    return [done.get(part.sheet) or about(part) for part in planned]


def known_of(made_from: Ingredients, placed: Placed) -> Known:
    """What sections may print of where others are."""
    return Known(
        placed.page_map.folios, placed.page_map.anchors, extent_line(made_from, placed.extent)
    )


def extent_line(made_from: Ingredients, extent: Extent) -> str:
    """The extent as the imprint prints it: `xx + 260 hlm.; 15 × 23 cm`."""
    words, trim = made_from.language.words, made_from.spec.trim
    wording = words.extent if extent.roman else words.extent_arabic
    return wording.format(
        roman=roman(extent.roman) if extent.roman else "",
        arabic=extent.arabic,
        width=made_from.language.decimal(trim.width.mm / 10),
        height=made_from.language.decimal(trim.height.mm / 10),
    )


def at_the_binder(
    made_from: Ingredients,
    set_already: SetPages,
    printer: PrinterProfile,
    compositors: Compositors,
) -> AtTheBinder:
    """Have the pages bound to the file that `printer` asks for."""
    spec, layout = made_from.spec, made_from.layout
    placed = with_blanks(set_already.placed, printer, spec.trim)
    made_for = target(layout.folders, printer, "interior")
    pages = tuple(bound_pages(made_from, set_already.parts, placed))
    binding = partial(
        _bound_files,
        tuple(result.pdf for result in set_already.results),
        pages,
        Boxes(spec.trim.width, spec.trim.height),
        made_from.faces,
        information(made_from),
        made_for,
        dict(placed.page_map.folios),
        compositors.cache,
    )
    return AtTheBinder(set_already, printer, placed, made_for, pages, compositors.aside(binding))


def _bound_files(
    sections: tuple[bytes, ...],
    pages: tuple[BoundPage, ...],
    boxes: Boxes,
    faces: tuple[Face, ...],
    about: Information,
    made_for: Target,
    folios: Mapping[str, str],
    cache: Cache,
) -> tuple[Finished, bytes]:
    """The press file, and the one with its text as text."""

    def bound(made_for: Target) -> Finished:
        return bind(
            sections, pages, boxes, faces, about, made_for, folios=folios, mono=True, cache=cache
        )

    finished = bound(made_for)
    if made_for.text_as_outlines:
        return finished, bound(replace(made_for, text_as_outlines=False)).pdf
    return finished, finished.pdf


def interior(made_from: Ingredients, sent: AtTheBinder) -> Interior:
    """The bound interior, when it comes from the binder, and what was found in it."""
    layout, set_already, placed = made_from.layout, sent.set_already, sent.placed
    planned, results = set_already.parts, set_already.results
    finished, readable = sent.files()
    findings = set_already.findings + overfull(planned, results) + unplanned(results)
    labels = {
        place: label
        for place, label in zip(placed.pages, placed.page_map.labels, strict=True)
        if place
    }
    findings += badly_ended(results, labels)
    findings += _resolutions(made_from, results, labels, sent.printer)
    findings += tuple(finding for result in results for finding in result.findings)
    findings += foreign_fonts(finished, f"layouts/{layout.name}/interior/page.css")
    page_map = placed.page_map
    faults = lint_interior(layout, planned, flat=sent.made_for.flat) + tuple(
        flaw_finding(flaw, f"page {page_map.labels[flaw.page]}", page_map.files[flaw.page])
        for flaw in finished.flaws
    )
    return Interior(
        finished.pdf, readable, placed.extent, page_map, findings, faults, planned, sent.pages
    )


def bound_pages(
    made_from: Ingredients, planned: tuple[Part, ...], placed: Placed
) -> list[BoundPage]:
    """Every page with its label, and with its folio where it shows one."""
    face = upright(made_from.faces, made_from.layout.settings.folio.family)
    pages = []
    for number, (place, label) in enumerate(zip(placed.pages, placed.page_map.labels, strict=True)):
        if place is None:
            pages.append(BoundPage(None, 0, label))
            continue
        part, page = place
        shown = page > 0 or not planned[part].opener
        folio = _folio(label, number % 2 == 0, made_from, face) if shown else None
        pages.append(BoundPage(part, page, label, folio))
    return pages


def _resolutions(
    made_from: Ingredients,
    results: tuple[Typeset, ...],
    labels: Mapping[tuple[int, int], str],
    printer: PrinterProfile,
) -> tuple[Diagnostic, ...]:
    """Every placed picture with its size and resolution, in page order."""
    found = (
        (replace(item, name=item.name.removeprefix(PICTURES)), f"page {labels[part, item.page]}")
        for part, result in enumerate(results)
        for item in result.pictures
    )
    return tuple(resolution_findings(found, made_from.pictures, printer.resolution))


def foreign_fonts(finished: Finished, style: str) -> tuple[Diagnostic, ...]:
    """An error for each font that the layout didn't bring; `style` is the file that asked."""
    return tuple(
        error(
            "font-foreign",
            f"the pages use the font {name}, which is none of the layout's",
            Place(style),
            "ask only for families, weights and styles that layout.toml lists",
        )
        for name in finished.foreign_fonts
    )


def information(made_from: Ingredients) -> Information:
    """What the PDF says about itself."""
    spec = made_from.spec
    return Information(
        spec.title, spec.people("author"), spec.language, spec.subjects, spec.modified
    )


def _folio(label: str, recto: bool, made_from: Ingredients, face: Face) -> DrawnText:
    """The page number as text to draw, placed by the layout's folio style."""
    style: FolioStyle = made_from.layout.settings.folio
    page: Page = made_from.layout.settings.page
    trim = made_from.spec.trim
    glyphs = shape(label, face, style.features)
    width = style.size * (sum(glyph.advance for glyph in glyphs) / 1000)
    block_left = page.inside if recto else page.outside
    block_width = trim.width - page.inside - page.outside
    left = block_left
    if style.align == "centre":
        left = block_left + (block_width - width) / 2
    elif recto:
        left = block_left + block_width - width
    baseline = type_area(trim.height, page).bottom - style.drop
    return DrawnText(glyphs, face, style.size, left, baseline)
