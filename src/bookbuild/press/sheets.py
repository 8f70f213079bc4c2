"""From the document to the sheets of the interior: one for each section on a fresh page.

In: specification, document, layout and the folios known so far. Out: `Part`s, in page order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from bookbuild import xhtml
from bookbuild.book.document import Document, Note, Section
from bookbuild.book.imprint import imprint
from bookbuild.book.punctuation import smart_text
from bookbuild.book.references import without_notes
from bookbuild.book.spec import BookSpec
from bookbuild.fonts import Face, upright
from bookbuild.language import Language
from bookbuild.layout import Layout, safe
from bookbuild.pictures import Picture
from bookbuild.press.geometry import type_area
from bookbuild.press.shaping import text_width
from bookbuild.press.typeset import Resource, Sheet
from bookbuild.units import Length, pt

Numbering = Literal["roman", "arabic"]
_WHITE_SPACE = re.compile(r"[ \t\n]+")
PICTURES = "pictures/"
"""Begins the names of the manuscript's pictures among a sheet's resources."""
ENDORSEMENTS = "endorsements.title"
"""Id of the endorsements' title."""
UNKNOWN_FOLIO = "000"
"""Stands for a page number in the first round, before any page is set."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """All that the interior is made from."""

    spec: BookSpec
    document: Document
    layout: Layout
    language: Language
    faces: tuple[Face, ...]
    pictures: Mapping[str, Picture]
    statute: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet with its place in the book."""

    sheet: Sheet
    numbering: Numbering
    side: Literal["recto", "verso"]
    opener: bool
    """True when its first page shows no folio."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier round found: folio by id, and the extent line."""

    folios: Mapping[str, str]
    extent: str = ""

    def folio(self, target: str) -> str:
        """The printed page number of an id."""
        return self.folios.get(target, UNKNOWN_FOLIO)


def parts(made_from: Ingredients, known: Known) -> tuple[Part, ...]:
    """Every part of the interior, in page order, with what is `known` filled in."""
    found = [_preliminary(made_from, "half-title", "recto", {})]
    if made_from.statute:
        found.append(_preliminary(made_from, "statute", "verso", {"statute": made_from.statute}))
    found += [
        _preliminary(made_from, "title", "recto", {"authors": made_from.spec.people("author")}),
        _preliminary(made_from, "imprint", "verso", {"imprint": _imprint(made_from, known)}),
        _contents(made_from, known),
    ]
    sections = {section.file: section for section in made_from.document.sections}
    numbering: Numbering = "roman"
    for entry in made_from.spec.manuscript:
        if entry.matter != "front":
            numbering = "arabic"
        if entry.file is None:
            if made_from.spec.endorsements:
                found.append(_endorsements(made_from, numbering))
        else:
            section = sections[f"manuscript/{entry.file}"]
            found.append(_section(made_from, section, numbering, known))
    found.append(_colophon(made_from, numbering))
    return tuple(found)


def _part(
    made_from: Ingredients,
    name: str,
    template: str,
    values: Mapping[str, Any],
    role: str,
    numbering: Numbering,
    resources: tuple[Resource, ...] = (),
    side: Literal["recto", "verso"] | None = None,
) -> Part:
    layout, spec, language = made_from.layout, made_from.spec, made_from.language
    placement = layout.placement(role)
    side = side or placement.side
    html = layout.fill(
        f"interior/{template}.html",
        {
            "name": layout.name,
            "lang": spec.language,
            "book": smart_text(spec.title, language),
            "subtitle": smart_text(spec.subtitle or "", language),
            "tagline": smart_text(spec.tagline or "", language),
            "running_title": smart_text(spec.short_title or spec.title, language),
            "head": "",
            "spec": spec,
            "words": language.words,
            **values,
        },
    )
    page = layout.settings.page
    css = layout.fill(
        "interior/page.css",
        {
            "trim": spec.trim,
            "page": page,
            "area": type_area(spec.trim.height, page),
            "side": side,
            "opener": placement.opener,
            "title_size": _title_size(made_from),
        },
    )
    sheet = Sheet(name, html, css, made_from.faces, resources)
    return Part(sheet, numbering, side, placement.opener)


def _title_size(made_from: Ingredients) -> Length:
    """Size of the title on the title page: the layout's, or less for a very long word."""
    page = made_from.layout.settings.page
    face = upright(made_from.faces)
    measure = made_from.spec.trim.width - page.inside - page.outside
    widest = max(text_width(word, face, pt(1)).pt for word in made_from.spec.title.split())
    return min(page.title_size, measure / (widest * 1.02))


def _preliminary(
    made_from: Ingredients, name: str, side: Literal["recto", "verso"], values: Mapping[str, Any]
) -> Part:
    return _part(made_from, name, name, values, name, "roman", side=side)


def _imprint(made_from: Ingredients, known: Known) -> Any:
    return imprint(made_from.spec, made_from.language, "print", known.extent)


