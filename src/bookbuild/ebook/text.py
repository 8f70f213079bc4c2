"""A section's text as the EPUB holds it: notes as pop-ups, references as links.

In: XHTML fragments of the document, and the file that each section became. Out: XHTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from bookbuild import xhtml
from bookbuild.book.document import Caption, Document, Note, Section
from bookbuild.book.index import IndexEntry, Stretch, entries, letters, spans
from bookbuild.book.places import BLOCK, WHOLE, Pages, number_blocks
from bookbuild.book.references import without_notes
from bookbuild.language import Language

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_MATHML = "{http://www.w3.org/1998/Math/MathML}*"
_SPACES = re.compile(r"[ \t\n]{2,}")
_HEADINGS = ("h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Links:
    """Where everything is: the file of each section, the name of each picture."""

    document: Document
    language: Language
    files: Mapping[str, str]
    pictures: Mapping[str, str]
    pages: Pages | None

    def to(self, target: str, section: str, here: str) -> str:
        """The link from section `here` to an id in `section`."""
        return f"#{target}" if section == here else f"{self.files[section]}#{target}"


def ebook_text(
    fragment: str, section: Section, links: Links, kind: str = "", deeper: int = 0
) -> str:
    """A fragment of a section, ready for its template.

    Its blocks are numbered if it has a `kind`; its headings go `deeper` levels down.
    """
    root = xhtml.parse(fragment)
    if kind:
        number_blocks(root, kind)
    for link in xhtml.elements(root, "a"):
        if link.get("data-note"):
            _call_note(link)
        elif link.get("data-target"):
            _link_reference(link, section, links)
    for heading in xhtml.elements(root, *_HEADINGS) if deeper else ():
        heading.tag = f"h{int(str(heading.tag)[1:]) + deeper}"
    for table in xhtml.elements(root, "table"):
        _head_rows(table)
    for line in xhtml.elements(root, "span"):
        if xhtml.has_class(line, "line") and not xhtml.inside(line, "pre"):
            _end_line(line)
    for rule in xhtml.elements(root, "hr"):
        rule.set("class", "scene")
    for image in xhtml.elements(root, "img"):
        image.set("src", links.pictures[image.get("src", "")])
        if image.get("alt") == "":
            _silence(image)
    _fold_spaces(root)
    return xhtml.write(root)


def _fold_spaces(root: xhtml.Element) -> None:
    """Spaces of the manuscript's layout, indented lines above all, go; those of code stay."""
    for element, slot in xhtml.texts(root):
        text = getattr(element, slot)
        if text and not xhtml.inside_or_is(element, "pre", slot):
            setattr(element, slot, _SPACES.sub(_folded, text))


def _folded(found: re.Match[str]) -> str:
    return "\n" if "\n" in found[0] else " "


def _call_note(link: xhtml.Element) -> None:
    """The call of a note; raised by its element, for readers that take no style sheet."""
    number = link.get("data-note", "")
    mark = xhtml.new("a", href=f"#note.{number}")
    if not xhtml.has_class(link, "again"):
        mark.set("id", f"call.{number}")
    mark.set(EPUB_TYPE, "noteref")
    mark.set("role", "doc-noteref")
    xhtml.child(mark, "sup", number)
    xhtml.replace(link, mark)


def _head_rows(table: xhtml.Element) -> None:
    """Where the corner is empty, the first cell of each row is its head."""
    corner = table.find("thead/tr/*")
    if corner is None or corner.tag != "td":
        return
    for cell in table.iterfind("tbody/tr/td[1]"):
        if cell.getprevious() is None and (xhtml.text_of(cell) or len(cell)):
            cell.tag = "th"
            cell.set("scope", "row")


def _end_line(line: xhtml.Element) -> None:
    """A break after a line of verse that another follows, for readers without style sheets."""
    following = line.getnext()
    if following is not None and xhtml.has_class(following, "line"):
        ending = xhtml.new("br")
        ending.tail, line.tail = line.tail, None
        line.addnext(ending)


def label_text(fragment: str) -> str:
    """A title as navigation repeats it: without notes, links, marks, ids; languages stay."""
    root = xhtml.parse(without_notes(fragment))
    for element in xhtml.elements(root, "*"):
        element.attrib.pop("id", None)
        if xhtml.has_class(element, "index"):
            element.tag = "a"
    xhtml.unwrap(root, "a", "img", _MATHML)
    return xhtml.write(root)


