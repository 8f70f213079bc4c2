"""The arithmetic of the book's body, against figures that printers publish."""

import pytest

from bookbuild.book.manuscript import read_specification
from bookbuild.book.spec import BookSpec
from bookbuild.folders import layout_folders
from bookbuild.language import roman
from bookbuild.press.geometry import cover_geometry, padding, spine, weight_grams
from bookbuild.press.printer import PrinterProfile, load_printer
from bookbuild.units import Length, inch, mm
from tests.support import ROOT

PRINTERS = ("digital-id", "ingram", "kdp", "lulu", "offset-id")
PRINTER = load_printer(layout_folders(ROOT), "digital-id")


def profile(name: str) -> PrinterProfile:
    return load_printer(layout_folders(ROOT), name)


def paper(name: str) -> BookSpec:
    spec = read_specification(ROOT)
    return spec.model_copy(update={"paper": spec.paper.model_copy(update={"name": name})})


def test_280_pages_of_hvs_70_make_a_spine_of_13_2_mm() -> None:
    found = spine(read_specification(ROOT), PRINTER, 280, None)
    assert found.width.mm == 13.2
    assert found.formula == "280 / 2 × 0.09 + 2 × 0.3 + 0 = 13.20 mm"
    assert found.calipers.basis == "assumed"


@pytest.mark.parametrize(
    ("printer", "stock", "expected"),
    [
        ("kdp", "white", inch(0.002252) * 280),  # pages × 0.002252 in, cover not counted
        ("kdp", "cream", inch(0.0025) * 280),
        ("kdp", "HVS", inch(0.0025) * 280),  # the book's paper is none of KDP's: its first
        ("lulu", "HVS", inch(280 / 444 + 0.06)),
    ],
)
def test_the_spine_is_the_one_that_the_printer_publishes(
    printer: str, stock: str, expected: Length
) -> None:
    found = spine(paper(stock), profile(printer), 280, None)
    assert found.width.mm == pytest.approx(expected.mm, abs=0.01)
    assert found.calipers.basis == "published"


def test_a_measured_block_takes_the_place_of_the_paper() -> None:
    found = spine(read_specification(ROOT), PRINTER, 280, mm(13.4))
    assert found.width.mm == 14
    assert found.formula == "block 13.4 + 2 × 0.3 + 0 = 14.00 mm"
    assert found.measured


def test_the_books_own_caliper_counts_where_the_paper_is_the_books() -> None:
    spec = read_specification(ROOT)
    bulky = spec.paper.model_copy(update={"caliper": mm(0.12)})
    spec = spec.model_copy(update={"paper": bulky})
    assert spine(spec, PRINTER, 280, None).calipers.paper == mm(0.12)
    assert spine(spec, profile("kdp"), 280, None).calipers.paper == inch(0.005)


@pytest.mark.parametrize(
    ("width", "height", "multiple"), [(150, 230, 6), (155.9, 233.9, 6), (170, 240, 4)]
)
def test_ingram_counts_in_sixes_up_to_its_small_trims(
    width: float, height: float, multiple: int
) -> None:
    assert profile("ingram").interior.page_multiple(mm(width), mm(height)) == multiple


@pytest.mark.parametrize("pages", [40, 150, 151, 300, 301, 500, 700, 701, 800])
@pytest.mark.parametrize("name", PRINTERS)
def test_every_printer_names_a_gutter_that_grows_with_the_book(name: str, pages: int) -> None:
    rule = profile(name).interior
    assert mm(9) < rule.gutter(pages) <= rule.gutter(pages + 1) < mm(25)


@pytest.mark.parametrize("pages", range(40, 801, 76))
@pytest.mark.parametrize("name", PRINTERS)
def test_the_cover_is_two_bleeds_two_panels_and_a_spine(name: str, pages: int) -> None:
    spec, printer = read_specification(ROOT), profile(name)
    thickness = spine(spec, printer, pages, None)
    geometry = cover_geometry(spec, printer, thickness)
    bleed = printer.cover.bleed.mm
    assert geometry.sheet_width.mm == pytest.approx(2 * bleed + 300 + thickness.width.mm, abs=0.001)
    assert geometry.folds[0].mm == pytest.approx(bleed + 150, abs=0.001)
    assert geometry.folds[1].mm == pytest.approx(bleed + 150 + thickness.width.mm, abs=0.001)


def test_the_cover_of_the_full_book_measures_319_2_by_236_mm() -> None:
    spec = read_specification(ROOT)
    geometry = cover_geometry(spec, PRINTER, spine(spec, PRINTER, 280, None))
    assert (geometry.sheet_width.mm, geometry.sheet_height.mm) == (319.2, 236)
    assert [fold.mm for fold in geometry.folds] == [153, 166.2]


def test_the_full_book_weighs_about_355_grams() -> None:
    spec = read_specification(ROOT)
    geometry = cover_geometry(spec, PRINTER, spine(spec, PRINTER, 280, None))
    assert weight_grams(spec, 280, geometry) == pytest.approx(355, abs=1)


@pytest.mark.parametrize(
    ("pages", "multiple", "blanks"), [(280, 2, 0), (281, 2, 1), (280, 6, 2), (280, 16, 8)]
)
def test_blanks_fill_up_to_the_printers_multiple(pages: int, multiple: int, blanks: int) -> None:
    assert padding(pages, multiple) == blanks


def test_the_declared_extent_reads_xx() -> None:
    extent = read_specification(ROOT).extent
    assert extent is not None
    assert roman(extent.roman) == "xx"
