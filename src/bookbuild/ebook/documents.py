"""The EPUB's documents: one strict XHTML file for each section, and what stands around them.

In: specification, document, layout, pictures. Out: `EbookDocument`s in reading order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bookbuild import xhtml
from bookbuild.book.document import Document, Note, Section
from bookbuild.book.imprint import imprint
from bookbuild.book.punctuation import smart_text
from bookbuild.book.spec import BookSpec
from bookbuild.diagnostics import Place, error
from bookbuild.errors import BookFaults
from bookbuild.fonts import Face
from bookbuild.language import Language
from bookbuild.layout import Layout, safe
from bookbuild.pictures import ENDINGS, Picture

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
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
}
"""epub:type (EPUB 3 Structural Semantics Vocabulary) and role (DPUB-ARIA 1.1) of a section."""

_OWN_DOCUMENTS = ("cover", "title", "imprint", "nav", "endorsements", "colophon")
"""Documents that no file of the manuscript brings."""
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents: its label, where it leads, what is under it."""

    label: str
    href: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class EbookDocument:
    """One XHTML file of the EPUB."""

    name: str
    data: bytes = field(repr=False)
    entry: Entry | None
    """Its line in the table of contents."""
    landmark: str = ""
    """Its epub:type among the landmarks, if it is one."""


def documents(made_from: EbookIngredients) -> tuple[EbookDocument, ...]:
    """Every document in reading order; the navigation comes later, it points into these."""
    spec, words = made_from.spec, made_from.language.words
    files = _file_names(made_from.document)
    found = [
        _fill(made_from, "cover", words.cover, {"picture": COVER_PICTURE}, landmark="cover"),
        _fill(
            made_from, "title", words.title_page, {"authors": spec.people("author")},
            entry=words.title_page, landmark="titlepage",
        ),
        _fill(
            made_from, "imprint", words.imprint,
            {"imprint": imprint(spec, made_from.language, "ebook", statute=made_from.statute)},
            entry=words.imprint, landmark="copyright-page",
        ),
    ]  # fmt: skip
    sections = {section.file: section for section in made_from.document.sections}
    begun = False
    for listed in spec.manuscript:
        if listed.file is not None:
            section = sections[f"manuscript/{listed.file}"]
            starts = not begun and section.matter == "body"
            begun = begun or starts
            found.append(_section(made_from, section, files, "bodymatter" if starts else ""))
        elif spec.endorsements:
            found.append(_endorsements(made_from))
    sentence = words.colophon_text.format(typeface=made_from.layout.settings.typeface)
    values = {"sentences": (sentence,)}
    found.append(_fill(made_from, "colophon", words.colophon, values, entry=words.colophon))
    return tuple(found)


def _file_names(document: Document) -> Mapping[str, str]:
    """For each section's id an XHTML file name of plain ASCII, unlike any other."""
    names: dict[str, str] = {}
    taken = {f"{name}.xhtml" for name in _OWN_DOCUMENTS}
    for section in document.sections:
        stem = ascii_name(section.file.removeprefix("manuscript/").removesuffix(".md"))
        tries = (f"{stem}{f'-{number}' if number else ''}.xhtml" for number in count())
        names[section.id] = next(name for name in tries if name not in taken)
        taken.add(names[section.id])
    return names


def ascii_name(text: str) -> str:
    """`text` in lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


def picture_names(pictures: Mapping[str, Picture]) -> Mapping[str, str]:
    """For each picture of the manuscript its file name in the EPUB."""
    names: dict[str, str] = {}
    for path, picture in pictures.items():
        ending = ENDINGS[picture.screen.media_type]
        stem = ascii_name(path.rpartition(".")[0])
        name = f"pictures/{stem}.{ending}"
        while name in names.values():
            name = name.replace(f".{ending}", f"-x.{ending}")
        names[path] = name
    return names


def render(layout: Layout, template: str, values: Mapping[str, Any]) -> bytes:
    """A template of the layout as a strict XHTML document, languages said in XML's way, too.

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
    return xhtml.document(root)


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
) -> EbookDocument:
    spec, language = made_from.spec, made_from.language
    name = name or f"{template}.xhtml"
    data = render(
        made_from.layout,
        template,
        {
            "name": made_from.layout.name,
            "lang": spec.language,
            "document_title": title,
            "style": STYLE,
            "book": smart_text(spec.title, language),
            "subtitle": smart_text(spec.subtitle or "", language),
            "spec": spec,
            "words": language.words,
            **values,
        },
    )
    line = Entry(entry, name, under) if entry else None
    return EbookDocument(name, data, line, landmark)


