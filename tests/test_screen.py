"""The screen edition: PDF/UA-1 and PDF/A-2a, and the pages as they were printed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import page as validation
import pikepdf
import pypdfium2
import pytest

from bookbuild import pipeline
from bookbuild.press.screen import _rgb
from bookbuild.press.structure import Structure
from bookbuild.press.tags import Tag, Tagged
from tests.conftest import paragraph
from tests.support import ROOT, copy_book, letters, page_texts, small_book
from tests.tagged import Read, TaggedPdf
from tests.test_build import run

PROFILES = (validation.ValidationProfile.PDF_A_2A, validation.ValidationProfile.PDF_UA_1)
BOOKS = ("serba", "parts", "polski", "plain", "shipped")
Made = dict[str, bytes]


def made(folder: Path) -> Made:
    """Interior and screen edition of a book."""
    build = pipeline.make(folder, lambda step: None, only=("interior", "screen"))
    return {artifact.role: artifact.data for artifact in build.artifacts}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """A fixture book by name, made once."""
    done: dict[str, Made] = {}

    def get(name: str) -> Made:
        if name not in done:
            folder = ROOT if name == "shipped" else tmp_path_factory.mktemp(name)
            done[name] = made(folder if name == "shipped" else copy_book(name, folder))
        return done[name]

    return get


def failures(pdf: bytes) -> list[str]:
    return [
        f"{profile.value} {failure.rule_id}: {failure.message}"
        for profile in PROFILES
        for failure in validation.validate_pdf_bytes(pdf, profile=profile).failures
    ]


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out)
    return out.getvalue()


def labels(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [document.get_page_label(number) for number in range(len(document))]
    finally:
        document.close()


def outline(pdf: bytes) -> list[tuple[int, str, int]]:
    """Level, title and page of every bookmark."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [
            (mark.level, mark.get_title(), mark.get_dest().get_index())
            for mark in document.get_toc()
        ]
    finally:
        document.close()


@pytest.mark.parametrize("name", BOOKS)
def test_the_file_conforms_to_pdf_a_2a_and_to_pdf_ua_1(
    book: Callable[[str], Made], name: str
) -> None:
    assert failures(book(name)["screen"]) == []


def test_the_validator_would_tell_what_is_missing(book: Callable[[str], Made]) -> None:
    def drop(*keys: str) -> Callable[[pikepdf.Pdf], None]:
        def change(pdf: pikepdf.Pdf) -> None:
            for key in keys:
                del pdf.Root[key]

        return change

    def silence(pdf: pikepdf.Pdf) -> None:
        for opened in pdf.pages:
            for link in opened.obj.get("/Annots", []):
                del link["/Contents"]

    good = book("plain")["screen"]
    for change in (
        drop("/StructTreeRoot"), drop("/OutputIntents"), drop("/Metadata"), drop("/Lang"),
        drop("/ViewerPreferences"), silence,
    ):  # fmt: skip
        assert failures(changed(good, change))


@pytest.mark.parametrize("name", BOOKS)
def test_after_the_cover_every_page_reads_as_it_is_printed(
    book: Callable[[str], Made], name: str
) -> None:
    printed, shown = book(name)["interior"], book(name)["screen"]
    assert page_texts(shown) == ["", *page_texts(printed)]
    assert labels(shown)[1:] == labels(printed)
    with pikepdf.open(io.BytesIO(printed)) as one, pikepdf.open(io.BytesIO(shown)) as two:
        sizes = {tuple(map(float, page.mediabox)) for pdf in (one, two) for page in pdf.pages}
    assert len(sizes) == 1


def test_the_cover_comes_first_by_its_name_as_a_picture_with_its_text(
    book: Callable[[str], Made],
) -> None:
    shown = book("serba")["screen"]
    assert labels(shown)[:3] == ["Sampul", "i", "ii"]
    first = next(TaggedPdf(shown).root.all("Figure"))
    assert (first.page, str(first.raw.Alt)) == (0, 'Sampul buku Serba-serbi "Kebun"')


