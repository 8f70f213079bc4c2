"""The specification: what it takes, what it refuses, and the shipped book's facts."""

from decimal import Decimal
from pathlib import Path

import pytest

from bookbuild.book.manuscript import read_specification
from bookbuild.errors import NoBook
from tests.support import BOOKS, ROOT, found, one, small_book


def test_the_shipped_specification_says_what_the_publisher_gave() -> None:
    spec = read_specification(ROOT)
    assert spec.title == "Peksos Milenial"
    assert spec.subtitle == "Kiprah Generasi Milenial dalam Dunia Pekerjaan Sosial"
    assert spec.people("author") == ("Ach. Baidowi",)
    assert spec.people("contributor") == ("Alam", "Joko", "Zaky", "Usluddin", "Intan")
    assert (spec.trim.width.mm, spec.trim.height.mm) == (150, 230)
    assert (spec.paper.name, spec.paper.gsm, spec.cover.name, spec.cover.gsm) == (
        "HVS",
        70,
        "ivory",
        230,
    )
    assert spec.extent is not None
    assert (spec.extent.roman, spec.extent.arabic) == (20, 260)
    assert spec.prices is not None
    assert (spec.prices.list, spec.prices.sale) == (Decimal(120000), Decimal(95900))
    assert spec.sales is not None
    assert (spec.sales.model, spec.sales.lead_days) == ("print-on-demand", 3)
    assert spec.printings[0].month.isoformat() == "2020-05-01"


def test_facts_that_nobody_gave_are_absent() -> None:
    spec = read_specification(ROOT)
    assert spec.isbn.print is spec.isbn.ebook is spec.publisher is spec.rights is None
    assert spec.description is spec.lamination is spec.kdt is spec.paper.caliper is None
    assert spec.prices is not None
    assert spec.prices.ebook is None


def test_the_check_names_what_each_absent_fact_limits() -> None:
    messages = [finding.message for finding in found(ROOT, "spec-absent")]
    assert any("isbn.print" in message and "barcode" in message for message in messages)
    assert any("publisher" in message and "imprint" in message for message in messages)


def test_isbns_are_hyphenated_by_the_agencys_ranges() -> None:
    spec = read_specification(BOOKS / "serba")
    assert spec.isbn.print == "978-602-06-5278-8"
    assert spec.isbn.ebook == "978-602-06-5280-1"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('isbn = { print = "978-602-06-5278-7" }', "no ISBN"),
        ('isbn = { print = "abc" }', "no ISBN"),
        ('isbn = { print = "978-602-06-5278-8", ebook = "9786020652788" }', "of its own"),
        ('prices = { currency = "IDR", list = 100, sale = 200 }', "above the list price"),
        ('prices = { currency = "IDR", list = 1.5 }', "whole number"),
        ('prices = { currency = "IDR", on_cover = true }', "needs a list price"),
        ('rights = { holder = "", year = 2020 }', "is empty"),
        ('series = { name = "A", number = "3" }', "without quotes"),
        ('series = [{ name = "A" }]', "[series]"),
        ('printings = [{ number = 1, date = "Mei 2020" }]', "2020-05"),
        (
            'printings = [{ number = 2, date = "2020-05" }, { number = 1, date = "2020-01" }]',
            "in order",
        ),
        ('publisher = { name = "P", website = "http://x.example" }', "https"),
        ('publisher = { name = "P", website = "https://x.example/a&b|c" }', "encoded"),
        ('sales = { order_url = "https://x.example/kafé" }', "encoded"),
        ('sales = { model = "stock", territory = ["UK"], exclusive = true }', "no country's code"),
        ('sales = { model = "stock", territory = ["ID", "WORLD"], exclusive = true }', "alone"),
        ('sales = { model = "stock", territory = ["ID"] }', "go together"),
        ('thema = ["1FMN", "DNL"]', "main subject first"),
        ('thema = ["dnl"]', "thema"),
        ('accessibility = { certified_by = "A", date = "2026-02-05" }', "without quotes"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_wrong(tmp_path: Path, table: str, says: str) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    file.write_text(f"{table}\n{file.read_text()}")
    finding = one(folder, "spec-value")
    assert says in finding.message + finding.hint
    assert finding.place is not None
    assert finding.place.line == 1


@pytest.mark.parametrize("time", ["2026-01-01T00:00:00+07:00", "2026-01-01T00:00:00"])
def test_the_time_of_the_last_change_is_given_in_utc(tmp_path: Path, time: str) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace("2026-01-01T00:00:00Z", time))
    assert found(folder, "spec-value")


def test_a_section_needs_a_file_and_endorsements_have_none(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    extra = '[[manuscript]]\nmatter = "body"\nrole = "chapter"\n'
    extra += '[[manuscript]]\nmatter = "body"\nrole = "endorsements"\nfile = "x.md"\n'
    file.write_text(file.read_text() + extra)
    assert len(found(folder, "spec-value")) == 2


def test_a_language_without_a_file_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace('language = "id"', 'language = "tlh"'))
    assert "en, id" in one(folder, "spec-language").hint


def test_a_folder_without_a_specification_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(NoBook, match=r"manuscript/book\.toml"):
        read_specification(tmp_path)


def test_a_date_that_the_epub_cannot_carry_is_refused(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A")
    file = folder / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace("2026-01-01T", "1979-12-31T"))
    assert "1980" in one(folder, "spec-value").message


def test_endorsements_without_a_place_are_refused_and_a_place_without_them_is_told(
    tmp_path: Path,
) -> None:
    given = '[[endorsements]]\ntext = "Bagus."\nname = "X"\n'
    assert "say" in one(small_book(tmp_path / "a", "# A", spec=given), "spec-value").message
    place = '[[manuscript]]\nmatter = "front"\nrole = "endorsements"\n'
    findings = found(small_book(tmp_path / "b", "# A\n\nx", spec=place), "spec-absent")
    assert any("endorsements" in finding.message for finding in findings)


def test_a_price_of_nothing_is_a_price(tmp_path: Path) -> None:
    spec = '[prices]\ncurrency = "IDR"\nlist = 0\nebook = 0\n'
    findings = found(small_book(tmp_path / "b", "# A\n\nx", spec=spec), "spec-absent")
    assert not any("prices" in finding.message for finding in findings)


def test_a_fault_of_syntax_stands_at_one_line_only(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A", spec='\nbinding = "x"\nbinding = "y"\n')
    finding = one(folder, "spec-syntax")
    assert "line" not in finding.message
    assert finding.place
    assert finding.place.line == 1 + (folder / finding.place.file).read_text()[
        : (folder / finding.place.file).read_text().rindex("binding")
    ].count("\n")
