"""Every word of a manuscript, looked for in what was made of it: none lost, doubled or changed.

In print, letters and digits are compared and nothing else, so that line ends, divided words and
turned code don't matter: each page must hold the next stretch of the section's text, and at its
foot the next stretch of its notes. In the EPUB, words are compared one by one. Sections that no
file brings (lists, index) are passed over, but not the works cited; formulas are pictures in print.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from lxml import etree

from bookbuild.book.document import Document, Section
from bookbuild.book.manuscript import read_manuscript
from bookbuild.book.transforms import build_document
from bookbuild.folders import layout_folders
from bookbuild.language import Language
from bookbuild.layout import Layout, load_language, load_layout
from bookbuild.pipeline import Build
from bookbuild.press.geometry import TypeArea, type_area
from bookbuild.xhtml import Element, elements, has_class, parse, text_of
from tests.support import NAMESPACES, Epub, letters

FOLIO = "\0"
"""Stands for a page number, which only the printed book knows."""
LIST_NUMBER = re.compile(r"^\d+\.\s$")
"""A line of its own in the PDF's text: pdfium tells the markers of lists after their page."""
MARKERS = re.compile(r"\A\n*(\d{1,2}\n+)+")
"""Such lines between a page's text and its notes, where pdfium left out the space after them."""
UNREAD = {"daftar-gambar", "daftar-tabel", "daftar-singkatan", "indeks"}
MATH = "{http://www.w3.org/1998/Math/MathML}math"
BLOCKS = frozenset(
    """
    p h1 h2 h3 h4 li ul ol dl dt dd div blockquote figure figcaption table caption tr td th pre
    br aside section hr img body
    """.split()  # noqa: SIM905 - a list of words reads better than quotes and commas
)
_BEGINNING = 80
"""Letters by which a section's first page is known."""


@dataclass
class Said:
    """A section as it should be read: for print as letters, for the EPUB as text."""

    print: str = ""
    screen: str = ""
    called: list[int] = field(default_factory=list)
    """Notes in the order of their first calls."""
    heads: list[tuple[int, int, str]] = field(default_factory=list)
    """Where a table begins and ends in `print`, and its head, which later pages repeat."""


class Reader:
    """Reads the document's fragments as the templates set them."""

    def __init__(self, document: Document, language: Language) -> None:
        self.document, self.language = document, language

    def section(self, section: Section) -> Said:
        """Title, author, epigraph and text."""
        said = Said()
        self.add(said, f"<p>{section.label} {section.title}</p><p>{_escape(section.author)}</p>")
        self.add(said, section.epigraph)
        if section.outline and section.headings_only:
            titles = "".join(f"<p>{heading.title}</p>" for heading in section.headings)
            lead = self.language.words.in_this_chapter if titles else ""
            self.add(said, f"<p>{lead}</p>{titles}")
        else:
            self.add(said, section.body)
        return said

    def notes(self, section: Section, order: list[int] | None = None) -> Said:
        """The notes with their numbers, as they are called in print or as they are numbered."""
        said = Said()
        notes = {note.number: note for note in section.notes}
        for number in notes if order is None else order:
            self.add(said, f"<p>{number}. </p>{notes[number].body}", in_note=True)
        return said

    def add(self, said: Said, fragment: str, in_note: bool = False) -> None:
        """One more fragment; in notes, the numbers of lists are printed as text."""
        root = parse(fragment)
        for listing in elements(root, "ol") if in_note else ():
            for number, item in enumerate(listing.findall("li"), int(listing.get("start") or 1)):
                item.set("data-number", str(number))
        self._visit(root, said)

    def _take(self, said: Said, text: str | None) -> None:
        said.print += _letters(text or "")
        said.screen += text or ""

    def _visit(self, element: Element, said: Said) -> None:
        name, start = str(element.tag), len(said.print)
        space = " " if name in BLOCKS else ""
        said.screen += space
        if element.get("data-note"):
            if not has_class(element, "again"):
                said.called.append(int(element.get("data-note", "0")))
            self._take(said, element.get("data-note"))
        elif element.get("data-target") and element.get("data-form") != "text":
            self._reference(element, said)
        elif name not in (MATH, "math"):
            said.print += element.get("data-number", "")
            self._take(said, element.text)
            for child in element:
                self._visit(child, said)
                self._take(said, child.tail)
        if name == "table" and (head := element.find("thead")) is not None:
            said.heads.append((start, len(said.print), _letters(text_of(head))))
        said.screen += space

    def _reference(self, element: Element, said: Said) -> None:
        label = self.document.targets[element.get("data-target", "")].label
        page = self.language.words.page.format(page=FOLIO)
        form = element.get("data-form", "full")
        said.print += _letters({"full": label + page, "page": page, "label": label}[form])
        said.screen += label


