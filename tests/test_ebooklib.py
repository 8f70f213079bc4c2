"""EbookLib's faults that could reach a book of ours: each would be noticed here.

Every file goes in as a plain item, so what EbookLib does to documents, navigation and covers of its
own classes can reach a book only if the packing stops being plain: bytes in, bytes out.
"""

from __future__ import annotations

import ast
import io
import mimetypes
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from bookbuild.ebook import package as packing
from bookbuild.ebook.documents import documents
from bookbuild.ebook.split import split
from bookbuild.onscreen import _for_ebook
from bookbuild.pipeline import Build
from tests.support import ROOT, Epub, findings_of, make, small_book

OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture(scope="module")
def packed(serba: Build) -> Epub:
    return Epub(next(item.data for item in serba.artifacts if item.role == "ebook"))


def test_bytes_go_in_as_they_come_out(serba: Build, packed: Epub) -> None:
    """Documents emptied, pretty-printed, parsed as HTML, robbed of head, attributes and text,
    given prefixes and links; navigation, NCX and cover page of EbookLib's own making."""
    cover = packed.zip.read("EPUB/cover.jpg")
    made_from = _for_ebook(serba.made_from, cover, None)
    files = list(packing._files(made_from, split(documents(made_from))))
    out = zipfile.ZipFile(io.BytesIO(packing.package(made_from).data))
    for file in files:
        folder = "EPUB/" if file.listed else ""
        assert out.read(f"{folder}{file.name}") == file.data, file.name
    ours = {f"EPUB/{file.name}" if file.listed else file.name for file in files}
    assert set(out.namelist()) - ours == {
        "mimetype", "META-INF/container.xml", "EPUB/content.opf",
    }  # fmt: skip


def test_words_keep_together_and_code_keeps_its_spaces(tmp_path: Path) -> None:
    """Pretty-printing puts spaces between inline elements and into `pre`."""
    text = "# A\n\n**W***ord*\n\n```text\na  b\n    c\n```\n\n$x_1$\n"
    source = Epub(make(small_book(tmp_path / "b", text)).artifacts[2].data).zip.read(
        "EPUB/01.xhtml"
    )
    assert b"<p><strong>W</strong><em>ord</em></p>" in source
    assert b"a  b\n" in source
    assert b"    c" in source
    assert b"</head>\n<body" in source
    assert b"<title>Bab 1 A | Buku Kecil</title>" in source


def test_drawings_keep_the_case_of_their_names(packed: Epub) -> None:
    """Parsed as HTML, `viewBox` and `linearGradient` become small letters."""
    drawing = packed.zip.read("EPUB/pictures/gambar-denah.svg")
    assert b"viewBox" in drawing
    assert b"<linearGradient" in drawing


def test_the_manifest_tells_what_each_document_holds(packed: Epub) -> None:
    """Manifest properties are never detected."""
    told = {item.get("href"): item.get("properties") for item in packed.package.iter(f"{OPF}item")}
    for name in packed.spine():
        holds = "mathml" if packed.tree(name).xpath("//*[local-name()='math']") else None
        assert told[name] == ("nav" if name == "nav.xhtml" else holds)
    assert told["cover.jpg"] == "cover-image"


