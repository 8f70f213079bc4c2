"""What a publisher's own layouts, languages and statutes may say, and how they are refused."""

import shutil
from pathlib import Path

import pytest

from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces
from bookbuild.layout import load_layout
from bookbuild.press.typeset import Sheet, typeset
from tests.support import ROOT, found, make, one, small_book

TEXT = "# Satu\n\nTeks.\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return small_book(tmp_path / "b", TEXT)


def own(book: Path, name: str, old: str, new: str) -> Path:
    """Give the book a changed copy of one of the default layouts' files."""
    text = (ROOT / "layouts" / name).read_text("utf-8")
    assert old in text
    file = book / "layouts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace(old, new, 1), "utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "known"),
    [
        ('screen = "#12394a"', 'scren = "#12394a"', "inks, screen"),
        ('contents = { side = "recto"', 'contents = { seite = "recto"', "opener, side"),
        ('drop = "24pt"', 'drp = "28pt"', "align, drop, family, features, size"),
    ],
)
def test_an_unknown_key_deep_in_a_layout_lists_its_tables_keys(
    book: Path, old: str, new: str, known: str
) -> None:
    own(book, "default/layout.toml", old, new)
    findings = found(book, "spec-unknown-key")
    assert len(findings) == 1
    assert findings[0].hint.endswith("known keys here: " + known)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('family = "EB Garamond"\nsize', 'family = "Garamond"\nsize', "folio.family “Garamond”"),
        (
            'family = "EB Garamond"\nfile = "fonts/EBGaramond-Regular.ttf"',
            'family = "EB Garamond"\nweight = 300\nfile = "fonts/EBGaramond-Regular.ttf"',
            "no upright font of weight 400",
        ),
    ],
)
def test_a_layout_without_the_face_that_it_needs_is_refused(
    book: Path, old: str, new: str, says: str
) -> None:
    own(book, "default/layout.toml", old, new)
    assert says in one(book, "spec-value").message


def test_a_template_or_settings_file_that_is_no_utf8_is_refused(book: Path) -> None:
    file = own(book, "languages/id.toml", "Bab {number}", "Bab {number}")
    file.write_bytes(file.read_bytes().replace(b"Sampul", b"Samp\xfcl"))
    finding = one(book, "text-encoding")
    assert str(finding.place).startswith("layouts/languages/id.toml:")
    file.unlink()
    template = own(book, "default/interior/title.html", "title-page", "title-page")
    template.write_bytes(template.read_bytes() + b"<!-- \xe9 -->")
    assert one(book, "layout-file").message == "not UTF-8"


def test_a_template_that_cannot_be_filled_is_refused(book: Path) -> None:
    own(book, "default/interior/title.html", "{{ book }}", "{{ book / 2 }}")
    finding = one(book, "layout-file")
    assert str(finding.place) == "layouts/default/interior/title.html"


def test_a_statute_is_read_as_strictly_as_the_manuscript(tmp_path: Path) -> None:
    rights = '[rights]\nholder = "X"\nyear = 2026\nstatute = "hukum"\n'
    book = small_book(tmp_path / "b", TEXT, spec=rights)
    statute = book / "layouts" / "statutes" / "hukum.txt"
    statute.parent.mkdir(parents=True)
    statute.write_bytes(b"Pasal 1\xff")
    assert str(one(book, "text-encoding").place) == "layouts/statutes/hukum.txt:1"
    statute.write_text("Pasal ☃", "utf-8")
    assert str(one(book, "font-character").place) == "layouts/statutes/hukum.txt"


def test_a_word_with_a_name_that_it_does_not_know_is_refused(book: Path) -> None:
    own(book, "languages/id.toml", 'chapter = "Bab {number}"', 'chapter = "Bab {nummer}"')
    assert "chapter has {nummer}; it knows {number}" in one(book, "spec-value").message


def test_a_word_with_a_brace_too_few_is_refused(book: Path) -> None:
    own(book, "languages/id.toml", 'chapter = "Bab {number}"', 'chapter = "Bab {number"')
    assert "chapter = “Bab {number”" in one(book, "spec-value").message


def test_a_language_must_name_the_endorsements(book: Path) -> None:
    own(book, "languages/id.toml", 'endorsements = "Kata Mereka tentang Buku Ini"\n', "")
    assert "endorsements" in one(book, "spec-value").message


def test_a_language_that_cldr_does_not_know_borrows_its_formats(tmp_path: Path) -> None:
    book = small_book(tmp_path / "b", TEXT)
    file = book / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace('language = "id"', 'language = "mad"'))
    own(book, "languages/id.toml", 'code = "id"', 'code = "mad"')
    shutil.move(book / "layouts/languages/id.toml", book / "layouts/languages/mad.toml")
    assert "formats" in one(book, "spec-value").message
    own(book, "languages/id.toml", 'code = "id"', 'code = "mad"\nformats = "id"')
    shutil.move(book / "layouts/languages/id.toml", book / "layouts/languages/mad.toml")
    assert make(book).extent.arabic


@pytest.mark.parametrize(
    "style",
    [
        "h1 { border: 2pt ridge device-cmyk(0 0 0 1); }",
        "h1 { background: linear-gradient(device-cmyk(0 0 0 1), device-cmyk(0 0 0 0)); }",
    ],
)
def test_a_style_that_breaks_the_page_engine_is_a_fault_of_the_layout(style: str) -> None:
    faces = load_faces(load_layout(layout_folders(ROOT), "default"))
    with pytest.raises(BookFaults) as stopped:
        typeset(Sheet("contoh", "<html><body><h1>A</h1></body></html>", style, faces))
    (finding,) = stopped.value.findings
    assert finding.code == "layout-engine"
    assert "broke off at" in finding.message


def test_a_style_for_a_font_that_is_not_the_layouts_is_refused_on_the_cover_too(
    book: Path,
) -> None:
    own(book, "default/cover/cover.css", "body, p {", "body, p { color: nosuchcolour;")
    assert found(book, "layout-engine")


def test_no_text_of_the_cover_comes_nearer_to_the_edge_than_the_printer_allows(book: Path) -> None:
    own(book, "printers/digital-id.toml", 'safe = "6.35 mm"', 'safe = "22 mm"')
    wide = make(book).artifacts[1].data
    shutil.rmtree(book / "layouts")
    from tests.support import lines_of

    def nearest(pdf: bytes) -> float:
        return min(line.left for line in lines_of(pdf, 0))

    mm = 72 / 25.4
    assert nearest(wide) >= (3 + 22 - 0.5) * mm
    assert nearest(make(book).artifacts[1].data) < (3 + 20) * mm
