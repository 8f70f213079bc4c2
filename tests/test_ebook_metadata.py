"""The package's metadata, rule by rule; EPUBCheck and Ace are silent about most of them."""

import datetime
import re
from pathlib import Path

import pytest

from bookbuild import pipeline
from bookbuild.diagnostics import Diagnostic
from bookbuild.pipeline import Build
from tests.support import BOOKS, NAMESPACES, Epub, copy_book, make, small_book
from tests.test_ebook import assert_passes, epub
from tests.test_layout import own

FIXTURES = ("shipped", "serba", "plain", "parts", "polski")
CERTIFICATE = '[accessibility]\ncertified_by = "Balai Uji"\ndate = 2026-01-02\n'
DENAH = BOOKS / "serba/manuscript/gambar/denah.png"
HIASAN = BOOKS / "serba/manuscript/gambar/hiasan.svg"


@pytest.fixture(params=FIXTURES)
def fixture_book(request: pytest.FixtureRequest) -> Build:
    """Each of the fixture books."""
    build: Build = request.getfixturevalue(request.param)
    return build


def meta(book: Epub, name: str, refines: str = "") -> list[str]:
    """The values of a property; with `refines`, those said of the element with that id."""
    about = f"@refines='#{refines}'" if refines else "not(@refines)"
    return book.values(f"//opf:meta[@property='{name}'][{about}]/text()")


def schema(book: Epub, name: str) -> list[str]:
    return meta(book, f"schema:{name}")


def features(build: Build) -> set[str]:
    return set(schema(epub(build), "accessibilityFeature"))


def summary(build: Build) -> str:
    (said,) = schema(epub(build), "accessibilitySummary")
    return said


def with_picture(folder: Path, text: str, spec: str = "") -> Path:
    """A small book that has a plan and an ornament beside its text."""
    small_book(folder, text, spec=spec)
    (folder / "manuscript/denah.png").write_bytes(DENAH.read_bytes())
    (folder / "manuscript/hiasan.svg").write_bytes(HIASAN.read_bytes())
    return folder


def told(build: Build, code: str) -> list[Diagnostic]:
    return [finding for finding in build.findings if finding.code == code]


def test_the_package_says_its_language_and_direction(fixture_book: Build) -> None:
    package = epub(fixture_book).package
    language = fixture_book.made_from.spec.language
    assert package.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert package.get("dir") == "ltr"
    assert epub(fixture_book).values("//dc:language/text()") == [language]


def test_the_unique_identifier_is_the_specifications_and_the_isbn_stands_beside_it(
    fixture_book: Build,
) -> None:
    book, spec = epub(fixture_book), fixture_book.made_from.spec
    (id_,) = book.values("/opf:package/@unique-identifier")
    assert book.values(f"//dc:identifier[@id='{id_}']/text()") == [spec.identifier]
    isbn = (spec.isbn.ebook or "").replace("-", "")
    rest = book.values(f"//dc:identifier[not(@id='{id_}')]/text()")
    assert rest == ([f"urn:isbn:{isbn}"] if isbn else [])


def test_the_identifier_stays_when_all_else_changes(tmp_path: Path) -> None:
    folder = copy_book("serba", tmp_path)
    spec = folder / "manuscript/book.toml"
    text = spec.read_text("utf-8").replace("revision = 3", "revision = 4")
    text = text.replace("2026-02-03T04:05:06Z", "2026-02-04T04:05:06Z")
    spec.write_text(text.replace('title = "Serba-serbi \\"Kebun\\""', 'title = "Lain"'), "utf-8")
    book = epub(make(folder))
    assert book.values("//dc:title/text()")[0] == "Lain"
    assert book.values("//dc:identifier[@id='pub-id']/text()") == [
        "urn:uuid:0b6a3f38-3c0f-4f0e-8a0d-1f1f9a2f7c11"
    ]


def test_there_is_one_moment_of_change_in_utc(fixture_book: Build) -> None:
    (modified,) = meta(epub(fixture_book), "dcterms:modified")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified)
    moment = datetime.datetime.fromisoformat(modified.replace("Z", "+00:00"))
    assert moment == fixture_book.made_from.spec.modified


