"""The EPUB's page marks against the printed pages, from the two written files alone.

After each mark, the EPUB's next letters must be those that the PDF's page of that label begins
with, as pdfium extracts them from its type area. Only letters and digits are compared. What print
words otherwise is told by the EPUB's own marks: a reference adds the page that its target has
in the page-list, a list of figures the folio, a table running on repeats its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from lxml import etree

from bookbuild.book.manuscript import read_manuscript
from bookbuild.language import Language
from bookbuild.layout import layout_folders, load_language, load_layout
from bookbuild.pipeline import Build
from tests.support import EPUB_TYPE, NAMESPACES, Epub, letters
from tests.words import pages_of

COMPARED = 60
"""Letters of each page."""
FOLIO = "(?:[ivxlcdm]+|[0-9]+)"
"""Any page number: of a note, whose place in print is the foot of some page."""
_ROLE = "role"


@dataclass
class Said:
    """One thing that the EPUB says: `what` is mark, id, text, link, maybe or folio."""

    what: str
    text: str
    href: str = ""


class Reader:
    """Reads one document of the EPUB in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.said: list[Said] = []
        self.number = ""
        self.heads: list[str] = []

    def read(self, root: etree._Element) -> list[Said]:
        (body,) = root.xpath("//x:body", namespaces=NAMESPACES)
        self.visit(body)
        return self.said

    def text(self, text: str | None) -> None:
        if said := letters(text or ""):
            if self.number:
                self.said.append(Said("maybe", self.number))
                self.number = ""
            self.said.append(Said("text", said))

    def visit(self, element: etree._Element) -> None:
        tag = etree.QName(element).localname
        if element.get("id") and element.get(_ROLE) != "doc-pagebreak":
            self.said.append(Said("id", f"{self.name}#{element.get('id')}"))
        if element.get(_ROLE) == "doc-pagebreak":
            assert element.get(EPUB_TYPE) == "pagebreak"
            assert not element.text and not len(element)
            self.said.append(Said("mark", element.get("aria-label"), element.get("id")))
            self.said.extend(Said("maybe", head) for head in self.heads)
        elif tag in ("math", "aside"):
            return
        elif tag == "a" and self.is_reference(element):
            said = letters("".join(element.itertext()))
            self.said.append(Said("link", said, self.resolve(element.get("href"))))
        else:
            self.inside(element, tag)

    def inside(self, element: etree._Element, tag: str) -> None:
        if tag == "ol":
            number = int(element.get("start") or 1)
        self.text(element.text)
        for child in element:
            if tag == "ol":
                self.number, number = str(number), number + 1
            self.visit(child)
            self.text(child.tail)
        if tag == "table" and element.find("x:thead", NAMESPACES) is not None:
            self.heads.pop()
        if tag == "thead":
            self.heads.append(letters("".join(element.itertext())))
        if tag == "ul" and element.get("class") == "captions":
            return
        if tag == "li" and element.getparent().get("class") == "captions":
            self.said.append(Said("folio", "", self.resolve(element[-1].get("href"))))

    def is_reference(self, element: etree._Element) -> bool:
        href = element.get("href") or ""
        if element.get(_ROLE) or "://" in href or href.startswith("mailto:"):
            return False
        inside = {around.get("class") for around in element.iterancestors()}
        marked = element.xpath(".//x:span[@role='doc-pagebreak']", namespaces=NAMESPACES)
        return not inside & {"captions", "index"} and not marked

    def resolve(self, href: str) -> str:
        return f"{self.name}{href}" if href.startswith("#") else href


def labels_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [document.get_page_label(number) for number in range(len(document))]
    finally:
        document.close()


def faults(folder: Path, build: Build) -> list[str]:
    """What differs between a build's page-list and its printed pages, in words."""
    manuscript = read_manuscript(folder)
    folders = layout_folders(folder)
    language = load_language(folders, manuscript.spec.language)
    layout = load_layout(folders, manuscript.spec.layout)
    epub = next(item.data for item in build.artifacts if item.role == "ebook")
    pdf = next(item.data for item in build.artifacts if item.role == "interior")
    texts = [letters(text) for text in pages_of(pdf, layout)]
    return [*differences(Epub(epub), labels_of(pdf), texts, language)]


def differences(
    epub: Epub, labels: list[str], texts: list[str], language: Language
) -> Iterator[str]:
    documents = [Reader(name).read(epub.tree(name)) for name in epub.spine() if name != "nav.xhtml"]
    hrefs = [link.get("href") for link in epub.find("nav.xhtml", "//x:nav[@id='page-list']//x:a")]
    listed = [link.text for link in epub.find("nav.xhtml", "//x:nav[@id='page-list']//x:a")]
    marks = [said for document in documents for said in document if said.what == "mark"]
    if [mark.text for mark in marks] != listed:
        yield f"the page-list has {listed}, the text {[mark.text for mark in marks]}"
    if [mark.href for mark in marks] != [href.partition("#")[2] for href in hrefs]:
        yield "the page-list leads elsewhere than to the marks"
    pages = [labels.index(label) for label in listed]
    if pages != sorted(set(pages)):
        yield "the page-list is out of order"
    between = [n for n in range(pages[0], len(texts)) if texts[n]]
    unlisted = [labels[n] for n in between if n not in pages]
    if unlisted != [labels[between[-1]]]:  # the colophon, which tells how the paper book was made
        yield f"not in the page-list: {unlisted}"
    folios = folios_of(documents)
    for document in documents:
        for at, said in enumerate(document):
            if said.what == "mark":
                text = texts[labels.index(said.text)]
                pattern = beginning(document, at, folios, language)
                if not re.match(pattern, text):
                    yield f"page {said.text} begins “{text[:70]}”, its mark stands before {pattern}"


def folios_of(documents: list[list[Said]]) -> Mapping[str, str]:
    """The page of each id, by the marks."""
    folios: dict[str, str] = {}
    current = ""
    for document in documents:
        waiting: list[str] = []
        for said in [*document, Said("text", "")]:
            if said.what == "mark":
                current = said.text
            elif said.what == "id":
                waiting.append(said.text)
            elif said.what in ("text", "link"):
                folios.update(dict.fromkeys(waiting, current))
                waiting = []
    return folios


def beginning(document: list[Said], at: int, folios: Mapping[str, str], language: Language) -> str:
    """A pattern of the letters after the mark at `at`, up to the next mark."""
    pattern, count = "", 0

    def reference(said: Said) -> tuple[str, str]:
        page = folios.get(said.href, "")
        wording = letters(language.words.page.format(page=page or "\0"))
        return said.text, wording if page else wording + FOLIO

    if at and document[at - 1].what == "link":
        whole = "".join(reference(document[at - 1]))
        pattern += "(?:" + "|".join(whole[n:] for n in range(len(whole))) + ")?"
    for said in document[at + 1 :]:
        if count >= COMPARED or said.what == "mark":
            break
        if said.what == "text":
            part = said.text[: COMPARED - count]
            pattern, count = pattern + part, count + len(part)
        elif said.what == "maybe":
            pattern += f"(?:{said.text})?"
        elif said.what == "folio":
            pattern += folios.get(said.href) or FOLIO
        elif said.what == "link":
            text, page = reference(said)
            pattern, count = f"{pattern}(?:{text}{page}|{text}|{page})", count + len(text)
    return pattern
