"""What makes a good EPUB, point by point, and EPUBCheck and Ace pass over: on every fixture book.

Package metadata is in test_ebook.py, the printed pages are in test_pages.py.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import tinycss2
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image

from bookbuild.book.manuscript import read_manuscript
from bookbuild.ebook.package import package
from bookbuild.ebook.split import MOST_BYTES
from bookbuild.evidence import page_list_proof
from bookbuild.folders import layout_folders
from bookbuild.gathering import gather
from bookbuild.onscreen import _for_ebook
from bookbuild.pipeline import Build
from bookbuild.press.compositors import ALONE
from tests.conftest import paragraph
from tests.support import (
    BOOKS,
    EPUB_TYPE,
    NAMESPACES,
    ROOT,
    Epub,
    make,
    small_book,
)

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MOST_MEGAPIXELS = 4
MOST_PICTURE_BYTES = 1_500_000
PRESENTATIONAL = """
    style align valign bgcolor border cellpadding cellspacing color face size width height nowrap
    hspace vspace background clear compact noshade frame rules
""".split()  # noqa: SIM905 - a list of words
TYPES = frozenset(
    """
    cover frontmatter bodymatter backmatter titlepage copyright-page dedication foreword preface
    introduction part chapter afterword acknowledgments appendix bibliography glossary index loi
    lot colophon epigraph noteref footnote footnotes pagebreak toc landmarks page-list
    """.split()  # noqa: SIM905 - a list of words reads better than quotes and commas
)
"""epub:type values of the Structural Semantics Vocabulary that are ours to use."""


BOOKS_READ = ["shipped", "serba", "plain", "parts", "polski", "long_book", "lengthy"]


@pytest.fixture(scope="session", params=BOOKS_READ)
def book(request: pytest.FixtureRequest) -> Epub:
    build: Build = request.getfixturevalue(request.param)
    return epub(build)


def epub(build: Build) -> Epub:
    return Epub(next(item.data for item in build.artifacts if item.role == "ebook"))


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def text_of(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def documents(book: Epub) -> dict[str, etree._Element]:
    return {name: book.tree(name) for name in book.spine()}


def elements(book: Epub, path: str) -> Iterator[etree._Element]:
    """What a path finds in all documents of the spine."""
    for root in documents(book).values():
        yield from root.xpath(path, namespaces=NAMESPACES)


def sections(book: Epub) -> dict[str, etree._Element]:
    """The one section of each document that has one: all but cover and contents."""
    found = {}
    for name, root in documents(book).items():
        if name not in ("cover.xhtml", "nav.xhtml"):
            (found[name],) = root.xpath("/x:html/x:body/x:section", namespaces=NAMESPACES)
    return found


def style(book: Epub) -> str:
    return book.zip.read("EPUB/style.css").decode()


def rules(book: Epub) -> list[tuple[str, dict[str, str]]]:
    """The style sheet: selectors and what they set; an @font-face is its own selector."""
    found = []
    for rule in tinycss2.parse_stylesheet(style(book), skip_comments=True, skip_whitespace=True):
        assert rule.type in ("qualified-rule", "at-rule"), rule
        selector = "@" + rule.at_keyword if rule.type == "at-rule" else ""
        selector = selector or tinycss2.serialize(rule.prelude).strip()
        declared = tinycss2.parse_declaration_list(rule.content, True, True)
        assert all(item.type == "declaration" for item in declared), rule
        said = {item.name: tinycss2.serialize(item.value).strip() for item in declared}
        found.append((selector, said))
    return found


def said_of(book: Epub, selector: str) -> dict[str, str]:
    """All that the rules for just this selector set."""
    return {
        name: value
        for chosen, said in rules(book)
        if selector in (part.strip() for part in chosen.split(","))
        for name, value in said.items()
    }


def fonts(book: Epub) -> dict[str, TTFont]:
    names = [name for name in book.names if name.startswith("EPUB/fonts/")]
    return {name: TTFont(io.BytesIO(book.zip.read(name))) for name in names}


# Navigation


def test_contents_landmarks_and_pages_are_lists_with_role_and_heading(book: Epub) -> None:
    navs = {nav.get(EPUB_TYPE): nav for nav in book.find("nav.xhtml", "//x:nav")}
    assert list(navs) == ["toc", "landmarks", "page-list"]
    assert navs["toc"].get("role") == "doc-toc"
    assert navs["page-list"].get("role") == "doc-pagelist"
    assert [nav.get("hidden") for nav in navs.values()] == [None, "hidden", "hidden"]
    for nav in navs.values():
        heading = nav[0]
        assert local(heading) in HEADINGS
        assert heading.get("id") == nav.get("aria-labelledby")
        assert text_of(heading)


def test_a_landmark_is_of_one_kind(book: Epub) -> None:
    marks = [a.get(EPUB_TYPE) for a in book.find("nav.xhtml", "//x:nav[@id='landmarks']//x:a")]
    assert all(mark in TYPES for mark in marks)
    assert {"toc", "bodymatter", "cover", "titlepage"} <= set(marks)
    assert len(marks) == len(set(marks))


def test_index_glossary_and_bibliography_are_landmarks(serba: Build) -> None:
    marks = epub(serba).find("nav.xhtml", "//x:nav[@id='landmarks']//x:a")
    places = {mark.get(EPUB_TYPE): (mark.get("href"), mark.text) for mark in marks}
    assert places["index"] == ("indeks.xhtml", "Indeks")
    assert places["glossary"] == ("07-glosarium.xhtml", "Glosarium")
    assert places["bibliography"] == ("daftar-pustaka.xhtml", "Daftar Pustaka")


def test_the_contents_follow_the_text_and_reach_every_document(book: Epub) -> None:
    links = [a.get("href") for a in book.find("nav.xhtml", "//x:nav[@id='toc']//x:a")]
    places = []
    for href in links:
        name, _, target = href.partition("#")
        ids = [element.get("id") for element in book.tree(name).iter("*")]
        places.append((book.spine().index(name), ids.index(target) if target else -1))
    assert places == sorted(set(places))
    marks = [a.get("href") for a in book.find("nav.xhtml", "//x:nav[@id='landmarks']//x:a")]
    reached = {href.partition("#")[0] for href in links + marks}
    assert {name for name in book.spine() if not re.search(r"^01-\d+\.xhtml", name)} <= reached


def test_the_contents_are_no_deeper_than_readers_show(book: Epub) -> None:
    lists = book.find("nav.xhtml", "//x:nav[@id='toc']//x:ol")
    depths = [1 + len(list(item.iterancestors(item.tag))) for item in lists]
    assert max(depths) <= 3
    assert book.find("nav.xhtml", "//x:ol[not(x:li)] | //x:li[not(x:a)]") == []


def test_the_contents_keep_language_and_emphasis_of_titles(tmp_path: Path) -> None:
    text = "# Kata *mulching*{lang=en}[^a] {#a}\n\n## Si *kecil* {#b}\n\nTeks.\n\n[^a]: Catatan.\n"
    made = epub(make(small_book(tmp_path / "b", text)))
    chapter, inner = made.find("nav.xhtml", "//x:nav[@id='toc']//x:a[contains(@href, '01.')]")
    (word,) = chapter
    assert (text_of(chapter), local(word)) == ("Bab 1 Kata mulching", "em")
    assert word.get("lang") == word.get(XML_LANG) == "en"
    assert [local(element) for element in inner] == ["em"]
    labels = [text.text for text in made.find("toc.ncx", "//ncx:navMap//ncx:text")]
    assert labels[2:4] == ["Bab 1 Kata mulching", "Si kecil"]


def test_the_old_navigation_has_depth_identity_and_pages_of_the_new(book: Epub) -> None:
    head = {meta.get("name"): meta.get("content") for meta in book.find("toc.ncx", "//ncx:meta")}
    depth = max(
        1 + len(list(point.iterancestors(point.tag)))
        for point in book.find("toc.ncx", "//ncx:navPoint")
    )
    pages = book.find("nav.xhtml", "//x:nav[@id='page-list']//x:a")
    targets = book.find("toc.ncx", "//ncx:pageTarget")
    assert head["dtb:depth"] == str(depth)
    assert [head["dtb:uid"]] == book.values("//dc:identifier[@id='pub-id']/text()")
    assert head["dtb:totalPageCount"] == str(len(pages))
    assert [(a.text, a.get("href")) for a in pages] == [
        (text_of(target), target.find("ncx:content", NAMESPACES).get("src")) for target in targets
    ]


def test_the_guide_names_cover_contents_and_beginning(book: Epub) -> None:
    guide = dict(
        zip(book.values("//opf:reference/@type"), book.values("//opf:reference/@href"), strict=True)
    )
    marks = {
        mark.get(EPUB_TYPE): mark.get("href")
        for mark in book.find("nav.xhtml", "//x:nav[@id='landmarks']//x:a")
    }
    assert guide == {"cover": "cover.xhtml", "toc": "nav.xhtml#toc", "text": marks["bodymatter"]}


def test_page_marks_are_empty_spans_that_the_page_list_names_one_to_one(book: Epub) -> None:
    marks = {
        f"{name}#{mark.get('id')}": mark
        for name, root in documents(book).items()
        for mark in root.xpath("//*[@role='doc-pagebreak']", namespaces=NAMESPACES)
    }
    listed = {a.get("href"): a.text for a in book.find("nav.xhtml", "//x:nav[3]//x:a")}
    assert {href: mark.get("aria-label") for href, mark in marks.items()} == listed
    for mark in marks.values():
        assert (local(mark), mark.get(EPUB_TYPE)) == ("span", "pagebreak")
        assert not len(mark)
        assert not mark.text


# Documents


def test_every_document_is_smaller_than_old_readers_take(book: Epub) -> None:
    sizes = {name: len(book.zip.read(f"EPUB/{name}")) for name in book.spine()}
    assert max(sizes.values()) < MOST_BYTES, sizes


def test_a_long_chapter_goes_on_in_files_that_begin_with_a_heading(lengthy: Build) -> None:
    made = epub(lengthy)
    names = [name for name in made.spine() if name.startswith("01")]
    assert names == ["01.xhtml", "01-2.xhtml"]
    (section,) = made.find("01-2.xhtml", "/x:html/x:body/x:section")
    assert section.get("aria-label") == "Bab 1 Bagian ke-1 (2/2)"
    assert section.get(EPUB_TYPE) is None
    blocks = [element for element in section if element.get("role") != "doc-pagebreak"]
    assert local(blocks[0]) == "h2"
    first = made.find("01.xhtml", "/x:html/x:body/x:section/*[not(@epub:type)]")
    assert local(first[-1]) == "p"
    text = "".join(text_of(made.tree(name)) for name in names)
    assert all(f"Pasal {number} dari 1" in text for number in range(1, 46))


def test_links_into_a_parted_chapter_lead_to_the_right_file(lengthy: Build) -> None:
    made = epub(lengthy)
    (link,) = made.find("02.xhtml", "//x:section//x:a")
    assert link.get("href") == "01-2.xhtml#b1p40"
    (back,) = made.find("01-2.xhtml", "//x:a[contains(@href, 'b1p1')]")
    assert back.get("href") == "01.xhtml#b1p1"
    notes = {name: made.find(name, "//x:aside") for name in ("01.xhtml", "01-2.xhtml")}
    assert len(notes["01.xhtml"]) + len(notes["01-2.xhtml"]) == 34
    assert all(notes.values())


def test_a_list_too_long_to_be_parted_is_told_with_its_file(tmp_path: Path) -> None:
    items = "\n".join(f"- {paragraph(number, 40)}" for number in range(1300))
    folder = small_book(tmp_path / "b", f"# Satu\n\n{items}\n", "# Dua\n\nTeks.\n")
    made_from, _ = gather(read_manuscript(folder), layout_folders(folder), ALONE)
    (finding,) = package(_for_ebook(made_from, b"", None)).findings
    assert finding.code == "ebook-long"
    assert str(finding.place) == "manuscript/01.md"


def test_page_marks_of_a_parted_chapter_are_the_printed_pages(lengthy: Build) -> None:
    assert page_list_proof(lengthy).findings == ()


def test_a_long_block_is_never_parted_from_its_heading(tmp_path: Path) -> None:
    long = " ".join(f"kata{number}" for number in range(9_000))
    text = f"# A\n\n{long}\n\n{long}\n\n## Judul\n\n### Anak\n\n{long}\n\n{long}\n"
    made = epub(make(small_book(tmp_path / "b", text)))
    for name in made.spine():
        blocks = made.find(name, "/x:html/x:body/x:section/*")
        assert not blocks or local(blocks[-1]) not in HEADINGS, name


def test_titles_of_files_are_unlike_and_end_with_the_books(book: Epub) -> None:
    titles = [text_of(root.find("x:head/x:title", NAMESPACES)) for root in documents(book).values()]
    (books,) = {title.rpartition(" | ")[2] for title in titles}
    assert books == text_of(book.find("title.xhtml", "//x:h1")[0])
    assert len(titles) == len(set(titles))
    assert all(len(title) > len(books) + 3 for title in titles)


def test_sections_of_the_same_name_get_titles_of_their_own(tmp_path: Path) -> None:
    head = "+++\nnumbered = false\n+++\n\n# Jeda\n\nTeks."
    made = epub(make(small_book(tmp_path / "b", head, head, head.replace("Jeda", "Kolofon"))))
    titles = [text_of(root.find("x:head/x:title", NAMESPACES)) for root in documents(made).values()]
    assert titles[4:7] == [
        "Jeda | Buku Kecil", "Jeda (2) | Buku Kecil", "Kolofon (2) | Buku Kecil",
    ]  # fmt: skip


def test_languages_are_said_in_both_ways_everywhere(book: Epub) -> None:
    for root in documents(book).values():
        assert root.get("lang") == book.values("//dc:language/text()")[0]
    for element in elements(book, "//*[@lang or @xml:lang]"):
        assert element.get("lang") == element.get(XML_LANG)


@pytest.mark.parametrize("name", ["shipped", "serba"])
def test_every_foreign_phrase_keeps_its_language(name: str, request: pytest.FixtureRequest) -> None:
    folder = ROOT if name == "shipped" else BOOKS / name
    files = (folder / "manuscript").glob("*.md")
    typed = Counter(
        language for file in files for language in re.findall(r"\{lang=(\w+)", file.read_text())
    )
    made = epub(request.getfixturevalue(name))
    said = Counter(word.get("lang") for word in elements(made, "//x:section//*[@lang]"))
    assert said == typed
    assert said


def test_titles_of_foreign_works_say_their_language(tmp_path: Path) -> None:
    spec = '[bibliography]\nfile = "p.bib"\n'
    text = "# A\n\nLihat [@dore, hlm. 2].\n"
    folder = small_book(tmp_path / "b", text, spec=spec)
    entry = "@article{dore, author={Dore, A.}, title={On {Rain}}, journal={Water}, year=2001"
    more = "@book{budi, author={Budi, C.}, title={Hujan}, year=2002, langid={indonesian}}"
    (folder / "manuscript" / "p.bib").write_text(f"{entry}, langid={{english}}}}\n{more}\n")
    listing = folder / "manuscript" / "book.toml"
    made = '[[manuscript]]\nmatter = "back"\nrole = "daftar-pustaka"\n'
    listing.write_text(listing.read_text() + made)
    first, *_ = epub(make(folder)).find("daftar-pustaka.xhtml", "//x:p[@class='entry']")
    said = [(text_of(word), word.get("lang"), word.get(XML_LANG)) for word in first.iter("{*}span")]
    assert said == [("On Rain", "en", "en"), ("Water", "en", "en")]


def test_headings_follow_the_book_without_jumps(book: Epub) -> None:
    levels = []
    for name, section in sections(book).items():
        heads = [element for element in section.iter("*") if local(element) in HEADINGS]
        here = [int(local(head)[1]) for head in heads]
        levels += here
        if here and not re.search(r"^01-\d", name):
            before = [local(item) for item in section[: section.index(heads[0])]]
            assert set(before) <= {"span"}, f"{name} doesn't begin with its heading"
            assert here.count(here[0]) == 1
            assert min(here) == here[0]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_chapters_of_a_part_are_one_level_below_it(parts: Build) -> None:
    made = epub(parts)
    tops = {
        name: local(next(item for item in section.iter("*") if local(item) in HEADINGS))
        for name, section in sections(made).items()
        if section.xpath(".//x:h1 | .//x:h2", namespaces=NAMESPACES)
    }
    assert {tops[name] for name in ("part-1.xhtml", "part-2.xhtml", "preface.xhtml")} == {"h1"}
    assert tops["1-source.xhtml"] == tops["2-mouth.xhtml"] == tops["interlude.xhtml"] == "h2"
    assert tops["author.xhtml"] == "h1"
    assert len(made.find("1-source.xhtml", "//x:h3[@id='what-we-carried']")) == 1


def test_a_section_is_named_by_its_heading_or_a_label(book: Epub) -> None:
    for name, section in sections(book).items():
        heading = section.get("aria-labelledby")
        if heading is None:
            assert section.get("aria-label"), name
        else:
            (found,) = section.xpath(f".//*[@id='{heading}']")
            assert local(found) in HEADINGS


def test_roles_stand_neither_on_body_nor_on_article(book: Epub) -> None:
    assert list(elements(book, "//x:body[@role] | //x:article | //x:section//x:section/x:h1")) == []
    assert all(body.get(EPUB_TYPE) for body in elements(book, "//x:body"))


def test_semantics_are_one_known_word_each(book: Epub) -> None:
    kinds = {element.get(EPUB_TYPE) for element in elements(book, "//*[@epub:type]")}
    assert kinds <= TYPES
    assert {"cover", "titlepage", "copyright-page", "colophon", "chapter", "pagebreak"} <= kinds


def test_each_role_of_the_manuscript_has_its_semantics(serba: Build) -> None:
    said = {
        name: (section.get(EPUB_TYPE), section.get("role"))
        for name, section in sections(epub(serba)).items()
    }
    assert said["00-prakata.xhtml"] == ("preface", "doc-preface")
    assert said["00-bagian.xhtml"] == ("part", "doc-part")
    assert said["01-menanam.xhtml"] == ("chapter", "doc-chapter")
    assert said["daftar-pustaka.xhtml"] == ("bibliography", "doc-bibliography")
    assert said["07-glosarium.xhtml"] == ("glossary", "doc-glossary")
    assert said["indeks.xhtml"] == ("index", "doc-index")
    assert said["daftar-gambar.xhtml"] == ("loi", None)
    (epigraph,) = epub(serba).find("01-menanam.xhtml", "//*[@role='doc-epigraph']")
    assert (local(epigraph), epigraph.get(EPUB_TYPE)) == ("blockquote", "epigraph")


def test_notes_pop_up_and_lead_back(book: Epub) -> None:
    for name, root in documents(book).items():
        order = {element: at for at, element in enumerate(root.iter("*"))}
        notes = {note.get("id"): note for note in root.iter("{*}aside")}
        calls = root.xpath("//x:a[@epub:type='noteref']", namespaces=NAMESPACES)
        called = {call.get("href").partition("#")[2] for call in calls if "#" in call.get("href")}
        assert set(notes) <= called, name
        for call in calls:
            note = notes[call.get("href").removeprefix("#")]
            assert call.get("role") == "doc-noteref"
            assert (note.get(EPUB_TYPE), note.get("role")) == ("footnote", "doc-footnote")
            assert order[note] > order[call]
            assert 9 <= len(text_of(note)) <= 5000
            (back,) = note.xpath(".//x:a[@role='doc-backlink']", namespaces=NAMESPACES)
            home = root.xpath(f"//*[@id='{back.get('href').removeprefix('#')}']")
            assert text_of(home[0]) == text_of(call)
            assert back.get("aria-label").startswith(text_of(back)), "what is seen is said"


def test_no_rule_is_left_where_a_reader_takes_the_notes_out(serba: Build) -> None:
    assert not [name for name in said_of(epub(serba), ".notes") if "border" in name]
    assert "border-top" in said_of(epub(serba), ".notes aside:first-child")


def test_documents_hold_no_presentation_of_their_own(book: Epub) -> None:
    paths = " | ".join(f"//x:*/@{name}" for name in PRESENTATIONAL)
    assert list(elements(book, paths)) == []
    banned = "style script font center big strike tt u s br-".split()  # noqa: SIM905
    assert [item.tag for item in elements(book, "//x:*") if local(item) in banned] == []
    assert (
        list(elements(book, "//@*[starts-with(name(), 'on') or starts-with(name(), 'data-')]"))
        == []
    )


def test_nothing_is_fetched_from_outside(book: Epub) -> None:
    assert list(elements(book, "//x:*[contains(@src, ':')] | //x:link[contains(@href, ':')]")) == []
    assert not re.search(r"@import|url\(\s*['\"]?(?:\w+:|//)", style(book))


def test_no_space_is_made_of_empty_blocks(book: Epub) -> None:
    for element in elements(book, "//x:p | //x:li | //x:div | //x:h1 | //x:h2 | //x:h3 | //x:dd"):
        shown = element.xpath(".//x:img | .//*[local-name()='math']", namespaces=NAMESPACES)
        assert text_of(element).strip("\u00a0") or shown, etree.tostring(element)
    assert list(elements(book, "//x:br[not(preceding-sibling::x:span[@class])]")) == []


def test_elements_without_content_are_closed_by_a_tag(book: Epub) -> None:
    void = {"meta", "link", "br", "hr", "img", "col", "wbr"}
    for name in book.spine():
        source = book.zip.read(f"EPUB/{name}").decode()
        assert set(re.findall(r"<([a-z0-9]+)(?:\s[^<>]*)?/>", source)) <= void, name


# Pictures, tables, formulas


def test_pictures_have_a_text_a_size_and_colours_that_readers_take(book: Epub) -> None:
    assert [image for image in elements(book, "//x:img") if image.get("alt") is None] == []
    for name in book.names:
        data = book.zip.read(name)
        if name.endswith((".jpg", ".png")):
            picture = Image.open(io.BytesIO(data))
            assert picture.mode in ("RGB", "L", "P", "RGBA", "LA", "1"), name
            assert picture.width * picture.height <= MOST_MEGAPIXELS * 1e6, name
            assert len(data) <= MOST_PICTURE_BYTES, name
        if name.endswith(".svg"):
            root = etree.fromstring(data)
            assert root.get("viewBox")
            assert not root.xpath("//*[local-name()='script'] | //@*[starts-with(name(), 'on')]")


def test_a_captioned_picture_is_a_figure(book: Epub) -> None:
    for caption in elements(book, "//x:figcaption"):
        figure = caption.getparent()
        assert local(figure) == "figure"
        assert figure.xpath(".//x:img", namespaces=NAMESPACES)
    assert list(elements(book, "//x:section/x:p[x:img and not(normalize-space())]")) == []


def test_pictures_are_never_wider_than_the_page(book: Epub) -> None:
    assert said_of(book, "figure img")["max-width"] == "100%"
    assert said_of(book, "figure img")["height"] == "auto"


def test_the_cover_is_a_document_with_an_img_of_less_than_four_megapixels(book: Epub) -> None:
    (image,) = book.find("cover.xhtml", "//x:body//x:img")
    assert image.get("src") == "cover.jpg"
    assert len(image.get("alt")) > len("cover")
    assert book.values("//opf:item[@properties='cover-image']/@href") == ["cover.jpg"]
    assert book.find("cover.xhtml", "//x:body//x:a | //x:body//x:svg") == []
    cover = Image.open(io.BytesIO(book.zip.read("EPUB/cover.jpg")))
    assert (cover.format, cover.mode) == ("JPEG", "RGB")
    assert 3_000_000 < cover.width * cover.height < 4_000_000
    assert cover.height > cover.width >= 1000
    raw = book.zip.read("EPUB/content.opf")
    assert b'<meta name="cover" content="cover-picture"/>' in raw, "name before content: old Nooks"
    assert book.values("//opf:item[@id='cover-picture']/@href") == ["cover.jpg"]


def test_a_tall_cover_has_less_than_four_megapixels_too(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    spec = folder / "manuscript" / "book.toml"
    spec.write_text(spec.read_text().replace('width = "15 cm"', 'width = "11 cm"'))
    cover = Image.open(io.BytesIO(epub(make(folder)).zip.read("EPUB/cover.jpg")))
    assert cover.width * cover.height < 4_000_000
    assert cover.height / cover.width == pytest.approx(23 / 11, abs=0.01)


def test_tables_have_heads_with_a_scope_and_captions_first(book: Epub) -> None:
    for table in elements(book, "//x:table"):
        heads = table.xpath("./x:thead//x:th", namespaces=NAMESPACES)
        assert heads
        assert {head.get("scope") for head in heads} == {"col"}
        assert {
            head.get("scope") for head in table.xpath("./x:tbody//x:th", namespaces=NAMESPACES)
        } <= {"row"}
        assert all(text_of(head) for head in heads)
        if table.get("class") == "numbered":
            assert local(table[0]) == "caption"
            assert text_of(table[0])


def test_a_table_with_an_empty_corner_has_heads_for_its_rows(serba: Build) -> None:
    rows = epub(serba).find("05-unsur.xhtml", "//x:table[@id='takaran']//x:tbody/x:tr")
    assert [[local(cell) for cell in row] for row in rows] == [["th", "td", "td"]] * 2
    assert [row[0].get("scope") for row in rows] == ["row", "row"]
    plain = epub(serba).find("02-menyiram.xhtml", "//x:tbody//x:th")
    assert plain == []


def test_formulas_are_mathml_with_a_text(serba: Build) -> None:
    made = epub(serba)
    formulas = list(elements(made, "//*[local-name()='math']"))
    assert len(formulas) == 2
    assert all(formula.get("alttext") for formula in formulas)
    assert made.values("//opf:item[@properties='mathml']/@href") == ["05-unsur.xhtml"]


# Text


def test_text_is_composed_and_without_doubled_spaces_or_soft_hyphens(book: Epub) -> None:
    for name in book.spine():
        source = book.zip.read(f"EPUB/{name}").decode()
        assert source == unicodedata.normalize("NFC", source)
        assert not re.search("[\u00ad\ufeff\ufffd]", source)
        root = book.tree(name)
        for pre in root.xpath("//x:pre", namespaces=NAMESPACES):
            pre.getparent().remove(pre)
        assert not re.search("[ \u00a0][ \u00a0]", "".join(root.itertext())), name


def test_only_the_entities_of_xml_are_written(book: Epub) -> None:
    for name in [*book.spine(), "content.opf", "toc.ncx"]:
        source = book.zip.read(f"EPUB/{name}").decode()
        assert set(re.findall(r"&([^;\s]{1,12});", source)) <= {"amp", "lt", "gt", "quot"}
        assert source.startswith("<?xml version='1.0' encoding='utf-8'?>")


# Style sheet and fonts


def test_body_leaves_size_leading_and_colours_to_the_reader(book: Epub) -> None:
    body = said_of(book, "body")
    assert not {
        "font-size",
        "line-height",
        "color",
        "background",
        "background-color",
        "font",
    } & set(body)
    assert body["font-family"].endswith(", serif")
    assert said_of(book, "p").keys() == {"margin", "text-indent"}


def test_sizes_are_relative_to_the_readers_type(book: Epub) -> None:
    for selector, said in rules(book):
        for name, value in said.items():
            units = set(re.findall(r"\d([a-z%]+)", value)) if selector != "@font-face" else set()
            allowed = {"em", "%", "vh"} | ({"px"} if name.startswith("border") else set())
            assert units <= allowed or name == "background", (selector, name, value)


def test_dark_pages_keep_text_and_rules_in_the_readers_colour(book: Epub) -> None:
    for selector, said in rules(book):
        for name, value in said.items():
            if "color" in name:
                assert value in ("inherit", "currentColor"), (selector, name, value)
            if name.startswith("border"):
                assert re.fullmatch(r"0|1px solid|collapse", value), (selector, name, value)
            if "background" in name:
                assert selector == "figure img", "only drawings have a ground, that of paper"


def test_readers_are_asked_to_divide_words_but_for_headings_and_code(book: Epub) -> None:
    ways = ("hyphens", "-webkit-hyphens", "-epub-hyphens")
    assert [said_of(book, "body")[way] for way in ways] == ["auto"] * 3
    for selector in ("h1", "h2", "h3", "h4", "h5", "pre", "code", "table", ".verse", "nav"):
        assert [said_of(book, selector)[way] for way in ways] == ["none"] * 3, selector


def test_breaks_are_asked_for_in_both_ways_and_never_at_a_beginning(book: Epub) -> None:
    assert said_of(book, "body")["widows"] == said_of(book, "body")["orphans"] == "2"
    for selector, said in rules(book):
        for side in ("after", "inside", "before"):
            assert said.get(f"break-{side}") == said.get(f"page-break-{side}"), selector
        assert "break-before" not in said, "MuPDF shows an empty page first"
    assert said_of(book, "h1")["break-after"] == "avoid"
    assert said_of(book, "figure")["break-inside"] == "avoid"


def test_fonts_are_subset_truetype_that_may_be_embedded(book: Epub) -> None:
    for name, font in fonts(book).items():
        assert name.endswith((".ttf", ".otf"))
        assert font["OS/2"].fsType == 0, name
        assert font.sfntVersion in ("\x00\x01\x00\x00", "OTTO")
        assert "fvar" not in font
        assert font["maxp"].numGlyphs < 800
    items = dict(
        zip(book.values("//opf:item/@href"), book.values("//opf:item/@media-type"), strict=True)
    )
    assert {kind for name, kind in items.items() if name.startswith("fonts/")} == {"font/ttf"}


def test_bold_and_italic_are_fonts_of_their_own(book: Epub) -> None:
    faces = [said for selector, said in rules(book) if selector == "@font-face"]
    text = [face for face in faces if face["font-family"] == '"EB Garamond"']
    assert {(face["font-weight"], face["font-style"]) for face in text} == {
        ("400", "normal"), ("400", "italic"), ("700", "normal"), ("700", "italic"),
    }  # fmt: skip
    for face in faces:
        font = TTFont(io.BytesIO(book.zip.read(f"EPUB/{face['src'][5:-2]}")))
        assert bool(font["head"].macStyle & 2) == (face["font-style"] == "italic")
        assert font["OS/2"].usWeightClass == int(face["font-weight"])


def test_fonts_draw_every_letter_of_the_book_also_as_a_capital(book: Epub) -> None:
    shown = {char for root in documents(book).values() for char in "".join(root.itertext())}
    wanted = {ord(char) for char in "".join(shown) + "".join(shown).upper() if char.isalpha()}
    (name,) = [name for name in fonts(book) if name.endswith("EBGaramond-Regular.ttf")]
    missing = wanted - set(fonts(book)[name].getBestCmap())
    assert not {chr(code) for code in missing if unicodedata.name(chr(code)).startswith("LATIN")}


def test_fonts_bring_their_licences(book: Epub) -> None:
    licences = "".join(
        book.zip.read(name).decode() for name in book.names if "META-INF/font-licence" in name
    )
    assert "EB Garamond Project Authors" in licences
    has_code = any("JetBrainsMono" in name for name in book.names)
    assert ("JetBrains Mono Project Authors" in licences) == has_code


def test_apples_reader_is_told_to_use_the_fonts(book: Epub) -> None:
    assert book.values("//opf:meta[@property='ibooks:specified-fonts']/text()") == ["true"]
    assert "ibooks: http://vocabulary.itunes.apple.com/" in book.package.get("prefix")
    options = etree.fromstring(book.zip.read("META-INF/com.apple.ibooks.display-options.xml"))
    assert (
        options.xpath(
            "string(/display_options/platform[@name='*']/option[@name='specified-fonts'])"
        )
        == "true"
    )


# Without a style sheet


def test_label_and_title_read_right_when_run_together(book: Epub) -> None:
    for label in elements(
        book,
        "//x:*[self::x:h1 | self::x:h2 | self::x:figcaption | self::x:caption]"
        "/x:span[@class='label']",
    ):
        assert label.tail.startswith(" ")
        assert text_of(label.getparent()).startswith(f"{text_of(label)} ")


def test_note_calls_are_raised_by_an_element(book: Epub) -> None:
    for call in elements(book, "//x:a[@role='doc-noteref']"):
        assert [local(child) for child in call] == ["sup"]
        assert not call.text


def test_lines_of_verse_are_parted_by_an_element(serba: Build) -> None:
    made = epub(serba)
    (stanza, *_) = made.find("05-unsur.xhtml", "//x:div[@class='verse']/x:p")
    assert [local(child) for child in stanza] == ["span", "br", "span", "br", "span"]
    assert said_of(made, ".line + br") == {"display": "none"}


# Package


def test_the_zip_holds_the_media_type_first_and_plain_names_once(book: Epub) -> None:
    first = book.zip.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.zip.read("mimetype") == b"application/epub+zip"
    assert first.extra == b""
    assert len(book.names) == len(set(book.names))
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in book.names)
    assert len({name.lower() for name in book.names}) == len(book.names)


def test_every_link_and_id_resolves(book: Epub) -> None:
    ids = {name: [item.get("id") for item in root.iter("*") if item.get("id")]
           for name, root in documents(book).items()}  # fmt: skip
    assert all(len(found) == len(set(found)) for found in ids.values())
    for name, root in documents(book).items():
        for href in [*root.xpath("//x:a/@href", namespaces=NAMESPACES)]:
            file, _, target = href.partition("#")
            if re.match(r"[a-z]+:", href):
                continue
            assert (file or name) in ids, href
            assert not target or target in ids[file or name], f"{name}: {href}"
        for reference in root.xpath("//@aria-labelledby | //@aria-describedby"):
            assert set(reference.split()) <= set(ids[name])


def test_the_package_lists_what_it_holds_and_uses_what_it_lists(book: Epub) -> None:
    listed = book.values("//opf:item/@href")
    held = {name.removeprefix("EPUB/") for name in book.names if name.startswith("EPUB/")}
    assert held - {"content.opf"} == set(listed)
    assert len(listed) == len(set(listed))
    outside = {name for name in book.names if not name.startswith(("EPUB/", "META-INF/"))}
    assert outside == {"mimetype"}
    used = set(book.spine()) | set(re.findall(r'url\("([^"]+)"\)', style(book))) | {"toc.ncx"}
    used |= {str(src) for src in elements(book, "//x:img/@src | //x:link/@href")}
    assert set(listed) == used
