"""From the document to the sheets of the interior: one for each section on a fresh page.

In: specification, document, layout and the folios known so far. Out: `Part`s, in page order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bookbuild.book.document import Document, Section
from bookbuild.book.imprint import imprint
from bookbuild.book.sample import Closing
from bookbuild.book.spec import BookSpec
from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.fonts import Face, upright
from bookbuild.language import MADE_ROLES, Language
from bookbuild.layout import Layout, safe
from bookbuild.pictures import Picture
from bookbuild.press import lists
from bookbuild.press.coverfit import count_lines
from bookbuild.press.figures import Frame
from bookbuild.press.geometry import type_area
from bookbuild.press.heads import fitted_head, kept_last_word
from bookbuild.press.prose import PICTURES, Known, Setting, print_text, spelled
from bookbuild.press.shaping import text_width
from bookbuild.press.typeset import Resource, Sheet
from bookbuild.punctuation import smart_text
from bookbuild.units import Length, pt

Numbering = Literal["roman", "arabic"]
CAPTION_SIZE = pt(9.8)
"""Size of captions (page.css)."""
IMPRINT_SIZE = 0.69
"""Size of the imprint's type in its line height (page.css)."""
_LISTED = {"daftar-gambar": "figure", "daftar-tabel": "table"}


@dataclass(frozen=True, slots=True)
class CoverPicture:
    """The front's picture, checked, and its file's bytes: only the press knows its inks."""

    picture: Picture
    data: bytes = field(repr=False)


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
    cover_picture: CoverPicture | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet with its place in the book."""

    sheet: Sheet
    numbering: Numbering
    side: Literal["recto", "verso"]
    opener: bool
    """True when its first page shows no folio."""
    single: bool = False
    """True when it may have one page only."""
    file: str = ""
    """The file of the manuscript that it sets, if one does."""
    section: str = ""
    """Id of the section that it sets, if it sets one."""
    tells: bool = False
    """True where it tells where others are: contents, lists, index; and the imprint, how many."""
    asked: tuple[tuple[str, str], ...] = ()
    """The ids whose page numbers its text names, with what is set for each."""


def parts(
    made_from: Ingredients, known: Known, cache: Cache = NOTHING_KEPT, before: Sequence[Part] = ()
) -> tuple[Part, ...]:
    """Every part of the interior, in page order, with what is `known` filled in.

    Sections of the round `before` that this leaves as they are are taken over.
    """
    earlier = {part.section: part for part in before if part.section and not part.tells}
    found = [_preliminary(made_from, "half-title", "recto", {})]
    if made_from.statute:
        found.append(_preliminary(made_from, "statute", "verso", {"statute": made_from.statute}))
    found += [
        _preliminary(made_from, "title", "recto", {"authors": _authors(made_from)}),
        _imprint_page(made_from, known),
        _contents(made_from, known, cache),
    ]
    numbering: Numbering = "roman"
    for section in made_from.document.sections:
        if section.matter != "front":
            numbering = "arabic"
        part = earlier.get(section.id)
        if part is None or any(known.set_for(id_) != label for id_, label in part.asked):
            part = section_part(made_from, section, numbering, known, cache)
        found.append(part)
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
            "running_title": _head(smart_text(spec.short_title or spec.title, language), made_from),
            "head": "",
            "spec": spec,
            "words": language.words,
            **values,
        },
    )
    page = layout.settings.page
    area = type_area(spec.trim.height, page)
    css = layout.fill(
        "interior/page.css",
        {
            "trim": spec.trim,
            "page": page,
            "code": layout.settings.code,
            "composition": layout.settings.composition,
            "area": area,
            "side": side,
            "opener": placement.opener,
            "title_size": _title_size(made_from),
            "imprint_leading": _imprint_leading(made_from, area.height),
        },
    )
    sheet = Sheet(
        name, html, css, made_from.faces, resources, composition=layout.settings.composition
    )
    return Part(sheet, numbering, side, placement.opener)


def _authors(made_from: Ingredients) -> tuple[str, ...]:
    return tuple(smart_text(name, made_from.language) for name in made_from.spec.people("author"))


def _head(text: str, made_from: Ingredients) -> str:
    page = made_from.layout.settings.page
    measure = made_from.spec.trim.width - page.inside - page.outside
    return fitted_head(text, upright(made_from.faces), measure)


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
    part = _part(made_from, name, name, values, name, "roman", side=side)
    return replace(part, single=True)


def _imprint_leading(made_from: Ingredients, height: Length) -> Length:
    """Line height of the imprint page: the grid's, or less where it has much to say."""
    page, face = made_from.layout.settings.page, upright(made_from.faces)
    measure = made_from.spec.trim.width - page.inside - page.outside
    said = imprint(made_from.spec, made_from.language, "print", "i")
    texts = [*said.publisher, *said.editions, *said.kdt.split("\n"), *said.notices]
    for step in (1.0, 0.9, 0.8, 0.7):
        leading = page.leading * step
        size = leading * IMPRINT_SIZE
        lines = sum(count_lines(text, face, size, measure) or 2 for text in texts)
        lines += len(said.people) + len(said.notices) + 8  # title, © line, space between groups
        if leading * lines <= height:
            break
    return leading