def faults(folder: Path, build: Build) -> list[str]:
    """What differs between a book's manuscript and its build, in words."""
    manuscript = read_manuscript(folder)
    folders = layout_folders(folder)
    language = load_language(folders, manuscript.spec.language)
    layout = load_layout(folders, manuscript.spec.layout)
    document = build_document(manuscript, language)
    reader = Reader(document, language)
    pdf, epub = build.artifacts[0].data, Epub(build.artifacts[2].data)
    return [*in_print(reader, pages_of(pdf, layout)), *in_ebook(reader, epub)]


def pages_of(pdf: bytes, layout: Layout) -> list[str]:
    """The letters of each page's type area by lines, without heads, folios and list numbers."""
    texts = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            width, height = page.get_size()
            area = _area(height, layout)
            top = height - layout.settings.page.top.pt
            text = page.get_textpage().get_text_bounded(0, area.bottom.pt - 4, width, top + 4)
            lines = text.replace("\r", "").split("\n")
            texts.append("\n".join(_letters(x) for x in lines if not LIST_NUMBER.match(x)))
    finally:
        document.close()
    return texts


def _area(height: float, layout: Layout) -> TypeArea:
    from bookbuild.units import pt

    return type_area(pt(height), layout.settings.page)


def in_print(reader: Reader, pages: list[str]) -> Iterator[str]:
    """What the pages lack of the sections, or have beside them."""
    sections = reader.document.sections
    said = [reader.section(section) for section in sections]
    starts, page = [], 0
    for section, expected in zip(sections, said, strict=True):
        holds, text = _begins, expected.print
        if section.role in UNREAD:
            holds, text = _names, _letters(section.text)
        at = next((n for n in range(page, len(pages)) if holds(pages[n], text)), None)
        if at is None:
            yield f"print: no page begins with “{section.text}” ({section.file})"
            at = page
        starts.append(at)
        page = max(page, at + 1)
    colophon = _letters(reader.language.words.colophon_text.partition("{")[0])
    last = max(n for n, text in enumerate(pages) if text.startswith(colophon))
    for section, expected, (start, end) in zip(
        sections, said, zip(starts, [*starts[1:], last], strict=True), strict=True
    ):
        if section.role not in UNREAD:
            notes = reader.notes(section, expected.called).print
            fault = _differs(expected, notes, pages[start:end])
            if fault:
                yield f"print: {section.file}, page {start} and after: {fault}"


def _begins(page: str, text: str) -> bool:
    page = page.replace("\n", "")
    return bool(page) and page.startswith(text.partition(FOLIO)[0][:_BEGINNING][: len(page)])


def _names(page: str, text: str) -> bool:
    """True on the first page of a list: its title stands there, but not always first."""
    return text in page.split("\n")


