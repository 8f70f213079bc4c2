"""The interior as a printer and a reader see it."""

import io
import re
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from bookbuild.book.manuscript import read_manuscript
from bookbuild.book.transforms import build_document
from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces
from bookbuild.language import roman
from bookbuild.layout import load_language, load_layout
from bookbuild.pipeline import Build
from bookbuild.press.heads import kept_last_word
from bookbuild.press.typeset import Sheet, typeset
from tests.support import ROOT, found, letters, lines_of, make, one, page_texts, small_book

MM = 72 / 25.4


def interior(build: Build) -> bytes:
    return build.artifacts[0].data


def opened(build: Build) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(interior(build)))


@pytest.fixture(params=["shipped", "serba", "plain", "parts", "polski", "long_book"])
def any_book(request: pytest.FixtureRequest) -> Build:
    return request.getfixturevalue(request.param)


def folio_index(build: Build, label: str) -> int:
    """Position of the page that carries `label`."""
    if label.isdigit():
        return build.extent.roman + int(label) - 1
    return next(i for i in range(build.extent.roman) if roman(i + 1) == label)


def test_every_page_has_the_trim_size_with_all_boxes_at_the_origin(any_book: Build) -> None:
    width, height = any_book.artifacts[0].size_mm or (0, 0)
    for page in opened(any_book).pages:
        for box in (page.mediabox, page.trimbox, page.obj.BleedBox, page.obj.CropBox):
            assert [float(value) for value in box[:2]] == [0, 0]
            assert float(box[2]) == pytest.approx(width * MM, abs=0.01)
            assert float(box[3]) == pytest.approx(height * MM, abs=0.01)
        assert "/Rotate" not in page.obj


def test_a_print_file_has_no_links_bookmarks_actions_or_forms(any_book: Build) -> None:
    pdf = opened(any_book)
    assert not {"/Outlines", "/Names", "/OpenAction", "/AcroForm", "/AA"} & set(pdf.Root.keys())
    assert not any("/Annots" in page.obj or "/Group" in page.obj for page in pdf.pages)


def test_each_face_is_embedded_once_as_a_subset(any_book: Build) -> None:
    pdf = opened(any_book)
    fonts = [
        o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"
    ]
    composite = [str(font.BaseFont) for font in fonts if font.Subtype == "/Type0"]
    assert composite
    assert all(
        re.fullmatch(r"/[A-Z]{6}\+(EBGaramond|JetBrainsMono)-\w+", name) for name in composite
    )
    assert max(Counter(composite).values()) == 1
    files = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
    assert len(files) == len(composite)
    assert all(len(o.FontFile2.read_bytes()) < 120_000 for o in files)


def test_all_ink_is_black_alone(any_book: Build) -> None:
    for page in opened(any_book).pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            assert name not in ("rg", "RG"), "device RGB"
            if name in ("k", "K", "scn", "SCN") and len(operands) == 4:
                assert [float(value) for value in operands[:3]] == [0, 0, 0]


def test_pictures_are_grey_and_opaque(serba: Build) -> None:
    pdf = opened(serba)
    streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
    images = [stream for stream in streams if stream.get("/Subtype") == "/Image"]
    sizes = {(int(image.Width), int(image.Height)) for image in images}
    assert sizes == {(720, 432), (800, 500), (2669, 3203)}  # the last one a drawing made flat
    assert all(image.ColorSpace == "/DeviceGray" and "/SMask" not in image for image in images)


def test_the_file_says_title_author_and_language(shipped: Build) -> None:
    pdf = opened(shipped)
    assert str(pdf.docinfo.Title) == "Peksos Milenial"
    assert str(pdf.docinfo.Author) == "Ach. Baidowi"
    assert str(pdf.Root.Lang) == "id"


def test_page_labels_are_roman_then_arabic_from_1(any_book: Build) -> None:
    pdf = opened(any_book)
    labels = [page.label for page in pdf.pages]
    extent = any_book.extent
    assert labels[: extent.roman] == [roman(number + 1) for number in range(extent.roman)]
    rest = len(labels) - extent.roman
    assert labels[extent.roman :] == [str(number + 1) for number in range(rest)]


