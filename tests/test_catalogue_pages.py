"""The catalogue's pages: what a reader sees, what machines read, and what a draft doesn't say."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any

import html5lib
import onixcheck
import pytest
from bs4 import BeautifulSoup
from extruct.jsonld import JsonLdExtractor
from extruct.opengraph import OpenGraphExtractor
from pyld import jsonld

from bookbuild.book.facts import Printing
from bookbuild.catalogue.onix import onix
from bookbuild.catalogue.pages import BOOKS_ON_A_PAGE, book_page, list_page, pages
from bookbuild.catalogue.passages import about_author
from bookbuild.catalogue.prices import asked, gaps
from bookbuild.catalogue.shelf import Site, place_of
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.catalogue.whole import catalogue
from bookbuild.catalogue.window import Window, open_window
from bookbuild.errors import BookbuildError
from bookbuild.folders import layout_folders
from bookbuild.messages import LANGUAGES, load_messages
from bookbuild.store.editions import Store
from tests.shelves import with_epub
from tests.support import changed_epub
from tests.vocabulary import faults

ADDRESS = "https://katalog.example"
SCHEMA = "http://schema.org/"
BUDGET = 200_000
"""Bytes of a page with all that it fetches but the cover."""


@pytest.fixture(scope="module")
def window() -> Window:
    return open_window(layout_folders(Path()))


@pytest.fixture(scope="module")
def titles(shelf: Store) -> dict[str, Title]:
    return {title.slug: title for title in read_titles(shelf, draft=True)}


@pytest.fixture(scope="module")
def site(titles: dict[str, Title], window: Window) -> dict[str, bytes]:
    return made_of(tuple(titles.values()), ADDRESS, window)


def made_of(titles: Sequence[Title], address: str, window: Window) -> dict[str, bytes]:
    made = pages(titles, Site(address), window)
    return {file.path: file.content for file in made.files if isinstance(file.content, bytes)}


def page_of(title: Title, window: Window, address: str = ADDRESS) -> str:
    made = made_of([title], address, window)
    return made[book_page(title)].decode()


def changed(title: Title, /, **facts: Any) -> Title:
    """The title with other facts in its specification."""
    return replace(title, spec=title.spec.model_copy(update=facts))


def text_of(page: str | bytes) -> str:
    soup = BeautifulSoup(page, "lxml")
    for hidden in soup("script"):
        hidden.decompose()
    return " ".join(soup.get_text(" ").split())


def data_of(page: str | bytes) -> dict[str, Any]:
    (found,) = JsonLdExtractor().extract(page)
    return dict(found)


def graph_of(page: str | bytes) -> dict[str, list[str]]:
    (found,) = OpenGraphExtractor().extract(page)
    rows: dict[str, list[str]] = {}
    for name, value in found["properties"]:
        rows.setdefault(name, []).append(value)
    return rows


def example(data: dict[str, Any], form: str) -> dict[str, Any]:
    formats = {item["bookFormat"].rpartition("/")[2]: item for item in data["workExample"]}
    return dict(formats[form])


def test_a_books_page_shows_what_a_reader_wants_before_buying(site: dict[str, bytes]) -> None:
    text = text_of(site["books/serba.html"])
    for said in (
        "Serba-serbi “Kebun”",
        "Catatan dari halaman belakang",
        "Ratna Wening",
        "Air disiramkan pada pagi hari.",  # the opening
        "Rp68.000", "1 Maret 2026 sampai 31 Maret 2026", "Harga normal Rp85.000",
        "belum termasuk ongkos kirim",
        "Dicetak saat dipesan, sekitar 3 hari setelah pembayaran",
        "Pesan buku ini", "Baca cuplikan (EPUB)",
        "Bab 1 Menanam dengan “sabar” halaman 3",  # the contents
        "Tebal xvi + 24 hlm.", "Ukuran 15 × 23 cm", "Kertas bookpaper 72 gram, hitam putih",
        "Jilid lem panas", "Kemasan shrink", "Berat sekitar 65 gram", "ISBN 978-602-06-5278-8",
        "Buku yang “hijau” sampai ke akarnya. Embun Pagi , Penyuluh pertanian",
        "Ratna Wening berkebun sejak kecil.",  # the author
        "Nomor halaman buku cetak ditandai di EPUB.",
    ):  # fmt: skip
        assert said in text, said


def test_the_button_to_order_is_there_with_an_address_only(
    titles: dict[str, Title], window: Window
) -> None:
    with_address = BeautifulSoup(page_of(titles["serba"], window), "lxml")
    assert with_address.select_one(".button.main")["href"] == "https://daun.example/serba"
    assert "Pesan buku ini" not in page_of(titles["kertas"], window)


def test_a_sale_without_days_takes_the_list_prices_place(
    titles: dict[str, Title], window: Window
) -> None:
    page = BeautifulSoup(page_of(titles["kertas"], window), "lxml")
    assert page.select_one(".prices .now dd").text == "Rp95.900"
    assert page.select_one(".prices s").text == "Rp120.000"
    (offer,) = example(data_of(str(page)), "Paperback")["offers"]
    assert (offer["price"], offer["priceSpecification"]["price"]) == ("95900", "120000")
    assert offer["priceSpecification"]["priceType"] == "https://schema.org/ListPrice"


def test_a_sale_with_days_stands_after_the_list_price(
    titles: dict[str, Title], window: Window
) -> None:
    page = page_of(titles["serba"], window)
    soup = BeautifulSoup(page, "lxml")
    assert soup.select(".prices s") == []
    shown = [item.text for item in soup.select(".prices dd")]
    assert shown == ["Rp85.000", "Rp68.000", "Rp45.000"]
    assert soup.select_one(".prices .now dd").text == "Rp85.000"
    listed, sale = example(data_of(page), "Paperback")["offers"]
    assert (sale["price"], sale["validFrom"], sale["priceValidUntil"]) == (
        "68000", "2026-03-01", "2026-03-31",
    )  # fmt: skip
    assert listed["price"] == "85000" and "priceValidUntil" not in listed


def priced(title: Title, **prices: Any) -> Title:
    known = title.spec.prices
    assert known is not None
    return changed(title, prices=known.model_copy(update=prices))


def test_a_sale_that_was_over_when_the_edition_was_approved_is_shown_nowhere_and_told(
    titles: dict[str, Title], window: Window
) -> None:
    last = titles["serba"].as_of
    book = priced(titles["serba"], sale_from=None, sale_until=last - timedelta(days=1))
    page = page_of(book, window)
    assert "Rp68.000" not in page and "Harga</dt>" in page
    (offer,) = example(data_of(page), "Paperback")["offers"]
    assert offer["price"] == "85000"
    (message,) = (file.content for file in onix([book], Site()).files if "3.0" in file.path)
    assert b"68000" not in message
    assert [item.code for item in gaps([book])] == ["sale-over"]
    still = priced(titles["serba"], sale_from=None, sale_until=last)
    assert "Rp68.000" in page_of(still, window) and list(gaps([still])) == []


def test_a_sale_that_has_begun_and_never_ends_takes_the_list_prices_place(
    titles: dict[str, Title], window: Window
) -> None:
    today = titles["serba"].as_of
    begun = priced(titles["serba"], sale_from=today, sale_until=None)
    assert [item.kind for item in asked(begun)] == ["sale", "list"]
    later = priced(titles["serba"], sale_from=today + timedelta(days=1), sale_until=None)
    assert [item.kind for item in asked(later)] == ["list", "sale"]
    assert "Rp85.000</s>" in page_of(begun, window)
    assert "Rp85.000</s>" not in page_of(later, window)


@pytest.mark.parametrize("days", [(None, None), (date(2026, 3, 1), date(2026, 3, 31))])
def test_a_sale_price_without_a_list_price_is_the_price_on_the_page_and_in_onix(
    titles: dict[str, Title],
    window: Window,
    tmp_path: Path,
    days: tuple[date | None, date | None],
) -> None:
    alone = {"list": None, "on_cover": False, "sale_from": days[0], "sale_until": days[1]}
    book = priced(titles["serba"], **alone)
    page = page_of(book, window)
    assert BeautifulSoup(page, "lxml").select_one(".prices .now dd").text == "Rp68.000"
    (offer,) = example(data_of(page), "Paperback")["offers"]
    assert offer["price"] == "68000" and ("validFrom" in offer) == bool(days[0])
    made = onix([book], Site(), ("print",))
    (message,) = (file.content for file in made.files if "3.0" in file.path)
    assert isinstance(message, bytes)
    assert b"<PriceAmount>68000</PriceAmount>" in message
    assert b"PriceQualifier" not in message and b"UnpricedItemType" not in message
    assert (b'<Date dateformat="00">20260301</Date>' in message) == bool(days[0])
    assert not {"onix-price", "onix-sale"} & {item.code for item in made.findings}
    path = tmp_path / "onix.xml"
    path.write_bytes(message)
    assert onixcheck.validate(str(path), schemas=("xsd", "rng")) == []


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 3, 1), None, "mulai 1 Maret 2026"),
        (None, date(2026, 3, 31), "sampai 31 Maret 2026"),
    ],
)
def test_a_sale_may_have_one_end(
    titles: dict[str, Title], window: Window, first: date | None, last: date | None, said: str
) -> None:
    prices = titles["serba"].spec.prices
    assert prices is not None
    days = prices.model_copy(update={"sale_from": first, "sale_until": last})
    assert f"Harga khusus, {said}" in page_of(changed(titles["serba"], prices=days), window)


def test_a_draft_is_marked_on_every_page_and_offered_on_none(site: dict[str, bytes]) -> None:
    for path in ("books/calon.draft.html", "books/rangka.draft.html"):
        page = BeautifulSoup(site[path], "lxml")
        assert page.title.text.startswith("Draf: ")
        assert "Buku ini belum dijual" in page.select_one(".draft").text
        assert page.select_one("meta[name=robots]")["content"] == "noindex"
        text = text_of(site[path])
        assert "Rp" not in text and "Dicetak saat dipesan" not in text and "Pesan" not in text
        raw = site[path].decode()
        assert "Offer" not in raw and "availability" not in raw and "price" not in data_of(raw)
        assert data_of(raw)["creativeWorkStatus"] == "Draft"
        assert graph_of(raw)["og:title"][0].startswith("Draf: Buku ")
    listed = BeautifulSoup(site["index.html"], "lxml")
    marked = {item.h2.text for item in listed.select(".books > li") if item.select(".mark")}
    assert marked == {"Buku Calon", "Buku Rangka"}
    names = {item["name"] for item in data_of(site["index.html"])["itemListElement"]}
    assert {"Draf: Buku Calon", "Draf: Buku Rangka", "Buku Kertas"} <= names


def test_a_section_that_may_be_another_is_not_shown_as_about_the_author(
    titles: dict[str, Title],
) -> None:
    book = titles["serba"]
    own = next(each for each in book.spec.manuscript if each.role == "tentang-penulis")
    assert own.file and about_author(book)

    def beside(*files: str) -> tuple[str, ...]:
        more = [own.model_copy(update={"role": "chapter", "file": file}) for file in files]
        return about_author(changed(book, manuscript=(*more, *book.spec.manuscript)))

    assert beside("99-lain.md") == about_author(book)
    assert beside(own.file.upper().replace(".MD", ".md")) == ()
    stem = own.file.removesuffix(".md").rpartition("-")[0]
    assert beside(f"{stem}.md") == about_author(book)
    assert beside(f"{stem}.md", f"{stem}!.md") == ()


def test_a_section_about_the_author_that_cant_be_read_stops_the_run_and_is_named(
    own_shelf: Store,
) -> None:
    book = next(item for item in read_titles(own_shelf, draft=False) if item.slug == "serba")
    assert book.epub is not None and about_author(book)
    broken = changed_epub(book.read(book.epub), "04-penulis.xhtml", b"</body>", b"</bodi>")
    with pytest.raises(BookbuildError, match=r"serba\.epub of serba@2\.3 can't be read"):
        about_author(with_epub(book, broken))
    with pytest.raises(BookbuildError, match=r"serba\.epub of serba@2\.3 can't be read"):
        about_author(with_epub(book, b"no zip"))


def test_who_else_made_a_book_does_not_stand_under_the_authors_name(
    titles: dict[str, Title], window: Window
) -> None:
    book, bare = titles["serba"], titles["kertas"]
    others = changed(bare, contributors=book.spec.contributors, description="Satu.\n\n\n\nDua.")
    page = BeautifulSoup(page_of(others, window), "lxml")
    (section,) = page.select("section[aria-labelledby=author]")
    assert section.h2.text == "Tentang buku ini" and "Penerjemah: Tirta Laut" in section.text
    assert section.select(".about") == []
    assert [item.text for item in page.select(".description p")] == ["Satu.", "Dua."]
    whole = BeautifulSoup(page_of(book, window), "lxml")
    assert whole.select_one("#author").text == "Tentang Penulis"


def test_lists_speak_as_most_books_do_in_pages_and_in_reading_apps(
    titles: dict[str, Title], window: Window
) -> None:
    languages = ("en", "id-ID", "id", "en", "pl")
    books = [
        replace(changed(titles["serba"], language=language), edition=edition)
        for number, language in enumerate(languages)
        for edition in [titles["serba"].edition.model_copy(update={"slug": f"buku-{number}"})]
    ]
    made = {file.path: file.content for file in catalogue(books, ADDRESS, window).files}
    assert b'lang="en"' in made["index.html"]
    assert json.loads(made["opds/all.json"])["metadata"]["title"] == "All books"


def test_an_unfinished_book_gives_no_pages_and_no_weight_of_what_there_is(
    titles: dict[str, Title], window: Window
) -> None:
    page = page_of(titles["rangka"], window)
    assert not BeautifulSoup(page, "lxml").select(".folio")
    assert "Berat" not in page and "Tebal" not in page
    assert all("numberOfPages" not in item for item in data_of(page)["workExample"])


def test_json_ld_names_the_work_and_its_forms(site: dict[str, bytes]) -> None:
    data = data_of(site["books/serba.html"])
    assert data["@type"] == "Book" and data["@id"] == f"{ADDRESS}/books/serba.html#book"
    assert data["author"] == [{"@type": "Person", "name": "Ratna Wening"}]
    assert data["inLanguage"] == "id" and data["publisher"]["name"] == "Penerbit Daun"
    printed, epub = example(data, "Paperback"), example(data, "EBook")
    assert (printed["isbn"], epub["isbn"]) == ("9786020652788", "9786020652801")
    assert printed["numberOfPages"] == epub["numberOfPages"] == 40
    for offer in printed["offers"]:
        assert offer["availability"] == "https://schema.org/MadeToOrder"
        assert offer["priceCurrency"] == "IDR" and offer["url"] == "https://daun.example/serba"
        assert offer["deliveryLeadTime"]["value"] == 3
    assert [offer["price"] for offer in epub["offers"]] == ["45000"]


def test_json_ld_speaks_the_vocabulary_of_schema_org(site: dict[str, bytes]) -> None:
    pages = {path: data_of(page) for path, page in site.items() if path.endswith(".html")}
    assert len(pages) == 6
    assert {path: list(faults(data)) for path, data in pages.items() if list(faults(data))} == {}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pages": 3}, "no property of Book"),
        ({"publisher": {"@type": "Offer"}}, "Offer is none of"),
        ({"bookFormat": f"{SCHEMA}MadeToOrder".replace("http:", "https:")}, "is none of"),
        ({"author": "Ratna Wening"}, "a text, where"),
        ({"name": 3}, "a number, where"),
    ],
)
def test_what_is_not_in_the_vocabulary_would_be_found(wrong: dict[str, Any], said: str) -> None:
    (fault,) = faults({"@type": "Book", **wrong})
    assert said in fault


def test_json_ld_repeats_what_the_epub_says_of_its_accessibility(
    site: dict[str, bytes], titles: dict[str, Title]
) -> None:
    epub, found = example(data_of(site["books/serba.html"]), "EBook"), titles["serba"].accessibility
    assert found is not None
    assert epub["accessMode"] == list(found.access_modes) and "textual" in epub["accessMode"]
    assert epub["accessibilityFeature"] == list(found.features)
    assert epub["accessibilityHazard"] == list(found.hazards)
    assert epub["accessibilitySummary"] == found.summary
    enough = [item["itemListElement"] for item in epub["accessModeSufficient"]]
    assert enough == [modes.split(",") for modes in found.sufficient]


def test_json_ld_is_a_graph_in_which_each_form_hangs_on_its_work(site: dict[str, bytes]) -> None:
    """Read as linked data, with the vocabulary's context at hand: nothing is fetched."""
    data = data_of(site["books/serba.html"]) | {"@context": {"@vocab": SCHEMA}}
    nodes = {node["@id"]: node for node in jsonld.flatten(data)}
    page = f"{ADDRESS}/books/serba.html"
    work = nodes[f"{page}#book"]
    forms = [form["@id"] for form in work[f"{SCHEMA}workExample"]]
    assert forms == [f"{page}#print", f"{page}#epub"]
    for form in forms:
        assert nodes[form]["@type"] == [f"{SCHEMA}Book"]
        for offer in nodes[form][f"{SCHEMA}offers"]:
            assert nodes[offer["@id"]]["@type"] == [f"{SCHEMA}Offer"]


