"""What the catalogue reads of the store, and the folder that it writes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bookbuild.catalogue.claims import NoEpub, accessibility
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.errors import BookbuildError
from bookbuild.pipeline import Build
from bookbuild.store.approval import approve, withdraw
from bookbuild.store.editions import Store, artifacts, open_store
from tests.shelves import shelved
from tests.support import Epub, changed_epub, rewritten

FOREIGN = """<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata>
<meta property="dcterms:date">2020-01-01</meta>
<meta property="dcterms:conformsTo" id="c">EPUB Accessibility 1.1 - WCAG 2.2 Level AA</meta>
<meta property="a11y:certifiedBy" refines="#c" id="who">Balai Uji</meta>
<meta property="dcterms:date" refines="#who">2026-02-05</meta>
<link rel="a11y:certifierReport" refines="#who" href="https://uji.example/serba"/>
</metadata><manifest/></package>"""
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="buku.opf"/></rootfiles></container>'
)


def foreign_epub() -> bytes:
    """An EPUB as another program might make it, with no more than is read here."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as epub:
        epub.writestr("META-INF/container.xml", CONTAINER)
        epub.writestr("buku.opf", FOREIGN)
    return written.getvalue()


def title(store: Store, slug: str, *, draft: bool = False) -> Title:
    (found,) = [item for item in read_titles(store, draft=draft) if item.slug == slug]
    return found


def damage(store: Store, digest: str) -> None:
    path = store.folder / "blobs" / digest[:2] / digest[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-5] + b"rusak")


# Which books


def test_only_editions_for_sale_are_titles(shelf: Store) -> None:
    assert [item.slug for item in read_titles(shelf, draft=False)] == ["gratis", "kertas", "serba"]
    assert not any(item.draft for item in read_titles(shelf, draft=False))


def test_drafts_are_shown_beside_what_is_for_sale_and_marked(shelf: Store) -> None:
    found = {item.slug: item.draft for item in read_titles(shelf, draft=True)}
    assert found == {
        "calon": True, "gratis": False, "kertas": False, "rangka": True, "serba": False,
    }  # fmt: skip


def test_of_a_book_the_latest_edition_for_sale_is_shown_and_a_newer_draft_after_it(
    own_shelf: Store, tmp_path: Path
) -> None:
    book = shelved(own_shelf, tmp_path, "kertas", revision=2, approved=False)
    assert [str(item.edition.name) for item in read_titles(own_shelf, draft=False)][1] == (
        "kertas@1.1"
    )
    both = [(str(i.edition.name), i.draft) for i in read_titles(own_shelf, draft=True)]
    assert both[2:4] == [("kertas@1.1", False), ("kertas@1.2", True)]
    approve(own_shelf, book, "Siti Rahma", "2026-11-25")
    both = [(str(i.edition.name), i.draft) for i in read_titles(own_shelf, draft=True)]
    assert both[2:3] == [("kertas@1.2", False)]


def test_a_withdrawn_edition_is_neither_title_nor_draft(own_shelf: Store) -> None:
    edition = title(own_shelf, "kertas").edition
    withdraw(own_shelf, edition, "Siti", "2026-11-25", "salah cetak")
    assert "kertas" not in {item.slug for item in read_titles(own_shelf, draft=True)}


# What is read of an edition


def test_a_title_has_the_specification_as_it_was_built(shelf: Store, whole_serba: Build) -> None:
    assert title(shelf, "serba").spec == whole_serba.made_from.spec


def test_a_title_knows_its_files_by_what_they_are(shelf: Store) -> None:
    book = title(shelf, "serba")
    assert book.epub is not None
    assert book.epub.file == "serba.epub"
    assert book.sample_epub is not None
    assert book.sample_pdf is not None
    assert book.cover is not None
    assert book.cover.file == "shop-cover.jpg"
    assert book.thumbnail is not None
    assert book.thumbnail.file == "thumb-cover.jpg"
    assert book.thumbnail not in book.pages_shown
    assert book.pages_shown


def test_a_title_has_the_samples_opening_and_the_contents_with_folios(
    shelf: Store, whole_serba: Build
) -> None:
    book = title(shelf, "serba")
    files = whole_serba.files()
    assert book.opening == files["opening.txt"].decode().strip()
    assert book.opening_markup.startswith("<p>")
    part = next(item for item in book.contents if item.level == 1 and item.label)
    assert part.folio
    assert {item.level for item in book.contents} >= {1, 2}


def test_a_title_has_the_copys_spine_and_weight(shelf: Store, whole_serba: Build) -> None:
    book = title(shelf, "serba")
    assert book.spine == round(whole_serba.made[0].outside.spine.width.mm, 2)
    assert book.weight == whole_serba.made[0].outside.weight_g


def test_accessibility_is_what_the_package_document_says(shelf: Store) -> None:
    book = title(shelf, "serba")
    assert book.epub is not None
    epub = Epub(book.read(book.epub))
    said = book.accessibility
    assert said is not None

    def rows(name: str) -> list[str]:
        return epub.values(f"//opf:meta[@property='{name}']/text()")

    assert list(said.access_modes) == rows("schema:accessMode")
    assert list(said.sufficient) == rows("schema:accessModeSufficient")
    assert list(said.features) == rows("schema:accessibilityFeature")
    assert list(said.hazards) == rows("schema:accessibilityHazard")
    assert [said.summary] == rows("schema:accessibilitySummary")
    assert [said.page_source] == rows("pageBreakSource")
    assert said.page_list
    assert said.features


def test_a_certificate_is_read_with_its_day_and_report() -> None:
    said = accessibility(foreign_epub())
    assert said.conforms_to == "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
    assert (said.certified_by, said.certified_on) == ("Balai Uji", "2026-02-05")
    assert said.report == "https://uji.example/serba"
    assert not said.page_list


# What is damaged


def test_a_damaged_epub_stops_the_run_and_is_named(own_shelf: Store) -> None:
    book = title(own_shelf, "serba")
    assert book.epub is not None
    damage(own_shelf, book.epub.sha256)
    with pytest.raises(BookbuildError, match=r"serba\.epub of serba@2\.3 is damaged"):
        read_titles(own_shelf, draft=False)


def test_a_damaged_record_stops_the_run_and_is_named(own_shelf: Store) -> None:
    damage(own_shelf, title(own_shelf, "kertas").edition.digest)
    with pytest.raises(BookbuildError, match=r"record of kertas@1\.1 is damaged"):
        read_titles(open_store(own_shelf.folder), draft=False)


@pytest.mark.parametrize("name", ["META-INF/container.xml", "EPUB/content.opf"])
def test_an_epub_whose_documents_cant_be_read_is_told(shelf: Store, name: str) -> None:
    book = title(shelf, "kertas")
    (file,) = artifacts(book.edition, "ebook")
    broken = rewritten(book.read(file), lambda entry, data: b"<" if entry == name else data)
    with pytest.raises(NoEpub):
        accessibility(broken)


def test_bytes_that_are_no_zip_are_told() -> None:
    with pytest.raises(NoEpub, match="no whole ZIP"):
        accessibility(b"bukan ZIP")


def test_an_epub_without_page_list_is_known_as_one(shelf: Store) -> None:
    book = title(shelf, "serba")
    assert book.epub is not None
    without = changed_epub(book.read(book.epub), "nav.xhtml", b'"page-list"', b'"x-list"')
    assert not accessibility(without).page_list
