"""The wraparound cover as the printer gets it."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from bookbuild.folders import layout_folders
from bookbuild.pipeline import Build
from bookbuild.press import barcode
from bookbuild.press.printer import load_printer
from tests.conftest import long_chapter
from tests.support import ROOT, Epub, found, make, page_texts, small_book

MM = 72 / 25.4


def cover(build: Build) -> bytes:
    return build.artifacts[1].data


def rendered(pdf: bytes, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dpi / 72).to_pil().convert("RGB")
    finally:
        document.close()


def bars_on(pdf: bytes) -> list[tuple[float, float]]:
    """Left edge and width of each bar in points: tall narrow rectangles in K alone."""
    book = pikepdf.open(io.BytesIO(pdf))
    (page,) = book.pages
    found, matrices, ink = [], [pikepdf.Matrix()], None
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                matrices.append(matrices[-1])
            case "Q":
                matrices.pop()
            case "cm":
                matrices[-1] = pikepdf.Matrix(operands) @ matrices[-1]
            case "scn" | "k":
                ink = [float(value) for value in operands]
            case "re" if ink == [0, 0, 0, 1]:
                x, _, width, height = (float(value) for value in operands)
                if abs(height) > 10 * abs(width):
                    scale, offset = matrices[-1].a, matrices[-1].e
                    found.append((x * scale + offset, width * scale))
    return found


@pytest.mark.parametrize("name", ["shipped", "serba", "plain", "long_book"])
def test_the_sheet_is_back_spine_front_with_3_mm_bleed(
    name: str, request: pytest.FixtureRequest
) -> None:
    build: Build = request.getfixturevalue(name)
    pdf = pikepdf.open(io.BytesIO(cover(build)))
    (page,) = pdf.pages
    width, height = build.artifacts[1].size_mm or (0, 0)
    assert [float(v) for v in page.mediabox[:2]] == [0, 0]
    assert float(page.mediabox[2]) == pytest.approx(width * MM, abs=0.05)
    assert float(page.trimbox[0]) == pytest.approx(3 * MM, abs=0.01)
    assert float(page.trimbox[3]) == pytest.approx((height - 3) * MM, abs=0.05)


def test_the_spine_grows_with_the_measured_extent(shipped: Build, long_book: Build) -> None:
    def expected(build: Build) -> float:
        return 306 + build.extent.pages / 2 * 0.09 + 0.6

    for build in (shipped, long_book):
        width = (build.artifacts[1].size_mm or (0, 0))[0]
        assert width == pytest.approx(expected(build), abs=0.01)


def test_all_cover_colour_is_cmyk_under_240_percent(serba: Build) -> None:
    pdf = pikepdf.open(io.BytesIO(cover(serba)))
    (page,) = pdf.pages
    for operands, operator in pikepdf.parse_content_stream(page):
        assert str(operator) not in ("rg", "RG")
        if str(operator) in ("scn", "k") and len(operands) == 4:
            assert sum(float(value) for value in operands) <= 2.4


def test_spine_text_appears_only_where_the_spine_carries_it(shipped: Build, tmp_path: Path) -> None:
    assert page_texts(cover(shipped))[0].count("Ach. Baidowi") == 1
    thick = 'paper = { name = "bulky", gsm = 90, caliper = "0.2 mm" }'
    folder = small_book(tmp_path / "b", *[long_chapter(n) for n in range(1, 5)])
    file = folder / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace('paper = { name = "HVS", gsm = 70 }', thick))
    build = make(folder)
    assert page_texts(cover(build))[0].count("Penulis Kecil") == 2
    assert not [finding for finding in build.findings if finding.code == "spine-text"]


def test_a_barcode_appears_only_with_an_isbn(shipped: Build, serba: Build) -> None:
    assert "ISBN 978-602-06-5278-8" in page_texts(cover(serba))[0]
    assert "ISBN" not in page_texts(cover(shipped))[0]


def test_the_bars_are_those_of_the_isbn() -> None:
    bars = barcode.bars("978-602-06-5278-8")
    assert len(bars) == 30
    assert bars[0] == barcode.Bar(0, 1, guard=True)
    assert bars[-1].start + bars[-1].width == 95
    assert sum(bar.guard for bar in bars) == 6


def test_a_scanner_reads_the_isbn_off_the_cover(serba: Build) -> None:
    found = zxingcpp.read_barcodes(rendered(cover(serba), 300))
    assert [(item.format.name, item.text) for item in found] == [("EAN13", "9786020652788")]


@pytest.mark.parametrize("printer", ["digital-id", "ingram", "kdp", "lulu", "offset-id"])
def test_the_barcode_keeps_gs1s_measures_and_the_printers_zone(printer: str) -> None:
    zone = load_printer(layout_folders(ROOT), printer).cover.barcode
    symbol = barcode.Symbol(zone.magnification)
    assert 0.264 <= symbol.module.mm <= 0.66  # GS1: 80 to 200 %
    assert symbol.bar_height.mm >= 18.28
    assert not barcode.barcode_findings("978-602-06-5278-8", zone)
    narrow = zone.model_copy(update={"width": symbol.width * 0.99})
    (finding,) = barcode.barcode_findings("978-602-06-5278-8", narrow)
    assert finding.code == "printer-barcode"
    assert not barcode.barcode_findings(None, narrow)


def test_the_bars_are_black_ink_alone_with_their_quiet_zones_white(serba: Build) -> None:
    drawn = bars_on(cover(serba))
    assert len(drawn) == 30
    symbol = barcode.Symbol(1)
    left, right = min(x for x, _ in drawn), max(x + width for x, width in drawn)
    assert right - left == pytest.approx(95 * symbol.module.pt, abs=0.01)
    image = rendered(cover(serba), 300)
    scale = image.width / (serba.artifacts[1].size_mm or (0, 0))[0] / MM
    middle = int(image.height - (6.35 + 3 + 18) * MM * scale)
    quiet_left = [int((left - 11 * symbol.module.pt + 1) * scale), int((left - 1) * scale)]
    quiet_right = [int((right + 1) * scale), int((right + 7 * symbol.module.pt - 1) * scale)]
    for start, end in (quiet_left, quiet_right):
        row = {image.getpixel((x, middle)) for x in range(start, end)}
        assert row == {(255, 255, 255)}


def test_only_the_list_price_is_printed_and_only_if_asked(shipped: Build, serba: Build) -> None:
    text = page_texts(cover(serba))[0]
    assert "Rp85.000" in text
    assert "68.000" not in text
    assert "Rp" not in page_texts(cover(shipped))[0]


def test_the_description_stands_on_the_back(serba: Build) -> None:
    assert "musim demi musim" in page_texts(cover(serba))[0].replace("\n", " ")


def test_the_ebook_cover_is_the_front_alone_in_the_trims_ratio(serba: Build) -> None:
    with Image.open(io.BytesIO(Epub(serba.artifacts[2].data).zip.read("EPUB/cover.jpg"))) as image:
        assert image.mode == "RGB"
        assert image.width == 1600
        assert image.width / image.height == pytest.approx(150 / 230, abs=0.002)
        assert image.width * image.height <= 4_000_000


def test_an_assumed_caliper_is_a_warning_and_a_measured_one_is_not(
    serba: Build, plain: Build
) -> None:
    codes = [[finding.code for finding in build.findings] for build in (serba, plain)]
    assert "caliper-assumed" not in codes[0]
    assert "caliper-assumed" in codes[1]


def test_a_long_title_is_set_smaller_not_cut(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    title = "Mempertanggungjawabkan Keberlangsungan Penyelenggaraan Kesejahteraan Masyarakat"
    file.write_text(
        file.read_text().replace('"Buku Kecil"', f'"{title}"\nshort_title = "Kesejahteraan"')
    )
    assert not found(folder, "cover-text")
    text = page_texts(cover(make(folder)))[0]
    assert text.count("Penyelenggaraan") == 2