def test_open_graph_gives_chats_a_picture_that_they_show(
    site: dict[str, bytes], titles: dict[str, Title]
) -> None:
    found = graph_of(site["books/serba.html"])
    assert found["og:type"] == ["book"] and found["og:title"] == ["Serba-serbi “Kebun”"]
    assert found["og:url"] == [f"{ADDRESS}/books/serba.html"]
    assert found["book:author"] == ["Ratna Wening"] and found["book:isbn"] == ["9786020652788"]
    picture = found["og:image"][0]
    assert picture.startswith(f"{ADDRESS}/files/")
    named = {item.file: item for item in titles["serba"].edition.files}
    file = named[posixpath.basename(picture)]
    assert file.bytes <= 600_000 and file.pixels is not None
    assert [found["og:image:width"], found["og:image:height"]] == [[str(n)] for n in file.pixels]


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_a_canonical_link_needs_an_address(
    titles: dict[str, Title], window: Window, address: str
) -> None:
    page = BeautifulSoup(page_of(titles["serba"], window, address), "lxml")
    links = [link["href"] for link in page.select("link[rel=canonical]")]
    assert links == ([f"{ADDRESS}/books/serba.html"] if address else [])
    if not address:
        assert data_of(str(page))["@id"] == titles["serba"].spec.identifier