@pytest.mark.parametrize("name", BOOKS)
def test_all_that_is_drawn_is_tagged_once_or_an_artifact(
    book: Callable[[str], Made], name: str
) -> None:
    tagged = TaggedPdf(book(name)["screen"])
    assert "".join(page.unmarked for page in tagged.pages) == ""
    marked = {(number, mark) for number, page in enumerate(tagged.pages) for mark in page.marked}
    assert marked == tagged.used
    parents = tagged.parents()
    for number, (form, content) in marked:
        owner = tagged.pdf.get_object(form) if form else tagged.pdf.pages[number].obj
        kids = parents[int(owner.StructParents)][content].K
        assert content in [kid if isinstance(kid, int) else kid.get("/MCID") for kid in kids]
    for _, link in tagged.links():
        parent = parents[int(link.StructParent)]
        assert parent.S == "/Link"
        assert int(link.F) == 4


def test_folios_and_running_heads_are_not_read_aloud(book: Callable[[str], Made]) -> None:
    tagged = TaggedPdf(book("serba")["screen"])
    page = labels(book("serba")["screen"]).index("10")
    assert tagged.pages[page].artifacts == "Serba-serbi10"
    assert "Takaran air sehari" in "".join(tagged.pages[page].marked.values())


def test_ornaments_are_not_read_aloud(book: Callable[[str], Made]) -> None:
    tagged = TaggedPdf(book("serba")["screen"])
    ornaments = "".join(page.artifacts for page in tagged.pages)
    assert "***" in ornaments
    assert "» " in ornaments
    assert ornaments.count(".") > 100  # leaders
    assert not [sign for sign in ("***", "»", ". .") if sign in tagged.root.text]


@pytest.mark.parametrize("name", ["serba", "parts", "shipped"])
def test_every_line_of_the_contents_leads_to_the_page_it_names(
    book: Callable[[str], Made], name: str
) -> None:
    shown = book(name)["screen"]
    tagged, folios = TaggedPdf(shown), labels(shown)
    lines = [line for listing in tagged.root.all("TOC") for line in listing.all("TOCI")]
    assert len(lines) > 3
    for line in lines:
        (link,) = line.all("Link")
        for annotation in link.links:
            folio = folios[tagged.page_of(annotation.Dest)]
            assert re.search(rf"(?<![\w]){folio}$", str(annotation.Contents)), line.text


def test_references_index_and_notes_lead_where_they_say(book: Callable[[str], Made]) -> None:
    shown = book("serba")["screen"]
    tagged, folios, texts = TaggedPdf(shown), labels(shown), page_texts(shown)
    leads = [
        (number, str(link.Contents), tagged.page_of(link.Dest))
        for number, link in tagged.links()
        if "/Dest" in link
    ]
    by_folio = [(said, page) for _, said, page in leads if "hlm. " in said.replace("\u00a0", " ")]
    assert len(by_folio) > 8
    for said, page in by_folio:
        named = re.split("hlm.[ \u00a0]", said)[1].partition("—")[0]
        assert folios[page] == named, said
    named = {said: folios[page] for _, said, page in leads}
    assert named["bab tentang air"] == "5"
    assert named["Tabel 4.1"] == "10"
    for number, said, page in leads:
        if said == "Kembali ke teks":
            assert page == number
        elif said.startswith("Catatan "):
            assert re.search(rf"{said.removeprefix('Catatan ')}\.\s", texts[page]), said


def test_addresses_lead_to_the_web_and_nothing_else_leaves_the_file(
    book: Callable[[str], Made],
) -> None:
    tagged = TaggedPdf(book("serba")["screen"])
    addresses = [str(link.A.URI) for _, link in tagged.links() if "/A" in link]
    assert sorted(addresses) == ["https://daun.example", "https://daun.example/benih"]
    assert all(link.Subtype == "/Link" for _, link in tagged.links())
    assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(tagged.pdf.Root.keys())
    spots = [(number, *map(float, link.Rect)) for number, link in tagged.links()]
    assert all(_apart(one, two) for at, one in enumerate(spots) for two in spots[:at])
    actions = {str(item.S) for item in tagged.pdf.objects
               if isinstance(item, pikepdf.Dictionary) and "/URI" in item}  # fmt: skip
    assert actions <= {"/URI"}


