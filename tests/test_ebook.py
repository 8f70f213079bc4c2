"""The EPUB: EPUBCheck finds nothing; what it passes over is asserted here and in the checklist's
tests (test_ebook_checklist.py)."""

import os
from pathlib import Path

import pytest

from bookbuild.pipeline import Build
from tests.support import EPUB_TYPE, NAMESPACES, Epub, make, small_book
from tests.validator import epubcheck


def epub(build: Build) -> Epub:
    return Epub(build.artifacts[2].data)


def assert_passes(build: Build, folder: Path) -> None:
    """EPUBCheck finds no error, no warning, and no usage without a reason."""
    assert epubcheck(build.artifacts[2].data, folder) == ()


@pytest.mark.parametrize("name", ["shipped", "serba", "plain", "parts", "polski", "long_book"])
def test_epubcheck_finds_no_error_warning_or_unknown_usage(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assert_passes(request.getfixturevalue(name), tmp_path)


def test_absent_facts_leave_no_metadata(shipped: Build) -> None:
    book = epub(shipped)
    assert not book.values("//dc:publisher/text() | //dc:rights/text() | //dc:description/text()")
    assert not any("isbn" in value for value in book.values("//dc:identifier/text()"))


def test_each_section_is_one_file_in_reading_order(serba: Build) -> None:
    assert epub(serba).spine() == [
        "cover.xhtml", "title.xhtml", "imprint.xhtml", "nav.xhtml", "00-prakata.xhtml",
        "endorsements.xhtml", "daftar-gambar.xhtml", "daftar-tabel.xhtml",
        "daftar-singkatan.xhtml", "00-bagian.xhtml", "01-menanam.xhtml", "02-menyiram.xhtml",
        "03-memanen.xhtml", "05-unsur.xhtml", "06-jeda.xhtml", "daftar-pustaka.xhtml",
        "07-glosarium.xhtml", "indeks.xhtml", "04-penulis.xhtml", "colophon.xhtml",
    ]  # fmt: skip


def test_the_table_of_contents_names_chapters_and_sections(shipped: Build) -> None:
    labels = [a.text for a in epub(shipped).find("nav.xhtml", "//x:nav[@id='toc']//x:a")]
    assert "Bab 6 Menjawab Narasi Partai Penista Agama" in labels
    assert "Mukernas perkuat komitmen" in labels
    assert (
        labels.index("Pendahuluan")
        < labels.index("Tiga Komponen")
        < labels.index("Bab 1 Riak-Riak Konflik")
    )


def test_the_old_navigation_says_the_same(shipped: Build) -> None:
    book = epub(shipped)
    links = book.find("nav.xhtml", "//x:nav[@id='toc']//x:a")
    new = [" ".join("".join(link.itertext()).split()) for link in links]
    assert [text.text for text in book.find("toc.ncx", "//ncx:navMap//ncx:text")] == new


def test_landmarks_lead_to_contents_and_beginning(shipped: Build) -> None:
    marks = epub(shipped).find("nav.xhtml", "//x:nav[@id='landmarks']//x:a")
    places = {mark.get(EPUB_TYPE): mark.get("href") for mark in marks}
    assert places["bodymatter"] == "01-riak-riak-konflik.xhtml"
    assert places["toc"] == "nav.xhtml#toc"
    assert places["cover"] == "cover.xhtml"


def test_notes_are_popups_with_a_way_back(serba: Build) -> None:
    book = epub(serba)
    calls = book.find("01-menanam.xhtml", "//x:a[@role='doc-noteref']")
    assert [(call.get(EPUB_TYPE), call.get("href")) for call in calls] == [
        ("noteref", "#note.1"), ("noteref", "#note.2"), ("noteref", "#note.1"),
    ]  # fmt: skip
    notes = book.find("01-menanam.xhtml", "//x:aside[@role='doc-footnote']")
    assert [(note.get("id"), note.get(EPUB_TYPE)) for note in notes] == [
        ("note.1", "footnote"), ("note.2", "footnote"),
    ]  # fmt: skip
    back = notes[0].find(".//x:a[@role='doc-backlink']", NAMESPACES)
    assert back is not None
    assert back.get("href") == "#call.1"


def test_a_reference_is_a_link_without_page_number(serba: Build) -> None:
    links = epub(serba).find("00-prakata.xhtml", "//x:p//x:a")
    assert [(link.get("href"), link.text) for link in links] == [
        ("02-menyiram.xhtml#menyiram", "Bab 2"),
        ("01-menanam.xhtml#alat", "“Alat yang perlu”"),
    ]


def test_print_only_lines_are_left_out(serba: Build) -> None:
    text = "".join(epub(serba).tree("imprint.xhtml").itertext())
    assert "hlm.;" not in text
    assert "Edisi elektronik" in text
    assert "kertas" not in "".join(epub(serba).tree("colophon.xhtml").itertext())


def test_nothing_depends_on_the_machines_clock(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    entries = epub(make(folder)).zip.infolist()
    assert {entry.date_time for entry in entries} == {(2026, 1, 1, 0, 0, 0)}
    assert os.environ.get("SOURCE_DATE_EPOCH") is None


def test_files_named_like_the_books_own_documents_get_other_names(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.", "# B\n\nTeks.", "# C\n\nTeks.")
    spec = folder / "manuscript" / "book.toml"
    text = spec.read_text()
    for old, new in (("01.md", "cover.md"), ("02.md", "é.md"), ("03.md", "e.md")):
        (folder / "manuscript" / old).rename(folder / "manuscript" / new)
        text = text.replace(old, new)
    spec.write_text(text)
    spine = epub(make(folder)).spine()
    assert spine[4:] == ["cover-1.xhtml", "e.xhtml", "e-1.xhtml", "colophon.xhtml"]


def test_ids_of_notes_meet_no_heading(tmp_path: Path) -> None:
    text = "# Note 1\n\n## Call 1\n\nx[^1]\n\n[^1]: y\n"
    book = epub(make(small_book(tmp_path / "b", text)))
    ids = [element.get("id") for element in book.find("01.xhtml", "//*[@id]")]
    assert len(ids) == len(set(ids))
    assert {"note-1", "call-1", "note.1", "call.1"} <= set(ids)


def test_semantics_are_written_with_the_prefix_that_readers_look_for(serba: Build) -> None:
    source = epub(serba).zip.read("EPUB/01-menanam.xhtml")
    assert b'epub:type="noteref"' in source
    assert b"ns0" not in source
    assert source.count(b"xmlns:epub") == 1


def test_chapters_stand_under_their_part(parts: Build) -> None:
    book = epub(parts)
    (first, second) = book.find("nav.xhtml", "//x:nav[@id='toc']/x:ol/x:li[x:ol]")
    assert [a.text for a in first.iter("{http://www.w3.org/1999/xhtml}a")] == [
        "Part I Upstream", "Chapter 1 The source", "What we carried", "Interlude",
    ]  # fmt: skip
    assert [a.text for a in second.iter("{http://www.w3.org/1999/xhtml}a")] == [
        "Part II Downstream", "Chapter 2 The mouth",
    ]  # fmt: skip
    (part,) = book.find("part-1.xhtml", "//x:section")
    assert (part.get(EPUB_TYPE), part.get("role")) == ("part", "doc-part")


def test_another_language_brings_its_words_quotes_and_letters(polski: Build) -> None:
    text = "".join(epub(polski).tree("01.xhtml").itertext())
    assert "Rozdział 1" in text
    assert "„Dokąd idziesz?”\u00a0— zapytała. „Nie słyszałaś, jak wołał: «wracaj»?”" in text
    assert epub(polski).values("//dc:language/text()") == ["pl"]