def test_untrusted_text_never_becomes_markup(titles: dict[str, Title], window: Window) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028"
    title = changed(
        titles["serba"],
        title=evil,
        subtitle=evil,
        tagline=evil,
        description=evil,
        binding=evil,
        subjects=(evil,),
    )
    title = replace(title, opening_markup=f"<p onclick='x()'>{evil}</p>", opening=evil)
    made = made_of([title], ADDRESS, window)
    for path in (book_page(title), "index.html"):
        page = BeautifulSoup(made[path], "lxml")
        assert [script["type"] for script in page("script")] == ["application/ld+json"]
        assert not page.select("[onerror], [onclick], img[src=x]")
        (script,) = page("script")
        assert not {"<", "&", "\u2028"} & set(script.text)
    assert data_of(made[book_page(title)])["name"].startswith("</script><script>alert(1)")


def test_markup_of_an_opening_that_is_not_known_is_shown_as_plain_text(
    titles: dict[str, Title], window: Window
) -> None:
    odd = replace(titles["serba"], opening_markup='<p><a href="javascript:x()">Air</a></p>')
    page = BeautifulSoup(page_of(odd, window), "lxml")
    assert not page.select(".prose a") and "Air disiramkan" in page.select_one(".prose").text
    kept = replace(titles["serba"], opening_markup="<p>Air <em>jernih</em>.</p>")
    assert "<p>Air <em>jernih</em>.</p>" in page_of(kept, window)


