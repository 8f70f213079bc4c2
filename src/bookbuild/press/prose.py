"""A section's text as the page engine wants it: notes in place, references spelled out.

In: XHTML fragments of the document and the folios known so far. Out: XHTML for the engine, and
the pictures that formulas were drawn to.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from bookbuild import xhtml
from bookbuild.book.document import Document, Note, Section
from bookbuild.book.mathematics import MATH
from bookbuild.book.places import MADE, WHOLE, number_blocks
from bookbuild.book.references import note_id
from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.fonts import Face, line_extents, upright
from bookbuild.language import Language
from bookbuild.layout import LayoutSettings
from bookbuild.pictures import Picture
from bookbuild.press import code, formula
from bookbuild.press.figures import Frame, arrange_figures
from bookbuild.press.shaping import text_width
from bookbuild.press.standin import STAND_IN_FOR, stand_in
from bookbuild.press.typeset import Resource
from bookbuild.units import Length, pt

UNKNOWN_FOLIO = "000"
"""Stands for a page number in the first round, before any page is set."""
SMALLEST_TABLE = pt(7)
"""Below this nobody can read print (KDP, Paperback Fonts: 7 pt)."""
TABLE_SIZE, CELL_GAP = pt(10.2), pt(10)
"""Size of tables and space between their columns (page.css)."""
PICTURES = "pictures/"
"""Begins the names of the manuscript's pictures among a sheet's resources."""
ROWS_TO_KEEP = 12
"""A table of more rows may run over pages."""
_HERE = "\0"
"""Where a page number is going to stand in a wording."""
_JOINER = "\u2060"
_RANGE = re.compile(r"(\d)([–—])(?=\d)")
_DASH = re.compile(r"(?<=[^\s\u2060])([–—])")
_WHITE_SPACE = re.compile(r"[ \t\n]+")
_LIST_INDENT, _QUOTE_INDENT, _CODE_INDENT = pt(22), pt(44), pt(14)
"""What lists, quotes and code take from the measure (page.css)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier round found: folio and page (from 0) by id, and the extent line."""

    folios: Mapping[str, str]
    pages: Mapping[str, int]
    extent: str = ""

    def folio(self, target: str) -> str:
        """The printed page number of an id."""
        return self.folios.get(target, UNKNOWN_FOLIO)

    def set_for(self, target: str) -> str:
        """What running text is set with in place of that number."""
        label = self.folio(target)
        return stand_in(label) if label.isdecimal() else label


@dataclass(frozen=True, slots=True)
class Setting:
    """What the text of one section is set with."""

    document: Document
    language: Language
    settings: LayoutSettings
    faces: tuple[Face, ...]
    pictures: Mapping[str, Picture]
    frame: Frame
    known: Known
    cache: Cache = NOTHING_KEPT
    drawn: dict[str, Resource] = field(default_factory=dict)
    """Formulas drawn on the way, by name."""
    asked: dict[str, str] = field(default_factory=dict)
    """Ids whose page numbers were wanted on the way, with what was set for each."""


def _bind_dashes(root: xhtml.Element) -> None:
    """No line begins with a dash, and none ends inside a range of numbers."""
    for element, slot in xhtml.texts(root):
        text = getattr(element, slot)
        if text and not xhtml.inside_or_is(element, "code", slot):
            bound = _RANGE.sub(f"\\1{_JOINER}\\2{_JOINER}", text)
            setattr(element, slot, _DASH.sub(f"{_JOINER}\\1", bound))


def print_text(fragment: str, section: Section, setting: Setting, kind: str = "") -> str:
    """A fragment of a section, ready for its template, its blocks numbered if it has a `kind`."""
    root = xhtml.parse(fragment)
    if kind:
        number_blocks(root, kind)
    notes = {note.number: note for note in section.notes}
    for call in xhtml.elements(root, "a"):
        if call.get("data-note"):
            number = int(call.get("data-note", "0"))
            again = xhtml.has_class(call, "again")
            mark = (
                _call_again(number, section, setting)
                if again
                else _note_in_place(notes[number], section, setting)
            )
            xhtml.replace(call, mark)
    _spell_references(root, setting)
    _bind_dashes(root)
    arrange_figures(root, setting.pictures, setting.frame)
    _draw_formulas(root, setting)
    for rule in xhtml.elements(root, "hr"):
        xhtml.replace(rule, xhtml.new("p", "***", class_="scene", data_tag="Artifact"))
    for image in xhtml.elements(root, "img"):
        if not image.get("src", "").startswith("book:"):
            image.set("src", f"book:{PICTURES}{quote(image.get('src', ''))}")
    for listing in xhtml.elements(root, "ol"):
        if (first := listing.attrib.pop("start", None)) and first.isdigit():
            listing.set("style", f"counter-reset: list-item {int(first) - 1}")
    for block in xhtml.elements(root, "pre"):
        if xhtml.has_class(block, "code"):
            code.turn_lines(block, _columns(block, setting))
    for table in xhtml.elements(root, "table"):
        if len(xhtml.elements(table, "tr")) > ROWS_TO_KEEP:
            xhtml.add_class(table, "long")
        if (size := table_size(table, setting)) is not None:
            table.set("style", f"font-size:{size.css}")
    return xhtml.write(root)


def table_width(table: xhtml.Element, face: Face) -> Length:
    """The least width of a table: the longest word of each column, in the tables' own size."""
    columns: dict[int, float] = {}
    for row in xhtml.elements(table, "tr"):
        for number, cell in enumerate(row):
            words = xhtml.text_of(cell).replace("-", "- ").split() or [""]
            widest = max(text_width(word, face, TABLE_SIZE).pt for word in words)
            columns[number] = max(columns.get(number, 0), widest)
    return pt(sum(columns.values())) + CELL_GAP * max(len(columns) - 1, 0)


