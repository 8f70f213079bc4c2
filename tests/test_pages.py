"""The page-list is the printed book's: proved page by page, from the two written files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from bookbuild import pipeline
from bookbuild.answers import examined
from bookbuild.diagnostics import Severity
from bookbuild.errors import ExitCode
from bookbuild.evidence import evidence, page_list_proof
from bookbuild.pipeline import Build
from tests.generator import prose, technical
from tests.support import EPUB_TYPE, NAMESPACES, Epub, make, rewritten, small_book

WRITE = {"prose": prose, "technical": technical}
BREAK = "doc-pagebreak"
PAGE_LIST = "//x:nav[@role='doc-pagelist']"
SOURCE = "//opf:meta[@property='pageBreakSource']/text()"
FEATURES = "//opf:meta[@property='schema:accessibilityFeature']/text()"


def faults(build: Build) -> list[str]:
    """What the proof says of a build's page-list."""
    proof = page_list_proof(build)
    assert proof.pages
    return [finding.message for finding in proof.findings]


@pytest.mark.parametrize("name", ["shipped", "serba", "plain", "parts", "polski", "long_book"])
def test_each_page_of_the_books_at_hand_begins_at_its_mark(
    name: str, request: pytest.FixtureRequest
) -> None:
    assert faults(request.getfixturevalue(name)) == []


@pytest.mark.parametrize("kind", list(WRITE))
def test_each_page_of_a_generated_book_begins_at_its_mark(kind: str, tmp_path: Path) -> None:
    WRITE[kind](tmp_path, pages=60, seed=1)
    assert faults(make(tmp_path)) == []


Change = Callable[[str, bytes], bytes]
MARK = rb'<span [^>]*role="doc-pagebreak"[^>]*></span>'


def spoiled(build: Build, *changes: Change) -> Build:
    """A build with changes in its EPUB's files."""
    ebook = build.artifacts[2]
    data = ebook.data
    for change in changes:
        data = rewritten(data, change)
    assert data != ebook.data
    return replace(build, artifacts=(*build.artifacts[:2], replace(ebook, data=data)))


def within(ending: str, pattern: bytes, becomes: bytes) -> Change:
    """A pattern replaced in the files whose names have that ending."""
    return lambda name, data: re.sub(pattern, becomes, data) if name.endswith(ending) else data


def unlisted(labels: str) -> tuple[Change, Change, Change]:
    """Pages that neither the text nor one of the lists knows any more."""
    names = f"(?:{labels})".encode()
    target = rb"<pageTarget(?:(?!</pageTarget>).)*<text>" + names + rb"</text>.*?</pageTarget>"
    return (
        within(
            ".xhtml", MARK.replace(rb"></span>", rb'aria-label="' + names + rb'"[^>]*></span>'), b""
        ),
        within("nav.xhtml", rb'<li><a href="[^"]*">' + names + rb"</a></li>", b""),
        within(".ncx", target, b""),
    )


@pytest.mark.parametrize(
    ("pattern", "becomes"),
    [(rb"(\w\w\w+ )(" + MARK + rb")", rb"\2\1"), (rb"(" + MARK + rb")(\w\w\w+ )", rb"\2\1")],
)
def test_each_mark_that_is_shifted_by_a_word_is_found(
    pattern: bytes, becomes: bytes, long_book: Build
) -> None:
    ebook = Epub(long_book.artifacts[2].data)
    moved = sum(len(re.findall(pattern, ebook.zip.read(name))) for name in ebook.names)
    assert moved > 20
    found = faults(spoiled(long_book, within(".xhtml", pattern, becomes)))
    assert len(found) == moved


@pytest.mark.parametrize("label", ["5", "4", "11", "23"])
def test_a_page_that_nothing_names_is_found(label: str, serba: Build) -> None:
    assert faults(spoiled(serba, *unlisted(label)))


def test_all_pages_of_a_long_book_that_nothing_names_are_found(long_book: Build) -> None:
    labels = page_list(long_book)[1::2]
    assert len(labels) > 20
    found = faults(spoiled(long_book, *unlisted("|".join(labels))))
    inside = [message for message in found if "has text of the book and no mark" in message]
    first = [message for message in found if "doesn't begin with a page mark" in message]
    assert len(inside) + len(first) == len(labels)