def test_arabic_1_is_a_recto_and_the_page_count_even(any_book: Build) -> None:
    assert any_book.extent.roman % 2 == 0
    assert any_book.extent.pages % 2 == 0
    assert len(opened(any_book).pages) == any_book.extent.pages


def test_preliminaries_stand_where_the_trade_puts_them(shipped: Build) -> None:
    texts = page_texts(interior(shipped))
    assert texts[0].split() == ["Peksos", "Milenial"]
    assert texts[1] == ""
    assert texts[2].startswith("Peksos Milenial\nKiprah Generasi Milenial")
    assert "Cetakan I, Mei 2020" in texts[3]
    assert texts[4].startswith("Daftar Isi")
    intro = next(number for number, text in enumerate(texts) if text.startswith("Pendahuluan"))
    assert intro % 2 == 0
    assert intro < shipped.extent.roman


def test_the_imprint_prints_given_facts_only(shipped: Build) -> None:
    imprint = page_texts(interior(shipped))[3]
    extent = shipped.extent
    assert f"{extent} hlm.; 15 × 23 cm" in imprint
    assert "Alam, Joko, Zaky, Usluddin, Intan" in imprint
    for label in ("ISBN", "©", "Diterbitkan", "Penyunting", "KDT", "Rp", "Hak cipta"):
        assert label not in imprint


IMPRINT_FACTS = (
    *(
        "© 2026 Ratna Wening",
        "Penyunting Sari Puspa",
        "Penata letak Damar",
        "Penerjemah Tirta Laut",
    ),
    *("Perancang sampul Kirana", "Diterbitkan oleh", "Jalan Kebun 12", "Cetakan I, Januari 2026"),
    *("Cetakan II, Februari 2026", "ISBN 978-602-06-5278-8", "ISBN 978-602-06-5280-1 (EPUB)"),
    *("Katalog Dalam Terbitan", "Hak cipta dilindungi"),
)


@pytest.mark.parametrize("fact", IMPRINT_FACTS)
def test_the_imprint_prints_every_given_fact(serba: Build, fact: str) -> None:
    assert fact in " ".join(page_texts(interior(serba))[3].split())


def test_prices_are_not_printed_inside_the_book(serba: Build) -> None:
    assert not any("85.000" in text for text in page_texts(interior(serba))[:6])


def test_a_statute_stands_on_the_verso_of_the_half_title(serba: Build) -> None:
    assert "4.000.000.000,00" in page_texts(interior(serba))[1]


def test_an_endorsements_page_appears_only_with_endorsements(shipped: Build, serba: Build) -> None:
    assert any("Kata Mereka tentang Buku Ini" in text for text in page_texts(interior(serba)))
    assert not any("Kata Mereka" in text for text in page_texts(interior(shipped)))


def test_every_chapter_opens_on_a_recto_without_head_or_folio(any_book: Build) -> None:
    texts = page_texts(interior(any_book))
    openers = [
        number
        for number, text in enumerate(texts)
        if number >= any_book.extent.roman
        and re.match(r"(bab|chapter|rozdział)\d", letters(text)[:10])
    ]
    assert openers
    for number in openers:
        assert number % 2 == 0
        assert not re.search(r"\n\d+\s*$", texts[number])


def test_blank_pages_are_really_blank(any_book: Build) -> None:
    pdf = opened(any_book)
    for page, text in zip(pdf.pages, page_texts(interior(any_book)), strict=True):
        if not text.strip() and "/Resources" in page.obj:
            drawn = [str(op) for _, op in pikepdf.parse_content_stream(page)]
            assert not {"Tj", "TJ", "Do", "f", "S"} & set(drawn)


def test_heads_and_folios_are_those_of_the_page(long_book: Build) -> None:
    checked = 0
    for number in range(long_book.extent.roman + 1, long_book.extent.pages - 2):
        lines = lines_of(interior(long_book), number)
        if not lines or letters(lines[0].text).startswith("bab"):
            continue
        assert lines[-1].text.strip() == str(number - long_book.extent.roman + 1)
        head = letters(lines[0].text)
        assert head.startswith("bukukecil" if number % 2 else "bagianke"), (number, head)
        checked += 1
    assert checked > 30