def table_size(table: xhtml.Element, setting: Setting) -> Length | None:
    """A smaller size for a table that is too wide in the usual one."""
    needed = table_width(table, upright(setting.faces))
    if needed <= setting.frame.width:
        return None
    return max(SMALLEST_TABLE, TABLE_SIZE * (setting.frame.width.pt / needed.pt * 0.98))


def spelled(fragment: str, setting: Setting) -> str:
    """A title's markup without links and pictures, for contents and outlines."""
    root = xhtml.parse(fragment)
    xhtml.unwrap(root, "img")
    _spell_references(root, setting)
    for reference in xhtml.elements(root, "span"):
        reference.attrib.pop("data-to", None)
    _draw_formulas(root, setting)
    return xhtml.write(root)


def _columns(block: xhtml.Element, setting: Setting) -> int:
    """How many characters of code stand on one line at this place."""
    measure = setting.frame.width - _CODE_INDENT
    for around in block.iterancestors("li", "dd", "blockquote"):
        measure = measure - (_QUOTE_INDENT if around.tag == "blockquote" else _LIST_INDENT)
    style = setting.settings.code
    advance = text_width("m", upright(setting.faces, style.family), style.size)
    return max(int(measure.pt / advance.pt), 12)


def _spell_references(root: xhtml.Element, setting: Setting) -> None:
    page = setting.language.words.page
    for link in xhtml.elements(root, "a"):
        text = xhtml.new("span", class_="reference")
        if href := link.get("href"):
            text.set("data-to", href)
            text.set("data-say", href)
        if link.get("data-target"):
            target = setting.document.targets[link.get("data-target", "")]
            folio = page.format(page=_HERE).replace(" ", "\u00a0")
            wordings = {
                "full": f"{target.label}, {folio}",
                "label": target.label,
                "page": folio,
            }
            wording = wordings.get(link.get("data-form", ""))
            if wording is not None:
                setting.asked[target.id] = setting.known.set_for(target.id)
                _spell(text, wording, target.id, setting.known.folio(target.id))
            text.set("data-to", f"#{target.id}")
        if text.text is not None:
            text.set(WHOLE, "")
        else:
            xhtml.move_children(link, text)
        xhtml.replace(link, text)


def _spell(text: xhtml.Element, wording: str, target: str, label: str) -> None:
    """A reference's wording; its page number in figures by a stand-in, in letters as it is."""
    before, here, after = wording.partition(_HERE)
    if not here or not label.isdecimal():
        text.text = before + (label if here else "") + after
        return
    text.text = before
    xhtml.child(text, "span", stand_in(label), **{STAND_IN_FOR: target}).tail = after or None


def _draw_formulas(root: xhtml.Element, setting: Setting) -> None:
    page = setting.settings.page
    for element in xhtml.elements(root, MATH):
        source = formula.source_of(element)
        name = f"formulas/{hashlib.sha256(source.encode()).hexdigest()[:16]}.svg"
        drawn = formula.draw(source, page.size, setting.cache)
        setting.drawn[name] = Resource(name, "image/svg+xml", drawn.svg)
        said = element.get("alttext", "")
        image = xhtml.new("img", class_="formula", src=f"book:{name}", alt=said, data_tag="Formula")
        size = f"width:{drawn.width.css};height:{drawn.height.css};"
        parent = xhtml.parent_of(element)
        if xhtml.has_class(parent, "formula"):
            block = page.leading * max(1, math.ceil(drawn.height.pt / page.leading.pt))
            above = (block - drawn.height) / 2
            image.set("style", f"{size}display:block;margin:{above.css} auto 0 auto")
            parent.set("style", f"height:{block.css}")
        else:
            extents = line_extents(setting.frame.face.data)
            image.set("style", size + drawn.in_line(page.size, page.leading, extents))
        xhtml.replace(element, image)


def _call_again(number: int, section: Section, setting: Setting) -> xhtml.Element:
    words = setting.language.words
    return xhtml.new(
        "sup", str(number), class_="note-again",
        data_to=f"#{note_id(section.id, number)}", data_say=words.note_number.format(number=number),
        **{MADE: ""},
    )  # fmt: skip


def _note_in_place(note: Note, section: Section, setting: Setting) -> xhtml.Element:
    """The note as inline markup where it is called; the engine floats it to the foot."""
    root = xhtml.parse(note.body)
    _spell_references(root, setting)
    _bind_dashes(root)
    _draw_formulas(root, setting)
    for element, slot in xhtml.texts(root):  # the engine keeps a note's white space as it is
        text = getattr(element, slot)
        if text and not xhtml.inside_or_is(element, "pre", slot):
            setattr(element, slot, _WHITE_SPACE.sub(" ", text))
    for listing in xhtml.elements(root, "ol", "ul"):
        for number, item in enumerate(listing.findall("li"), int(listing.get("start") or 1)):
            first = item[0] if len(item) and item[0].tag == "p" else item
            mark = f"{number}." if listing.tag == "ol" else "–"
            first.text = f"{mark}\u2002{(first.text or '').lstrip()}"
    names = {"p": "paragraph", "li": "item", "ul": "list", "ol": "list", "blockquote": "paragraph"}
    for element in xhtml.elements(root, *names):
        element.set("class", names[str(element.tag)])
        if element.get("class") != "list":
            element.set("data-tag", "P")
        element.tag = "span"
        element.tail = (element.tail or "").strip() or None
        if element.get("class") == "list":
            element.text = None
    words = setting.language.words
    span = xhtml.new(
        "span", class_="note", id=note_id(section.id, note.number),
        data_say=words.note_number.format(number=note.number), data_back=words.back_to_text,
    )  # fmt: skip
    xhtml.move_children(root, span)
    return span
