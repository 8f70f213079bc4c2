"""The EPUB's documents: one strict XHTML file for each section, and what stands around them.

In: specification, document, layout, pictures. Out: `EbookDocument`s in reading order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bookbuild import xhtml
from bookbuild.book.document import Document, Section
from bookbuild.book.imprint import imprint
from bookbuild.book.places import Begin, Pages
from bookbuild.book.sample import Closing
from bookbuild.book.spec import BookSpec
from bookbuild.diagnostics import Place, error
from bookbuild.ebook.breaks import Break, mark_pages
from bookbuild.ebook.naming import file_names, picture_names, section_titles
from bookbuild.ebook.text import (
    Links,
    caption_list,
    ebook_text,
    index_text,
    label_text,
    note_text,
)
from bookbuild.errors import BookFaults
from bookbuild.fonts import Face
from bookbuild.language import Language
from bookbuild.layout import Layout, safe
from bookbuild.pictures import Picture
from bookbuild.punctuation import smart_text

STYLE = "style.css"
COVER_PICTURE = "cover.jpg"

SEMANTICS: Mapping[str, tuple[str, str]] = {
    "dedication": ("dedication", "doc-dedication"),
    "sambutan": ("foreword", "doc-foreword"),
    "kata-pengantar": ("foreword", "doc-foreword"),
    "prakata": ("preface", "doc-preface"),
    "pendahuluan": ("introduction", "doc-introduction"),
    "chapter": ("chapter", "doc-chapter"),
    "penutup": ("afterword", "doc-afterword"),
    "ucapan-terima-kasih": ("acknowledgments", "doc-acknowledgments"),
    "lampiran": ("appendix", "doc-appendix"),
    "part": ("part", "doc-part"),
    "daftar-pustaka": ("bibliography", "doc-bibliography"),
    "glosarium": ("glossary", "doc-glossary"),
    "indeks": ("index", "doc-index"),
    "daftar-gambar": ("loi", ""),
    "daftar-tabel": ("lot", ""),
}
"""epub:type (EPUB 3 Structural Semantics Vocabulary) and role (DPUB-ARIA 1.1) of a section."""

_LANDMARKS = {"daftar-pustaka": "bibliography", "glosarium": "glossary", "indeks": "index"}
"""Sections that a reader looks things up in (EPUB Accessibility 1.1 Techniques, landmarks)."""
_XHTML = "{http://www.w3.org/1999/xhtml}"
_VOID = frozenset(f"{_XHTML}{tag}" for tag in ("br", "col", "hr", "img", "link", "meta", "wbr"))
_MATTER = {"front": "frontmatter", "body": "bodymatter", "back": "backmatter"}


@dataclass(frozen=True, slots=True)
class EbookIngredients:
    """All that the EPUB is made from."""

    spec: BookSpec
    document: Document
    layout: Layout
    language: Language
    faces: tuple[Face, ...]
    pictures: Mapping[str, Picture]
    cover: bytes = field(repr=False)
    """The front cover as JPEG."""
    statute: tuple[str, ...] = ()
    pages: Pages | None = None
    """Of the printed edition, if the EPUB is to list them."""
    closing: Closing | None = None
    """The last page of a sample; None for the whole book."""

    @property
    def title(self) -> str:
        """What shelves show: the book's title, and whether this is only a sample of it."""
        return self.closing.title if self.closing else self.spec.title


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents: its label, where it leads, what is under it."""

    label: str
    href: str
    entries: tuple[Entry, ...] = ()
    markup: str = ""
    """The label as XHTML, where it is more than plain text."""


@dataclass(frozen=True, slots=True)
class EbookDocument:
    """One XHTML file of the EPUB."""

    name: str
    title: str
    """What it is called, unlike any other."""
    data: bytes = field(repr=False)
    entry: Entry | None
    """Its line in the table of contents."""
    landmark: str = ""
    """Its epub:type among the landmarks, if it is one."""
    is_part: bool = False
    in_body: bool = False
    """Parts gather the body's chapters under them in the table of contents."""
    breaks: tuple[Break, ...] = ()
    """Where printed pages begin in it."""
    source: str = ""
    """The file of the manuscript that it holds, if one does."""


