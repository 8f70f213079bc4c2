"""HTML to pages: `typeset(Sheet) -> Typeset`, a pure function of bytes.

Owner of WeasyPrint, with `engine`. Everything that a sheet may use goes in with it; the engine sees
no other file, no system font, no network and no clock. What the engine would only log comes out as
a finding. The boxes that it laid out, a private part, are walked here (`_placed`) and in `flow`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote

from bookbuild.book.places import Begin
from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.errors import BookFaults
from bookbuild.fonts import Face
from bookbuild.layout import Composition
from bookbuild.press.composer import composer_for
from bookbuild.press.engine import engine
from bookbuild.press.flow import page_begins
from bookbuild.press.lastpage import Flaw, flaws
from bookbuild.press.midway import Start, starts_of, want, want_all
from bookbuild.press.tags import Tagged
from bookbuild.units import Length, pt

SCHEME = "book"
_PIXEL = pt(0.75)
"""A CSS pixel: 1/96 inch."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that a sheet may use, as `book:NAME`."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that goes into the setting of one section that starts on a fresh page."""

    name: str
    html: str = field(repr=False)
    css: str = field(repr=False)
    faces: tuple[Face, ...] = field(repr=False)
    resources: tuple[Resource, ...] = field(repr=False, default=())
    tagged: bool = False
    """True for a screen edition: the tags of the text are wanted, too."""
    composition: Composition | None = None
    """How its paragraphs are set; line after line, if nothing is said."""


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A resource set as a picture: its name, its size, and the page within the section."""

    name: str
    width: Length
    height: Length
    page: int


_STYLES = 2
"""Style sheets that are kept as they were read: of the interior, and of what is set beside it."""


@dataclass(frozen=True, slots=True)
class Composed:
    """What came of a section's composition."""

    planned: int = 0
    """Justified paragraphs that were set as a whole."""
    unplanned: int = 0
    """Justified paragraphs that the engine broke line after line."""
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Typeset:
    """A set section: its pages as PDF, where its ids fell, and what the engine found."""

    pdf: bytes = field(repr=False)
    """To be bound, not read: in place of each font program it holds that font's name."""
    page_count: int
    anchors: Mapping[str, int]
    """Id → page within the section, counted from 0."""
    findings: tuple[Diagnostic, ...]
    pictures: tuple[PlacedPicture, ...] = ()
    """In the order of the pages."""
    begins: tuple[Begin | None, ...] = ()
    """Where each page begins; None where no numbered block stands on it."""
    tagged: Tagged | None = None
    """The tags of its text, where they were asked for."""
    composed: Composed = Composed()
    starts: tuple[Start | None, ...] = field(repr=False, default=())
    """What the engine knew before each page; None where it can't begin there again."""


def typeset(sheet: Sheet) -> Typeset:
    """Set one sheet.

    Raises:
        MissingLibrary: WeasyPrint's own libraries (Pango) are not on this machine.
        BookFaults: the engine can't set what the layout asks for.
    """
    with _ready(sheet) as (html, style, fonts, records):
        document, composed = _rendered(html, style, fonts, sheet.composition)
        pdf = _written(document, sheet)
    anchors: dict[str, int] = {}
    for number, page in enumerate(document.pages):
        for name in page.anchors:
            anchors.setdefault(name, number)
    findings = tuple(_finding(message, sheet) for message in dict.fromkeys(records))
    pictures = tuple(
        placed
        for number, page in enumerate(document.pages)
        for placed in _placed(page._page_box, number)
    )
    tagged = document.bookbuild_tagged if sheet.tagged else None
    boxes = [page._page_box for page in document.pages]
    return Typeset(
        pdf, len(boxes), anchors, findings, pictures, page_begins(boxes), tagged, composed,
        starts_of(boxes[0]),
    )  # fmt: skip


def typeset_from(sheet: Sheet, start: Start, count: int) -> bytes:
    """A look at so many pages of a section, from `start` on, as PDF to be bound.

    `start` is of a section with the same style and the same text up to there. Raises as `typeset`.
    """
    with _ready(sheet) as (html, style, fonts, _):
        fonts.bookbuild_composer = composer_for(sheet.composition)
        want(fonts, start, count)
        try:
            return _written(html.render(stylesheets=[style], font_config=fonts), sheet)
        finally:
            want_all(fonts)


@contextmanager
def _ready(sheet: Sheet) -> Iterator[tuple[Any, Any, Any, list[str]]]:
    """What the engine sets a sheet from: text, style, fonts; and what it logs meanwhile."""
    weasyprint = engine()
    fetcher = _fetcher_class()({resource.name: resource for resource in _resources(sheet)})
    with _engine_records() as records, _crashes_told(sheet):
        style, fonts, said = _style(sheet.css, sheet.faces)
        records += said
        html = weasyprint.HTML(string=sheet.html, url_fetcher=fetcher, base_url=f"{SCHEME}:")
        yield html, style, fonts, records