def test_a_page_with_anothers_label_is_found(long_book: Build) -> None:
    def swapped(name: str, data: bytes) -> bytes:
        for old, new in ((b"7", b"X"), (b"8", b"7"), (b"X", b"8")):
            data = data.replace(b'aria-label="' + old + b'"', b'aria-label="' + new + b'"')
            data = data.replace(b">" + old + b"</", b">" + new + b"</")
        return data

    found = " ".join(faults(spoiled(long_book, swapped)))
    assert "page 7 begins" in found
    assert "page 8 begins" in found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (within("nav.xhtml", rb'<li><a href="[^"]*">5</a></li>', b""), "page-list lacks"),
        (within("nav.xhtml", rb">5</a></li>", b">55</a></li>"), "leads to no such page mark: 55"),
        (within(".ncx", rb"<pageTarget.*?</pageTarget>", b""), "NCX's page list lacks"),
        (within("02-menyiram.xhtml", MARK, b""), "doesn't begin with a page mark"),
        (within(".xhtml", rb'aria-label="5"', b'aria-label="500"'), "is called 500"),
    ],
)
def test_lists_and_marks_that_disagree_are_found(change: Change, said: str, serba: Build) -> None:
    assert said in " ".join(faults(spoiled(serba, change)))


def test_check_tells_a_wrong_page_list_as_an_error_and_in_its_exit_code(serba: Build) -> None:
    wrong = spoiled(serba, within(".ncx", rb"<pageTarget.*?</pageTarget>", b""))
    outcome = examined(wrong, evidence(wrong, lambda step: None))
    (finding,) = [item for item in outcome.findings if item.code == "page-list"]
    assert (finding.severity, str(finding.place)) == (Severity.ERROR, "serba.epub")
    assert outcome.exit_code is ExitCode.NOT_FOR_PRINT
    assert "page-list: 1 thing differs from the printed pages" in outcome.lines
    assert outcome.record["page_list"] == {"pages": 21, "differ": 1}


def test_the_proof_reads_the_pages_of_an_offset_file_with_marks_and_bleed(tmp_path: Path) -> None:
    folder = small_book(tmp_path, f"# Panjang\n\n{PARAGRAPH * 9}\n")
    assert faults(pipeline.make(folder, lambda step: None, ["offset-id"], marks=True)) == []


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
    assert faults(build) == []
    found = Epub(build.artifacts[2].data).find("01.xhtml", f"//x:{tag}//x:span[@role='{BREAK}']")
    assert found


def test_a_page_may_begin_with_a_drawing_that_holds_text(tmp_path: Path) -> None:
    text = f'# Panjang\n\n{PARAGRAPH * 3}\n\n![Denah](denah.svg "Denah kebun")\n\n{PARAGRAPH * 9}\n'
    folder = small_book(tmp_path, text)
    (folder / "manuscript" / "denah.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300" width="113mm" '
        'height="140mm"><text x="40" y="100" font-family="EB Garamond">Kebun belakang</text>'
        '<text x="40" y="40" font-family="EB Garamond">Pagar</text></svg>'
    )
    build = make(folder)
    assert faults(build) == []
    marks = within("01.xhtml", rb"(" + MARK + rb")((?:.|\n)*?)(</p>)", rb"\2\1\3")
    assert faults(spoiled(build, marks))


def test_a_mark_stands_before_the_quotation_that_opens_the_page(tmp_path: Path) -> None:
    words = " ".join(f"“kata” (*{n}*)" for n in range(900))
    build = make(small_book(tmp_path, f"# Panjang\n\n{words}\n"))
    assert faults(build) == []
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
    assert faults(build) == []
    assert page_list(build) == ["1", "2", "3", "4"]
    (figure,) = Epub(build.artifacts[2].data).find("01.xhtml", "//x:figure")
    kinds = [child.get("role") or etree.QName(child).localname for child in figure]
    assert kinds == ["img", BREAK, "figcaption"]
