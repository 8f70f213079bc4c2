"""What a proof shows, as values: pages with their ink, zones to lay over them, findings by page.

In: a finished `Build` and one of its print sets. Out: frozen `ProofFacts`. What another module
measures better (ink by separation, say) can take the place of what is rendered here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bookbuild.diagnostics import Diagnostic, Severity
from bookbuild.fonts import line_extents, upright
from bookbuild.pipeline import Build
from bookbuild.pixels import Rendering, coverage, page_picture
from bookbuild.press.draft import spread_pages
from bookbuild.press.geometry import type_area
from bookbuild.press.pagemap import PageMap
from bookbuild.press.sheets import Ingredients
from bookbuild.press.sight import Box, PageView, SetPicture, page_views
from bookbuild.press.typography.measure import Spot, Typography
from bookbuild.printsets import Made
from bookbuild.units import Length

PAGE_DPI = 106
"""Enough to read 9 pt type when enlarged; 280 pages of text make 12 MB."""
COVER_DPI = 150
_NAMED = re.compile(r"\bpages? ((?:[ivxlcdm]+|\d+)(?:(?:, | and |–)(?:[ivxlcdm]+|\d+))*)\b")
COVER_CODES = frozenset(
    {
        "spine-text", "caliper-assumed", "block-differs", "cover-sheet", "cover-text",
        "printer-thickness", "printer-barcode",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ink:
    """How much of a page is covered, in percent: on the whole, and its darkest spot."""

    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page of the interior."""

    number: int
    """From 0."""
    label: str
    picture: Rendering = field(repr=False)
    ink: Ink
    marks: tuple[tuple[str, Box], ...]
    """Lines to mark: loose, tight, or at fault in another way (`ends`)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and the pages of the book that it is about."""

    number: int
    finding: Diagnostic
    pages: tuple[int, ...]
    """Pages that it names, from 0."""
    starts: int | None
    """The first page of the file that it is in, where it names no page."""
    on_cover: bool


@dataclass(frozen=True, slots=True)
class FontFacts:
    """A font of a printed file, and on how many pages it stands."""

    name: str
    embedded: bool
    interior: int
    cover: int


@dataclass(frozen=True, slots=True)
class Zones:
    """What can be laid over a page, in millimetres from its left and upper edge."""

    size: tuple[float, float]
    trim: Box
    bleed: Box
    safe: Box
    gutter: Box
    baselines: tuple[float, ...]
    measure: tuple[float, float]
    """Left and right end of a baseline."""


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """The cover's sheet with its folds and zones, in millimetres."""

    picture: Rendering = field(repr=False)
    size: tuple[float, float]
    trim: Box
    bleed: Box
    folds: tuple[float, float]
    safe: tuple[Box, Box, Box]
    """Of the back, the spine and the front."""
    total_ink: int | None
    """The most on one spot, all inks together, in percent, as the preflight reckons it."""
    ink_limit: int


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """All that a proof shows beside the specification."""

    pages: tuple[PageFacts, ...]
    spreads: tuple[tuple[int | None, int | None], ...]
    recto: Zones
    verso: Zones
    cover: CoverFacts
    fonts: tuple[FontFacts, ...]
    pictures: tuple[tuple[str | None, SetPicture], ...]
    """With the label of their page; None for the cover."""
    findings: tuple[Found, ...]

    @property
    def mean_ink(self) -> float:
        """Of the whole interior, in percent."""
        return sum(page.ink.mean for page in self.pages) / len(self.pages)

    @property
    def most_inked(self) -> PageFacts:
        """The page with the most ink."""
        return max(self.pages, key=lambda page: page.ink.mean)

    def found_on(self) -> Mapping[int, tuple[Found, ...]]:
        """Errors and warnings by the page that they name."""
        on_page: dict[int, list[Found]] = defaultdict(list)
        for found in self.findings:
            if found.finding.severity is not Severity.NOTE:
                for page in found.pages:
                    on_page[page].append(found)
        return {page: tuple(found) for page, found in on_page.items()}


def proof_facts(build: Build, made: Made) -> ProofFacts:
    """Look at every page of a print set, and gather what there is to say of it."""
    labels = made.inside.page_map.labels
    pages, boxes, inner = [], [], []
    marked = _marked(build.typography)
    for view in page_views(made.inside.pdf, PAGE_DPI, grey=True):
        pages.append(_page(view, labels[view.number], marked[view.number]))
        boxes.append((view.size_mm, view.trim, view.bleed))
        inner.append((view.pictures, view.fonts))
    (outer,) = page_views(made.outside.pdf, COVER_DPI, grey=False)
    on_interior = [(labels[item.page], item) for found, _ in inner for item in found]
    return ProofFacts(
        tuple(pages),
        spread_pages(len(pages)),
        _zones(build.made_from, made, boxes[0], recto=True),
        _zones(build.made_from, made, boxes[1], recto=False),
        _cover(made, outer),
        _fonts([fonts for _, fonts in inner], outer.fonts),
        (*on_interior, *((None, item) for item in outer.pictures)),
        found_in(build.findings, made.inside.page_map),
    )


