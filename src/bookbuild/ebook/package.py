"""The EPUB file: EbookLib packs, this module decides every byte. Owner of EbookLib.

EbookLib rewrites documents, reads the clock and writes what it likes into the package file.
So every file goes in as a plain item that it copies byte for byte, and the four methods that
would not do that are replaced by ours.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ebooklib import epub

from bookbuild import fonts, xhtml
from bookbuild.book.spec import BookSpec
from bookbuild.ebook.accessibility import accessibility
from bookbuild.ebook.documents import (
    COVER_PICTURE,
    STYLE,
    EbookDocument,
    EbookIngredients,
    documents,
    picture_names,
)
from bookbuild.ebook.navigation import NAV, NCX, navigation, ncx
from bookbuild.language import Language, roman

FOLDER = "EPUB"
XHTML = "application/xhtml+xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MARC = {
    "author": "aut",
    "contributor": "ctb",
    "editor": "edt",
    "translator": "trl",
    "illustrator": "ill",
}
"""MARC relator codes."""


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the EPUB."""

    id: str
    name: str
    media_type: str
    data: bytes = field(repr=False)
    properties: tuple[str, ...] = ()
    spine: bool = False
    listed: bool = True
    """False: beside the book in the ZIP, unknown to its manifest."""


def package(made_from: EbookIngredients) -> bytes:
    """The finished EPUB 3.

    Raises:
        BookFaults: a template makes a document that is not well-formed.
    """
    set_documents = documents(made_from)
    files = list(_files(made_from, set_documents))
    book = epub.EpubBook()
    book.FOLDER_NAME = FOLDER
    book.IDENTIFIER_ID = "pub-id"
    for item in files:
        packed = epub.EpubItem(item.id, item.name, item.media_type, item.data, manifest=item.listed)
        packed.properties = list(item.properties)
        book.add_item(packed)
    out = io.BytesIO()
    _Writer(out, book, made_from, files).write()
    return out.getvalue()


def _files(made_from: EbookIngredients, texts: tuple[EbookDocument, ...]) -> Iterator[_File]:
    nav = _File("nav", NAV, XHTML, navigation(made_from, texts), ("nav",), spine=True)
    for item in texts:
        properties = ("mathml",) if b"<math " in item.data else ()
        id_ = f"text-{item.name.removesuffix('.xhtml')}"
        yield _File(id_, item.name, XHTML, item.data, properties, True)
        if item.name == "imprint.xhtml":
            yield nav
    yield _File("ncx", NCX, "application/x-dtbncx+xml", ncx(made_from, texts))
    faces = _faces(made_from, texts)
    style = made_from.layout.fill(
        "ebook/style.css", {"faces": [(face.settings, _font_name(face)) for face in faces]}
    )
    yield _File("style", STYLE, "text/css", style.encode())
    wanted = _characters(texts)
    for face in faces:
        data = fonts.keep_characters(face.data, wanted & face.characters)
        yield _File(f"font-{face.postscript_name}", _font_name(face), "font/ttf", data)
    licence = made_from.layout.bytes_of(made_from.layout.settings.font_licence)
    yield _File("font-licence", "META-INF/font-licence.txt", "text/plain", licence, listed=False)
    yield _File("cover-picture", COVER_PICTURE, "image/jpeg", made_from.cover, ("cover-image",))
    for number, (path, name) in enumerate(picture_names(made_from.pictures).items(), 1):
        picture = made_from.pictures[path]
        yield _File(f"picture-{number}", name, picture.screen.media_type, picture.screen.data)


def _faces(made_from: EbookIngredients, texts: tuple[EbookDocument, ...]) -> list[fonts.Face]:
    """The fonts that go in: those for code only where there is any."""
    code = made_from.layout.settings.code.family
    has_code = any(tag in item.data for item in texts for tag in (b"<code", b"<kbd", b"<samp"))
    return [
        face
        for face in made_from.faces
        if face.settings.ebook and (has_code or face.key[0] != code)
    ]


def _font_name(face: fonts.Face) -> str:
    return f"fonts/{face.postscript_name}.ttf"