def references(page: bytes) -> list[str]:
    """Every address that a page leads to or fetches from."""
    soup = BeautifulSoup(page, "lxml")
    found = [tag[name] for name in ("href", "src") for tag in soup.select(f"[{name}]")]
    sets = [part.split()[0] for tag in soup.select("[srcset]") for part in tag["srcset"].split(",")]
    return [str(item) for item in [*found, *sets]]


def test_every_link_of_a_page_leads_to_a_file_of_the_catalogue(
    site: dict[str, bytes], titles: dict[str, Title], window: Window
) -> None:
    there = {file.path for file in catalogue(tuple(titles.values()), ADDRESS, window).files}
    for path, page in site.items():
        if path.endswith(".html"):
            for link in references(page):
                if link.startswith(("https:", "data:", "#")):
                    continue
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) in there


def test_every_page_is_html_without_a_parse_error(site: dict[str, bytes]) -> None:
    for path, page in site.items():
        if path.endswith(".html"):
            parser = html5lib.HTMLParser(strict=True)
            parser.parse(page, transport_encoding="utf-8")
            assert parser.errors == []


def test_a_draft_beside_the_edition_for_sale_has_a_page_of_its_own(
    titles: dict[str, Title], window: Window
) -> None:
    both = [titles["kertas"], replace(titles["kertas"], draft=True)]
    made = made_of(both, ADDRESS, window)
    assert "Rp95.900" in made["books/kertas.html"].decode()
    assert "Rp" not in text_of(made["books/kertas.draft.html"])
    links = BeautifulSoup(made["index.html"], "lxml").select(".books h2 a")
    assert [link["href"] for link in links] == ["books/kertas.html", "books/kertas.draft.html"]