def test_the_date_is_the_first_printings_in_iso_form(serba: Build, plain: Build) -> None:
    assert epub(serba).values("//dc:date/text()") == ["2026-01"]
    assert epub(plain).values("//dc:date/text()") == []


def test_the_main_title_comes_first_and_the_subtitle_is_one(serba: Build) -> None:
    book = epub(serba)
    first, second = book.values("//dc:title/@id")
    assert book.values("//dc:title/text()") == [
        'Serba-serbi "Kebun"',
        "Catatan dari halaman belakang",
    ]
    assert meta(book, "title-type", first) == ["main"]
    assert meta(book, "title-type", second) == ["subtitle"]
    assert [meta(book, "display-seq", id_) for id_ in (first, second)] == [["1"], ["2"]]


def test_a_title_is_filed_as_the_specification_says_and_never_by_guess(
    serba: Build, parts: Build
) -> None:
    assert meta(epub(serba), "file-as", "title") == ["Serba-serbi Kebun"]
    assert meta(epub(parts), "file-as", "title") == []


def test_everyone_has_a_role_and_a_place_in_the_order(fixture_book: Build) -> None:
    book = epub(fixture_book)
    people = book.values("//dc:creator/@id | //dc:contributor/@id")
    assert people
    assert all(re.fullmatch("[a-z]{3}", *meta(book, "role", id_)) for id_ in people)
    schemes = set(book.values("//opf:meta[@property='role']/@scheme"))
    assert schemes == {"marc:relators"}
    order = [meta(book, "display-seq", id_) for id_ in people]
    assert order == [[str(number)] for number in range(1, len(people) + 1)]


def test_a_name_is_filed_as_the_specification_says_and_never_by_guess(serba: Build) -> None:
    book = epub(serba)
    filed = {
        person.name: meta(book, "file-as", f"person-{number}")
        for number, person in enumerate(serba.made_from.spec.contributors, 1)
    }
    assert filed["Ratna Wening"] == ["Wening, Ratna"]
    assert filed["Sari Puspa"] == []


def test_an_author_who_edited_the_book_has_both_roles(tmp_path: Path) -> None:
    edited = '[credits]\neditor = "Penulis Kecil"\n'
    build = make(small_book(tmp_path / "b", "# Satu\n\nTeks.\n", spec=edited))
    assert meta(epub(build), "role", "credit-edt") == ["edt"]


def test_authors_are_creators_and_all_others_contributors(serba: Build) -> None:
    book = epub(serba)
    roles = {
        kind: [meta(book, "role", id_)[0] for id_ in book.values(f"//dc:{kind}/@id")]
        for kind in ("creator", "contributor")
    }
    assert roles["creator"] == ["aut"]
    assert roles["contributor"] == ["ctb", "edt", "trl", "ill", "bkd", "cov"]


def test_a_series_is_named_for_epub_3_and_for_calibre(serba: Build, parts: Build) -> None:
    book = epub(serba)
    assert meta(book, "belongs-to-collection") == ["Pustaka Halaman Belakang"]
    (id_,) = book.values("//opf:meta[@property='belongs-to-collection']/@id")
    assert meta(book, "collection-type", id_) == ["series"]
    assert meta(book, "group-position", id_) == ["2"]
    old = {
        row.get("name"): row.get("content")
        for row in book.package.xpath("//opf:meta[@name]", namespaces=NAMESPACES)
    }
    assert old["calibre:series"] == "Pustaka Halaman Belakang"
    assert old["calibre:series_index"] == "2"
    assert meta(epub(parts), "belongs-to-collection") == []


def test_publisher_rights_subjects_and_description_are_the_specifications(serba: Build) -> None:
    book, spec = epub(serba), serba.made_from.spec
    assert book.values("//dc:publisher/text()") == ["Penerbit Daun"]
    assert book.values("//dc:rights/text()") == ["© 2026 Ratna Wening"]
    assert book.values("//dc:subject/text()") == ["Kebun", "Esai"]
    assert book.values("//dc:description/text()") == [spec.description]


