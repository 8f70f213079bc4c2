"""From Markdown to the document: structure, ids, notes, references, pictures, raw HTML."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookbuild import xhtml
from bookbuild.book.document import Document
from bookbuild.book.manuscript import Head, Source, read_manuscript
from bookbuild.book.markup import parse
from bookbuild.book.spec import Entry
from bookbuild.book.transforms import build_document
from bookbuild.folders import layout_folders
from bookbuild.layout import load_language
from tests.support import copy_book, found, one, small_book


def document(folder: Path) -> Document:
    language = load_language(layout_folders(folder), "id")
    return build_document(read_manuscript(folder), language)


def codes(folder: Path) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.place)) for finding in document(folder).findings]


def test_chapters_are_numbered_and_labelled_in_the_books_language(tmp_path: Path) -> None:
    made = document(small_book(tmp_path / "b", "# Satu\n\nTeks.", "# Dua\n\nTeks."))
    assert [(s.number, s.label, s.id) for s in made.sections] == [
        (1, "Bab 1", "satu"),
        (2, "Bab 2", "dua"),
    ]


def test_a_role_brings_its_heading_where_the_file_has_none(tmp_path: Path) -> None:
    made = document(copy_book("serba", tmp_path))
    assert (made.sections[0].text, made.sections[0].number) == ("Prakata", None)


def test_a_chapter_without_title_is_refused(tmp_path: Path) -> None:
    assert codes(small_book(tmp_path / "b", "Teks saja.")) == [
        ("manuscript-title", "manuscript/01.md:1")
    ]


def test_a_second_title_is_refused_where_it_stands(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n\n# Dua\n")
    assert codes(folder) == [("manuscript-title", "manuscript/01.md:5")]


def test_ids_are_unique_through_the_whole_book(tmp_path: Path) -> None:
    text = "# Bab\n\n## Alat\n\na\n\n## Alat\n\nb"
    made = document(small_book(tmp_path / "b", text, text))
    ids = [s.id for s in made.sections] + [h.id for s in made.sections for h in s.headings]
    assert len(ids) == len(set(ids))
    assert ids[0] == "bab"
    assert not made.findings


def test_an_id_given_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu {#x}\n\na", "# Dua\n\n## Tiga {#x}\n\nb")
    finding = one(folder, "reference-duplicate")
    assert str(finding.place) == "manuscript/02.md:3"
    assert "manuscript/01.md:1" in finding.message


def test_a_heading_that_skips_a_level_is_refused(tmp_path: Path) -> None:
    assert codes(small_book(tmp_path / "b", "# A\n\n### C\n\nx")) == [
        ("markup-heading", "manuscript/01.md:3")
    ]


def test_a_reference_to_nowhere_is_refused_also_in_a_note(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nx [](#nol)[^1]\n\n[^1]: y [](#hampa)\n")
    assert codes(folder) == [
        ("reference-unknown", "manuscript/01.md:3"),
        ("reference-unknown", "manuscript/01.md:5"),
    ]


def test_a_reference_to_nowhere_in_an_epigraph_is_refused(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\n/// epigraph\nx [](#nol)\n///\n\ny\n")
    assert codes(folder) == [("reference-unknown", "manuscript/01.md:4")]


def test_a_note_called_but_not_written_is_refused(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nx\n\ny[^lupa]\n")
    assert codes(folder) == [("reference-unknown", "manuscript/01.md:5")]


def test_a_note_written_but_not_called_is_refused(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nx\n\n[^lupa]: y\n")
    assert codes(folder) == [("reference-unused", "manuscript/01.md:5")]


def test_notes_are_numbered_as_their_calls_come(tmp_path: Path) -> None:
    text = "# A\n\nx[^b] y[^a] z[^b]\n\n[^a]: pertama ditulis\n\n[^b]: kedua ditulis\n"
    (section,) = document(small_book(tmp_path / "b", text)).sections
    assert [note.body for note in section.notes] == [
        "<p>kedua ditulis</p>",
        "<p>pertama ditulis</p>",
    ]
    calls = xhtml.elements(xhtml.parse(section.body), "a")
    assert [(call.text, call.get("class")) for call in calls] == [
        ("1", "note"), ("2", "note"), ("1", "note again"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<div>\n\nteks", 3),
        ("teks <b>tebal", 3),
        ("x\n\n<script>alert(1)</script>", 5),
        ('x\n\n<p onclick="x()">teks</p>', 5),
        ('x <span style="color:red">y</span>', 3),
        ("x\n\n<iframe src='a'></iframe>", 5),
        ("<video></video>", 3),
        ("teks &nosuch; teks", 3),
    ],
)
def test_raw_html_that_is_unsafe_or_unclosed_is_refused_with_its_line(
    tmp_path: Path, markup: str, line: int
) -> None:
    findings = found(small_book(tmp_path / "b", f"# A\n\n{markup}\n"), "markup-html")
    assert findings
    assert str(findings[0].place) == f"manuscript/01.md:{line}"


def test_named_entities_become_their_characters(tmp_path: Path) -> None:
    (section,) = document(small_book(tmp_path / "b", "# A\n\na&nbsp;b &mdash; c &amp; d")).sections
    assert section.body == "<p>a\u00a0b — c &amp; d</p>"


@pytest.mark.parametrize("fence", ["/// kotak\nx\n///", "/// epigraph\n\nx"])
def test_a_block_that_is_unknown_or_never_closed_is_refused(tmp_path: Path, fence: str) -> None:
    findings = document(small_book(tmp_path / "b", f"# A\n\n{fence}\n")).findings
    assert [finding.code for finding in findings] == ["markup-block"]


@pytest.mark.parametrize("href", ["02.md", "file:///etc/passwd", "javascript:x", "../x"])
def test_a_link_that_no_reader_can_follow_is_refused(tmp_path: Path, href: str) -> None:
    assert codes(small_book(tmp_path / "b", f"# A\n\n[x]({href})\n")) == [
        ("markup-link", "manuscript/01.md:3")
    ]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("tidak-ada.png", "picture-file"),
        ("../x.png", "picture-file"),
        ("https://a.example/x.png", "markup-link"),
    ],
)
def test_a_picture_that_is_not_in_the_book_is_refused(
    tmp_path: Path, source: str, code: str
) -> None:
    folder = small_book(tmp_path / "b", f"# A\n\nx\n\n![gambar]({source})\n")
    assert str(one(folder, code).place) == "manuscript/01.md:5"


def test_a_broken_picture_is_refused(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\n![gambar](x.png)\n")
    (folder / "manuscript" / "x.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    assert one(folder, "picture-file")


def test_a_character_that_no_font_has_is_refused_with_its_name_and_line(tmp_path: Path) -> None:
    finding = one(small_book(tmp_path / "b", "# A\n\nx\n\nteks ☃ teks"), "font-character")
    assert "U+2603 SNOWMAN" in finding.message
    assert str(finding.place) == "manuscript/01.md:5"


def test_every_fault_of_every_file_is_told_in_one_run(tmp_path: Path) -> None:
    folder = small_book(
        tmp_path / "b", "# A\n\n[](#x)\n", "tanpa judul", "# C\n\n<blink>x</blink>\n"
    )
    assert {finding.code for finding in document(folder).findings} == {
        "reference-unknown", "manuscript-title", "markup-html",
    }  # fmt: skip


def test_an_outline_makes_the_book_incomplete(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", '+++\nstatus = "outline"\n+++\n\n# Satu\n\n## Bagian\n')
    assert not document(folder).complete
    assert str(one(folder, "book-incomplete").place) == "manuscript/01.md:1"


MARKS = st.sampled_from(
    [
        *(
            "# A\n",
            "## b\n",
            "> ",
            "* ",
            "1. ",
            "[^a]",
            "[^a]: ",
            "[](#x)",
            "![",
            "](x)",
            "**",
            "_",
        ),
        *("`", "```\n", "/// epigraph\n", "///\n", "|a|b|\n|-|-|\n", "<b>", "</b>", "<div>", "&x;"),
        *("{#x}", "{.y}", "    ", "\n\n", "<!-- ", "-->", "<![CDATA[", "]]>", "teks ", "\\"),
    ]
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(MARKS, max_size=25).map("".join))
def test_no_markdown_makes_the_reader_fall_over(text: str) -> None:
    entry = Entry(matter="body", role="chapter", file="x.md")
    root, findings = parse(Source(entry, "manuscript/x.md", Head(), text, 1))
    assert (root is not None) or findings


def test_an_attribute_list_ends_at_its_first_brace(tmp_path: Path) -> None:
    (section,) = document(small_book(tmp_path / "b", "# A\n\n*a*{lang=en} {x}.")).sections
    assert section.body == '<p><em lang="en">a</em> {x}.</p>'


def test_a_title_may_carry_a_note_that_contents_do_not_repeat(tmp_path: Path) -> None:
    text = "# Judul[^1] {#a}\n\nx[^2]\n\n## Anak[^3]\n\ny\n\n[^1]: s\n\n[^2]: d\n\n[^3]: t\n"
    made = document(small_book(tmp_path / "b", text))
    (section,) = made.sections
    assert not made.findings
    assert (section.text, section.short_title) == ("Judul", "Judul")
    assert 'data-note="1"' in section.title
    assert [(h.text, h.title) for h in section.headings] == [("Anak", "Anak")]
    assert [note.body for note in section.notes] == ["<p>s</p>", "<p>d</p>", "<p>t</p>"]


def test_a_reference_in_a_heading_is_refused(tmp_path: Path) -> None:
    text = "# A {#a}\n\nx\n\n## Lihat [](#a)\n\ny"
    assert codes(small_book(tmp_path / "b", text)) == [("markup-heading", "manuscript/01.md:5")]


def test_an_id_given_twice_in_one_file_names_both_lines(tmp_path: Path) -> None:
    text = "# A\n\n## B {#x}\n\nb\n\n## C {#x}\n\nc"
    finding = one(small_book(tmp_path / "b", text), "reference-duplicate")
    assert (str(finding.place), "manuscript/01.md:3" in finding.message) == (
        "manuscript/01.md:7",
        True,
    )


def test_an_id_that_could_meet_one_of_ours_is_refused(tmp_path: Path) -> None:
    text = "# A\n\n## B {#note.1}\n\nb"
    assert codes(small_book(tmp_path / "b", text)) == [
        ("reference-duplicate", "manuscript/01.md:3")
    ]


def test_characters_of_a_short_title_are_checked(tmp_path: Path) -> None:
    text = '+++\nshort_title = "☃"\n+++\n\n# A\n\nx'
    assert one(small_book(tmp_path / "b", text), "font-character")
