"""The EPUB's navigation: nav.xhtml for today's readers, toc.ncx for old ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from bookbuild import xhtml
from bookbuild.ebook.documents import (
    STYLE,
    EbookDocument,
    EbookIngredients,
    Entry,
    document_title,
    render,
)

NAV = "nav.xhtml"
NCX = "toc.ncx"


def contents(documents: tuple[EbookDocument, ...]) -> tuple[Entry, ...]:
    """The table of contents: the body's chapters under the part before them."""
    lines: list[Entry] = []
    part = False
    for item in documents:
        if item.entry is None:
            continue
        if part and item.in_body and not item.is_part:
            above = lines[-1]
            lines[-1] = replace(above, entries=(*above.entries, item.entry))
        else:
            lines.append(item.entry)
            part = item.is_part
    return tuple(lines)


def pages(documents: tuple[EbookDocument, ...]) -> tuple[Entry, ...]:
    """The printed pages: their labels, and where their marks stand."""
    return tuple(
        Entry(page.label, f"{item.name}#{page.id}") for item in documents for page in item.breaks
    )


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that readers offer by its kind: its epub:type, where it is, what it is called."""

    kind: str
    href: str
    label: str


def landmarks(
    made_from: EbookIngredients, documents: tuple[EbookDocument, ...]
) -> tuple[Landmark, ...]:
    """The book's landmarks, the contents first."""
    words = made_from.language.words
    named = {
        "cover": words.cover,
        "titlepage": words.title_page,
        "copyright-page": words.imprint,
        "bodymatter": words.begin_reading,
    }
    toc = Landmark("toc", f"{NAV}#toc", words.contents)
    marked = (item for item in documents if item.landmark)
    return toc, *(
        Landmark(item.landmark, item.name, named.get(item.landmark, item.title)) for item in marked
    )


def navigation(made_from: EbookIngredients, documents: tuple[EbookDocument, ...]) -> bytes:
    """nav.xhtml: table of contents, landmarks, and the printed pages."""
    words = made_from.language.words
    return render(
        made_from.layout,
        "nav",
        {
            "name": made_from.layout.name,
            "lang": made_from.spec.language,
            "document_title": document_title(words.contents, made_from),
            "style": STYLE,
            "words": words,
            "entries": contents(documents),
            "landmarks": landmarks(made_from, documents),
            "pages": pages(documents),
        },
    )


def ncx(made_from: EbookIngredients, documents: tuple[EbookDocument, ...]) -> bytes:
    """toc.ncx (OPF 2.0.1, 2.4.1): the same contents and pages, in one order of play."""
    spec = made_from.spec
    entries, page_list = contents(documents), pages(documents)
    order = _play_order(documents)
    numbers = [int(page.label) for page in page_list if page.label.isdecimal()]
    root = xhtml.new("ncx", xmlns="http://www.daisy.org/z3986/2005/ncx/", version="2005-1")
    root.set(xhtml.XML_LANG, spec.language)
    head = xhtml.child(root, "head")
    for name, content in (
        ("dtb:uid", spec.identifier),
        ("dtb:depth", str(_depth(entries))),
        ("dtb:totalPageCount", str(len(page_list))),
        ("dtb:maxPageNumber", str(max(numbers, default=0))),
    ):
        xhtml.child(head, "meta", name=name, content=content)
    xhtml.child(xhtml.child(root, "docTitle"), "text", made_from.title)
    for author in spec.people("author"):
        xhtml.child(xhtml.child(root, "docAuthor"), "text", author)
    _points(xhtml.child(root, "navMap"), entries, order, count(1))
    if page_list:
        _targets(xhtml.child(root, "pageList"), page_list, order)
    return xhtml.document(root)


def _depth(entries: tuple[Entry, ...]) -> int:
    return 1 + max((_depth(entry.entries) for entry in entries if entry.entries), default=0)


def _play_order(documents: tuple[EbookDocument, ...]) -> Mapping[str, int]:
    """Every link's place in reading order, counted from 1; links that lead nowhere come last."""
    wanted = {page.href for page in pages(documents)} | set(_hrefs(contents(documents)))
    found: list[str] = []
    for item in documents:
        found.append(item.name)
        root = xhtml.parse_document(item.data.decode())
        found += [f"{item.name}#{id_}" for element in root.iter("*") if (id_ := element.get("id"))]
    ordered = dict.fromkeys([href for href in found if href in wanted] + sorted(wanted))
    return {href: number for number, href in enumerate(ordered, 1)}


def _hrefs(entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        yield entry.href
        yield from _hrefs(entry.entries)


def _points(
    parent: xhtml.Element,
    entries: tuple[Entry, ...],
    order: Mapping[str, int],
    numbers: Iterator[int],
) -> None:
    for entry in entries:
        play = str(order[entry.href])
        point = xhtml.child(parent, "navPoint", id=f"point-{next(numbers)}", playOrder=play)
        xhtml.child(xhtml.child(point, "navLabel"), "text", entry.label)
        xhtml.child(point, "content", src=entry.href)
        _points(point, entry.entries, order, numbers)


def _targets(parent: xhtml.Element, page_list: tuple[Entry, ...], order: Mapping[str, int]) -> None:
    for page in page_list:
        attributes = {"id": f"target-{page.label}", "type": "front"}
        if page.label.isdecimal():
            attributes |= {"type": "normal", "value": page.label}
        target = xhtml.child(parent, "pageTarget", **attributes, playOrder=str(order[page.href]))
        xhtml.child(xhtml.child(target, "navLabel"), "text", page.label)
        xhtml.child(target, "content", src=page.href)