def documents(made_from: EbookIngredients) -> tuple[EbookDocument, ...]:
    """Every document in reading order; the navigation comes later, it points into these."""
    spec, words = made_from.spec, made_from.language.words
    document = made_from.document
    files, pictures = file_names(document), picture_names(made_from.pictures)
    links = Links(document, made_from.language, files, pictures, made_from.pages)
    authors = tuple(smart_text(name, made_from.language) for name in spec.people("author"))
    found = [
        _fill(made_from, "cover", words.cover, {"picture": COVER_PICTURE}, landmark="cover"),
        _fill(
            made_from, "title", words.title_page,
            {"authors": authors, "sample": words.sample if made_from.closing else ""},
            entry=words.title_page, landmark="titlepage",
        ),
        _fill(
            made_from, "imprint", words.imprint,
            {"imprint": imprint(spec, made_from.language, "ebook", statute=made_from.statute)},
            entry=words.imprint, landmark="copyright-page",
        ),
    ]  # fmt: skip
    names = section_titles(document, {item.title for item in found} | {words.colophon})
    for section, level, landmark in _in_order(made_from):
        found.append(_section(made_from, section, links, names[section.id], level, landmark))
    if made_from.closing is not None:
        last = {"closing": made_from.closing}
        found.append(_fill(made_from, "closing", words.sample, last, entry=words.sample))
        return tuple(found)
    sentence = words.colophon_text.format(typeface=made_from.layout.settings.typeface)
    values = {"sentences": (sentence,)}
    found.append(_fill(made_from, "colophon", words.colophon, values, entry=words.colophon))
    return tuple(found)


def _in_order(made_from: EbookIngredients) -> Iterator[tuple[Section, int, str]]:
    """Every section, the level of its heading, and which landmark it is."""
    begun = in_part = False
    for section in made_from.document.sections:
        starts = not begun and (section.matter == "body" or made_from.closing is not None)
        begun = begun or starts
        is_part, body = section.role == "part", section.matter == "body"
        in_part = body and (in_part or is_part)
        landmark = "bodymatter" if starts else _LANDMARKS.get(section.role, "")
        yield section, 2 if in_part and not is_part else 1, landmark


def section_document(made_from: EbookIngredients, wanted: str) -> EbookDocument:
    """The document of the section with the id `wanted` alone, as `documents` has it."""
    files, pictures = file_names(made_from.document), picture_names(made_from.pictures)
    links = Links(made_from.document, made_from.language, files, pictures, made_from.pages)
    section, level, mark = next(item for item in _in_order(made_from) if item[0].id == wanted)
    return _section(made_from, section, links, section.text, level, mark)


def render(layout: Layout, template: str, values: Mapping[str, Any]) -> bytes:
    """A template of the layout as a strict XHTML document; raises as `_tree` does."""
    return written(_tree(layout, template, values))


def document_title(title: str, made_from: EbookIngredients) -> str:
    """The `<title>` of a file: the most precise part first, then the book's."""
    return f"{title} | {smart_text(made_from.spec.title, made_from.language)}"


def written(root: xhtml.Element) -> bytes:
    """A document as bytes; elements without content are closed by a tag, as HTML parsers ask."""
    for element in root.iter("*"):
        if not len(element) and not element.text and element.tag not in _VOID:
            element.text = ""
    return xhtml.document(root)