def test_the_contents_name_the_page_on_which_each_heading_stands(long_book: Build) -> None:
    texts = page_texts(interior(long_book))
    contents = "\n".join(texts[4 : long_book.extent.roman])
    entries = re.findall(r"((?:Pasal|Bagian) [\w -]+?)[ .\u2002\n]+(\d+)\s*\n", contents + "\n")
    assert len(entries) >= 20
    for title, folio in entries:
        assert title.strip() in texts[folio_index(long_book, folio)], (title, folio)


def test_a_reference_prints_the_page_on_which_its_target_stands(long_book: Build) -> None:
    texts = page_texts(interior(long_book))
    seen = set()
    for text in texts:
        flat = text.replace("\u00a0", " ").replace("\n", " ")
        for chapter, folio in re.findall(r"Lihat Bab (\d), hlm\. (\d+)", flat):
            page = letters(texts[folio_index(long_book, folio)])
            assert page.startswith(f"bab{chapter}")
            seen.add(chapter)
    assert seen == {"1", "2", "3", "4"}


def test_a_note_stands_at_the_foot_of_the_page_that_calls_it(serba: Build) -> None:
    (page,) = [n for n, t in enumerate(page_texts(interior(serba))) if "Tanah liat perlu" in t]
    lines = lines_of(interior(serba), page)
    note = next(line for line in lines if "Tanah liat" in line.text)
    body = [line for line in lines if "digemburkan" in line.text]
    assert body
    assert note.top < min(line.bottom for line in lines if "sarung tangan" in line.text)


def test_a_notes_lines_fill_the_measure_wherever_the_source_breaks_them(tmp_path: Path) -> None:
    note = "\n    ".join(["kata demi kata yang pendek"] * 12)
    folder = small_book(tmp_path / "b", f"# A\n\nTeks.[^n]\n\n[^n]: {note}\n")
    build = make(folder)
    lines = lines_of(interior(build), build.extent.roman)
    notes = [line for line in lines if "kata demi" in line.text]
    assert 3 <= len(notes) <= 6
    assert all(line.right > 360 for line in notes[:-1])


def test_lines_of_text_stand_on_the_baseline_grid(long_book: Build) -> None:
    pdf = opened(long_book)
    phases: Counter[float] = Counter()
    for page in list(pdf.pages)[long_book.extent.roman :]:
        scale = offset = size = down = 0.0
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "cm":
                scale, offset = float(operands[3]), float(operands[5])
            elif name == "Tf":
                size = float(operands[1])
            elif name == "Tm":
                down = float(operands[5])
            elif name in ("Tj", "TJ") and abs(abs(scale) * size - 11.2) < 0.05:
                phases[round((scale * down + offset) % 14, 1)] += 1
    assert sum(phases.values()) > 1000
    commonest = phases.most_common(1)[0][0]
    assert all(abs(phase - commonest) <= 0.15 for phase in phases), phases


def test_long_words_are_divided_at_line_ends(long_book: Build) -> None:
    text = "".join(page_texts(interior(long_book)))
    assert re.search(r"[a-z]{3}[-\u2010]\n?[a-z]{3}", text)


def test_no_page_begins_with_the_last_line_of_a_paragraph(long_book: Build) -> None:
    for number in range(long_book.extent.roman + 1, long_book.extent.pages):
        lines = lines_of(interior(long_book), number)
        if len(lines) > 6 and not letters(lines[0].text).startswith("bab"):
            first = lines[1]
            assert first.right > 340 or not first.text.rstrip().endswith("."), (number, first)


