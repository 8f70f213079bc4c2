"""What shops and catalogues show of a book, made once and kept with it.

In: the ingredients, the pages as printed, the front cover. Out: `Artifact`s: shop cover, samples,
thumbnails, contents, opening text. Only what is asked for is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild import xhtml
from bookbuild.book.contents import Line, contents
from bookbuild.book.document import Section
from bookbuild.book.opening import opening
from bookbuild.book.sample import closing, sample_findings, sample_section
from bookbuild.diagnostics import Diagnostic
from bookbuild.ebook.documents import EbookIngredients
from bookbuild.ebook.sample import sample
from bookbuild.edition import Artifact, Role
from bookbuild.pictures import ENDINGS, jpeg_from_pixels, smaller_jpeg
from bookbuild.pixels import page_picture
from bookbuild.press.compositors import Compositors
from bookbuild.press.excerpt import excerpt
from bookbuild.press.frontcover import shop_cover
from bookbuild.press.interior import Interior
from bookbuild.press.pagemap import PageMap
from bookbuild.press.raster import Pixels, render_trimmed
from bookbuild.press.screenfile import Front
from bookbuild.press.sheets import Ingredients
from bookbuild.punctuation import smart_text

CONTENTS_SCHEMA = "bookbuild-contents-1"
PUBLICITY: tuple[Role, ...] = (
    "shop-cover", "sample-ebook", "sample-pdf", "thumbnail", "contents", "opening-text",
)  # fmt: skip
THUMBNAIL_WIDTH = 400
"""Pixels: two to a line of a phone, twice as fine as its CSS pixels."""
_SPREAD = 3
"""Pages shown of the sample: its opening, and the two that lie open when it is turned."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """What publicity is made from."""

    made_from: Ingredients
    inside: Interior
    front: bytes
    """The front cover as a PDF."""
    ebook: EbookIngredients
    cover_page: Front
    """The front cover as a page of a PDF."""
    compositors: Compositors


Size = tuple[int, int]
Made = tuple[list[Artifact], list[Diagnostic]]


def publicity(shown: Shown, only: Collection[str], progress: Progress) -> Made:
    """Make what `only` names, in the order of `PUBLICITY`; raises as `ebook.package` does."""
    spec, document = shown.made_from.spec, shown.made_from.document
    section = sample_section(spec, document)
    artifacts: list[Artifact] = []
    findings: list[Diagnostic] = []
    if {"sample-ebook", "sample-pdf", "opening-text"} & set(only):
        findings += sample_findings(spec, document)
    if {"shop-cover", "thumbnail"} & set(only):
        progress("shop cover")
        artifacts += _front_pictures(shown, only)
    if section is not None:
        artifacts += _sample_ebook(shown, section, only, progress)
        if "sample-pdf" in only:
            progress("sample: PDF")
            file, more = _sample_pdf(shown, section, progress)
            artifacts.append(file)
            findings += more
        if "opening-text" in only:
            artifacts += _opening_text(shown, section)
    if "thumbnail" in only:
        artifacts += _page_pictures(shown, section)
    if "contents" in only:
        artifacts += _contents(shown)
    artifacts.sort(key=lambda artifact: PUBLICITY.index(artifact.role))
    return artifacts, findings


def _front_pictures(shown: Shown, only: Collection[str]) -> Iterator[Artifact]:
    """The front for shops, and small."""
    trim = shown.made_from.spec.trim

    def draw() -> tuple[tuple[bytes, Size], tuple[bytes, Size]]:
        pixels = shop_cover(shown.front, trim)
        size = (pixels.width, pixels.height)
        large = jpeg_from_pixels(*size, pixels.rgb)
        return (large, size), smaller_jpeg(*size, pixels.rgb, THUMBNAIL_WIDTH)

    parts = (shown.front, trim.model_dump_json())
    (large, whole), (small, size) = shown.compositors.cache.made("front pictures", parts, draw)
    if "shop-cover" in only:
        yield Artifact("shop-cover", "shop-cover.jpg", large, pixels=whole)
    if "thumbnail" in only:
        yield Artifact("thumbnail", "thumb-cover.jpg", small, pixels=size, page="cover")


def _sample_ebook(
    shown: Shown, section: Section, only: Collection[str], progress: Progress
) -> Iterator[Artifact]:
    if "sample-ebook" in only:
        progress("sample: EPUB")
        spec, language = shown.made_from.spec, shown.made_from.language
        data = sample(shown.ebook, section, closing(spec, section, language))
        yield Artifact("sample-ebook", sample_file(shown.made_from), data, section=section.file)


def sample_file(made_from: Ingredients) -> str:
    """The name of the sample's EPUB."""
    return f"{made_from.spec.slug}-sample.epub"