def test_what_refines_follows_what_it_refines(fixture_book: Build) -> None:
    seen: set[str] = set()
    for row in epub(fixture_book).package.xpath("//opf:metadata/*", namespaces=NAMESPACES):
        assert row.get("refines", "#").removeprefix("#") in {"", *seen}
        seen.add(row.get("id", ""))


def test_every_book_says_how_it_can_be_read_what_helps_and_that_nothing_harms(
    fixture_book: Build,
) -> None:
    book = epub(fixture_book)
    assert "textual" in schema(book, "accessMode")
    assert "textual" in schema(book, "accessModeSufficient")
    assert schema(book, "accessibilityFeature")
    assert sorted(schema(book, "accessibilityHazard")) == [
        "noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard",
    ]  # fmt: skip


def test_the_summary_is_in_the_books_language_and_says_only_what_holds(
    serba: Build, polski: Build, plain: Build
) -> None:
    assert summary(serba) == (
        "Setiap tabel memiliki sel judul. Catatan dan tempat pemanggilnya saling bertautan. Kata "
        "berbahasa lain ditandai bahasanya. Singkatan disertai kepanjangannya. Teks pengganti "
        "rumus adalah sumber LaTeX-nya."
    )
    assert "Zgodności z WCAG nikt nie certyfikował." in summary(polski)
    assert "tabela" not in summary(polski)
    assert summary(plain) == "Nobody has certified conformance to WCAG."


def test_pictures_that_inform_need_eyes_and_ornaments_and_covers_do_not(
    serba: Build, plain: Build, tmp_path: Path
) -> None:
    assert schema(epub(serba), "accessMode") == ["textual", "visual"]
    assert schema(epub(serba), "accessModeSufficient") == ["textual,visual", "textual"]
    assert schema(epub(plain), "accessMode") == ["textual"]
    text = "# Satu\n\nTeks.\n\n![](hiasan.svg){.decorative}\n\nTeks.\n"
    adorned = make(with_picture(tmp_path / "b", text))
    assert schema(epub(adorned), "accessMode") == ["textual"]
    assert schema(epub(adorned), "accessModeSufficient") == ["textual"]
    assert "alternativeText" not in features(adorned)
    assert "Gambar yang hanya hiasan dilewati" in summary(adorned)
    assert_passes(adorned, tmp_path)


def test_features_are_those_that_the_book_has(serba: Build, plain: Build, polski: Build) -> None:
    always = {
        "tableOfContents", "pageBreakMarkers", "pageNavigation", "structuralNavigation",
        "readingOrder", "displayTransformability", "ARIA",
    }  # fmt: skip
    assert features(plain) == features(polski) == always
    own_ones = {"alternativeText", "MathML", "describedMath", "index"}
    assert features(serba) == always | own_ones


def test_every_formula_has_its_source_as_text_alternative(serba: Build) -> None:
    book = epub(serba)
    found = [
        element.get("alttext")
        for name in book.spine()
        for element in book.find(name, "//m:math")
    ]  # fmt: skip
    assert found
    assert all(found)


def test_a_book_without_print_edition_claims_no_pages(tmp_path: Path) -> None:
    build = pipeline.make(copy_book("plain", tmp_path), lambda step: None, page_list=False)
    book = epub(build)
    assert not features(build) & {"pageBreakMarkers", "pageNavigation", "printPageNumbers"}
    assert meta(book, "pageBreakSource") == []
    assert book.values("//dc:source/text()") == []


def test_the_pages_are_those_of_the_printed_book_and_never_of_the_epubs_isbn(
    fixture_book: Build,
) -> None:
    book, isbn = epub(fixture_book), fixture_book.made_from.spec.isbn
    (source,) = meta(book, "pageBreakSource")
    if isbn.print:
        assert source == f"urn:isbn:{isbn.print.replace('-', '')}"
    else:
        assert source.startswith(f"{fixture_book.made_from.spec.title}, ")
    assert book.values("//dc:source/text()") == [source]
    assert meta(book, "source-of", "print-edition") == ["pagination"]
    assert (isbn.ebook or "-").replace("-", "") not in source.split(":")
    assert "printPageNumbers" not in features(fixture_book)