def test_nothing_is_fetched_from_elsewhere(site: dict[str, bytes]) -> None:
    for path, page in site.items():
        if path.endswith(".html"):
            soup = BeautifulSoup(page, "lxml")
            fetched = [
                *soup.select("[src]"),
                *soup.select("link[rel=stylesheet], link[rel=preload]"),
            ]
            for tag in fetched:
                assert not re.match(r"\w+:|//", str(tag.get("src") or tag.get("href")))
    assert not re.search(rb"https?:|//|@import", site["style.css"].replace(b"/*", b""))


def test_a_page_with_its_style_and_fonts_is_within_the_budget(site: dict[str, bytes]) -> None:
    shared = sum(len(data) for path, data in site.items() if not path.endswith(".html"))
    for path, data in site.items():
        if path.endswith(".html"):
            assert len(data) + shared < BUDGET, path


def test_thousands_of_titles_are_listed_page_by_page(
    titles: dict[str, Title], window: Window
) -> None:
    many = [
        replace(
            titles["gratis"],
            edition=titles["gratis"].edition.model_copy(update={"slug": f"buku-{number:03}"}),
        )
        for number in range(2 * BOOKS_ON_A_PAGE + 1)
    ]
    made = made_of(many, "", window)
    shown: list[str] = []
    for number in (1, 2, 3):
        page = BeautifulSoup(made[list_page(number)], "lxml")
        shown += [link["href"] for link in page.select(".books h2 a")]
        assert [link["href"] for link in page.select(".numbers a")] == [
            "index.html", "page-2.html", "page-3.html",
        ]  # fmt: skip
        assert len(page.select(".numbers a[aria-current=page]")) == 1
    assert shown == [f"books/buku-{number:03}.html" for number in range(len(many))]
    assert list_page(4) not in made
    listed = data_of(made[list_page(3)])["itemListElement"]
    assert [item["position"] for item in listed] == [2 * BOOKS_ON_A_PAGE + 1]


