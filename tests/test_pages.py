"""The page-list is the printed book's: proved page by page, from the two written files."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from bookbuild import pipeline
from bookbuild.pipeline import Build
from tests.generator import prose, technical
from tests.pages import faults
from tests.support import BOOKS, EPUB_TYPE, NAMESPACES, ROOT, Epub, make, small_book

WRITE = {"prose": prose, "technical": technical}
BREAK = "doc-pagebreak"
PAGE_LIST = "//x:nav[@role='doc-pagelist']"
SOURCE = "//opf:meta[@property='pageBreakSource']/text()"
FEATURES = "//opf:meta[@property='schema:accessibilityFeature']/text()"


@pytest.mark.parametrize("name", ["shipped", "serba", "plain", "parts", "polski"])
def test_each_page_of_the_books_at_hand_begins_at_its_mark(
    name: str, request: pytest.FixtureRequest
) -> None:
    folder = ROOT if name == "shipped" else BOOKS / name
    assert faults(folder, request.getfixturevalue(name)) == []


def test_each_page_of_a_long_book_begins_at_its_mark(long_folder: Path, long_book: Build) -> None:
    assert faults(long_folder, long_book) == []


@pytest.mark.parametrize("kind", list(WRITE))
def test_each_page_of_a_generated_book_begins_at_its_mark(kind: str, tmp_path: Path) -> None:
    WRITE[kind](tmp_path, pages=60, seed=1)
    assert faults(tmp_path, make(tmp_path)) == []


PARAGRAPH = "Tanah yang baik menyimpan air, udara, dan *cerita panjang* tentang musim. " * 9
LONG = {
    "li": "- " + "\n- ".join(f"Butir ke-{n}: {PARAGRAPH[:150]}" for n in range(30)),
    "td": "| Nama | Isi |\n|---|---|\n"
    + "\n".join(f"| baris {n} | isi baris {n} |" for n in range(60)),
    "pre": "```python\n" + "\n".join(f"nilai_{n} = hitung({n})" for n in range(70)) + "\n```",
    "blockquote": "\n>\n".join(f"> {n} {PARAGRAPH}" for n in range(8)),
    "p": PARAGRAPH * 9,
}


def page_list(build: Build) -> list[str]:
    return [a.text for a in Epub(build.artifacts[2].data).find("nav.xhtml", f"{PAGE_LIST}//x:a")]


@pytest.mark.parametrize("tag", list(LONG))
def test_a_page_may_begin_inside_any_block(tag: str, tmp_path: Path) -> None:
    build = make(small_book(tmp_path, f"# Panjang\n\n{LONG[tag]}\n"))
    assert faults(tmp_path, build) == []
    found = Epub(build.artifacts[2].data).find("01.xhtml", f"//x:{tag}//x:span[@role='{BREAK}']")
    assert found


def test_a_mark_that_is_shifted_by_a_word_is_found(tmp_path: Path) -> None:
    build = make(small_book(tmp_path, f"# Panjang\n\n{LONG['p']}\n"))
    ebook = build.artifacts[2]
    shifted = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ebook.data)) as old, zipfile.ZipFile(shifted, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("01.xhtml"):
                moved = re.sub(rb'( \S+ )(<span id="page.2"[^>]*></span>)', rb"\2\1", text)
                assert moved != text
                text = moved
            new.writestr(name, text)
    artifacts = (*build.artifacts[:2], replace(ebook, data=shifted.getvalue()))
    assert len(faults(tmp_path, replace(build, artifacts=artifacts))) == 1


def test_a_mark_stands_before_the_quotation_that_opens_the_page(tmp_path: Path) -> None:
    words = " ".join(f"“kata” (*{n}*)" for n in range(900))
    build = make(small_book(tmp_path, f"# Panjang\n\n{words}\n"))
    assert faults(tmp_path, build) == []
    text = Epub(build.artifacts[2].data).zip.read("EPUB/01.xhtml").decode()
    following = re.findall(r'role="doc-pagebreak"[^>]*></span>(.)', text)[1:]
    assert set(following) <= {"“", "("}


def test_a_mark_is_empty_named_and_unlike_any_id_of_the_author(serba: Build) -> None:
    (mark,) = Epub(serba.artifacts[2].data).find("indeks.xhtml", f"//x:span[@role='{BREAK}']")
    assert (mark.get(EPUB_TYPE), mark.get("aria-label")) == ("pagebreak", "21")
    assert mark.get("id") == "page.21"
    assert not len(mark) and mark.text is None


def test_pages_without_text_of_the_book_are_not_listed(serba: Build) -> None:
    labels = page_list(serba)
    assert labels[:3] == ["vii", "ix", "xi"]
    assert "8" not in labels  # the blank back of the chapter before


def test_the_old_navigation_lists_the_same_pages_in_one_order_of_play(serba: Build) -> None:
    book = Epub(serba.artifacts[2].data)
    targets = book.find("toc.ncx", "//ncx:pageTarget")
    assert [target.findtext(".//ncx:text", None, NAMESPACES) for target in targets] == page_list(
        serba
    )
    assert {target.get("type") for target in targets} == {"front", "normal"}
    heads = {meta.get("name"): meta.get("content") for meta in book.find("toc.ncx", "//ncx:meta")}
    assert heads["dtb:totalPageCount"] == str(len(targets))
    assert heads["dtb:maxPageNumber"] == "23"
    played = [
        (int(point.get("playOrder")), point.find("ncx:content", NAMESPACES).get("src"))
        for point in book.find("toc.ncx", "//ncx:navPoint | //ncx:pageTarget")
    ]
    assert sorted(number for number, _ in played) == list(range(1, len(played) + 1))
    in_order = [src.partition("#")[0] for _, src in sorted(played)]
    spine = book.spine()
    assert in_order == sorted(in_order, key=spine.index)


def test_the_source_of_the_pages_is_the_print_isbn(serba: Build) -> None:
    book = Epub(serba.artifacts[2].data)
    assert book.values(SOURCE) == ["urn:isbn:9786020652788"]
    assert book.values("//dc:source/text()") == ["urn:isbn:9786020652788"]
    assert book.values("//opf:meta[@property='source-of']/text()") == ["pagination"]


def test_without_an_isbn_the_source_names_the_print_edition(tmp_path: Path) -> None:
    folder = small_book(
        tmp_path, "# A\n\nTeks.", spec='[[printings]]\nnumber = 2\ndate = "2026-05"\n'
    )
    spec = folder / "manuscript" / "book.toml"
    spec.write_text(f'binding = "jilid lem"\n{spec.read_text()}')
    build = make(folder)
    (source,) = Epub(build.artifacts[2].data).values(SOURCE)
    assert source == (
        "Buku Kecil, edisi cetak, Cetakan II, Mei 2026, jilid lem, 15 × 23 cm, revisi 1"
    )


def test_the_features_follow_from_the_marks(serba: Build) -> None:
    features = Epub(serba.artifacts[2].data).values(FEATURES)
    assert {"pageBreakMarkers", "pageNavigation"} <= set(features)


def test_the_index_names_the_printed_pages_and_leads_to_the_places(serba: Build) -> None:
    links = Epub(serba.artifacts[2].data).find("indeks.xhtml", "//x:ul//x:a")
    assert [(link.text, link.get("href")) for link in links][:2] == [
        ("9", "05-unsur.xhtml#index.3"), ("9—11", "05-unsur.xhtml#index.4"),
    ]  # fmt: skip


def test_an_ebook_without_print_edition_knows_no_pages(tmp_path: Path) -> None:
    text = "# A\n\nair{index: air}\n"
    folder = small_book(tmp_path, text, spec='[[manuscript]]\nmatter = "back"\nrole = "indeks"\n')
    spec = folder / "manuscript" / "book.toml"
    made = '[[manuscript]]\nmatter = "back"\nrole = "indeks"\n'
    spec.write_text(spec.read_text().replace(made, "") + made)
    book = Epub(pipeline.make(folder, lambda step: None, page_list=False).artifacts[2].data)
    assert not book.find("01.xhtml", f"//x:span[@role='{BREAK}']")
    assert not book.find("nav.xhtml", PAGE_LIST)
    assert not book.find("toc.ncx", "//ncx:pageList")
    assert not book.values(f"{SOURCE} | //dc:source")
    assert not {"pageBreakMarkers", "pageNavigation"} & set(book.values(FEATURES))
    assert [link.text for link in book.find("indeks.xhtml", "//x:ul//x:a")] == ["1"]


def test_no_number_of_a_block_is_left_in_the_ebook(serba: Build) -> None:
    book = Epub(serba.artifacts[2].data)
    for name in book.spine():
        assert b"data-" not in book.zip.read(f"EPUB/{name}")


def test_the_halves_of_a_spread_are_two_pages_of_one_figure(tmp_path: Path) -> None:
    folder = small_book(
        tmp_path, '# A\n\nTeks.\n\n![Kebun](kebun.jpg "Denah kebun"){.spread}\n\nSesudah.\n'
    )
    Image.new("L", (1600, 900), 90).save(folder / "manuscript" / "kebun.jpg")
    build = make(folder)
    assert faults(folder, build) == []
    assert page_list(build) == ["1", "2", "3", "4"]
    (figure,) = Epub(build.artifacts[2].data).find("01.xhtml", "//x:figure")
    kinds = [child.get("role") or etree.QName(child).localname for child in figure]
    assert kinds == ["img", BREAK, "figcaption"]
