"""The interior: sections set one by one, placed on rectos and versos, bound to one PDF.

In: specification, document, layout, faces, pictures. Out: a frozen `Interior`. Page numbers
that one section needs of another (contents, `hlm. 57`, the extent) are values: sections whose
input they change are set again, until nothing changes any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.fonts import Face, upright
from bookbuild.language import roman
from bookbuild.layout import FolioStyle, Page
from bookbuild.press.finish import BoundPage, Boxes, DrawnText, Finished, Information, bind
from bookbuild.press.geometry import padding, type_area
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.prose import PICTURES, Known
from bookbuild.press.raster import text_boxes
from bookbuild.press.resolution import resolution_findings
from bookbuild.press.shaping import shape
from bookbuild.press.sheets import Ingredients, Part, parts
from bookbuild.press.typeset import Sheet, Typeset, typeset
from bookbuild.units import pt

MOST_ROUNDS = 6
"""Contents and references settle in two or three rounds; more means that they chase each other."""

OVERHANG = pt(6)
"""Italics, swashes and quotation marks may reach this far over the edge of the type area."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Extent:
    """The measured extent, in pages. A blank verso before arabic 1 is a roman page."""

    roman: int
    arabic: int
    trailing_blanks: int

    @property
    def pages(self) -> int:
        """Every page of the block: what leaves, spine and weight are reckoned from."""
        return self.roman + self.arabic + self.trailing_blanks

    def __str__(self) -> str:
        front = f"{roman(self.roman)} + " if self.roman else ""
        return f"{front}{self.arabic}"


@dataclass(frozen=True, slots=True)
class PageMap:
    """Where things fell: every page's label, and the page of each id, counted from 0."""

    labels: tuple[str, ...]
    anchors: Mapping[str, int]
    files: tuple[str, ...] = ()
    """The file of the manuscript that each page sets; empty for what no file brings."""
    singles: frozenset[int] = frozenset()
    """Pages that stand alone: title, imprint and the like, without running heads."""

    def label_of(self, anchor: str) -> str:
        """The folio of the page on which `anchor` stands."""
        return self.labels[self.anchors[anchor]]


@dataclass(frozen=True, slots=True)
class Interior:
    """The bound interior, what was measured on it, and what was found."""

    pdf: bytes = field(repr=False)
    extent: Extent
    page_map: PageMap
    findings: tuple[Diagnostic, ...]
    parts: tuple[Part, ...] = field(repr=False, default=())
    """What was set, as it settled."""
    pages: tuple[BoundPage, ...] = field(repr=False, default=())
    """Every page: of which part, or blank, and its folio."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Every page of the block in order: (part, page within it), None for a blank."""

    pages: tuple[tuple[int, int] | None, ...]
    extent: Extent
    page_map: PageMap


def interior(made_from: Ingredients, printer: PrinterProfile, progress: Progress) -> Interior:
    """Set and bind the interior."""
    done: dict[Sheet, Typeset] = {}
    known = Known({}, {})
    for _ in range(MOST_ROUNDS):
        planned = parts(made_from, known)
        for part in planned:
            if part.sheet not in done:
                progress(part.sheet.name)
                done[part.sheet] = typeset(part.sheet)
        placed = _place(planned, [done[part.sheet] for part in planned], printer)
        found = _known(made_from, placed)
        if found == known:
            break
        known = found
    else:
        message = "page numbers did not settle"
        hint = "a reference moves the very page that it names: reword around it"
        return _bind(
            made_from, planned, done, placed, (error("interior-unstable", message, None, hint),)
        )
    return _bind(made_from, planned, done, placed, ())


def _place(planned: tuple[Part, ...], results: list[Typeset], printer: PrinterProfile) -> _Placed:
    """Put the parts one after another, each on the side it asks for."""
    pages: list[tuple[int, int] | None] = []
    anchors: dict[str, int] = {}
    roman_pages = 0
    in_front = True
    for index, (part, result) in enumerate(zip(planned, results, strict=True)):
        is_recto = len(pages) % 2 == 0
        if in_front and part.numbering == "arabic":  # arabic 1 is always a recto
            if not is_recto:
                pages.append(None)
                is_recto = True
            in_front, roman_pages = False, len(pages)
        if is_recto != (part.side == "recto"):
            pages.append(None)
        anchors.update({name: len(pages) + page for name, page in result.anchors.items()})
        pages.extend((index, page) for page in range(result.page_count))
    if in_front:
        roman_pages = len(pages)
    blanks = padding(len(pages), printer.page_multiple)
    extent = Extent(roman_pages, len(pages) - roman_pages, blanks)
    pages.extend([None] * blanks)
    labels = tuple(
        roman(number + 1) if number < roman_pages else str(number - roman_pages + 1)
        for number in range(len(pages))
    )
    singles = frozenset(
        number for number, place in enumerate(pages) if place and planned[place[0]].single
    )
    files = tuple(planned[place[0]].file if place else "" for place in pages)
    return _Placed(tuple(pages), extent, PageMap(labels, anchors, files, singles))