def _differs(said: Said, notes: str, pages: list[str]) -> str:
    """What is wrong with a section's pages, or nothing."""
    at = note_at = 0
    for number, page in enumerate(pages):
        heads = [head for start, end, head in said.heads if start < at < end]
        for skipped in [*(_follow(head, 0, page)[1] for head in heads), 0]:
            found = _page(said.print, at, notes, note_at, page[skipped:])
            if found is not None:
                break
        else:
            reached, stopped = _follow(said.print, at, page)
            return (
                f"on its page {number + 1} “{page[max(stopped - 30, 0) : stopped]}” goes on with "
                f"“{page[stopped : stopped + 60]}”, not with “{said.print[reached : reached + 60]}”"
                f" nor with the note “{notes[note_at : note_at + 40]}”"
            )
        at, note_at = found
    if at < len(said.print):
        return f"“{said.print[at : at + 60]}” is lost at the end"
    return f"the note “{notes[note_at : note_at + 60]}” is lost" if note_at < len(notes) else ""


def _page(text: str, at: int, notes: str, note_at: int, page: str) -> tuple[int, int] | None:
    """How far text and notes have come at the end of a page; None if the page is neither."""
    reached, stopped = _follow(text, at, page)
    for back in range(min(stopped, 40) + 1):
        if FOLIO in text[reached - back : reached]:
            break
        rest = page[stopped - back :]
        for foot in (rest, MARKERS.sub("", rest)):
            note_reached, end = _follow(notes, note_at, foot)
            if end == len(foot):
                return reached - back, note_reached
    return None


def _follow(text: str, at: int, page: str) -> tuple[int, int]:
    """As far as `page` is what `text` says from `at` on: places in `text` and in `page`."""
    here = 0
    while here < len(page):
        if page[here] == "\n":
            here += 1
        elif at < len(text) and text[at] == page[here]:
            at, here = at + 1, here + 1
        elif at < len(text) and text[at] == FOLIO and (length := _folio(text, at, page[here:])):
            at, here = at + 1, here + length
        else:
            break
    return at, here


def _folio(text: str, at: int, page: str) -> int:
    """How many characters of `page` are the page number that stands at `at`."""
    after = text[at + 1 : at + 7].partition(FOLIO)[0]
    for match in (re.match(r"\d+|[ivxlcdm]+", page[:length]) for length in range(8, 0, -1)):
        if match is not None:
            rest = page[match.end() :]
            if rest[:1] == "\n" or after.startswith(rest[: len(after)].replace("\n", "")):
                return match.end()
    return 0


def in_ebook(reader: Reader, epub: Epub) -> Iterator[str]:
    """What the EPUB's documents lack of the sections, or have beside them."""
    trees = [epub.tree(name) for name in epub.spine()]
    for section in reader.document.sections:
        if section.role in UNREAD:
            continue
        first = "(//x:h1 | //x:h2)[1]/@id"
        found = [tree for tree in trees if tree.xpath(first, namespaces=NAMESPACES) == [section.id]]
        if len(found) != 1:
            yield f"EPUB: {len(found)} documents hold “{section.text}”"
            continue
        expected = _words(reader.section(section).screen + " " + reader.notes(section).screen)
        (body,) = found[0].xpath("//x:body", namespaces=NAMESPACES)
        shown = _words(_screen_text(body))
        if shown != expected:
            lost, new = Counter(expected) - Counter(shown), Counter(shown) - Counter(expected)
            at = next(
                (n for n, pair in enumerate(zip(expected, shown, strict=False))
                 if pair[0] != pair[1]),
                min(len(expected), len(shown)),
            )  # fmt: skip
            yield (
                f"EPUB: {section.file}: lost {list(lost)[:20]}, new {list(new)[:20]}; word {at}: "
                f"“{' '.join(expected[at : at + 8])}” became “{' '.join(shown[at : at + 8])}”"
            )


def _screen_text(element: etree._Element) -> str:
    name = etree.QName(element).localname
    if element.tag == MATH:
        return ""
    space = " " if name in BLOCKS else ""
    inside = "".join(_screen_text(child) + (child.tail or "") for child in element)
    return f"{space}{element.text or ''}{inside}{space}"


def _letters(text: str) -> str:
    return FOLIO.join(letters(unicodedata.normalize("NFKC", part)) for part in text.split(FOLIO))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold())


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