@pytest.mark.parametrize("name", ["parts", "shipped"])
def test_the_bookmarks_are_the_contents(book: Callable[[str], Made], name: str) -> None:
    shown = book(name)["screen"]
    tagged, folios = TaggedPdf(shown), labels(shown)
    contents = next(tagged.root.all("TOC"))
    listed = [letters(line.text) for line in contents.all("TOCI")]
    marks = [letters(title + folios[page]) for _, title, page in outline(shown)[1:]]
    assert [mark for mark in marks if mark in listed] == listed


def test_bookmarks_nest_chapters_in_parts_and_sections_in_chapters(
    book: Callable[[str], Made],
) -> None:
    marks = [(level, title) for level, title, _ in outline(book("parts")["screen"])]
    assert marks == [
        (0, "Cover"), (0, "Preface"), (0, "Part I Upstream"), (1, "Chapter 1 The source"),
        (2, "What we carried"), (1, "Interlude"), (0, "Part II Downstream"),
        (1, "Chapter 2 The mouth"), (0, "About the Author"),
    ]  # fmt: skip


def _apart(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    """True for links that nowhere lie on each other; lines of small type may touch."""
    return (
        one[0] != two[0]
        or min(one[3], two[3]) - max(one[1], two[1]) < 0.5
        or min(one[4], two[4]) - max(one[2], two[2]) < 3
    )


def roles(read: Read) -> Iterator[str]:
    for kid in read.kids:
        if isinstance(kid, Read):
            yield kid.role


def test_a_paragraph_over_two_pages_is_one_and_its_note_follows_it(tmp_path: Path) -> None:
    chapter = "# Satu\n\n" + "\n\n".join(
        f"Awal {number}. {paragraph(number, 90)} Akhir[^{number}] {number}." for number in range(9)
    )
    chapter += "".join(f"\n\n[^{number}]: Catatan kaki {number}." for number in range(9))
    tagged = TaggedPdf(made(small_book(tmp_path, chapter))["screen"])
    section = next(part for part in tagged.root.all("Sect") if "Awal 0" in part.text)
    texts = [kid for kid in section.kids if isinstance(kid, Read)][1:]
    assert [kid.role for kid in texts] == ["P", "Note"] * 9
    for number in range(9):
        text, note = texts[number * 2 : number * 2 + 2]
        assert text.text.startswith(f"Awal {number}.")
        assert text.text.endswith(f" {number}.")
        assert f"Catatan kaki {number}." in note.text
        assert list(roles(note)) == ["Lbl", "P"]
        assert str(note.raw.ID).endswith(f".note.{number + 1}")
    assert any(
        not isinstance(kid, int) and kid.get("/Type") == "/MCR"
        for text in texts
        for kid in text.raw.K
    )


def test_the_head_of_a_table_over_two_pages_is_read_once(tmp_path: Path) -> None:
    rows = "\n".join(f"| baris {number} | {number} |" for number in range(60))
    chapter = f"# Satu\n\n| Nama | Jumlah |\n|---|---|\n{rows}\n"
    shown = made(small_book(tmp_path, chapter))["screen"]
    assert sum("Jumlah" in text for text in page_texts(shown)) > 1
    (table,) = TaggedPdf(shown).root.all("Table")
    assert [cell.text for cell in table.all("TH")] == ["Nama", "Jumlah"]
    assert [cell.text for cell in table.all("TD")][-2:] == ["baris 59", "59"]
    assert {str(cell.raw.A.Scope) for cell in table.all("TH")} == {"/Column"}
    assert failures(shown) == []


def test_lists_code_formulas_and_pictures_are_tagged_as_what_they_are(
    book: Callable[[str], Made],
) -> None:
    root = TaggedPdf(book("serba")["screen"]).root
    kinds = {str(listing.raw.A.ListNumbering) for listing in root.all("L")}
    assert kinds == {"/Decimal", "/Disc", "/None"}
    assert {role for item in root.all("LI") for role in roles(item)} == {"Lbl", "LBody"}
    assert any("siram --semua" in code.text for code in root.all("Code"))
    assert next(str(formula.raw.Alt) for formula in root.all("Formula")) == r"L = p \times l"
    assert all(str(figure.raw.Alt) for figure in root.all("Figure"))
    assert any(caption.text.startswith("Gambar 4.1") for caption in root.all("Caption"))
    spoken = {str(span.raw.get("/Lang", "")) for span in root.all("Span")}
    assert "en" in spoken
    assert "Rukun Tetangga" in {str(span.raw.get("/E", "")) for span in root.all("Span")}


def test_a_picture_that_only_decorates_is_an_artifact(tmp_path: Path) -> None:
    folder = small_book(tmp_path, "# Satu\n\nSebelum.\n\n![](pagar.jpg){.decorative}\n\nSesudah.\n")
    source = ROOT / "tests/books/serba/manuscript/gambar/pagar.jpg"
    (folder / "manuscript/pagar.jpg").write_bytes(source.read_bytes())
    shown = made(folder)["screen"]
    assert len(list(TaggedPdf(shown).root.all("Figure"))) == 1  # the cover
    assert failures(shown) == []


def test_a_spread_is_one_picture_to_the_ear(tmp_path: Path) -> None:
    text = "# Satu\n\nSebelum.\n\n![Pagar lebar](pagar.jpg){.spread}\n\nSesudah.\n"
    folder = small_book(tmp_path, text)
    source = ROOT / "tests/books/serba/manuscript/gambar/pagar.jpg"
    (folder / "manuscript/pagar.jpg").write_bytes(source.read_bytes())
    both = made(folder)
    figures = list(TaggedPdf(both["screen"]).root.all("Figure"))
    assert [str(figure.raw.Alt) for figure in figures][1:] == ["Pagar lebar"]
    assert page_texts(both["screen"])[1:] == page_texts(both["interior"])
    assert failures(both["screen"]) == []


def own_style(folder: Path, style: str) -> Path:
    """The book with its own style sheet: the default one and `style`."""
    usual = (ROOT / "layouts/default/interior/page.css").read_text("utf-8")
    own = folder / "layouts/default/interior/page.css"
    own.parent.mkdir(parents=True)
    own.write_text(f"{usual}\n{style}\n", "utf-8")
    return folder


def test_what_a_layout_makes_translucent_or_turns_is_read_all_the_same(tmp_path: Path) -> None:
    text = "# Satu\n\nSebelum.\n\n> Kutipan *yang* pudar.\n\nSesudah.\n"
    style = "blockquote, em { opacity: 0.5 } .opening { transform: rotate(2deg) }"
    shown = made(own_style(small_book(tmp_path, text), style))["screen"]
    tagged = TaggedPdf(shown)
    assert [quote.text for quote in tagged.root.all("BlockQuote")] == ["Kutipan yang pudar."]
    assert any(form for page in tagged.pages for form, _ in page.marked)
    assert failures(shown) == []


def test_a_link_of_a_template_that_leads_nowhere_is_told_and_stays_text(tmp_path: Path) -> None:
    folder = small_book(tmp_path, "# Satu\n\nTeks.\n")
    usual = (ROOT / "layouts/default/interior/colophon.html").read_text("utf-8")
    own = folder / "layouts/default/interior/colophon.html"
    own.parent.mkdir(parents=True)
    own.write_text(usual.replace("<p>", '<p><span data-to="#mana">Mana?</span> '), "utf-8")
    build = pipeline.make(folder, lambda step: None, only=("screen",))
    told = [finding for finding in build.findings if finding.code == "layout-engine"]
    assert [finding.message for finding in told] == ["a link leads to “#mana”, which no page has"]
    assert failures(build.artifacts[0].data) == []
    assert "Mana?" in page_texts(build.artifacts[0].data)[-1]


def coloured_images(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sum(
            isinstance(item, pikepdf.Stream)
            and item.get("/Subtype") == "/Image"
            and item.ColorSpace == "/DeviceRGB"
            for item in opened.objects
        )


def test_pictures_are_in_colour_and_no_ink_is_left(book: Callable[[str], Made]) -> None:
    assert coloured_images(book("serba")["interior"]) == 0
    assert coloured_images(book("serba")["screen"]) > 1
    with pikepdf.open(io.BytesIO(book("serba")["screen"])) as opened:
        for page in opened.pages:
            instructions: Any = pikepdf.parse_content_stream(page)
            assert not {str(operator) for _, operator in instructions} & {"k", "K"}
        streams = [item for item in opened.objects if isinstance(item, pikepdf.Stream)]
        assert not any(b"/DeviceCMYK" in item.read_bytes() for item in streams
                       if item.get("/Filter") != "/DCTDecode")  # fmt: skip


@pytest.mark.parametrize(
    ("ink", "light"),
    [
        ("device-cmyk(0 0 0 1)", "rgb(0.0 0.0 0.0)"),
        ("device-cmyk(0 0 0 0.45)", "rgb(140.2 140.2 140.2)"),
        ("device-cmyk(100%, 0%, 0%, 0%)", "rgb(0.0 255.0 255.0)"),
        ("device-cmyk(0 0 0 1 / 0.5)", "rgb(0.0 0.0 0.0 / 0.5)"),
        ("1pt solid black", "1pt solid black"),
    ],
)
def test_inks_become_lights(ink: str, light: str) -> None:
    assert _rgb(ink) == light


def test_headings_come_down_one_level_at_a_time() -> None:
    with pikepdf.new() as pdf:
        structure = Structure(pdf, {}, {})
        structure.add(Tagged(tuple(Tag(f"H{level}", ()) for level in (2, 4, 3, 1, 6)), {}), [])
        structure.finish()
        found = [str(kid.S) for kid in pdf.Root.StructTreeRoot.K.K]
    assert found == ["/H1", "/H2", "/H3", "/H1", "/H2"]


def test_only_what_is_named_is_written(tmp_path: Path) -> None:
    folder = copy_book("plain", tmp_path)
    assert run("build", folder, "--only", "screen").returncode == 0
    output = folder / "build" / "plain"
    (output,) = [place for place in (folder / "build").iterdir() if place.is_dir()]
    assert sorted(file.name for file in output.iterdir()) == [
        "manifest.json", "report.json", "screen.pdf",
    ]  # fmt: skip
    listed = json.loads((output / "manifest.json").read_bytes())["artifacts"]
    assert [(artifact["role"], artifact["pages"]) for artifact in listed] == [("screen", 9)]
    wrong = run("build", folder, "--only", "hologram")
    assert wrong.returncode == 2
    assert "'interior', 'cover', 'ebook', 'screen'" in wrong.stderr


def test_the_same_book_gives_the_same_bytes(tmp_path: Path, book: Callable[[str], Made]) -> None:
    folder = copy_book("serba", tmp_path)
    run("build", folder, "--only", "screen", TZ="Asia/Jakarta", LC_ALL="C", PYTHONHASHSEED="7")
    (written,) = folder.glob("build/*/screen.pdf")
    assert written.read_bytes() == book("serba")["screen"]


NOTES_EVERYWHERE = """# Satu[^1]

1. Butir[^2]

    > Kutipan di butir[^3]

Istilah[^4]
:   Makna satu[^5]

Istilah kedua
Istilah ketiga
:   Makna dua

| Kepala[^6] | Dua |
|---|---|
| sel[^7] | [tautan *miring* `kode`](https://contoh.example/a?b=1&c=2) |

[^1]: Catatan satu.
[^2]: Catatan dua, lihat <https://contoh.example>.
[^3]: Catatan tiga.
[^4]: Catatan empat.
[^5]: Catatan lima.
[^6]: Catatan enam.
[^7]: Catatan tujuh.
"""


def test_a_note_is_read_close_to_its_call_wherever_that_stands(tmp_path: Path) -> None:
    shown = made(small_book(tmp_path, NOTES_EVERYWHERE))["screen"]
    assert failures(shown) == []
    root = TaggedPdf(shown).root
    holders = [
        (tag.role, number)
        for tag in root.all("Div", "LBody", "BlockQuote", "Lbl", "TH", "TD")
        for kid in tag.kids
        if isinstance(kid, Read) and kid.role == "Note"
        for number in (str(kid.raw.ID).rpartition(".")[2],)
    ]
    assert sorted(holders, key=lambda holder: holder[1]) == [
        ("Div", "1"), ("LBody", "2"), ("BlockQuote", "3"), ("Lbl", "4"), ("LBody", "5"),
        ("TH", "6"), ("TD", "7"),
    ]  # fmt: skip
    assert [list(roles(item)) for item in root.all("LI")][-2:] == [
        ["Lbl", "LBody"], ["Lbl", "Lbl", "LBody"],
    ]  # fmt: skip