def _imprint_page(made_from: Ingredients, known: Known) -> Part:
    said = imprint(made_from.spec, made_from.language, "print", known.extent)
    return replace(_preliminary(made_from, "imprint", "verso", {"imprint": said}), tells=True)


def _contents(made_from: Ingredients, known: Known, cache: Cache) -> Part:
    setting = _setting(made_from, known, cache)
    values = {"entries": lists.contents(setting), "head": made_from.language.words.contents}
    formulas = tuple(setting.drawn.values())
    part = _part(made_from, "contents", "contents", values, "contents", "roman", formulas)
    return replace(part, tells=True)


def _setting(made_from: Ingredients, known: Known, cache: Cache) -> Setting:
    page = made_from.layout.settings.page
    return Setting(
        made_from.document,
        made_from.language,
        made_from.layout.settings,
        made_from.faces,
        made_from.pictures,
        Frame(
            made_from.spec.trim.width - page.inside - page.outside,
            type_area(made_from.spec.trim.height, page).height,
            page.inside,
            upright(made_from.faces),
            CAPTION_SIZE,
            page.leading,
        ),
        known,
        cache,
    )


def section_part(
    made_from: Ingredients, section: Section, numbering: Numbering, known: Known, cache: Cache
) -> Part:
    """The part that sets one section of the text, with what is `known` filled in."""
    setting = _setting(made_from, known, cache)
    body, kind = section.body, "b"
    if section.role == "indeks":
        body, kind = lists.index(setting), ""  # it numbers its blocks itself
    values = {
        "id": section.id,
        "role": section.role,
        "shown": section.shown,
        "label": section.label,
        "title": safe(kept_last_word(print_text(section.title, section, setting))),
        "author": section.author,
        "head": _head(section.short_title, made_from),
        "epigraph": safe(print_text(section.epigraph, section, setting, "e")),
        "outline": section.outline and section.headings_only,
        "headings": [
            {
                "id": heading.id,
                "level": heading.level,
                "title": safe(spelled(heading.title, setting)),
            }
            for heading in section.headings
        ],
        "entries": lists.captions(_LISTED[section.role], setting)
        if section.role in _LISTED
        else [],
        "body": safe(print_text(body, section, setting, kind)),
    }
    pictures = tuple(
        Resource(f"{PICTURES}{path}", picture.grey.media_type, picture.grey.data)
        for path in section.pictures
        for picture in (made_from.pictures[path],)
    )
    name = section.file.removeprefix("manuscript/").removesuffix(".md")
    if section.role in MADE_ROLES:
        name = section.role
    resources = (*pictures, *setting.drawn.values())
    part = _part(made_from, name, "section", values, section.role, numbering, resources)
    lists_pages = section.role in _LISTED or section.role == "indeks"
    return replace(
        part,
        file=section.file,
        section=section.id,
        tells=lists_pages,
        asked=tuple(setting.asked.items()),
    )


def closing_part(made_from: Ingredients, closing: Closing) -> Part:
    """The last page of a sample; no page of the printed book."""
    part = _part(made_from, "closing", "closing", {"closing": closing}, "colophon", "roman")
    return replace(part, single=True)


def _colophon(made_from: Ingredients, numbering: Numbering) -> Part:
    words, paper = made_from.language.words, made_from.spec.paper
    sentences = (
        words.colophon_text.format(typeface=made_from.layout.settings.typeface),
        words.colophon_paper.format(name=paper.name, gsm=paper.gsm),
    )
    values = {"sentences": sentences}
    part = _part(made_from, "colophon", "colophon", values, "colophon", numbering)
    return replace(part, single=True)