def _contents(made_from: Ingredients, known: Known) -> Part:
    def entry(kind: str, label: str, title: str, target: str) -> dict[str, Any]:
        spelled = safe(_spelled(title, made_from, known))
        return {"kind": kind, "label": label, "title": spelled, "folio": known.folio(target)}

    sections = {section.file: section for section in made_from.document.sections}
    entries: list[dict[str, Any]] = []
    for listed in made_from.spec.manuscript:
        if listed.file is None:
            if made_from.spec.endorsements:
                title = xhtml.escape(made_from.language.headings["endorsements"])
                entries.append(entry("chapter", "", title, ENDORSEMENTS))
            continue
        section = sections[f"manuscript/{listed.file}"]
        title = without_notes(section.title)
        entries.append(entry("chapter", section.label, title, section.id))
        entries.extend(
            entry("section", "", heading.title, heading.id)
            for heading in section.headings
            if heading.level == 2
        )
    values = {"entries": entries, "head": made_from.language.words.contents}
    return _part(made_from, "contents", "contents", values, "contents", "roman")


def _endorsements(made_from: Ingredients, numbering: Numbering) -> Part:
    title = made_from.language.headings["endorsements"]
    values = {
        "id": ENDORSEMENTS,
        "title": title,
        "head": title,
        "endorsements": [
            {
                "text": smart_text(entry.text, made_from.language),
                "name": entry.name,
                "position": smart_text(entry.position or "", made_from.language),
            }
            for entry in made_from.spec.endorsements
        ],
    }
    return _part(made_from, "endorsements", "endorsements", values, "endorsements", numbering)


def _section(made_from: Ingredients, section: Section, numbering: Numbering, known: Known) -> Part:
    values = {
        "id": section.id,
        "label": section.label,
        "title": safe(_print_body(section.title, section, made_from, known)),
        "head": section.short_title,
        "epigraph": safe(_print_body(section.epigraph, section, made_from, known)),
        "outline": section.outline and section.headings_only,
        "headings": [
            {
                "id": heading.id,
                "level": heading.level,
                "title": safe(_spelled(heading.title, made_from, known)),
            }
            for heading in section.headings
        ],
        "body": safe(_print_body(section.body, section, made_from, known)),
    }
    resources = tuple(
        Resource(f"{PICTURES}{path}", picture.grey.media_type, picture.grey.data)
        for path in section.pictures
        for picture in (made_from.pictures[path],)
    )
    name = section.file.removeprefix("manuscript/").removesuffix(".md")
    return _part(made_from, name, "section", values, section.role, numbering, resources)


def _colophon(made_from: Ingredients, numbering: Numbering) -> Part:
    words, paper = made_from.language.words, made_from.spec.paper
    sentences = (
        words.colophon_text.format(typeface=made_from.layout.settings.typeface),
        words.colophon_paper.format(name=paper.name, gsm=paper.gsm),
    )
    values = {"sentences": sentences}
    return _part(made_from, "colophon", "colophon", values, "colophon", numbering)


def _print_body(fragment: str, section: Section, made_from: Ingredients, known: Known) -> str:
    """A section's text as the page engine wants it: notes in place, references spelled out."""
    root = xhtml.parse(fragment)
    notes = {note.number: note for note in section.notes}
    for call in xhtml.elements(root, "a"):
        if xhtml.has_class(call, "note"):
            number = int(call.get("data-note", "0"))
            again = xhtml.has_class(call, "again")
            mark = (
                xhtml.new("sup", str(number), class_="note-again")
                if again
                else _note_in_place(notes[number], made_from, known)
            )
            xhtml.replace(call, mark)
    _spell_references(root, made_from, known)
    for rule in xhtml.elements(root, "hr"):
        xhtml.replace(rule, xhtml.new("p", "***", class_="scene"))
    for image in xhtml.elements(root, "img"):
        image.set("src", f"book:{PICTURES}{quote(image.get('src', ''))}")
    return xhtml.write(root)


def _spelled(fragment: str, made_from: Ingredients, known: Known) -> str:
    """A title's markup without links, for contents and outlines."""
    root = xhtml.parse(fragment)
    _spell_references(root, made_from, known)
    return xhtml.write(root)


def _spell_references(root: xhtml.Element, made_from: Ingredients, known: Known) -> None:
    page = made_from.language.words.page
    for link in xhtml.elements(root, "a"):
        text = xhtml.new("span", class_="reference")
        if xhtml.has_class(link, "reference"):
            target = made_from.document.targets[link.get("data-target", "")]
            folio = page.format(page=known.folio(target.id)).replace(" ", "\u00a0")
            wordings = {
                "full": f"{target.label}, {folio}",
                "label": target.label,
                "page": folio,
            }
            text.text = wordings.get(link.get("data-form", ""))
        if text.text is None:
            xhtml.move_children(link, text)
        xhtml.replace(link, text)


def _note_in_place(note: Note, made_from: Ingredients, known: Known) -> xhtml.Element:
    """The note as inline markup where it is called; the engine floats it to the foot."""
    root = xhtml.parse(note.body)
    _spell_references(root, made_from, known)
    for element, slot in xhtml.texts(root):  # the engine keeps a note's white space as it is
        text = getattr(element, slot)
        if text:
            setattr(element, slot, _WHITE_SPACE.sub(" ", text))
    names = {"p": "paragraph", "li": "item", "ul": "list", "ol": "list", "blockquote": "paragraph"}
    for element in xhtml.elements(root, *names):
        element.set("class", names[str(element.tag)])
        element.tag = "span"
        element.tail = (element.tail or "").strip() or None
        if element.get("class") == "list":
            element.text = None
    span = xhtml.new("span", class_="note")
    xhtml.move_children(root, span)
    return span
