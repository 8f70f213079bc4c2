"""The arithmetic of the book's body, against figures that printers publish."""

import pytest

from bookbuild.book.manuscript import read_specification
from bookbuild.language import roman
from bookbuild.layout import layout_folders
from bookbuild.press.geometry import (
    Calipers,
    cover_geometry,
    padding,
    spine_width,
    weight_grams,
)
from bookbuild.press.printer import load_printer
from bookbuild.units import inch, mm
from tests.support import ROOT

PRINTER = load_printer(layout_folders(ROOT), "digital-id")


def test_280_pages_of_hvs_70_make_a_spine_of_13_2_mm() -> None:
    assert spine_width(280, Calipers(mm(0.09), mm(0.3), measured=False), mm(0)).mm == 13.2


def test_the_formula_gives_kdps_spine_for_its_white_paper() -> None:
    # KDP: pages × 0.002252 in, cover not counted
    thickness = Calipers(inch(0.002252) * 2, mm(0), measured=True)
    assert spine_width(280, thickness, mm(0)).mm == pytest.approx(16.02, abs=0.01)


def test_the_cover_of_the_full_book_measures_319_2_by_236_mm() -> None:
    geometry = cover_geometry(read_specification(ROOT), PRINTER, 280)
    assert (geometry.sheet_width.mm, geometry.sheet_height.mm) == (319.2, 236)
    assert [fold.mm for fold in geometry.folds] == [153, 166.2]


def test_the_full_book_weighs_about_355_grams() -> None:
    spec = read_specification(ROOT)
    assert weight_grams(spec, 280, cover_geometry(spec, PRINTER, 280)) == pytest.approx(355, abs=1)


@pytest.mark.parametrize(
    ("pages", "multiple", "blanks"), [(280, 2, 0), (281, 2, 1), (280, 6, 2), (280, 16, 8)]
)
def test_blanks_fill_up_to_the_printers_multiple(pages: int, multiple: int, blanks: int) -> None:
    assert padding(pages, multiple) == blanks


def test_the_declared_extent_reads_xx() -> None:
    extent = read_specification(ROOT).extent
    assert extent is not None
    assert roman(extent.roman) == "xx"