@lru_cache(maxsize=_STYLES)
def _style(css: str, faces: tuple[Face, ...]) -> tuple[Any, Any, tuple[str, ...]]:
    """A style sheet as the engine reads it, its fonts, and what the engine says of it.

    That takes as long as setting a page: the sections of a book share it.
    """
    weasyprint = engine()
    from weasyprint.text.fonts import FontConfiguration

    fetcher = _fetcher_class()({resource.name: resource for resource in _fonts(faces)})
    fonts = FontConfiguration()
    with _engine_records() as records:
        style = weasyprint.CSS(
            string=_font_faces(faces) + css,
            font_config=fonts,
            url_fetcher=fetcher,
            base_url=f"{SCHEME}:",
        )
    return style, fonts, tuple(records)


def _written(document: Any, sheet: Sheet) -> bytes:
    pdf: bytes = document.write_pdf(
        pdf_identifier=b"bookbuild", uncompressed_pdf=True, pdf_tags=sheet.tagged
    )
    return pdf


def _rendered(
    html: Any, style: Any, fonts: Any, composition: Composition | None
) -> tuple[Any, Composed]:
    """The document, and how it was composed."""
    composer = fonts.bookbuild_composer = composer_for(composition)
    document = html.render(stylesheets=[style], font_config=fonts)
    if composer is None:
        return document, Composed()
    pages = [page._page_box for page in document.pages]
    return document, Composed(composer.composed, composer.left, flaws(composer, pages))


def _placed(page_box: Any, page: int) -> Iterator[PlacedPicture]:
    """The pictures in a laid-out page, found by walking the engine's boxes."""
    for box in page_box.descendants():
        source = box.element.get("src") if box.element_tag == "img" else None
        if source is not None and hasattr(box, "replacement"):
            name = unquote(source.removeprefix(f"{SCHEME}:"))
            yield PlacedPicture(name, _PIXEL * box.width, _PIXEL * box.height, page)


def _finding(message: str, sheet: Sheet) -> Diagnostic:
    place = Place(f"layouts ({sheet.name})")
    if message.startswith(".notdef glyph"):
        hint = "write it another way, or use a layout whose fonts have it"
        return error("font-character", f"no font draws it: {message}", place, hint)
    return warning("layout-engine", message, place)


def _resources(sheet: Sheet) -> tuple[Resource, ...]:
    return (*_fonts(sheet.faces), *sheet.resources)


def _fonts(faces: tuple[Face, ...]) -> Iterator[Resource]:
    return (Resource(f"fonts/{face.settings.file}", "font/ttf", face.data) for face in faces)


def _font_faces(faces: tuple[Face, ...]) -> str:
    rules = (
        f'@font-face{{font-family:"{face.settings.family}";font-weight:{face.settings.weight};'
        f"font-style:{face.settings.style};src:url({SCHEME}:fonts/{face.settings.file})}}\n"
        for face in faces
    )
    return "".join(rules)


@cache
def _fetcher_class() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        """Serves the sheet's own resources and nothing else."""

        def __init__(self, resources: Mapping[str, Resource]) -> None:
            super().__init__(allowed_protocols=(SCHEME, "data"))
            self._resources = resources

        def fetch(self, url: str, headers: object = None) -> Any:
            if url.startswith("data:"):  # the bytes stand in the URL itself
                return super().fetch(url)
            resource = self._resources.get(unquote(url.removeprefix(f"{SCHEME}:")))
            if resource is None:
                raise ValueError(f"{url} is not among the sheet's resources")
            return URLFetcherResponse(url, resource.data, {"Content-Type": resource.media_type})

    return BookFetcher


@contextmanager
def _crashes_told(sheet: Sheet) -> Iterator[None]:
    """The engine breaks on some styles that it doesn't know; that is a fault of the layout."""
    try:
        yield
    except (
        ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
        RecursionError, TypeError, ValueError,
    ) as fault:  # fmt: skip
        message = f"the page engine broke off at “{sheet.name}”: {type(fault).__name__}: {fault}"
        hint = "take back the style or the markup that was changed last"
        raise BookFaults([error("layout-engine", message, Place("layouts"), hint)]) from fault


@contextmanager
def _engine_records() -> Iterator[list[str]]:
    """Collects what the engine logs as warnings or errors while it works."""
    records: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record.getMessage())

    logger = logging.getLogger("weasyprint")
    collector = Collector(logging.WARNING)
    kept, logger.handlers, propagate = logger.handlers, [collector], logger.propagate
    logger.propagate = False
    try:
        yield records
    finally:
        logger.handlers, logger.propagate = kept, propagate