def _section(
    made_from: EbookIngredients, section: Section, files: Mapping[str, str], landmark: str
) -> EbookDocument:
    kind, role = SEMANTICS.get(section.role, ("", ""))
    name = files[section.id]
    headings = [heading for heading in section.headings if heading.level == 2]
    values = {
        "id": section.id,
        "matter": _MATTER[section.matter],
        "kind": kind,
        "role": role,
        "label": section.label,
        "title": safe(_ebook_body(section.title, section, made_from, files)),
        "epigraph": safe(_ebook_body(section.epigraph, section, made_from, files)),
        "outline": section.outline and section.headings_only,
        "headings": [
            {"id": item.id, "level": item.level, "title": safe(item.title)}
            for item in section.headings
        ],
        "body": safe(_ebook_body(section.body, section, made_from, files)),
        "notes": [
            {"number": note.number, "body": safe(_note_body(note, section, made_from, files))}
            for note in section.notes
        ],
    }
    label = f"{section.label} {section.text}".strip()
    under = tuple(Entry(item.text, f"{name}#{item.id}") for item in headings)
    return _fill(
        made_from, "section", label, values, name=name, entry=label, under=under, landmark=landmark
    )


def _endorsements(made_from: EbookIngredients) -> EbookDocument:
    title = made_from.language.headings["endorsements"]
    entries = [
        {
            "text": smart_text(item.text, made_from.language),
            "name": item.name,
            "position": smart_text(item.position or "", made_from.language),
        }
        for item in made_from.spec.endorsements
    ]
    return _fill(
        made_from, "endorsements", title, {"title": title, "endorsements": entries}, entry=title
    )


def _ebook_body(
    fragment: str, section: Section, made_from: EbookIngredients, files: Mapping[str, str]
) -> str:
    root = xhtml.parse(fragment)
    for link in xhtml.elements(root, "a"):
        if xhtml.has_class(link, "note"):
            number = link.get("data-note", "")
            mark = xhtml.new("a", number, href=f"#note.{number}")
            if not xhtml.has_class(link, "again"):
                mark.set("id", f"call.{number}")
            mark.set(EPUB_TYPE, "noteref")
            mark.set("role", "doc-noteref")
            xhtml.replace(link, mark)
        elif xhtml.has_class(link, "reference"):
            _link_reference(link, section, made_from, files)
    for rule in xhtml.elements(root, "hr"):
        rule.set("class", "scene")
    names = picture_names(made_from.pictures)
    for image in xhtml.elements(root, "img"):
        image.set("src", names[image.get("src", "")])
        if image.get("alt") is None:
            image.set("alt", "")
    return xhtml.write(root)


def _link_reference(
    link: xhtml.Element, section: Section, made_from: EbookIngredients, files: Mapping[str, str]
) -> None:
    """A cross-reference as a link: the label where the printed book adds a page number."""
    target = made_from.document.targets[link.get("data-target", "")]
    href = (
        f"#{target.id}" if target.section == section.id else f"{files[target.section]}#{target.id}"
    )
    if link.get("data-form") != "text":
        link.text = target.label
    for name in ("class", "data-target", "data-form"):
        del link.attrib[name]
    link.set("href", href)


def _note_body(
    note: Note, section: Section, made_from: EbookIngredients, files: Mapping[str, str]
) -> str:
    """A note's text, its number a link back to the call, in its first paragraph."""
    root = xhtml.parse(_ebook_body(note.body, section, made_from, files))
    first = root.find("p")
    if first is None or root.index(first) != 0:
        first = xhtml.new("p")
        root.insert(0, first)
    back = xhtml.new("a", f"{note.number}.", href=f"#call.{note.number}", role="doc-backlink")
    back.set("aria-label", made_from.language.words.back_to_text)
    back.tail = f" {first.text or ''}"
    first.text = None
    first.insert(0, back)
    return xhtml.write(root)