def test_media_types_are_ours_whatever_the_machine_thinks(
    serba: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Media types are guessed from the machine's table."""
    for ending in (".xhtml", ".ttf", ".jpg", ".svg", ".css", ".ncx", ".png"):
        monkeypatch.setitem(mimetypes.types_map, ending, "application/x-wrong")
    made_from = _for_ebook(serba.made_from, b"", None)
    made = Epub(packing.package(made_from).data)
    kinds = {
        item.get("href").rpartition(".")[2]: item.get("media-type")
        for item in made.package.iter(f"{OPF}item")
    }
    assert kinds == {
        "xhtml": "application/xhtml+xml", "ncx": "application/x-dtbncx+xml", "css": "text/css",
        "ttf": "font/ttf", "jpg": "image/jpeg", "png": "image/png", "svg": "image/svg+xml",
    }  # fmt: skip


def test_the_date_is_the_specifications_and_said_once(packed: Epub) -> None:
    """`dcterms:modified` is the local time with a Z, and comes twice if one is given."""
    dates = packed.values("//opf:meta[@property='dcterms:modified']/text()")
    assert dates == ["2026-02-03T04:05:06Z"]


def test_what_refines_a_row_stands_right_after_it(packed: Epub) -> None:
    """Metadata are grouped by name, refinements far from what they refine; ids repeat."""
    (metadata,) = packed.package.iter(f"{OPF}metadata")
    last = ""
    ids = [row.get("id") for row in metadata if row.get("id")]
    assert len(ids) == len(set(ids))
    for row in metadata:
        if row.get("refines"):
            assert row.get("refines") == f"#{last}", row.text
        last = row.get("id", last if row.get("refines") else "")
    assert etree.QName(metadata[0]).localname == "identifier"
    assert not packed.values("//opf:meta[@name='generator']")
    assert not packed.values("//opf:meta[@property='file-as'][@scheme]/text()")


def test_no_row_of_metadata_is_dropped(tmp_path: Path) -> None:
    """A row with a character that XML can't hold is dropped with a line in the log."""
    spec = '[publisher]\nname = "Satu & <dua>"\n'
    made = Epub(make(small_book(tmp_path / "b", "# A\n\nTeks.", spec=spec)).artifacts[2].data)
    assert made.values("//dc:publisher/text()") == ["Satu & <dua>"]
    refused = small_book(tmp_path / "c", "# A", spec='[publisher]\nname = "Satu\\u0001"\n')
    (fault,) = findings_of(refused)
    assert (fault.place.line, "U+0001" in fault.message) == (17, True)


def test_the_package_says_its_language_and_prefixes(packed: Epub) -> None:
    """No xml:lang on the package, and a prefix that nothing uses."""
    package = packed.package
    assert package.get("{http://www.w3.org/XML/1998/namespace}lang") == "id"
    assert package.get("dir") == "ltr"
    used = {value.partition(":")[0] for value in packed.values("//@property") if ":" in value}
    declared = {word.rstrip(":") for word in (package.get("prefix") or "").split()[::2]}
    assert used - {"dcterms", "schema", "a11y"} == declared


def test_the_spine_refers_to_what_is_there(packed: Epub) -> None:
    """Unknown ids, and an NCX that isn't there, are written unchecked."""
    ids = packed.values("//opf:item/@id")
    assert set(packed.values("//opf:itemref/@idref")) <= set(ids)
    assert packed.values("//opf:spine/@toc") == ["ncx"]
    assert packed.values("//opf:item[@id='ncx']/@href") == ["toc.ncx"]
    assert len(ids) == len(set(ids))


def test_contents_lose_no_section_without_sections_below(packed: Epub) -> None:
    """A leaf of the contents is dropped, an empty list written, depth and pages are 0."""
    labels = [text.text for text in packed.find("toc.ncx", "//ncx:navMap//ncx:text")]
    assert {"Prakata", "Bagian I Musim Hujan", "Alat yang perlu", "Jeda", "Kolofon"} <= set(labels)
    assert packed.find("nav.xhtml", "//x:ol[not(*)]") == []
    zeros = packed.find("toc.ncx", "//ncx:meta[@content='0']")
    assert zeros == []


def test_only_page_marks_are_pages(packed: Epub) -> None:
    """Every element with a type and an id is taken for a page."""
    pages = [a.text for a in packed.find("nav.xhtml", "//x:nav[@id='page-list']//x:a")]
    assert pages
    assert all(label.isdecimal() or not set(label) - set("ivxlc") for label in pages)


def test_no_name_is_packed_twice_and_the_package_has_a_folder(packed: Epub) -> None:
    """Files of the same name are written twice; without a folder, paths begin with a slash."""
    assert len(packed.names) == len(set(packed.names))
    assert not any(name.startswith("/") for name in packed.names)
    container = etree.fromstring(packed.zip.read("META-INF/container.xml"))
    assert container.xpath("//@full-path") == ["EPUB/content.opf"]


def test_entries_carry_the_books_date_and_plain_permissions(packed: Epub) -> None:
    """Entries get the clock's time and mode 0600."""
    assert {entry.date_time for entry in packed.zip.infolist()} == {(2026, 2, 3, 4, 5, 6)}
    assert {entry.external_attr >> 16 for entry in packed.zip.infolist()} == {0o100644}


def test_ebooklib_neither_reads_nor_writes_files() -> None:
    """Reading and writing again loses titles and prefixes; writing swallows errors."""
    tree = ast.parse((ROOT / "src/bookbuild/ebook/package.py").read_text())
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & {"read_epub", "write_epub", "EpubReader", "EpubHtml", "EpubNav", "EpubNcx"}
    assert {"EpubItem", "EpubWriter"} <= names