def _marked(typography: Typography) -> Mapping[int, Sequence[tuple[str, Spot]]]:
    """The lines to mark on each page, each once."""
    spacing = typography.spacing
    ladders = [spot for run in typography.ladders for spot in run]
    faults = (
        *ladders, *typography.recto_hyphens, *typography.verso_hyphens, *typography.widows,
        *typography.orphans, *typography.off_grid, *typography.short_endings,
    )  # fmt: skip
    kinds = {
        "loose": spacing.loose if spacing else (),
        "tight": spacing.tight if spacing else (),
        "ends": faults,
    }
    found: dict[int, dict[int, tuple[str, Spot]]] = defaultdict(dict)
    for kind, spots in kinds.items():
        for spot in spots:
            found[spot.page].setdefault(spot.line, (kind, spot))
    return defaultdict(list, {page: list(lines.values()) for page, lines in found.items()})


def _mark(spot: Spot, height: float) -> Box:
    """A line's box in millimetres: 0.75 of its size above the baseline, 0.3 below."""
    left, baseline, right, size = (Length(value).mm for value in spot.box)
    top = height - baseline - size * 0.75
    return round(left, 2), round(top, 2), round(right - left, 2), round(size * 1.05, 2)


def _page(view: PageView, label: str, marked: Sequence[tuple[str, Spot]]) -> PageFacts:
    marks = tuple((kind, _mark(spot, view.size_mm[1])) for kind, spot in marked)
    picture = page_picture(view.width, view.height, view.pixels)
    mean, most = coverage(view.width, view.height, view.pixels)
    return PageFacts(view.number, label, picture, Ink(round(mean, 1), round(most)), marks)


def _zones(
    made_from: Ingredients, made: Made, page: tuple[tuple[float, float], Box, Box], *, recto: bool
) -> Zones:
    """Safe zone and gutter as the printer asks for them, baselines as the layout sets them."""
    size, trim, bleed = page
    left, top, width, height = trim
    rule, style = made.printer.interior, made_from.layout.settings.page
    safe, gutter = rule.safe.mm, rule.gutter(made.inside.extent.pages).mm
    inside, outside = style.inside.mm, style.outside.mm
    lines = type_area(made_from.spec.trim.height, style).lines
    above, below = line_extents(upright(made_from.faces).data)
    first = style.top + (style.leading + style.size * (above - below)) / 2
    return Zones(
        size,
        trim,
        bleed,
        (left + (0 if recto else safe), top + safe, width - safe, height - safe * 2),
        (left if recto else left + width - gutter, top, gutter, height),
        tuple(round(top + (first + style.leading * line).mm, 2) for line in range(lines)),
        (left + (inside if recto else outside), left + width - (outside if recto else inside)),
    )


def _cover(made: Made, view: PageView) -> CoverFacts:
    """The cover as it lies in its file, which may have marks around the bleed."""
    geometry, rule = made.outside.geometry, made.printer
    left, top = view.bleed[0], view.trim[1]
    first, second = (round(left + fold.mm, 2) for fold in geometry.folds)
    safe, clear = rule.cover.safe.mm, rule.spine.text_clearance.mm
    high = geometry.height.mm - safe * 2
    panel = geometry.panel.mm - safe * 2
    return CoverFacts(
        page_picture(view.width, view.height, view.pixels),
        view.size_mm,
        view.trim,
        view.bleed,
        (first, second),
        (
            (view.trim[0] + safe, top + safe, panel, high),
            (first + clear, top + safe, max(second - first - clear * 2, 0), high),
            (second + safe, top + safe, panel, high),
        ),
        made.preflight.cover.pages[0].total_ink if made.preflight.cover else None,
        rule.cover.ink_limit,
    )


def _fonts(
    interior: Sequence[tuple[tuple[str, bool], ...]], cover: tuple[tuple[str, bool], ...]
) -> tuple[FontFacts, ...]:
    """Each face once, whatever its subsets are called (ISO 32000-1, 9.6.4)."""
    inside = Counter(_plain(font) for page in interior for font in page)
    outside = Counter(_plain(font) for font in cover)
    return tuple(
        FontFacts(*font, inside[font], outside[font]) for font in sorted({*inside, *outside})
    )


def _plain(font: tuple[str, bool]) -> tuple[str, bool]:
    return re.sub(r"^[A-Z]{6}\+", "", font[0]), font[1]


def found_in(findings: Sequence[Diagnostic], page_map: PageMap) -> tuple[Found, ...]:
    """The gravest first, each with the pages that it names or the page where its file begins."""
    numbers = {label: number for number, label in enumerate(page_map.labels)}
    weight = list(Severity)
    return tuple(
        _found(number, finding, numbers, page_map.files)
        for number, finding in enumerate(
            sorted(findings, key=lambda item: weight.index(item.severity)), 1
        )
    )


def _found(
    number: int, finding: Diagnostic, numbers: Mapping[str, int], files: tuple[str, ...]
) -> Found:
    labels = [
        label
        for named in _NAMED.findall(finding.message)
        for label in re.split(r", | and |–", named)
    ]
    pages = tuple(dict.fromkeys(numbers[label] for label in labels if label in numbers))
    file = finding.place.file if finding.place else ""
    starts = files.index(file) if not pages and file.endswith(".md") and file in files else None
    return Found(number, finding, pages, starts, finding.code in COVER_CODES)


def mm_box(box: Box) -> str:
    """A box as attributes of an SVG rectangle."""
    left, top, width, height = (f"{value:.2f}" for value in box)
    return f'x="{left}" y="{top}" width="{width}" height="{height}"'


def shown_mm(length: Length) -> float:
    """A length as the manifest gives it: millimetres with two decimals."""
    return round(length.mm, 2)