def _tree(layout: Layout, template: str, values: Mapping[str, Any]) -> xhtml.Element:
    """A filled template, languages said in XML's way, too.

    Raises:
        BookFaults: the filled template is not well-formed.
    """
    try:
        root = xhtml.parse_document(layout.fill(f"ebook/{template}.xhtml", values))
    except xhtml.Malformed as fault:
        place = Place(f"layouts/{layout.name}/ebook/{template}.xhtml", fault.line)
        raise BookFaults([error("ebook-document", f"not well-formed: {fault}", place)]) from None
    for element in root.iter("*"):
        if (lang := element.get("lang")) is not None:
            element.set(xhtml.XML_LANG, lang)
    xhtml.tidy_namespaces(root)
    return root


def _fill(
    made_from: EbookIngredients,
    template: str,
    title: str,
    values: Mapping[str, Any],
    *,
    name: str = "",
    entry: str = "",
    under: tuple[Entry, ...] = (),
    landmark: str = "",
    begins: Sequence[tuple[str, Begin]] = (),
    markup: str = "",
) -> EbookDocument:
    spec, language = made_from.spec, made_from.language
    name = name or f"{template}.xhtml"
    root = _tree(
        made_from.layout,
        template,
        {
            "name": made_from.layout.name,
            "lang": spec.language,
            "document_title": document_title(title, made_from),
            "style": STYLE,
            "book": smart_text(spec.title, language),
            "subtitle": smart_text(spec.subtitle or "", language),
            "spec": spec,
            "words": language.words,
            **values,
        },
    )
    line = Entry(entry, name, under, markup) if entry else None
    breaks = mark_pages(root, begins)
    return EbookDocument(name, title, written(root), line, landmark, breaks=breaks)


def _section(
    made_from: EbookIngredients,
    section: Section,
    links: Links,
    title: str,
    level: int,
    landmark: str,
) -> EbookDocument:
    name = links.files[section.id]
    label = f"{section.label} {section.text}".strip()
    under = tuple(
        Entry(item.text, f"{name}#{item.id}", markup=safe(label_text(item.title)))
        for item in section.headings
        if item.level == 2
    )
    markup = safe(f"{xhtml.escape(section.label)} {label_text(section.title)}".strip())
    document = _fill(
        made_from, "section", title, _values(section, links, level),
        name=name, entry=label, under=under, landmark=landmark,
        begins=_begins(section, made_from.pages), markup=markup,
    )  # fmt: skip
    is_part, in_body = section.role == "part", section.matter == "body"
    return replace(document, is_part=is_part, in_body=in_body, source=section.file)


def _begins(section: Section, pages: Pages | None) -> list[tuple[str, Begin]]:
    """The printed pages that begin in a section, and where."""
    listed = zip(pages.labels, pages.begins, strict=False) if pages else ()
    return [(page, begin) for page, begin in listed if begin and begin.section == section.id]


def _values(section: Section, links: Links, level: int) -> dict[str, Any]:
    """What the template of a section is filled with; its heading is of that `level`."""
    kind, role = SEMANTICS.get(section.role, ("", ""))
    return {
        "id": section.id,
        "level": level,
        "matter": _MATTER[section.matter],
        "kind": kind,
        "plain": not section.shown,
        "label_text": section.text,
        "role": role,
        "label": section.label,
        "title": safe(ebook_text(section.title, section, links)),
        "author": section.author,
        "epigraph": safe(ebook_text(section.epigraph, section, links, "e")),
        "outline": section.outline and section.headings_only,
        "headings": [
            {"id": item.id, "level": item.level, "title": safe(item.title)}
            for item in section.headings
        ],
        "body": safe(_body(section, links, level - 1)),
        "notes": [
            {"number": note.number, "body": safe(note_text(note, section, links))}
            for note in section.notes
        ],
    }


def _body(section: Section, links: Links, deeper: int) -> str:
    if section.role == "indeks":
        return index_text(section, links)
    if section.role in ("daftar-gambar", "daftar-tabel"):
        kind = "figure" if section.role == "daftar-gambar" else "table"
        return caption_list(kind, section, links)
    return ebook_text(section.body, section, links, "b", deeper)
