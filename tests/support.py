"""Books for the tests, and a reader's view of what comes out of them."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from lxml import etree

from bookbuild import pipeline
from bookbuild.diagnostics import Diagnostic
from bookbuild.errors import BookFaults

ROOT = Path(__file__).parents[1]
BOOKS = Path(__file__).parent / "books"
NAMESPACES = {
    "x": "http://www.w3.org/1999/xhtml",
    "epub": "http://www.idpf.org/2007/ops",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "m": "http://www.w3.org/1998/Math/MathML",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}
EPUB_TYPE = f"{{{NAMESPACES['epub']}}}type"

SPECIFICATION = """
slug = "kecil"
identifier = "urn:uuid:3d1c9f0a-1111-4222-8333-444455556666"
title = "Buku Kecil"
language = "id"
revision = 1
modified = 2026-01-01T00:00:00Z
trim = { width = "15 cm", height = "23 cm" }
paper = { name = "HVS", gsm = 70 }
cover = { name = "ivory", gsm = 230 }

[[contributors]]
name = "Penulis Kecil"
role = "author"
"""


def copy_book(name: str, folder: Path) -> Path:
    """A copy of a fixture book that a test may change."""
    shutil.copytree(BOOKS / name, folder, dirs_exist_ok=True)
    return folder


def small_book(folder: Path, *chapters: str, spec: str = "") -> Path:
    """A book of the given chapters' Markdown; `spec` is added to its specification."""
    manuscript = folder / "manuscript"
    manuscript.mkdir(parents=True)
    listing = ""
    for number, text in enumerate(chapters, 1):
        (manuscript / f"{number:02}.md").write_text(text, "utf-8")
        listing += f'[[manuscript]]\nfile = "{number:02}.md"\nmatter = "body"\nrole = "chapter"\n'
    (manuscript / "book.toml").write_text(f"{SPECIFICATION}\n{spec}\n{listing}", "utf-8")
    return folder


def make(folder: Path) -> pipeline.Build:
    """The finished build of a book."""
    return pipeline.make(folder, lambda step: None)


def findings_of(folder: Path) -> tuple[Diagnostic, ...]:
    """Everything found, whether or not the book could be made."""
    try:
        return make(folder).findings
    except BookFaults as faults:
        return faults.findings


def found(folder: Path, code: str) -> list[Diagnostic]:
    """The findings with one code."""
    return [finding for finding in findings_of(folder) if finding.code == code]


def one(folder: Path, code: str) -> Diagnostic:
    """The only finding with a code."""
    findings = found(folder, code)
    assert len(findings) == 1, findings
    return findings[0]


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page, as an outside library extracts it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    plain = {"\r": "", "\ufffe": "-", "\u00a0": " ", "\u2010": "-"}
    return ["".join(plain.get(char, char) for char in text) for text in texts]


@dataclass(frozen=True)
class Line:
    """A line of text on a page: left edge, baseline box, text."""

    left: float
    bottom: float
    right: float
    top: float
    text: str


def lines_of(pdf: bytes, page: int) -> list[Line]:
    """The runs of text on a page, top to bottom."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[page].get_textpage()
        rectangles = [text.get_rect(index) for index in range(text.count_rects())]
        found_lines = [Line(*box, text.get_text_bounded(*box)) for box in rectangles]
    finally:
        document.close()
    return sorted(found_lines, key=lambda line: -line.top)


def letters(text: str) -> str:
    """Only the letters and digits of a text: what typesetting must not change."""
    return "".join(char for char in text if char.isalnum()).casefold()


class Epub:
    """An EPUB as a reading app sees it."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.names = self.zip.namelist()

    def tree(self, name: str) -> etree._Element:
        return etree.fromstring(self.zip.read(f"EPUB/{name}"))

    @property
    def package(self) -> etree._Element:
        return self.tree("content.opf")

    def find(self, name: str, path: str) -> list[etree._Element]:
        return self.tree(name).xpath(path, namespaces=NAMESPACES)

    def values(self, path: str) -> list[str]:
        return [str(value) for value in self.package.xpath(path, namespaces=NAMESPACES)]

    def spine(self) -> list[str]:
        hrefs = {
            item.get("id"): item.get("href")
            for item in self.package.xpath("//opf:item", namespaces=NAMESPACES)
        }
        return [hrefs[ref] for ref in self.values("//opf:itemref/@idref")]


def own_printer(folder: Path, *changes: tuple[str, str]) -> Path:
    """Give a book a printer of its own: the default one with parts of its file replaced."""
    text = (ROOT / "layouts/printers/digital-id.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    printers = folder / "layouts" / "printers"
    printers.mkdir(parents=True, exist_ok=True)
    (printers / "sendiri.toml").write_text(text, "utf-8")
    book = folder / "manuscript" / "book.toml"
    book.write_text('printer = "sendiri"\n' + book.read_text("utf-8"), "utf-8")
    return folder


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """An EPUB whose files are what `change` makes of each name and content."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(written, "w") as after:
        for entry in before.infolist():
            after.writestr(entry, change(entry.filename, before.read(entry)))
    return written.getvalue()


def changed_epub(data: bytes, ending: str, old: bytes, new: bytes) -> bytes:
    """An EPUB in whose files with that ending `old` became `new`, wherever it stood."""
    found = 0

    def change(name: str, content: bytes) -> bytes:
        nonlocal found
        if not name.endswith(ending):
            return content
        found += content.count(old)
        return content.replace(old, new)

    changed = rewritten(data, change)
    assert found
    return changed