def test_the_words_of_the_manuscript_are_on_the_pages(shipped: Build) -> None:
    language = load_language(layout_folders(ROOT), "id")
    document = build_document(read_manuscript(ROOT), language)
    printed = letters("".join(page_texts(interior(shipped))))
    body = re.sub(r'<a [^>]*class="note[^>]*>\d+</a>|<a [^>]*/>', "", document.sections[0].body)
    lost = [
        words
        for block in re.findall(
            r"<(?:p|li|td|th|h2)[^>]*>(.*?)</(?:p|li|td|th|h2)>", body, re.DOTALL
        )
        for words in re.findall(r"(?:\S+\s+){3}", re.sub(r"<[^>]+>", "", block))
        if letters(words) not in printed
    ]
    # words on either side of a page's end, or of a note's call, are parted by folio and head
    assert len(lost) <= shipped.extent.pages + len(document.sections[0].notes), lost


def test_an_extent_other_than_the_declared_one_is_a_warning() -> None:
    finding = one(ROOT, "extent-differs")
    assert finding.severity == "warning"
    assert "xx + 260" in finding.message


def test_the_page_engine_has_nothing_to_complain_about(
    shipped: Build, serba: Build, plain: Build
) -> None:
    for build in (shipped, serba, plain):
        assert not [finding for finding in build.findings if finding.code == "layout-engine"]


def test_text_that_runs_out_of_the_type_area_is_an_error(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", f"# A\n\n{'abcde fghij ' * 12}\n")
    style = folder / "layouts" / "default" / "interior" / "page.css"
    style.parent.mkdir(parents=True)
    default = (ROOT / "layouts/default/interior/page.css").read_text("utf-8")
    style.write_text(default + "p { white-space: nowrap; }", "utf-8")
    finding = one(folder, "interior-overflow")
    assert (finding.severity, str(finding.place)) == ("error", "manuscript/01.md")


def test_a_layout_that_asks_for_a_foreign_rule_is_told_so(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    style = folder / "layouts" / "default" / "interior" / "page.css"
    style.parent.mkdir(parents=True)
    default = (ROOT / "layouts" / "default" / "interior" / "page.css").read_text()
    style.write_text(default + "\np { initial-letter: 3; src: url(https://a.example/x) }\n")
    assert any("initial-letter" in finding.message for finding in found(folder, "layout-engine"))


def test_a_layout_may_override_a_single_file(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    template = folder / "layouts" / "default" / "interior" / "half-title.html"
    template.parent.mkdir(parents=True)
    default = (ROOT / "layouts" / "default" / "interior" / "half-title.html").read_text()
    template.write_text(default.replace("{{ book }}", "Setengah"))
    assert page_texts(make(folder).artifacts[0].data)[0].strip() == "Setengah"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ nothing }}", "nothing"),
        ("{% if %}", "Expected"),
        ("{% include 'no.html' %}", "no.html"),
    ],
)
def test_a_broken_template_is_told_with_its_file(tmp_path: Path, text: str, says: str) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    template = folder / "layouts" / "default" / "interior" / "half-title.html"
    template.parent.mkdir(parents=True)
    template.write_text(text)
    finding = one(folder, "layout-file")
    assert says in finding.message or says in str(finding.place)