def _characters(texts: tuple[EbookDocument, ...]) -> frozenset[int]:
    """Every code point that the documents show, and the printable ASCII ones."""
    shown = {ord(char) for item in texts for char in item.data.decode()}
    return frozenset(shown | set(range(0x20, 0x7F)))


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer with our package file and a ZIP that depends on no clock."""

    def __init__(
        self, out: io.BytesIO, book: Any, made_from: EbookIngredients, files: list[_File]
    ) -> None:
        super().__init__("", book, {})
        self._target, self._made_from, self._files = out, made_from, files

    def _write_opf_metadata(self, root: xhtml.Element) -> None:
        root.attrib.clear()
        spec = self._made_from.spec
        root.set("xmlns", "http://www.idpf.org/2007/opf")
        root.set("version", "3.0")
        root.set("unique-identifier", "pub-id")
        root.set("dir", "ltr")
        root.set(xhtml.XML_LANG, spec.language)
        _metadata(root, self._made_from)

    def _write_opf_spine(self, root: xhtml.Element, ncx_id: object) -> None:
        spine = xhtml.child(root, "spine", toc="ncx")
        for item in self._files:
            if item.spine:
                xhtml.child(spine, "itemref", idref=item.id)

    def _write_opf_guide(self, root: xhtml.Element) -> None:
        """No guide: its readers read the NCX, ours the landmarks."""

    def _write_opf_file(self, root: xhtml.Element) -> None:
        self.out.writestr(f"{FOLDER}/content.opf", xhtml.document(root))

    def write(self) -> None:
        with _RepeatableZip(self._target, self._made_from.spec.modified) as self.out:
            self.out.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            self._write_container()
            self._write_opf()
            self._write_items()


class _RepeatableZip(zipfile.ZipFile):
    """A ZIP whose entries carry the book's date, not the clock's, and plain permissions."""

    def __init__(self, out: io.BytesIO, modified: datetime) -> None:
        super().__init__(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
        self._date = modified.timetuple()[:6]

    def writestr(  # type: ignore[override]
        self, name: str, data: bytes | str, compress_type: int | None = None
    ) -> None:
        entry = zipfile.ZipInfo(name, self._date)
        entry.create_system = 3
        entry.external_attr = 0o100644 << 16
        how = zipfile.ZIP_DEFLATED if compress_type is None else compress_type
        super().writestr(entry, data, how, 9)


def _metadata(root: xhtml.Element, made_from: EbookIngredients) -> None:
    """The package's metadata, each row followed by what refines it."""
    spec = made_from.spec
    metadata = xhtml.child(root, "metadata")
    xhtml.child(metadata, f"{_DC}identifier", spec.identifier, id="pub-id")
    if spec.isbn.ebook and spec.identifier != f"urn:isbn:{spec.isbn.ebook.replace('-', '')}":
        xhtml.child(metadata, f"{_DC}identifier", f"urn:isbn:{spec.isbn.ebook.replace('-', '')}")
    _title(metadata, "title", made_from.title, "main")
    if spec.subtitle:
        _title(metadata, "subtitle", spec.subtitle, "subtitle")
    xhtml.child(metadata, f"{_DC}language", spec.language)
    _people(metadata, spec)
    plain = [
        ("publisher", spec.publisher.name if spec.publisher else None),
        ("date", spec.printings[0].date if spec.printings else None),
        ("description", spec.description),
        ("rights", f"© {spec.rights.year} {spec.rights.holder}" if spec.rights else None),
        *(("subject", subject) for subject in spec.subjects),
    ]
    for name, value in plain:
        if value:
            xhtml.child(metadata, f"{_DC}{name}", value)
    if made_from.closing is not None:  # EPUB Previews 1.0
        xhtml.child(metadata, f"{_DC}type", "preview")
        xhtml.child(metadata, f"{_DC}source", made_from.closing.book)
    if made_from.pages:
        source = print_edition(spec, made_from.language)
        xhtml.child(metadata, f"{_DC}source", source, id="print-edition")
        _meta(metadata, "source-of", "pagination", refines="#print-edition")
        _meta(metadata, "pageBreakSource", source)
    _meta(metadata, "dcterms:modified", spec.modified.strftime("%Y-%m-%dT%H:%M:%SZ"))
    for name, value in accessibility(made_from):
        _meta(metadata, f"schema:{name}", value)
    xhtml.child(metadata, "meta", name="cover", content="cover-picture")


def print_edition(spec: BookSpec, language: Language) -> str:
    """The printed edition whose pages the EPUB marks (EPUB Accessibility 1.1, 4.2).

    Its ISBN as URN; without one, title, printing, date, binding, trim and revision in words.
    """
    if spec.isbn.print:
        return f"urn:isbn:{spec.isbn.print.replace('-', '')}"
    words, facts = language.words, [spec.title, language.words.print_edition]
    if spec.printings:
        last = spec.printings[-1]
        date = language.month_and_year(last.month)
        facts.append(words.printing.format(number=roman(last.number).upper(), date=date))
    else:
        facts.append(spec.modified.date().isoformat())
    if spec.binding:
        facts.append(spec.binding)
    width, height = (language.decimal(side.mm / 10) for side in spec.trim_size)
    return ", ".join(
        [*facts, f"{width} × {height} cm", words.revision.format(number=spec.revision)]
    )


def _title(metadata: xhtml.Element, id_: str, text: str, kind: str) -> None:
    xhtml.child(metadata, f"{_DC}title", text, id=id_)
    _meta(metadata, "title-type", kind, refines=f"#{id_}")


def _people(metadata: xhtml.Element, spec: BookSpec) -> None:
    for number, person in enumerate(spec.contributors, 1):
        name = "creator" if person.role == "author" else "contributor"
        id_ = f"person-{number}"
        xhtml.child(metadata, f"{_DC}{name}", person.name, id=id_)
        _meta(metadata, "role", _MARC[person.role], refines=f"#{id_}", scheme="marc:relators")
        if person.sort:
            _meta(metadata, "file-as", person.sort, refines=f"#{id_}")
        _meta(metadata, "display-seq", str(number), refines=f"#{id_}")
    named = {person.name for person in spec.contributors}
    makers = (
        ("edt", spec.credits.editor),
        ("bkd", spec.credits.layout),
        ("cov", spec.credits.cover),
    )
    for role, credited in makers:
        if credited and not (role == "edt" and credited in named):
            id_ = f"credit-{role}"
            xhtml.child(metadata, f"{_DC}contributor", credited, id=id_)
            _meta(metadata, "role", role, refines=f"#{id_}", scheme="marc:relators")


def _meta(metadata: xhtml.Element, name: str, value: str, **attributes: str) -> None:
    xhtml.child(metadata, "meta", value, property=name, **attributes)