def test_an_empty_catalogue_says_so(window: Window) -> None:
    made = made_of([], ADDRESS, window)
    assert {"index.html", "opds.json", "opds.xml"} <= {
        file.path for file in catalogue([], ADDRESS, window).files
    }
    assert "Belum ada buku yang dijual." in text_of(made["index.html"])


def test_a_book_speaks_its_own_language_and_english_where_the_pages_do_not_know_it(
    titles: dict[str, Title], window: Window
) -> None:
    english = page_of(changed(titles["kertas"], language="en-GB"), window)
    assert "Printed when you order it, about 3 days after payment" in english
    assert "shipping not included" in english
    polish = BeautifulSoup(page_of(changed(titles["kertas"], language="pl"), window), "lxml")
    assert polish.html["lang"] == "en" and polish.select_one(".card")["lang"] == "pl"


def test_a_book_without_picture_price_or_epub_still_has_its_page(
    titles: dict[str, Title], window: Window
) -> None:
    bare = changed(titles["serba"], prices=None, sales=None, printings=(), publisher=None)
    left = tuple(item for item in bare.edition.files if item.role in ("interior", "cover"))
    bare = replace(
        bare,
        edition=bare.edition.model_copy(update={"files": left}),
        opening="",
        opening_markup="",
        contents=(),
        accessibility=None,
    )
    page = page_of(bare, window)
    assert "Serba-serbi “Kebun”" in text_of(page) and "og:image" not in page
    data = data_of(page)
    assert [item["bookFormat"] for item in data["workExample"]] == ["https://schema.org/Paperback"]
    assert "image" not in data and "offers" not in data["workExample"][0]


