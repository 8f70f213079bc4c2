"""The EPUB file: EbookLib packs, this module decides every byte. Owner of EbookLib.

EbookLib rewrites documents, reads the clock and writes what it likes into the package file.
So every file goes in as a plain item that it copies byte for byte, and the four methods that
would not do that are replaced by ours.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ebooklib import epub

from bookbuild import fonts, xhtml
from bookbuild.diagnostics import Diagnostic
from bookbuild.ebook.accessibility import finished
from bookbuild.ebook.documents import (
    COVER_PICTURE,
    STYLE,
    EbookDocument,
    EbookIngredients,
    documents,
)
from bookbuild.ebook.metadata import IDENTIFIER_ID, metadata, unproven
from bookbuild.ebook.naming import picture_names
from bookbuild.ebook.navigation import NAV, NCX, Landmark, landmarks, navigation, ncx
from bookbuild.ebook.split import oversized, split

FOLDER = "EPUB"
XHTML = "application/xhtml+xml"
_IBOOKS = "http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/"
_APPLE = "com.apple.ibooks.display-options.xml"
_GUIDE = {"cover": "cover", "toc": "toc", "bodymatter": "text"}
"""Landmarks (epub:type) and what the guide calls them."""


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


@dataclass(frozen=True, slots=True)
class Ebook:
    """A finished EPUB, and what was found while it was made."""

    data: bytes = field(repr=False)
    findings: tuple[Diagnostic, ...]


def package(made_from: EbookIngredients) -> Ebook:
    """The finished EPUB 3.

    Raises:
        BookFaults: a template makes a document that is not well-formed.
    """
    set_documents = split(documents(made_from))
    files = list(_files(made_from, set_documents))
    book = epub.EpubBook()
    book.FOLDER_NAME = FOLDER
    book.IDENTIFIER_ID = IDENTIFIER_ID
    for item in files:
        packed = epub.EpubItem(item.id, item.name, item.media_type, item.data, manifest=item.listed)
        packed.properties = list(item.properties)
        book.add_item(packed)
    by_name = {item.name: item.data for item in files}
    made = finished(set_documents, by_name[NAV], NAV, by_name[STYLE])
    faults = unproven(made_from, made)
    certificate = None if faults else made_from.spec.accessibility
    out = io.BytesIO()
    _Writer(
        out, book, made_from, files, landmarks(made_from, set_documents),
        lambda root: metadata(root, made_from, made, certificate),
    ).write()  # fmt: skip
    return Ebook(out.getvalue(), (*faults, *oversized(set_documents)))


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
    wanted = _characters([nav.data, *(item.data for item in texts)])
    for face in faces:
        data = fonts.keep_characters(face, wanted & face.characters)
        yield _File(f"font-{face.postscript_name}", _font_name(face), "font/ttf", data)
    for number, (name, licence) in enumerate(_licences(made_from, faces), 1):
        yield _File(f"licence-{number}", f"META-INF/{name}", "text/plain", licence, listed=False)
    yield _File("apple", f"META-INF/{_APPLE}", "application/xml", _apple_options(), listed=False)
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


def _licences(made_from: EbookIngredients, faces: list[fonts.Face]) -> Iterator[tuple[str, bytes]]:
    """The licences of the fonts that go in, each once, with a name in the EPUB."""
    layout = made_from.layout
    wanted = dict.fromkeys(face.settings.licence or layout.settings.font_licence for face in faces)
    for number, file in enumerate(wanted, 1):
        suffix = f"-{number}" if number > 1 else ""
        yield f"font-licence{suffix}.txt", layout.bytes_of(file)


def _font_name(face: fonts.Face) -> str:
    return f"fonts/{face.postscript_name}.ttf"


def _characters(texts: Iterable[bytes]) -> frozenset[int]:
    """Every code point that the documents show, as a capital, too, and the printable ASCII ones."""
    shown = {char for data in texts for char in data.decode() + data.decode().upper()}
    return frozenset({ord(char) for char in shown} | set(range(0x20, 0x7F)))


def _apple_options() -> bytes:
    """What older versions of Apple's reading app read for `ibooks:specified-fonts`."""
    root = xhtml.new("display_options")
    platform = xhtml.child(root, "platform", name="*")
    xhtml.child(platform, "option", "true", name="specified-fonts")
    return xhtml.document(root)


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer with our package file and a ZIP that depends on no clock."""

    def __init__(
        self,
        out: io.BytesIO,
        book: Any,
        made_from: EbookIngredients,
        files: list[_File],
        guide: tuple[Landmark, ...],
        describe: Callable[[xhtml.Element], None],
    ) -> None:
        super().__init__("", book, {})
        self._guide = guide
        self._target, self._made_from, self._files = out, made_from, files
        self._describe = describe

    def _write_opf_metadata(self, root: xhtml.Element) -> None:
        root.attrib.clear()
        spec = self._made_from.spec
        root.set("xmlns", "http://www.idpf.org/2007/opf")
        root.set("version", "3.0")
        root.set("unique-identifier", IDENTIFIER_ID)
        root.set("prefix", f"ibooks: {_IBOOKS}")
        root.set("dir", "ltr")
        root.set(xhtml.XML_LANG, spec.language)
        self._describe(root)

    def _write_opf_spine(self, root: xhtml.Element, ncx_id: object) -> None:
        spine = xhtml.child(root, "spine", toc="ncx")
        for item in self._files:
            if item.spine:
                xhtml.child(spine, "itemref", idref=item.id)

    def _write_opf_guide(self, root: xhtml.Element) -> None:
        """The landmarks in the words of OPF 2.0 (2.6), which Kindle and old readers know."""
        guide = xhtml.child(root, "guide")
        for mark in self._guide:
            if mark.kind in _GUIDE:
                xhtml.child(
                    guide, "reference", type=_GUIDE[mark.kind], title=mark.label, href=mark.href
                )

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
