"""The proof as an editor gets it, and the draft sheets that authors comment on."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import lxml.html
import pikepdf
import pypdfium2
import pytest
from lxml.html import HtmlElement
from PIL import Image
from typer.testing import CliRunner

from bookbuild import pipeline
from bookbuild.cli import app
from bookbuild.diagnostics import CODES, Place, note, warning
from bookbuild.errors import BookbuildError
from bookbuild.output import write_file
from bookbuild.pipeline import Build
from bookbuild.pixels import coverage, page_picture
from bookbuild.press.draft import spread_pages
from bookbuild.press.sight import page_views
from bookbuild.press.typography.report import row
from bookbuild.proof import draft_sheets, proof_page
from bookbuild.proof_facts import COVER_CODES, proof_facts
from bookbuild.units import pt
from bookbuild.wording import ProofWords
from tests.conftest import paragraph
from tests.support import lines_of, make, page_texts, small_book

MOST_BYTES_A_PAGE = 15e6 / 280
"""A proof of 280 pages stays below 15 MB."""


@pytest.fixture(scope="module")
def proof(serba: Build) -> HtmlElement:
    return lxml.html.document_fromstring(proof_page(serba).decode())


def labels(build: Build) -> tuple[str, ...]:
    return build.made[0].inside.page_map.labels


def facts_shown(proof: HtmlElement, section: str) -> dict[str, str]:
    rows = proof.xpath(f"//section[@id='{section}']//dl/div")
    return {row.findtext("dt"): row.findtext("dd") for row in rows}


def test_every_page_stands_in_it_once_and_in_order(serba: Build, proof: HtmlElement) -> None:
    pages = [page.get("id") for page in proof.xpath("//span[starts-with(@id, 'page-')]")]
    assert pages == [f"page-{label}" for label in labels(serba)]
    folios = proof.xpath("//section[@id='pages']//span[@class='folio']/b/text()")
    assert folios == list(labels(serba))


def test_pages_lie_as_in_the_open_book(proof: HtmlElement) -> None:
    spreads = proof.xpath("//ol[@class='spreads']//button")
    assert [page.get("class") for page in spreads[0]] == ["page blank", "page recto"]
    assert {tuple(page.get("class") for page in spread) for spread in spreads[1:-1]} == {
        ("page verso", "page recto")
    }
    assert spreads[1].get("aria-label") == "Halaman ii dan iii"


@pytest.mark.parametrize(
    ("count", "spreads"),
    [
        (1, ((None, 0),)),
        (2, ((None, 0), (1, None))),
        (3, ((None, 0), (1, 2))),
        (4, ((None, 0), (1, 2), (3, None))),
    ],
)
def test_the_first_page_is_a_recto_alone(
    count: int, spreads: tuple[tuple[int | None, int | None], ...]
) -> None:
    assert spread_pages(count) == spreads


def test_a_page_is_shown_by_its_own_picture(serba: Build, proof: HtmlElement) -> None:
    """The picture of each page is as dark as the page of the PDF, read apart."""
    pdf = pypdfium2.PdfDocument(serba.artifacts[0].data)
    sources = proof.xpath("//span[starts-with(@id, 'page-')]/img/@src")
    for page, source in zip(pdf, sources, strict=True):
        found = Image.open(io.BytesIO(bytes_of(source))).convert("L")
        wanted = page.render(scale=found.width / page.get_width()).to_pil().convert("L")
        small = [image.resize((15, 23), Image.Resampling.BOX) for image in (found, wanted)]
        differences = [
            abs(a - b) for a, b in zip(*(image.tobytes() for image in small), strict=True)
        ]
        assert max(differences) <= 12
    pdf.close()


def bytes_of(source: str) -> bytes:
    head, _, body = source.partition(",")
    assert re.fullmatch(r"data:image/(png|jpeg);base64", head)
    return base64.b64decode(body, validate=True)


def test_it_needs_nothing_from_elsewhere(proof: HtmlElement) -> None:
    for name in ("src", "href", "srcset", "action", "data", "poster"):
        for value in proof.xpath(f"//@{name}"):
            assert value.startswith(("data:", "#")), value
    styles = "".join(proof.xpath("//style/text()") + proof.xpath("//@style"))
    assert "@import" not in styles
    assert "url(" not in styles
    script = "".join(proof.xpath("//script/text()"))
    assert not re.search(r"fetch|XMLHttpRequest|import\(|https?:", script)
    (policy,) = proof.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; img-src data:;")


def test_every_link_leads_somewhere_and_no_id_is_there_twice(proof: HtmlElement) -> None:
    ids = proof.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {value for value in proof.xpath("//@href") if value.startswith("#")}
    assert targets
    assert targets <= {f"#{name}" for name in ids}


def test_a_finding_leads_to_the_page_that_it_names(serba: Build, proof: HtmlElement) -> None:
    coarse = [item for item in serba.findings if item.code == "picture-coarse"]
    assert coarse
    for finding in coarse:
        page = re.search(r"page (\S+):", finding.message)
        assert page is not None
        (item,) = [
            item
            for item in proof.xpath("//li[starts-with(@id, 'finding-')]")
            if finding.message in item.text_content()
        ]
        assert item.xpath(".//a/@href") == [f"#page-{page[1]}"]
        assert str(finding.place) in item.text_content()
        number = item.get("id")
        flags = proof.xpath(f"//a[@href='#{number}'][contains(@class, 'flag')]")
        assert len(flags) == 1


def test_a_finding_without_a_page_leads_to_where_its_file_begins(
    serba: Build, proof: HtmlElement
) -> None:
    (outline,) = [item for item in serba.findings if item.code == "book-incomplete"]
    (item,) = [
        item
        for item in proof.xpath("//li[starts-with(@id, 'finding-')]")
        if outline.message in item.text_content()
    ]
    (target,) = item.xpath(".//a/@href")
    number = labels(serba).index(target.removeprefix("#page-"))
    assert outline.place is not None
    files = serba.made[0].inside.page_map.files
    assert files[number] == outline.place.file
    assert files[number - 1] != outline.place.file


def test_every_finding_is_listed_the_gravest_first(serba: Build, proof: HtmlElement) -> None:
    shown = proof.xpath("//li[starts-with(@id, 'finding-')]")
    assert len(shown) == len(serba.findings)
    order = ["error", "warning", "note"]
    severities = [order.index(item.get("class")) for item in shown]
    assert severities == sorted(severities)


def test_a_message_may_name_several_pages(serba: Build) -> None:
    said = (
        note("picture-set", "pages 3, 5 and xii are grey, page mix is no page"),
        warning("caliper-assumed", "nobody measured it", Place("manuscript/book.toml")),
    )
    build = replace(serba, findings=said)
    calipers, grey = proof_facts(build, build.made[0]).findings
    assert [labels(build)[page] for page in grey.pages] == ["3", "5", "xii"]
    assert not grey.on_cover
    assert calipers.on_cover
    assert calipers.starts is None


def test_the_covers_numbers_are_those_of_the_manifest(serba: Build, proof: HtmlElement) -> None:
    manifest = json.loads(serba.manifest)
    cover = next(item for item in manifest["artifacts"] if item["role"] == "cover")
    shown = facts_shown(proof, "cover")
    assert shown["Punggung"] == f"{cover['spine_mm']:g} mm"
    assert shown["Rumus"] == cover["formula"]
    assert shown["Halaman"] == str(cover["block_pages"])
    assert shown["Lembar dengan bleed"] == "{:g} × {:g} mm".format(*cover["size_mm"])
    assert shown["Berat satu buku"] == f"{manifest['weight_g']:g} g"
    assert shown["Tebal selembar kertas"] == f"{cover['caliper_mm']['paper']:g} mm (diukur)"
    (zones,) = proof.xpath("//section[@id='cover']//svg")
    width, height = cover["size_mm"]
    left, top, *size = (
        float(value) for value in zones.get("viewBox", zones.get("viewbox")).split()
    )
    assert (left, top) == (0, 0)
    assert size == pytest.approx([width, height], abs=0.01)
    folds = [float(path.get("d").split()[0][1:]) for path in zones.xpath(".//path")]
    assert folds[1] - folds[0] == pytest.approx(cover["spine_mm"], abs=0.02)
    assert sum(folds) == pytest.approx(width, abs=0.02)  # the spine is in the middle


def test_files_stand_in_it_with_their_digests(serba: Build, proof: HtmlElement) -> None:
    text = proof.get_element_by_id("facts").text_content()
    for artifact in json.loads(serba.manifest)["artifacts"]:
        assert artifact["file"] in text
        assert artifact["sha256"] in text


def test_the_extent_is_declared_and_measured(proof: HtmlElement) -> None:
    shown = facts_shown(proof, "facts")
    assert shown["Jumlah halaman, dinyatakan"] == "x + 10"
    assert shown["Jumlah halaman, diukur"] == "xvi + 24 (40)"
    badges = proof.xpath("//p[@class='badges']/span/text()")
    assert badges == ["Belum lengkap", "Layak cetak"]


def test_fonts_and_pictures_are_listed(serba: Build, proof: HtmlElement) -> None:
    fonts, pictures = proof.xpath("//section[@id='facts']//table")
    names = [row[0].text for row in fonts.xpath("./tbody/tr")]
    assert "EBGaramond-Italic" in names
    assert {row[1].text for row in fonts.xpath("./tbody/tr")} == {"ya"}
    shown = {
        (row.xpath("string(td[1])"), row.xpath("string(td[2])")): row.xpath("string(td[4])")
        for row in pictures.xpath("./tbody/tr")
    }
    coarse = [item.message for item in serba.findings if item.code == "picture-coarse"]
    for message in coarse:
        told = re.search(r"page (\S+): (\d+) ppi", message)
        assert told is not None
        assert any(
            page == told[1] and abs(int(ppi.split()[0]) - int(told[2])) <= 1
            for (page, _), ppi in shown.items()
        ), (message, shown)


def test_everything_shown_or_pressed_has_words(proof: HtmlElement) -> None:
    assert all(image.get("alt", "").strip() for image in proof.xpath("//img"))
    for button in proof.xpath("//button"):
        assert (button.get("aria-label") or button.text_content()).strip()
    for box in proof.xpath("//input"):
        assert box.getparent().tag == "label"
        assert box.getparent().text_content().strip()
    assert proof.get("lang") == "id"


def test_the_typography_is_that_of_the_report(serba: Build, proof: HtmlElement) -> None:
    told = list(facts_shown(proof, "typography").values())
    assert told == [
        f"{row(serba.typography)[0]} em".replace(".", ","),
        *(value.replace(".", ",") for value in row(serba.typography)[1:]),
    ]


def test_uneven_lines_are_marked_where_they_stand(tmp_path: Path) -> None:
    even = "\n\n".join(paragraph(number) for number in range(30))
    number = "550192837465019283746501928374650192837465"  # it can't be divided
    uneven = f"Buku itu terdaftar dengan nomor {number} dan dengan nomor {number} di sana. " * 6
    built = make(small_book(tmp_path / "b", f"# Satu\n\n{even}\n\n{uneven}\n"))
    facts, pdf = proof_facts(built, built.made[0]), built.made[0].inside.pdf
    spacing = built.typography.spacing
    assert spacing is not None
    spot = spacing.loose[0]
    boxes = [box for kind, box in facts.pages[spot.page].marks if kind == "loose"]
    height = facts.recto.size[1]
    first_word = spot.text.split()[0]
    lines = [line for line in lines_of(pdf, spot.page) if line.text.startswith(first_word)]
    assert any(
        left == pytest.approx(pt(line.left).mm, abs=1)
        and top <= height - pt(line.bottom).mm <= top + high
        for left, top, _, high in boxes
        for line in lines
    )
    marked = sum(kind == "loose" for page in facts.pages for kind, _ in page.marks)
    assert marked == len(spacing.loose)


def test_ink_is_the_share_of_the_page_that_is_covered() -> None:
    white, black = b"\xff" * 50, b"\0" * 50
    assert coverage(10, 10, white + black) == pytest.approx((50, 100))
    assert coverage(10, 10, white * 2) == (0, 0)
    assert coverage(10, 10, b"\x80" * 100) == pytest.approx((49.8, 49.8), abs=0.1)


def test_a_page_of_text_keeps_its_edges_and_a_photograph_its_tones() -> None:
    text = (b"\xff" * 90 + b"\0" * 10) * 100
    assert page_picture(100, 100, text).media_type == "image/png"
    tones = bytes((x * 7 + y * 13 + x * y % 31) % 256 for y in range(200) for x in range(200))
    picture = page_picture(200, 200, tones)
    drawn = Image.open(io.BytesIO(picture.data)).convert("L").tobytes()
    assert sum(abs(a - b) for a, b in zip(drawn, tones, strict=True)) / len(tones) < 12


def test_each_page_tells_its_ink(serba: Build, proof: HtmlElement) -> None:
    told = proof.xpath("//section[@id='pages']//span[@class='amount']/text()")
    facts = proof_facts(serba, serba.made[0])
    assert told == [
        f"{page.ink.mean:.1f}".replace(".0", "").replace(".", ",") + " %" for page in facts.pages
    ]
    texts = page_texts(serba.artifacts[0].data)
    blank = [page for page, text in zip(facts.pages, texts, strict=True) if not text]
    assert blank
    assert all(page.ink.mean == 0 for page in blank)
    assert max(page.ink.mean for page in facts.pages) > 2


def test_zones_are_the_printers_and_baselines_the_layouts(serba: Build) -> None:
    made = serba.made[0]
    facts = proof_facts(serba, made)
    rule = made.printer.interior
    safe, gutter = rule.safe.mm, rule.gutter(40).mm
    assert facts.recto.gutter == pytest.approx((0, 0, gutter, 230), abs=0.02)
    assert facts.verso.gutter == pytest.approx((150 - gutter, 0, gutter, 230), abs=0.02)
    assert facts.recto.safe == pytest.approx((0, safe, 150 - safe, 230 - 2 * safe), abs=0.02)
    assert facts.verso.safe == pytest.approx((safe, safe, 150 - safe, 230 - 2 * safe), abs=0.02)
    style = serba.made_from.layout.settings.page
    steps = {round(below - above, 1) for above, below in pairwise(facts.recto.baselines)}
    assert steps == {round(style.leading.mm, 1)}


def test_boxes_are_told_from_the_corner_of_what_is_shown() -> None:
    """A file with marks shows more than its trimmed page, and may not begin at 0."""
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(500, 700))
    page.obj.MediaBox = pikepdf.Array([-50, -30, 450, 670])
    page.obj.CropBox = pikepdf.Array([-10, -20, 440, 660])
    page.obj.BleedBox = pikepdf.Array([0, 0, 420, 640])
    page.obj.TrimBox = pikepdf.Array([8, 8, 412, 632])
    data = io.BytesIO()
    file.save(data)
    (view,) = page_views(data.getvalue(), 72, grey=True)
    mm = 25.4 / 72
    assert (view.width, view.height) == (450, 680)
    assert len(view.pixels) == 450 * 680
    assert view.size_mm == pytest.approx((450 * mm, 680 * mm), abs=0.01)
    assert view.bleed == pytest.approx((10 * mm, 20 * mm, 420 * mm, 640 * mm), abs=0.01)
    assert view.trim == pytest.approx((18 * mm, 28 * mm, 404 * mm, 624 * mm), abs=0.01)


def test_text_stands_on_the_baselines(long_book: Build) -> None:
    """Where letters without descenders end, a page suddenly gets lighter."""
    zones = proof_facts(long_book, long_book.made[0]).verso
    (view,) = [
        view
        for view in page_views(long_book.artifacts[0].data, 144, grey=True)
        if labels(long_book)[view.number] == "2"
    ]
    rows = [
        255 * view.width - sum(view.pixels[row * view.width : (row + 1) * view.width])
        for row in range(view.height)
    ]
    scale = view.height / zones.size[1]
    distances = []
    for baseline in zones.baselines[3:30]:
        near = round(baseline * scale)
        ends = max(range(near - 7, near + 8), key=lambda row: rows[row - 1] - rows[row])
        distances.append(abs(ends - baseline * scale))
    assert sorted(distances)[len(distances) // 2] <= 1  # half a point


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    hostile = "</title><script>alert(1)</script>"
    folder = small_book(tmp_path / "b", "# Bab\n\nTeks.\n")
    file = folder / "manuscript" / "book.toml"
    text = file.read_text("utf-8").replace("Buku Kecil", f"<i>{hostile}")
    file.write_text(text.replace("Penulis Kecil", hostile), "utf-8")
    proof = lxml.html.document_fromstring(proof_page(make(folder)).decode())
    assert len(proof.xpath("//script")) == 1
    assert "alert(1)" in proof.findtext(".//title")
    assert "alert(1)" in proof.findtext(".//h1")
    assert proof.xpath("//p[@class='authors']/text()") == [hostile]


def test_a_proof_stays_small_enough_to_send(long_book: Build) -> None:
    data = proof_page(long_book)
    assert len(data) / len(labels(long_book)) < MOST_BYTES_A_PAGE


def test_a_proof_speaks_the_books_language_or_english(plain: Build, polski: Build) -> None:
    for build, lang in ((plain, "en"), (polski, "pl")):
        proof = lxml.html.document_fromstring(proof_page(build).decode())
        assert proof.get("lang", "").split("-")[0] == lang
        assert proof.xpath("//p[@class='kind']/text()") == ["Proof"]
        assert proof.xpath("//img/@alt")[1] == f"Page {labels(build)[0]}"


def test_words_know_their_names_in_braces() -> None:
    with pytest.raises(ValueError, match=r"sheet has \{nomor\}; it knows \{count\}, \{number\}"):
        ProofWords(sheet="Lembar {nomor}")


def test_the_same_build_gives_the_same_proof(plain: Build) -> None:
    assert proof_page(plain) == proof_page(plain)
    assert draft_sheets(plain) == draft_sheets(plain)


def test_another_printers_set_is_shown(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Bab\n\nTeks.\n")
    build = pipeline.make(folder, lambda step: None, ["offset-id"])
    proof = lxml.html.document_fromstring(proof_page(build).decode())
    assert "(offset-id)" in facts_shown(proof, "facts")["Percetakan"]
    assert proof.xpath("//p[@class='badges']/span/text()")[1] == "Belum layak cetak"
    assert "printer-extent" in proof.xpath("//li[@class='error']//code/text()")


def test_each_spread_has_a_numbered_dated_sheet_of_a4(serba: Build) -> None:
    data = draft_sheets(serba)
    count = len(spread_pages(len(labels(serba))))
    texts = page_texts(data)
    assert len(texts) == count
    for number, text in enumerate(texts, 1):
        assert f"Lembar {number} / {count}" in text
        assert "DRAF · Serba-serbi “Kebun” · Revisi 3, 3 Februari 2026" in text
        assert text.count("DRAF") == 3
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            width, height = (float(value) * 25.4 / 72 for value in page.mediabox[2:])
            assert (width, height) == pytest.approx((297, 210), abs=0.01)


def test_verso_and_recto_stand_side_by_side(long_book: Build) -> None:
    number = labels(long_book).index("2")
    sheet = (number + 1) // 2
    lines = lines_of(draft_sheets(long_book), sheet)
    middle = 297 / 2 * 72 / 25.4
    interior = page_texts(long_book.artifacts[0].data)
    for line in lines:
        if len(line.text) > 45 and "DRAF" not in line.text:
            on = interior[number] if line.right < middle else interior[number + 1]
            assert line.right < middle or line.left > middle
            assert line.text.split("\n")[-1].strip()[:30] in on


def test_the_word_lies_under_the_text(serba: Build) -> None:
    with pikepdf.open(io.BytesIO(draft_sheets(serba))) as pdf:
        for page in pdf.pages:
            operators = [str(op) for _, op in pikepdf.parse_content_stream(page)]
            pages = [index for index, op in enumerate(operators) if op == "Do"]
            pale = [index for index, op in enumerate(operators) if op == "TJ"]
            assert max(pale) < min(pages)


def test_pages_keep_margins_for_comments(serba: Build) -> None:
    with pikepdf.open(io.BytesIO(draft_sheets(serba))) as pdf:
        for page in pdf.pages:
            for operands, op in pikepdf.parse_content_stream(page):
                if str(op) == "re":
                    left, bottom, width, height = (float(value) for value in operands)
                    mm = 25.4 / 72
                    assert left * mm >= 20 - 0.01
                    assert (left + width) * mm <= 277 + 0.01
                    assert (bottom + height) * mm <= 197 + 0.01
                    assert bottom * mm >= 7 - 0.01


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_book(tmp_path_factory.mktemp("b"), "# Bab\n\nTeks.\n")


def test_it_writes_beside_the_build_and_leaves_it_alone(little: Path) -> None:
    kept = little / "build" / "kecil" / "kept.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("tetap")
    result = CliRunner().invoke(app, ["proof", str(little), "--json"])
    assert result.exit_code == 0
    file = little / "build" / "kecil-proof.html"
    assert json.loads(result.stdout)["file"] == str(file)
    assert file.read_bytes().startswith(b"<!DOCTYPE html>")
    assert kept.read_text() == "tetap"
    assert sorted(path.name for path in (little / "build").iterdir()) == [
        "kecil", "kecil-proof.html",
    ]  # fmt: skip


def test_out_says_where_and_pdf_asks_for_sheets(little: Path, tmp_path: Path) -> None:
    out = tmp_path / "baru" / "draf.pdf"
    result = CliRunner().invoke(app, ["proof", str(little), "--pdf", "--out", str(out), "-q"])
    assert result.exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_printer_that_nobody_knows_is_an_error(little: Path) -> None:
    result = CliRunner().invoke(app, ["proof", str(little), "--printer", "entah"])
    assert result.exit_code == 1
    assert "digital-id.toml" in result.output


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(BookbuildError, match=r"can't write .*folder\.html"):
        write_file(tmp_path / "folder.html", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]


def test_codes_of_the_cover_are_codes() -> None:
    assert set(CODES) >= COVER_CODES
