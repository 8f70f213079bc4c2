"""A finished EPUB as a reading app finds it: what each document says, in order, and its pages.

In: an EPUB's bytes, and nothing else. Out: a `WrittenBook`. What the documents say is told piece by
piece, so that it can be compared with a printed page: notes are left out, which stand at the foot
of pages, and formulas, which are drawings in print.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote

from bookbuild import xhtml
from bookbuild.ebook.text import EPUB_TYPE

_X = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_NOTES = frozenset(("footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes"))
_WITHOUT_PAGES = frozenset(
    ("cover", "titlepage", "halftitlepage", "copyright-page", "toc", "colophon")
)
"""The EPUB has these in another form than the printed book: no page of it begins there."""


class Kind(StrEnum):
    """What a piece of a document is."""

    MARK = "mark"
    """A page begins; the text is its label."""
    ID = "id"
    TEXT = "text"
    LINK = "link"
    """Text that leads elsewhere in the book; print may add the page, or give nothing else."""
    MAYBE = "maybe"
    """Text that print may add: an item's number, the head of a table that goes on."""
    DRAWING = "drawing"
    """The text in a drawing, in whatever order."""


@dataclass(frozen=True, slots=True)
class Said:
    """One piece; `target` is where a link leads, or what a mark or an id is: FILE#ID."""

    kind: Kind
    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document of the reading order."""

    file: str
    said: tuple[Said, ...]
    has_pages: bool
    """False for a cover, a title page and the like."""


@dataclass(frozen=True, slots=True)
class WrittenBook:
    """The documents, and the page-lists of both navigations as (label, FILE#ID)."""

    documents: tuple[WrittenDocument, ...]
    pages: tuple[tuple[str, str], ...]
    old_pages: tuple[tuple[str, str], ...]


def read_epub(epub: bytes) -> WrittenBook:
    """Read an EPUB of our own making."""
    with zipfile.ZipFile(io.BytesIO(epub)) as files:
        container = _tree(files, "META-INF/container.xml")
        root = next(item.get("full-path", "") for item in container.iter("{*}rootfile"))
        package = _tree(files, root)
        items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
        hrefs = {key: _join(root, item.get("href", "")) for key, item in items.items()}
        nav = next(
            hrefs[key] for key, item in items.items()
            if "nav" in (item.get("properties") or "").split()
        )  # fmt: skip
        spine = [hrefs[item.get("idref")] for item in package.iter(f"{_OPF}itemref")]
        drawings = {
            hrefs[key]: xhtml.all_text(_tree(files, hrefs[key]))
            for key, item in items.items()
            if item.get("media-type") == "image/svg+xml"
        }
        return WrittenBook(
            tuple(_document(files, name, drawings) for name in spine if name != nav),
            tuple(_page_list(_tree(files, nav), nav)),
            tuple(
                target
                for key, item in items.items()
                if item.get("media-type") == "application/x-dtbncx+xml"
                for target in _old_page_list(_tree(files, hrefs[key]), hrefs[key])
            ),
        )


def _tree(files: zipfile.ZipFile, name: str) -> xhtml.Element:
    return xhtml.parse_foreign(files.read(name))


def _join(here: str, href: str) -> str:
    """A reference in the file `here` as FILE or FILE#ID."""
    path, mark, fragment = unquote(href).partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(here), path)) if path else here
    return f"{target}{mark}{fragment}"


def _page_list(nav: xhtml.Element, name: str) -> Iterator[tuple[str, str]]:
    for listing in nav.iter(f"{_X}nav"):
        if "page-list" in _types(listing):
            for link in listing.iter(f"{_X}a"):
                yield xhtml.all_text(link), _join(name, link.get("href", ""))


def _old_page_list(ncx: xhtml.Element, name: str) -> Iterator[tuple[str, str]]:
    for target in ncx.iter(f"{_NCX}pageTarget"):
        label = next((xhtml.all_text(text) for text in target.iter(f"{_NCX}text")), "")
        content = next(target.iter(f"{_NCX}content"), None)
        yield label, _join(name, "" if content is None else content.get("src", ""))


def _document(files: zipfile.ZipFile, name: str, drawings: Mapping[str, str]) -> WrittenDocument:
    body = next(_tree(files, name).iter(f"{_X}body"))
    types = set().union(*(_types(item) for item in (body, *body, *(x for y in body for x in y))))
    said = tuple(_Reading(name, drawings).visit(body))
    return WrittenDocument(name, said, not types & _WITHOUT_PAGES)


def _types(element: xhtml.Element) -> set[str]:
    return set((element.get(EPUB_TYPE) or "").split())


def _is_mark(element: xhtml.Element) -> bool:
    return element.get("role") == "doc-pagebreak" or "pagebreak" in _types(element)


@dataclass(slots=True)
class _Reading:
    """Reads one document; knows what print repeats or numbers at the place it has come to."""

    file: str
    drawings: Mapping[str, str]
    number: str = ""
    heads: list[str] = field(default_factory=list)

    def visit(self, element: xhtml.Element) -> Iterator[Said]:
        name = element.get("id")
        if _is_mark(element):
            label = element.get("aria-label") or element.get("title") or xhtml.all_text(element)
            yield Said(Kind.MARK, label, f"{self.file}#{name}")
            yield from (Said(Kind.MAYBE, head) for head in self.heads)
            return
        if name:
            yield Said(Kind.ID, "", f"{self.file}#{name}")
        if _types(element) & _NOTES or element.get("hidden") is not None:
            return
        if element.tag == f"{_X}img":
            yield Said(
                Kind.DRAWING, self.drawings.get(_join(self.file, element.get("src", "")), "")
            )
        elif self._leads_into_the_book(element):
            yield from self._link(element)
        elif str(element.tag).startswith(_X):
            yield from self._inside(element)

    def _leads_into_the_book(self, element: xhtml.Element) -> bool:
        href = element.get("href") or ""
        return element.tag == f"{_X}a" and not element.get("role") and ":" not in href

    def _link(self, element: xhtml.Element) -> Iterator[Said]:
        target = _join(self.file, element.get("href", ""))
        if any(_is_mark(inner) for inner in element.iter("*")):
            yield from self._inside(element)
            yield Said(Kind.LINK, "", target)
        else:
            yield Said(Kind.LINK, xhtml.all_text(element), target)

    def _inside(self, element: xhtml.Element) -> Iterator[Said]:
        tag = str(element.tag).removeprefix(_X)
        start = element.get("start", "")
        number = int(start) if start.removeprefix("-").isdecimal() else 1
        yield from self._text(element.text)
        for child in element:
            if tag == "ol":
                self.number, number = str(number), number + 1
            yield from self.visit(child)
            yield from self._text(child.tail)
        if tag == "thead":
            self.heads.append(xhtml.all_text(element))
        elif tag == "table" and element.find(f"{_X}thead") is not None:
            self.heads.pop()

    def _text(self, text: str | None) -> Iterator[Said]:
        if text and any(map(str.isalnum, text)):
            if self.number:
                yield Said(Kind.MAYBE, self.number)
                self.number = ""
            yield Said(Kind.TEXT, text)