def _sample_pdf(
    shown: Shown, section: Section, progress: Progress
) -> tuple[Artifact, tuple[Diagnostic, ...]]:
    made_from, trim = shown.made_from, shown.made_from.spec.trim
    last = closing(made_from.spec, section, made_from.language)
    made = excerpt(
        made_from, shown.inside, section, last, shown.cover_page, shown.compositors.alone(),
        lambda part: progress(f"sample: {part}"),
    )  # fmt: skip
    size = (trim.width.mm, trim.height.mm)
    file = Artifact("sample-pdf", "sample.pdf", made.pdf, made.pages, size, section=section.file)
    return file, made.findings


def _page_pictures(shown: Shown, section: Section | None) -> Iterator[Artifact]:
    """Some pages as printed, small."""
    page_map = shown.inside.page_map
    pages = _pages_to_show(shown.inside, section)
    pictures = render_trimmed(shown.inside.readable, pages, THUMBNAIL_WIDTH)
    for number, pixels in zip(pages, pictures, strict=True):
        picture = page_picture(pixels.width, pixels.height, _greys(pixels))
        label = page_map.labels[number]
        name = f"thumb-{label}.{ENDINGS[picture.media_type]}"
        size = (pixels.width, pixels.height)
        yield Artifact("thumbnail", name, picture.data, pixels=size, page=label)


def _greys(pixels: Pixels) -> bytes:
    """The interior is black and its greys: one component says all."""
    return pixels.rgb[::3]


def _pages_to_show(inside: Interior, section: Section | None) -> tuple[int, ...]:
    """Title page, first page of the contents, and the first pages of the sample."""
    found: list[int] = []
    for name, id_, most in (
        ("title", "", 1),
        ("contents", "", 1),
        ("", section.id if section else "", _SPREAD),
    ):
        wanted = [
            number
            for number, bound in enumerate(inside.pages)
            if bound.section is not None and _is_part(inside, bound.section, name, id_)
        ]
        found += wanted[:most]
    return tuple(sorted(found))


def _is_part(inside: Interior, at: int, name: str, section: str) -> bool:
    part = inside.parts[at]
    return part.section == section and (bool(section) or part.sheet.name == name)


def _opening_text(shown: Shown, section: Section) -> Iterator[Artifact]:
    """The first words of the sample: plain, and as XHTML."""
    said = opening(section, shown.made_from.document)
    for name, text in (("opening.txt", said.text), ("opening.html", said.markup)):
        yield Artifact("opening-text", name, text.encode(), section=section.file)


def _contents(shown: Shown) -> Iterator[Artifact]:
    """The table of contents with its printed pages: as data, and as XHTML."""
    spec, page_map = shown.made_from.spec, shown.inside.page_map
    lines = [line for line in contents(shown.made_from.document) if line.shown]
    content = {
        "schema": CONTENTS_SCHEMA,
        "title": smart_text(spec.title, shown.made_from.language),
        "language": spec.language,
        "entries": [_entry(line, page_map) for line in lines],
    }
    data = (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
    yield Artifact("contents", "contents.json", data)
    yield Artifact("contents", "contents.html", (_listing(lines) + "\n").encode())


def _entry(line: Line, page_map: PageMap) -> dict[str, Any]:
    return {
        "label": line.label or None,
        "title": line.title,
        "author": line.author or None,
        "page": _page(line, page_map),
        "entries": [_entry(inner, page_map) for inner in line.under],
    }


def _page(line: Line, page_map: PageMap) -> str | None:
    return page_map.label_of(line.id) if line.id in page_map.anchors else None


def _listing(lines: Sequence[Line]) -> str:
    """Nested lists without pages, which a shop's page of another form of the book can't use."""
    items = "".join(f"<li>{xhtml.escape(line.text)}{_listing(line.under)}</li>\n" for line in lines)
    return f"<ul>\n{items}</ul>" if lines else ""
