from datetime import date
from decimal import Decimal

import pytest

from bookbuild.folders import layout_folders
from bookbuild.language import Language, roman
from bookbuild.layout import load_language
from tests.support import ROOT


@pytest.fixture(scope="module")
def indonesian() -> Language:
    return load_language(layout_folders(ROOT), "id")


def test_rupiah_stand_without_space_or_decimals(indonesian: Language) -> None:
    assert indonesian.money(Decimal(120000), "IDR") == "Rp120.000"
    assert indonesian.money(Decimal(95900), "IDR") == "Rp95.900"


def test_a_month_is_named_in_the_books_language(indonesian: Language) -> None:
    assert indonesian.month_and_year(date(2020, 5, 1)) == "Mei 2020"


def test_a_measure_takes_the_languages_decimal_mark(indonesian: Language) -> None:
    assert indonesian.decimal(15.5) == "15,5"
    assert indonesian.decimal(23.0) == "23"


@pytest.mark.parametrize(
    ("number", "written"), [(1, "i"), (4, "iv"), (20, "xx"), (1994, "mcmxciv")]
)
def test_roman_numerals(number: int, written: str) -> None:
    assert roman(number) == written


def test_a_region_falls_back_on_its_language() -> None:
    assert load_language(layout_folders(ROOT), "en-GB").code == "en"