def _silence(image: xhtml.Element) -> None:
    """A picture that only decorates is passed over, and its figure with it if that is all of it."""
    image.set("role", "presentation")
    figure = image.getparent()
    if figure is not None and figure.tag == "figure" and len(figure) == 1:
        figure.set("role", "presentation")


def _link_reference(link: xhtml.Element, section: Section, links: Links) -> None:
    """A cross-reference as a link: the label where the printed book adds a page number."""
    target = links.document.targets[link.get("data-target", "")]
    anchor = target.id
    if target.kind == "note":
        anchor = "note." + anchor.rpartition(".")[2]
    if link.get("data-form") != "text":
        link.text = target.label
        link.set(WHOLE, "")
    for name in ("class", "data-target", "data-form"):
        del link.attrib[name]
    if target.section in links.files:
        link.set("href", links.to(anchor, target.section, section.id))
    else:  # not in this sample: text like any other
        text = xhtml.new("span", **dict(link.attrib))
        xhtml.move_children(link, text)
        xhtml.replace(link, text)


def note_text(note: Note, section: Section, links: Links) -> str:
    """A note's text, its number a link back to the call, in its first paragraph."""
    root = xhtml.parse(ebook_text(note.body, section, links))
    first = root.find("p")
    if first is None or root.index(first) != 0:
        first = xhtml.new("p")
        root.insert(0, first)
    back = xhtml.new("a", f"{note.number}.", href=f"#call.{note.number}", role="doc-backlink")
    back.set("aria-label", f"{note.number}. {links.language.words.back_to_text}")
    back.tail = f" {first.text or ''}"
    first.text = None
    first.insert(0, back)
    return xhtml.write(root)


def caption_list(kind: str, here: Section, links: Links) -> str:
    """Every numbered figure or table as a list of links."""
    root = xhtml.new("body")
    listing = xhtml.child(root, "ul", **{"class": "captions"})
    numbers = count(1)
    for section in links.document.sections:
        for caption in section.captions:
            if caption.kind == kind:
                item = xhtml.child(listing, "li", **{BLOCK: f"c{next(numbers)}"})
                item.append(_caption_link(caption, section, here, links))
    return xhtml.write(root)


def _caption_link(caption: Caption, section: Section, here: Section, links: Links) -> xhtml.Element:
    link = xhtml.new("a", href=links.to(caption.id, section.id, here.id))
    title = xhtml.parse(label_text(caption.title))
    if caption.label:
        title.text = f" {title.text or ''}"
        label = xhtml.child(link, "span", caption.label, **{"class": "label"})
        label.tail = title.text
        link.extend(list(title))
    else:
        xhtml.move_children(title, link)
    return link


def index_text(here: Section, links: Links) -> str:
    """The index as nested lists; a place is a link, with its page or its number in the entry."""
    marks = [mark for section in links.document.sections for mark in section.marks]
    root = xhtml.new("body")
    numbers = count()
    for letter, group in letters(entries(marks)):
        xhtml.child(root, "p", letter, **{"class": "initial", BLOCK: f"i{next(numbers)}"})
        _index_list(root, group, here, links, numbers)
    return xhtml.write(root)


def _index_list(
    parent: xhtml.Element,
    found: tuple[IndexEntry, ...],
    here: Section,
    links: Links,
    numbers: Iterator[int],
) -> None:
    words = links.language.words
    listing = xhtml.child(parent, "ul", **{"class": "index"})
    for entry in found:
        item = xhtml.child(listing, "li", entry.heading, **{BLOCK: f"i{next(numbers)}"})
        for label, place in _labelled(entry, links):
            _append(item, ", ")
            href = links.to(place.first, place.section, here.id)
            xhtml.child(item, "a", label, href=href)
        for word, headings in ((words.see, entry.see), (words.see_also, entry.also)):
            if headings:
                _append(item, "; " if entry.places else ", ")
                xhtml.child(item, "em", word).tail = " " + "; ".join(headings)
        if entry.entries:
            _index_list(item, entry.entries, here, links, numbers)


def _labelled(entry: IndexEntry, links: Links) -> Iterator[tuple[str, Stretch]]:
    """The places of an entry: as the printed book lists its pages, else numbered."""
    if links.pages is None:
        yield from ((str(number), place) for number, place in enumerate(entry.places, 1))
        return
    labels, dash = links.pages.labels, links.language.punctuation.range_dash
    for span in spans(entry.places, links.pages.anchors):
        start, end = labels[span.first], labels[span.last]
        yield (start if span.first == span.last else f"{start}{dash}{end}"), span.place


def _append(element: xhtml.Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