def test_the_latest_printing_is_named_and_the_first_dates_the_work(
    titles: dict[str, Title], window: Window
) -> None:
    data = data_of(page_of(titles["serba"], window))
    assert data["datePublished"] == "2026-01"
    assert example(data, "Paperback")["datePublished"] == "2026-02"
    none = data_of(page_of(changed(titles["serba"], printings=()), window))
    assert "datePublished" not in none
    third = (Printing(number=3, date="2027-05"),)
    assert "III, Mei 2027" in page_of(changed(titles["serba"], printings=third), window)


def test_an_epub_that_costs_nothing_can_be_read_at_once(
    titles: dict[str, Title], window: Window
) -> None:
    page = BeautifulSoup(page_of(titles["gratis"], window), "lxml")
    epub = titles["gratis"].epub
    assert epub is not None
    wanted = f"../{place_of(titles['gratis'], epub)}"
    assert wanted in [link["href"] for link in page.select(".do a")]
    (offer,) = example(data_of(str(page)), "EBook")["offers"]
    assert Decimal(offer["price"]) == 0
    assert f"../{place_of(titles['serba'], epub)}" not in page_of(titles["serba"], window)


def test_texts_have_the_same_places_to_fill_in_every_language() -> None:
    words = load_messages(layout_folders(Path()))

    def places(language: str) -> dict[str, set[str | None]]:
        return {
            key: {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            for key, text in words[language].items()
        }

    first: Sequence[str] = LANGUAGES[:1]
    assert all(places(language) == places(first[0]) for language in LANGUAGES)
