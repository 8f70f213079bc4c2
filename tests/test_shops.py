"""Packages for shops: which rules there are, what breaks them, and what is in a package."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from bookbuild.catalogue.packing import Package, pack, proved
from bookbuild.catalogue.shelf import Site
from bookbuild.catalogue.shops import Shop, load_shop
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.diagnostics import Diagnostic
from bookbuild.ebook.epubcheck import check_epub
from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.settings import read
from bookbuild.store.editions import Store, make_store
from tests.shelves import CHAPTER, named_book, take_in, with_epub
from tests.support import ROOT, changed_epub, make
from tests.test_build import run

FOLDERS = layout_folders(Path())
SHOPS = {name: load_shop(FOLDERS, name) for name in ("kobo", "google", "apple", "kdp")}
ONIX = {"o": "http://ns.editeur.org/onix/3.0/reference"}


@pytest.fixture(scope="module")
def titles(shelf: Store) -> dict[str, Title]:
    return {title.slug: title for title in read_titles(shelf, draft=False)}


def english(title: Title) -> Title:
    """The title in a language that every shop takes."""
    return replace(title, spec=title.spec.model_copy(update={"language": "en"}))


def ruled(shop: str, part: str, **changes: Any) -> Shop:
    """The shop with another rule."""
    known = SHOPS[shop]
    rule = getattr(known, part).model_copy(update=changes)
    return known.model_copy(update={part: rule})


def found(package: Package, severity: str = "error") -> list[str]:
    return [item.code for item in package.findings if item.severity == severity]


def content(title: Title, package: Package) -> dict[str, bytes]:
    return {
        file.path: file.content if isinstance(file.content, bytes) else title.read(file.content)
        for file in package.files
    }


@pytest.mark.parametrize("name", SHOPS)
def test_every_rule_of_a_shop_names_its_source(name: str) -> None:
    rules = [rule for _, rule in SHOPS[name] if not isinstance(rule, str)]
    assert len(rules) == 7
    assert all(rule.source and rule.sure in "ABCK" for rule in rules)


def test_the_files_of_a_package_are_called_as_the_shop_asks(titles: dict[str, Title]) -> None:
    book = titles["serba"]
    names = {
        name: [file.path for file in pack(english(book), shop, Site()).files]
        for name, shop in SHOPS.items()
    }
    number = "9786020652801"
    assert names == {
        "kobo": [f"serba-2.3/{number}{end}" for end in (".epub", ".jpg", ".xml")],
        "google": [f"serba-2.3/{number}{end}" for end in (".epub", "_frontcover.jpg", ".csv")],
        "apple": [f"serba-2.3/{number}{end}" for end in (".epub", ".jpg", ".xml")],
        "kdp": [f"serba-2.3/{number}{end}" for end in (".epub", ".jpg", ".csv")],
    }


def test_a_package_holds_the_editions_own_epub(titles: dict[str, Title]) -> None:
    book = titles["serba"]
    files = content(book, pack(book, SHOPS["kobo"], Site()))
    assert book.epub is not None
    assert files["serba-2.3/9786020652801.epub"] == book.read(book.epub)


@pytest.mark.parametrize("name", SHOPS)
def test_the_cover_keeps_the_rules_of_the_shop(titles: dict[str, Title], name: str) -> None:
    book, rule = english(titles["serba"]), SHOPS[name].cover
    files = content(book, pack(book, SHOPS[name], Site()))
    data = next(data for path, data in files.items() if path.endswith(".jpg"))
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert min(image.size) >= rule.least_shorter and max(image.size) >= rule.least_longer
        assert max(image.size) <= rule.most_side
        assert image.height / image.width == pytest.approx(230 / 150, rel=0.002)
    assert len(data) <= rule.most_bytes


def test_a_cover_of_too_many_bytes_is_made_smaller_and_never_too_small(
    titles: dict[str, Title],
) -> None:
    book = titles["serba"]
    assert book.cover is not None
    less = ruled("kobo", "cover", most_bytes=book.cover.bytes - 1)
    data = content(book, pack(book, less, Site()))["serba-2.3/9786020652801.jpg"]
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (1336, 2048) and len(data) < book.cover.bytes
    hopeless = pack(book, ruled("kobo", "cover", most_bytes=1000), Site())
    assert found(hopeless) == ["shop-cover"] and hopeless.files == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"least_shorter": 3000, "least_longer": 3000},
        {"least_longer": 2561},
        {"most_side": 2559},
    ],
)
def test_a_cover_that_breaks_a_limit_stops_the_package(
    titles: dict[str, Title], changes: dict[str, int]
) -> None:
    package = pack(titles["serba"], ruled("google", "cover", **changes), Site())
    assert found(package) == ["shop-cover"] and package.files == ()


def test_a_shape_that_is_not_the_shops_ideal_is_told_and_stops_nothing(
    titles: dict[str, Title],
) -> None:
    package = pack(english(titles["serba"]), SHOPS["kdp"], Site())
    assert found(package, "note") == ["shop-cover"] and package.files


def test_a_language_that_the_shop_does_not_take_stops_the_package(
    titles: dict[str, Title],
) -> None:
    package = pack(titles["serba"], SHOPS["kdp"], Site())
    assert found(package) == ["shop-language"] and package.files == ()
    (said,) = [item for item in package.findings if item.code == "shop-language"]
    assert "G200673300" in said.hint  # where it is written


@pytest.mark.parametrize("name", ["kobo", "google", "apple"])
def test_indonesian_is_taken_elsewhere(titles: dict[str, Title], name: str) -> None:
    assert found(pack(titles["serba"], SHOPS[name], Site())) == []


def test_a_book_without_isbn_goes_by_its_slug_where_the_shop_assigns_a_number(
    titles: dict[str, Title],
) -> None:
    package = pack(titles["kertas"], SHOPS["google"], Site())
    assert "shop-identifier" in found(package, "note")
    assert [file.path for file in package.files] == [
        f"kertas-1.1/kertas{end}" for end in (".epub", "_frontcover.jpg", ".csv")
    ]
    needed = pack(titles["kertas"], ruled("google", "identifier", isbn="needed"), Site())
    assert found(needed) == ["shop-identifier"] and needed.files == ()


def test_an_epub_that_is_missing_or_too_large_stops_the_package(
    titles: dict[str, Title],
) -> None:
    book = titles["serba"]
    large = pack(book, ruled("google", "epub", most_bytes=1000), Site())
    left = tuple(item for item in book.edition.files if item.role != "ebook")
    without = replace(book, edition=book.edition.model_copy(update={"files": left}))
    for package in (large, pack(without, SHOPS["google"], Site())):
        assert found(package) == ["shop-epub"] and package.files == ()


def test_a_price_that_is_missing_or_in_another_currency_is_told(
    titles: dict[str, Title],
) -> None:
    assert "shop-price" in found(pack(titles["kertas"], SHOPS["google"], Site()), "warning")
    assert "shop-price" in found(pack(english(titles["serba"]), SHOPS["kdp"], Site()), "warning")
    assert "shop-price" not in found(pack(titles["serba"], SHOPS["google"], Site()), "warning")


def test_the_onix_of_a_package_is_the_epubs_record_alone(titles: dict[str, Title]) -> None:
    book = titles["serba"]
    data = content(book, pack(book, SHOPS["kobo"], Site()))["serba-2.3/9786020652801.xml"]
    root = etree.fromstring(data)
    assert root.get("release") == "3.0"
    assert root.xpath("//o:Product/o:DescriptiveDetail/o:ProductForm/text()", namespaces=ONIX) == [
        "ED"
    ]


def test_a_package_without_a_sender_needs_an_address(titles: dict[str, Title]) -> None:
    bare = pack(titles["kertas"], SHOPS["kobo"], Site())
    assert found(bare) == ["shop-metadata"] and bare.files == ()
    assert pack(titles["kertas"], SHOPS["kobo"], Site("https://daun.example")).files


def test_googles_table_is_divided_by_tabs_in_utf_16(titles: dict[str, Title]) -> None:
    book = titles["serba"]
    data = content(book, pack(book, SHOPS["google"], Site()))["serba-2.3/9786020652801.csv"]
    assert data.startswith(b"\xff\xfe")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-16")), delimiter="\t")
    assert row["Identifier"] == "9786020652801" and row["Title"] == 'Serba-serbi "Kebun"'
    assert row["Contributor, Semicolon-Separated"].startswith("Ratna Wening [Author]; ")
    assert row["Page Count"] == "40" and row["Publication Date"] == "2026-01"
    assert "\n\n" in row["Description"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "＝"])
def test_no_text_of_a_table_is_a_formula_and_that_is_told(
    titles: dict[str, Title], begin: str
) -> None:
    book, bad = titles["serba"], f"{begin}HYPERLINK(1)"
    spec = book.spec.model_copy(update={"title": bad, "description": f"Baik.\n{bad}"})
    package = pack(replace(book, spec=spec), SHOPS["google"], Site())
    (data,) = (data for path, data in content(book, package).items() if path.endswith(".csv"))
    text = data.decode("utf-16")
    (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")
    assert row["Title"] == f"'{bad}" and row["Description"] == f"Baik.\n{bad}"
    told = [item for item in package.findings if item.code == "shop-cell"]
    assert len(told) == 1 and "“Title”" in told[0].message
    plain = pack(book, SHOPS["google"], Site())
    assert "shop-cell" not in {item.code for item in plain.findings}


def test_kdps_table_holds_what_its_form_asks_for(titles: dict[str, Title]) -> None:
    book = english(titles["serba"])
    data = content(book, pack(book, SHOPS["kdp"], Site()))["serba-2.3/9786020652801.csv"]
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert row["Book Title"] == 'Serba-serbi "Kebun"' and row["List Price"] == "45000 IDR"
    assert Decimal(row["Edition Number"]) == 2 and row["Keywords"] == "Kebun; Esai"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('isbn = "optional"\nassigned = "an ASIN"', 'isbn = "optional"', "what is assigned"),
        ('formats = ["jpeg", "tiff"]', 'formats = ["tiff"]', "JPEG"),
        ('epub = "{identifier}.epub"', 'epub = "../{isbn}.epub"', "file name"),
        ('form = "table"', 'form = "onix"', "columns"),
        ('sure = "B"', "", "sure"),
    ],
)
def test_a_shop_with_a_rule_that_cannot_hold_is_refused(old: str, new: str, said: str) -> None:
    text = (ROOT / "layouts/shops/kdp.toml").read_text("utf-8")
    assert old in text
    shop, faults = read(Shop, text.replace(old, new, 1), "layouts/shops/kdp.toml")
    assert shop is None and any(said in fault.message for fault in faults)


def test_an_unknown_shop_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BookFaults) as faults:
        load_shop(FOLDERS, "toko")
    assert "apple.toml, google.toml, kdp.toml, kobo.toml" in faults.value.findings[0].hint


# EPUBCheck


def spoiled(title: Title) -> Title:
    """The title with an EPUB that no shop takes."""
    assert title.epub is not None
    data = title.read(title.epub)
    return with_epub(title, changed_epub(data, "colophon.xhtml", b"</body>", b"<p><p/></p></body>"))


def test_an_epub_in_which_epubcheck_finds_an_error_is_not_packed(own_shelf: Store) -> None:
    book = next(item for item in read_titles(own_shelf, draft=False) if item.slug == "kertas")
    clean = proved(pack(book, SHOPS["google"], Site()), says)
    assert clean.files and not found(clean)
    bad = proved(pack(spoiled(book), SHOPS["google"], Site()), says)
    assert bad.files == () and found(bad) == ["epubcheck"]


def test_a_package_that_nobody_examined_is_told_as_a_warning(
    titles: dict[str, Title], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "epubcheck", None)  # how Python says: can't be imported
    made = proved(pack(titles["kertas"], SHOPS["google"], Site()), says)
    assert made.files and "epubcheck-missing" in found(made, "warning")


def says(epub: bytes, name: str) -> tuple[Diagnostic, ...]:
    return check_epub(epub, name).findings


# The command


def command(shelf: Store, to: Path, *arguments: str) -> Any:
    return run("catalogue", "--store", str(shelf.folder), "--to", str(to), *arguments)


def test_the_command_packs_all_books_that_are_for_sale(shelf: Store, tmp_path: Path) -> None:
    done = command(shelf, tmp_path / "toko", "--for", "google", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    packed = [item["edition"] for item in told["packages"]]
    assert packed == ["gratis@1.1", "kertas@1.1", "serba@2.3"]  # no candidate, no outline
    there = {path.relative_to(tmp_path / "toko/google").as_posix()
             for path in (tmp_path / "toko/google").glob("*/*")}  # fmt: skip
    assert there == {path for item in told["packages"] for path in item["files"]}


def test_a_stopped_package_leaves_the_others_and_is_told_by_the_exit_code(
    shelf: Store, tmp_path: Path
) -> None:
    done = command(shelf, tmp_path, "--for", "kobo")
    assert done.returncode == 4 and "shop-metadata" in done.stderr
    assert [path.name for path in (tmp_path / "kobo").iterdir()] == ["serba-2.3"]


def test_nothing_is_written_when_no_package_can_be_made(shelf: Store, tmp_path: Path) -> None:
    done = command(shelf, tmp_path / "toko", "--for", "kdp", "serba@2.3")
    assert done.returncode == 1 and "shop-language" in done.stderr
    assert not (tmp_path / "toko").exists()


def test_a_later_run_takes_the_place_of_the_packages_before(shelf: Store, tmp_path: Path) -> None:
    command(shelf, tmp_path, "--for", "google")
    command(shelf, tmp_path, "--for", "google", "serba@2.3")
    assert [path.name for path in (tmp_path / "google").iterdir()] == ["serba-2.3"]


@pytest.mark.parametrize("name", ["calon@1.1", "serba@9.9", "serba"])
def test_only_an_edition_for_sale_is_packed(shelf: Store, tmp_path: Path, name: str) -> None:
    done = command(shelf, tmp_path, "--for", "google", name)
    assert done.returncode == 2 and "for sale: gratis@1.1" in done.stderr


def test_editions_are_named_for_a_shop_alone_and_shops_get_no_drafts(
    shelf: Store, tmp_path: Path
) -> None:
    assert command(shelf, tmp_path / "x", "serba@2.3").returncode == 2
    assert command(shelf, tmp_path / "x", "--for", "google", "--draft").returncode == 2
    assert not (tmp_path / "x").exists()


def test_the_command_packs_no_epub_in_which_epubcheck_finds_an_error(tmp_path: Path) -> None:
    book = named_book(tmp_path / "salah", "salah", CHAPTER)
    build, bad = make(book), (b"</body>", b"<p><p/></p></body>")
    (epub,) = (item for item in build.artifacts if item.role == "ebook")
    worse = replace(epub, data=changed_epub(epub.data, "colophon.xhtml", *bad))
    artifacts = tuple(worse if item is epub else item for item in build.artifacts)
    manifest = json.loads(build.manifest)
    manifest["artifacts"] = [item.record() for item in artifacts]
    written = replace(build, artifacts=artifacts, manifest=json.dumps(manifest).encode())
    store = make_store(tmp_path / "store")
    take_in(store, written, book, approved=True)
    done = command(store, tmp_path / "toko", "--for", "google")
    assert done.returncode == 1 and "EPUBCheck RSC-005" in done.stderr
    assert not (tmp_path / "toko").exists()


@pytest.mark.parametrize("address", ["daun.example", "https://daun.example/?q=1"])
def test_an_address_that_is_none_is_refused(shelf: Store, tmp_path: Path, address: str) -> None:
    done = command(shelf, tmp_path / "toko", "--for", "kobo", "--address", address)
    assert done.returncode == 2 and "https://" in done.stderr
    assert not (tmp_path / "toko").exists()


def test_a_shop_is_a_name_and_no_path(shelf: Store, tmp_path: Path) -> None:
    done = command(shelf, tmp_path / "toko", "--for", "../lain/google", "serba@2.3")
    assert done.returncode == 0 and (tmp_path / "toko/google/serba-2.3").is_dir()
    assert not (tmp_path / "lain").exists()


def test_the_same_books_give_the_same_packages(shelf: Store, tmp_path: Path) -> None:
    made = []
    for number in range(2):
        command(shelf, tmp_path / str(number), "--for", "google")
        folder = tmp_path / str(number) / "google"
        made.append({path.name: path.read_bytes() for path in folder.glob("*/*")})
    assert made[0] == made[1] and made[0]
    shutil.rmtree(tmp_path / "1")