def _known(made_from: Ingredients, placed: _Placed) -> Known:
    folios = {name: placed.page_map.labels[page] for name, page in placed.page_map.anchors.items()}
    return Known(folios, placed.page_map.anchors, extent_line(made_from, placed.extent))


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


def _bind(
    made_from: Ingredients,
    planned: tuple[Part, ...],
    done: Mapping[Sheet, Typeset],
    placed: _Placed,
    findings: tuple[Diagnostic, ...],
) -> Interior:
    spec = made_from.spec
    results = [done[part.sheet] for part in planned]
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
    finished = bind(
        [result.pdf for result in results],
        pages,
        Boxes(spec.trim.width, spec.trim.height),
        made_from.faces,
        information(made_from),
        mono=True,
    )
    findings += tuple(
        error(
            "interior-overflow",
            f"“{part.sheet.name}” fills {result.page_count} pages and has one",
            Place("manuscript/book.toml"),
            "shorten what it says",
        )
        for part, result in zip(planned, results, strict=True)
        if part.single and result.page_count > 1
    )
    findings += _resolutions(made_from, results, placed)
    findings += tuple(finding for result in results for finding in result.findings)
    findings += foreign_fonts(finished, f"layouts/{made_from.layout.name}/interior/page.css")
    return Interior(finished.pdf, placed.extent, placed.page_map, findings, planned, tuple(pages))


def _resolutions(
    made_from: Ingredients, results: list[Typeset], placed: _Placed
) -> tuple[Diagnostic, ...]:
    """Every placed picture with its size and resolution, in page order."""
    labels = dict(zip(placed.pages, placed.page_map.labels, strict=True))
    found = (
        (replace(item, name=item.name.removeprefix(PICTURES)), labels[part, item.page])
        for part, result in enumerate(results)
        for item in result.pictures
    )
    return tuple(resolution_findings(found, made_from.pictures))


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


def check_overflow(made_from: Ingredients, inside: Interior) -> tuple[Diagnostic, ...]:
    """An error for each page on which text runs out of the type area's width, or off the page."""
    page, trim = made_from.layout.settings.page, made_from.spec.trim
    findings = []
    for number, boxes in enumerate(text_boxes(inside.pdf)):
        file = inside.page_map.files[number]
        alone = number in inside.page_map.singles
        top = trim.height.pt - (page.top.pt - OVERHANG.pt if alone else 0)
        recto = number % 2 == 0
        left = (page.inside if recto else page.outside).pt - OVERHANG.pt
        right = trim.width.pt - (page.outside if recto else page.inside).pt + OVERHANG.pt
        out = [
            box.text
            for box in boxes
            if box.left < left or box.right > right or box.bottom < 0 or box.top > top
        ]
        if out:
            findings.append(
                error(
                    "interior-overflow",
                    f"page {inside.page_map.labels[number]}: “{out[0].strip()[:60]}” runs out of "
                    "the type area",
                    Place(file) if file else None,
                    "shorten it, or allow it to break",
                )
            )
    return tuple(findings)


def check_extent(made_from: Ingredients, measured: Extent) -> tuple[Diagnostic, ...]:
    """Compare the measured extent with the declared one."""
    declared = made_from.spec.extent
    if declared is None or (declared.roman, declared.arabic) == (measured.roman, measured.arabic):
        return ()
    promised = f"{roman(declared.roman)} + {declared.arabic}" if declared.roman else declared.arabic
    return (
        warning(
            "extent-differs",
            f"the book has {measured} pages; the specification declares {promised}",
            Place("manuscript/book.toml"),
            "correct [extent] once the text is complete",
        ),
    )
