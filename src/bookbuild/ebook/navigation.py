"""The EPUB's navigation: nav.xhtml for today's readers, toc.ncx for old ones."""

from __future__ import annotations

from dataclasses import replace

from bookbuild import xhtml
from bookbuild.ebook.documents import STYLE, EbookDocument, EbookIngredients, Entry, render

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


def navigation(made_from: EbookIngredients, documents: tuple[EbookDocument, ...]) -> bytes:
    """nav.xhtml: table of contents and landmarks."""
    words = made_from.language.words
    named = {
        "cover": words.cover,
        "titlepage": words.title_page,
        "copyright-page": words.imprint,
        "bodymatter": words.begin_reading,
    }
    landmarks = [("toc", f"{NAV}#toc", words.contents)]
    landmarks += [
        (item.landmark, item.name, named[item.landmark]) for item in documents if item.landmark
    ]
    return render(
        made_from.layout,
        "nav",
        {
            "name": made_from.layout.name,
            "lang": made_from.spec.language,
            "document_title": words.contents,
            "style": STYLE,
            "words": words,
            "entries": contents(documents),
            "landmarks": landmarks,
        },
    )


def ncx(made_from: EbookIngredients, documents: tuple[EbookDocument, ...]) -> bytes:
    """toc.ncx (OPF 2.0.1, 2.4.1): the same table of contents."""
    spec = made_from.spec
    entries = contents(documents)
    depth = _depth(entries)
    root = xhtml.new("ncx", xmlns="http://www.daisy.org/z3986/2005/ncx/", version="2005-1")
    root.set(xhtml.XML_LANG, spec.language)
    head = xhtml.child(root, "head")
    for name, content in (
        ("dtb:uid", spec.identifier),
        ("dtb:depth", str(depth)),
        ("dtb:totalPageCount", "0"),
        ("dtb:maxPageNumber", "0"),
    ):
        xhtml.child(head, "meta", name=name, content=content)
    xhtml.child(xhtml.child(root, "docTitle"), "text", spec.title)
    for author in spec.people("author"):
        xhtml.child(xhtml.child(root, "docAuthor"), "text", author)
    _points(xhtml.child(root, "navMap"), entries, 1)
    return xhtml.document(root)


def _depth(entries: tuple[Entry, ...]) -> int:
    return 1 + max((_depth(entry.entries) for entry in entries if entry.entries), default=0)


def _points(parent: xhtml.Element, entries: tuple[Entry, ...], order: int) -> int:
    for entry in entries:
        point = xhtml.child(parent, "navPoint", id=f"point-{order}", playOrder=str(order))
        xhtml.child(xhtml.child(point, "navLabel"), "text", entry.label)
        xhtml.child(point, "content", src=entry.href)
        order = _points(point, entry.entries, order + 1)
    return order