def test_conformance_is_claimed_in_the_one_wording_with_who_certified_it(serba: Build) -> None:
    book = epub(serba)
    assert meta(book, "dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]
    (claim,) = book.values("//opf:meta[@property='dcterms:conformsTo']/@id")
    assert meta(book, "a11y:certifiedBy", claim) == ["Balai Uji Aksara"]
    (certifier,) = book.values("//opf:meta[@property='a11y:certifiedBy']/@id")
    assert meta(book, "dcterms:date", certifier) == ["2026-02-05"]
    assert meta(book, "a11y:certifierCredential", certifier) == [
        "Penguji Aksesibilitas Bersertifikat"
    ]
    (report,) = book.package.xpath("//opf:link", namespaces=NAMESPACES)
    assert report.attrib == {
        "rel": "a11y:certifierReport", "refines": f"#{certifier}",
        "href": "https://uji.example/serba",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["shipped", "plain", "parts", "polski"])
def test_conformance_is_not_claimed_unless_somebody_certified_it(
    name: str, request: pytest.FixtureRequest
) -> None:
    book = epub(request.getfixturevalue(name))
    assert not meta(book, "dcterms:conformsTo")
    assert not book.values("//opf:meta[starts-with(@property, 'a11y:')] | //opf:link")


def test_a_certificate_that_the_book_contradicts_is_not_claimed(tmp_path: Path) -> None:
    text = "# Satu\n\n|     |     |\n|-----|-----|\n|     | dua |\n"
    build = make(small_book(tmp_path / "b", text, spec=CERTIFICATE))
    (finding,) = told(build, "accessibility-claim")
    assert finding.severity == "warning"
    assert "Balai Uji: 01.xhtml has a table without header cells (1.3.1)" in finding.message
    assert str(finding.place) == "manuscript/01.md"
    assert not meta(epub(build), "dcterms:conformsTo")
    assert "belum disertifikasi" in summary(build)
    assert "sel judul" not in summary(build)


def test_a_certificate_older_than_the_book_is_not_claimed(tmp_path: Path) -> None:
    old = CERTIFICATE.replace("2026-01-02", "2025-12-31")
    build = make(small_book(tmp_path / "b", "# Satu\n\nTeks.\n", spec=old))
    (finding,) = told(build, "accessibility-claim")
    assert "it is of 2025-12-31, and the book was changed on 2026-01-01" in finding.message
    assert not meta(epub(build), "dcterms:conformsTo")


def test_what_a_layout_spoils_is_neither_claimed_nor_certified(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n", spec=CERTIFICATE)
    own(folder, "default/ebook/style.css", "p { ", "p { font-size: 12px; transition: all 1s; ")
    own(folder, "default/ebook/title.xhtml", "<h1 ", '<p><img src="cover.jpg"/></p><h1 ')
    build = make(folder)
    book = epub(build)
    assert schema(book, "accessMode") == ["textual", "visual"]
    assert schema(book, "accessModeSufficient") == ["textual,visual"]
    assert schema(book, "accessibilityHazard") == ["unknown"]
    assert not features(build) & {"alternativeText", "displayTransformability"}
    said = " ".join(finding.message for finding in told(build, "accessibility-claim"))
    assert "title.xhtml has a picture without text alternative (1.1.1)" in said
    assert "style.css has sizes of type that the reader can't change (1.4.4)" in said
    assert not meta(book, "dcterms:conformsTo")


def test_the_cover_is_named_for_old_readers_and_described(fixture_book: Build) -> None:
    book, words = epub(fixture_book), fixture_book.made_from.language.words
    (old,) = book.package.xpath("//opf:meta[@name='cover']", namespaces=NAMESPACES)
    assert list(old.attrib) == ["name", "content"]
    assert book.values(f"//opf:item[@id='{old.get('content')}']/@properties") == ["cover-image"]
    (image,) = book.find("cover.xhtml", "//x:img")
    before, after = words.alt_cover.split("{title}")
    assert image.get("alt", "").startswith(before)
    assert image.get("alt", "").endswith(after)