def test_a_book_of_front_matter_alone_has_roman_folios_only(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Prakata\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    text = file.read_text().replace('matter = "body"', 'matter = "front"')
    file.write_text(text.replace('role = "chapter"', 'role = "prakata"'))
    build = make(folder)
    assert (build.extent.arabic, build.extent.pages % 2) == (0, 0)


def test_an_outline_of_headings_lists_every_level_and_one_with_text_is_set(tmp_path: Path) -> None:
    head = '+++\nstatus = "outline"\n+++\n\n'
    folder = small_book(
        tmp_path / "b",
        head + "# Satu\n\n## Dua\n\n### Tiga {#tiga}\n",
        head + "# Empat\n\n## Lima\n\nTulisan awal, lihat [](#tiga).[^1]\n\n[^1]: Catatan awal.\n",
    )
    texts = page_texts(interior(make(folder)))
    assert any("Dalam bab ini" in text and "Tiga" in text for text in texts)
    (written,) = [text for text in texts if "Tulisan awal" in text]
    assert "“Tiga”, hlm. 1." in written
    assert "Catatan awal." in written
    assert "000" not in "".join(texts)


def test_the_contents_list_the_endorsements(serba: Build) -> None:
    contents = next(text for text in page_texts(interior(serba)) if "Daftar Isi" in text)
    assert "Kata Mereka tentang Buku Ini" in contents


def test_a_note_in_a_title_stands_at_the_foot_of_the_opener_and_nowhere_else(
    tmp_path: Path,
) -> None:
    folder = small_book(tmp_path / "b", "# Judul[^1]\n\nTeks.\n\n[^1]: Sumbernya.\n")
    texts = page_texts(interior(make(folder)))
    assert ["Sumbernya." in text for text in texts].count(True) == 1
    (contents,) = [text for text in texts if "Daftar Isi" in text]
    assert "Judul1" not in contents.replace(" ", "")


def test_a_note_that_stands_on_no_page_is_an_error(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "book", "# Satu\n\nTeks.[^a]\n\n[^a]: Catatan.\n")
    style = (ROOT / "layouts/default/interior/page.css").read_text("utf-8")
    own = folder / "layouts/default/interior/page.css"
    own.parent.mkdir(parents=True)
    own.write_text(style + ".note { display: none; }\n", "utf-8")
    finding = one(folder, "note-lost")
    assert finding.severity == "error"
    assert "“a”" in finding.message


def test_no_page_holds_a_single_line_of_longer_code(tmp_path: Path) -> None:
    text = "# Kode\n"
    for number in range(60):
        lines = "\n".join(f"{word}_{number}_" for word in ("awal", "dua", "tiga", "empat", "akhir"))
        text += f"\n{'Baris teks. ' * (number % 4 * 7 + 3)}\n\n```text\n{lines}\n```\n"
    texts = page_texts(interior(make(small_book(tmp_path / "book", text))))
    divided = 0
    for number in range(60):
        for edge, next_to_it in (("awal", "dua"), ("akhir", "empat")):
            (page,) = [one_page for one_page in texts if f"{edge}_{number}_" in one_page]
            assert f"{next_to_it}_{number}_" in page, (edge, number)
            divided += f"tiga_{number}_" not in page
    assert divided > 2


NOTE_PAGE = """@page { size: 200pt 200pt; margin: 20pt; @footnote { margin-top: 14pt } }
p { margin: 0; font: 10pt/14pt "EB Garamond"; orphans: 2; widows: 2 }
.note { float: footnote }"""


@pytest.mark.parametrize(("before", "words"), [(3, 32), (4, 24), (5, 16), (6, 1), (7, 1)])
def test_a_note_called_in_a_line_that_has_room_only_without_other_notes_is_kept(
    before: int, words: int
) -> None:
    html = (
        "<p>atas</p>" * before
        + f'<p>satu<span class="note" id="first">{"catatan " * words}</span></p>'
        + '<p>dua<br/>tiga<span class="note" id="second">lain</span><br/>empat<br/>lima</p>'
    )
    faces = load_faces(load_layout(layout_folders(ROOT), "default"))
    anchors = typeset(Sheet("notes", html, NOTE_PAGE, faces)).anchors
    assert set(anchors) == {"first", "second"}


@pytest.mark.parametrize("before", range(2, 9))
def test_a_note_begins_on_the_page_of_its_call(before: int) -> None:
    html = (
        "<p>atas</p>" * before
        + f'<p><b id="call-1">satu</b><span class="note" id="note-1">{"catatan " * 12}</span></p>'
        + '<p>dua<br/><b id="call-2">tiga</b><span class="note" id="note-2">lain</span>'
        + "<br/>empat</p>"
    )
    faces = load_faces(load_layout(layout_folders(ROOT), "default"))
    style = f"{NOTE_PAGE} .note {{ footnote-policy: line }}"  # as page.css has it
    anchors = typeset(Sheet("notes", html, style, faces)).anchors
    assert anchors["note-1"] == anchors["call-1"]
    assert anchors["note-2"] == anchors["call-2"]


def test_a_note_that_begins_on_a_later_page_than_its_call_is_told(tmp_path: Path) -> None:
    def told(folder: Path, policy: str) -> bool:
        own = folder / "layouts/default/interior"
        own.mkdir(parents=True)
        style = (ROOT / "layouts/default/interior/page.css").read_text("utf-8")
        changed = style.replace("footnote-policy: line", f"footnote-policy: {policy}")
        (own / "page.css").write_text(changed, "utf-8")
        said = "Catatan yang panjang sekali tentang tanah dan air di kebun itu. "
        called = "".join(f"Kalimat di kebun.[^{n}]\n\n" for n in range(40))
        notes = "".join(f"[^{n}]: {said * 3}\n\n" for n in range(40))
        build = make(small_book(folder, f"# Satu\n\n{called}{notes}"))
        endings = [found.message for found in build.findings if found.code == "page-ending"]
        return any("calls a note that begins on a later page" in message for message in endings)

    assert told(tmp_path / "auto", "auto")
    assert not told(tmp_path / "line", "line")


def test_a_dedication_stands_alone_without_heading_and_not_in_the_contents(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "Untuk Ibu.", "# Satu\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    text = file.read_text().replace('matter = "body"\nrole = "chapter"', "@", 1)
    file.write_text(text.replace("@", 'matter = "front"\nrole = "dedication"'))
    texts = page_texts(interior(make(folder)))
    assert [text.strip() for text in texts].count("Untuk Ibu.") == 1
    assert "Persembahan" not in "".join(texts)


def test_a_line_is_full_also_where_a_run_of_text_fits_but_for_its_last_space(
    tmp_path: Path,
) -> None:
    text = (
        "Contoh yang baik tidak harus diikuti langkah demi langkah. Setiap orang mempunyai bakat, "
        "keadaan, dan kesempatan yang berlainan. Seorang *role model* berguna karena "
        "memperlihatkan bahwa suatu jalan dapat ditempuh; cara menempuhnya tetap urusan orang."
    )
    folder = small_book(tmp_path / "b", f"# Satu\n\nA.\n\n{text}")
    settings = (ROOT / "layouts/default/layout.toml").read_text("utf-8")
    own = folder / "layouts/default/layout.toml"
    own.parent.mkdir(parents=True)
    own.write_text(settings + "optimal = false\n", "utf-8")
    pdf = interior(make(folder))
    (page,) = [n for n, found in enumerate(page_texts(pdf)) if "Contoh yang baik" in found]
    texts = [line.text.strip() for line in lines_of(pdf, page)]
    assert "orang" not in texts
    assert any(line.startswith("orang mempunyai bakat") for line in texts)


@pytest.mark.parametrize(
    "title",
    [
        "Menyusun Kembali Jaya PPP",
        "Menjawab Narasi Partai Penista Agama",
        "Empat kata saja sekolah",
    ],
)
def test_no_short_last_word_of_a_title_is_alone_in_its_line(title: str) -> None:
    *_, before, last = title.split()
    assert kept_last_word(title).endswith(f" {before}\u00a0{last}")


def test_a_title_of_few_words_or_with_a_long_last_one_is_left_alone() -> None:
    for title in ("Dua kata", "Tentang segala yang berkesinambungan"):
        assert kept_last_word(title) == title


def test_the_contents_name_a_title_without_its_picture(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu ![Bunga](a.png)\n\nTeks.\n")
    Image.new("L", (600, 400)).save(folder / "manuscript" / "a.png")
    build = make(folder)
    assert not [item for item in build.findings if item.code == "layout-engine"]
    (contents,) = [text for text in page_texts(interior(build)) if "Daftar Isi" in text]
    assert "Satu" in contents
    assert "Bunga" not in contents


def test_no_title_ends_in_a_line_of_one_short_word(tmp_path: Path) -> None:
    titles = ["Bab " * count + "Menyusun Kembali Kejayaan PPP" for count in range(1, 9)]
    folder = small_book(tmp_path / "b", *(f"# {title}\n\nAyat.\n" for title in titles))
    openers = [text for text in page_texts(interior(make(folder))) if "Ayat." in text]
    assert len(openers) == len(titles)
    lines = [line.strip() for text in openers for line in text.splitlines()]
    assert "PPP" not in lines
    assert any(line.replace("\u00a0", " ") == "Kejayaan PPP" for line in lines)
