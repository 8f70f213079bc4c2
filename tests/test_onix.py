"""ONIX: valid by EDItEUR's schemas, and true to the edition."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import onixcheck
import pytest
from lxml import etree

from bookbuild.book.facts import WORLD
from bookbuild.catalogue.onix import RELEASES, onix
from bookbuild.catalogue.shelf import Catalogue, Site
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.language import is_country
from bookbuild.pipeline import Build
from bookbuild.store.editions import Store, make_store
from tests.shelves import shelved

SITE = Site("https://daun.example/katalog")
MISSING = ["onix-isbn", "onix-publisher", "onix-description", "onix-thema", "onix-territory"]


def titles_of(store: Store, *slugs: str, draft: bool = False) -> list[Title]:
    return [item for item in read_titles(store, draft=draft) if not slugs or item.slug in slugs]


class Message:
    """An ONIX message as a receiver reads it."""

    def __init__(self, made: Catalogue, release: str = "3.1") -> None:
        (data,) = [file.content for file in made.files if release in file.path]
        assert isinstance(data, bytes)
        self.root = etree.fromstring(data)
        self.names = {"o": f"http://ns.editeur.org/onix/{release}/reference"}

    def find(self, path: str, product: str = "") -> list[str]:
        """The texts at a path whose steps have no prefix, of all products or of one form."""
        steps = re.sub(r"(^|/|\[)([A-Z])", r"\1o:\2", path)
        of = f"[o:DescriptiveDetail/o:ProductForm='{product}']" if product else ""
        found = self.root.xpath(f"//o:Product{of}//{steps}", namespaces=self.names)
        return ["".join(item.itertext()).strip() for item in found]

    def one(self, path: str, product: str = "") -> str:
        (found,) = self.find(path, product)
        return found


@pytest.fixture(scope="module")
def serba_message(shelf: Store) -> Message:
    return Message(onix(titles_of(shelf, "serba"), SITE))


# By the schema


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("address", ["", SITE.address])
def test_every_message_is_valid_by_editeurs_schema(
    shelf: Store, tmp_path: Path, release: str, address: str
) -> None:
    made = onix(titles_of(shelf), Site(address))
    (file,) = [file for file in made.files if release in file.path]
    assert isinstance(file.content, bytes)
    path = tmp_path / file.path
    path.write_bytes(file.content)
    assert onixcheck.validate(str(path), schemas=("xsd", "rng")) == []


def test_the_schema_would_refuse_a_code_that_is_none(shelf: Store, tmp_path: Path) -> None:
    (file, _) = onix(titles_of(shelf), SITE).files
    assert isinstance(file.content, bytes)
    path = tmp_path / "onix.xml"
    path.write_bytes(file.content.replace(b">B305<", b">B999<"))
    assert onixcheck.validate(str(path)) != []


def test_a_book_of_which_nothing_is_known_but_what_is_needed_makes_a_valid_record(
    tmp_path: Path,
) -> None:
    store = make_store(tmp_path / "store")
    shelved(store, tmp_path, "polos")
    for file in onix(titles_of(store), SITE).files:
        assert isinstance(file.content, bytes)
        path = tmp_path / file.path
        path.write_bytes(file.content)
        assert onixcheck.validate(str(path), schemas=("xsd", "rng")) == []


# What it says


def test_print_and_epub_are_two_products_that_name_each_other(serba_message: Message) -> None:
    printed, electronic = "9786020652788", "9786020652801"
    path = "ProductIdentifier[ProductIDType='15']/IDValue"
    assert serba_message.find(path, "BC") == [printed, electronic]
    assert serba_message.find(path, "ED") == [electronic, printed]
    assert serba_message.one("RelatedProduct/ProductRelationCode", "BC") == "27"
    assert serba_message.one("RelatedProduct/ProductRelationCode", "ED") == "13"


def test_a_record_is_called_by_the_books_identifier(serba_message: Message) -> None:
    assert serba_message.find("RecordReference") == [
        "0b6a3f38-3c0f-4f0e-8a0d-1f1f9a2f7c11.print",
        "0b6a3f38-3c0f-4f0e-8a0d-1f1f9a2f7c11.ebook",
    ]


def test_the_printed_book_has_its_binding_wrapping_size_and_weight(
    serba_message: Message, whole_serba: Build
) -> None:
    outside = whole_serba.made[0].outside
    assert serba_message.one("ProductFormDetail", "BC") == "B305"
    assert serba_message.one("ProductPackaging", "BC") == "21"
    sizes = serba_message.find("Measure/Measurement", "BC")
    assert sizes[:2] == ["230", "150"]
    assert float(sizes[2]) == round(outside.spine.width.mm, 1)
    assert outside.weight_g is not None
    assert float(sizes[3]) == round(outside.weight_g)


def test_the_pages_are_counted_with_their_roman_numeral(
    serba_message: Message, whole_serba: Build
) -> None:
    extent = whole_serba.extent
    assert (
        serba_message.one("Extent[ExtentType='03']/ExtentValueRoman", "BC")
        == (str(extent).split(" ")[0])
    )
    pages = [serba_message.one(f"Extent[ExtentType='{kind}']/ExtentValue", "BC")
             for kind in ("03", "00", "05", "06")]  # fmt: skip
    assert pages == [
        str(number)
        for number in (extent.roman, extent.arabic, extent.roman + extent.arabic, extent.pages)
    ]
    assert serba_message.one("Extent[ExtentType='08']/ExtentValue", "ED") == pages[2]


def test_list_and_sale_price_are_two_and_the_sale_has_its_days(serba_message: Message) -> None:
    assert serba_message.find("Price/PriceAmount", "BC") == ["85000", "68000"]
    assert serba_message.find("Price/PriceQualifier", "BC") == ["08"]
    assert serba_message.find("PriceDate/Date", "BC") == ["20260301", "20260331"]
    assert serba_message.find("Price/PriceAmount", "ED") == ["45000"]
    assert serba_message.find("Price/PrintedOnProduct", "BC") == ["02"]
    assert serba_message.find("Price/PrintedOnProduct", "ED") == []
    assert set(serba_message.find("CurrencyCode")) == {"IDR"}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("territory", "exclusive", "told"),
    [
        (("ID", "MY", "BN"), True, ["01", "ID MY BN", "ID MY BN"]),
        ((WORLD,), False, ["02", "WORLD", "WORLD"]),
        ((), None, []),
    ],
)
def test_rights_and_market_are_the_territory_where_the_book_may_be_sold(
    shelf: Store,
    tmp_path: Path,
    release: str,
    territory: tuple[str, ...],
    exclusive: bool | None,
    told: list[str],
) -> None:
    (book,) = titles_of(shelf, "serba")
    assert book.spec.sales is not None
    sales = book.spec.sales.model_copy(update={"territory": territory, "exclusive": exclusive})
    made = onix([replace(book, spec=book.spec.model_copy(update={"sales": sales}))], SITE)
    message, path = Message(made, release), tmp_path / "onix.xml"
    (data,) = [file.content for file in made.files if release in file.path]
    assert isinstance(data, bytes)
    path.write_bytes(data)
    assert onixcheck.validate(str(path), schemas=("xsd", "rng")) == []
    for product in ("BC", "ED"):
        found = message.find("SalesRights/SalesRightsType", product)
        found += message.find("SalesRights/Territory", product)
        assert found + message.find("Market/Territory", product) == told
    assert ("onix-territory" in {item.code for item in made.findings}) == (not told)


@pytest.mark.parametrize("release", RELEASES)
def test_every_country_that_a_specification_may_name_is_one_for_editeur(release: str) -> None:
    folder = Path(onixcheck.__file__).parent / f"schema/xsd{release}"
    lists = etree.parse(folder / "ONIX_BookProduct_CodeLists.xsd")
    names = {"x": "http://www.w3.org/2001/XMLSchema"}
    path = "//x:simpleType[@name='List91']//x:enumeration/@value"
    known = set(lists.xpath(path, namespaces=names))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = {one + two for one in letters for two in letters}
    ours = {code for code in codes if is_country(code)}
    assert len(ours) == 249 and ours <= known


def test_a_book_printed_on_demand_says_in_how_many_days(serba_message: Message) -> None:
    assert serba_message.one("ProductAvailability", "BC") == "23"
    assert serba_message.one("OrderTime", "BC") == "3"
    assert serba_message.one("ProductAvailability", "ED") == "20"
    assert serba_message.find("OrderTime", "ED") == []


def test_everybody_is_named_with_the_role_in_order(serba_message: Message) -> None:
    roles = serba_message.find("ContributorRole", "BC")
    names = serba_message.find("PersonName", "BC")
    assert dict(zip(names, roles, strict=False)) == {
        "Ratna Wening": "A01", "Bima Arga": "A32", "Sari Puspa": "B01", "Tirta Laut": "B06",
        "Lintang": "A12", "Damar": "A11", "Kirana": "A36",
    }  # fmt: skip
    assert serba_message.one("PersonNameInverted", "BC") == "Wening, Ratna"


def test_subjects_language_series_and_description_are_told(serba_message: Message) -> None:
    assert serba_message.one("SubjectHeadingText", "BC") == "Kebun; Esai"
    assert serba_message.one("LanguageCode", "BC") == "ind"
    assert serba_message.one("Collection//PartNumber", "BC") == "2"
    (description,) = serba_message.find("TextContent[TextType='03']/Text", "BC")
    assert description.startswith("Kebun kecil menyimpan")
    assert serba_message.find("TextContent[TextType='03']/Text/o:p", "BC")[1:] == [
        "Untuk siapa saja yang pernah menanam sesuatu."
    ]


def test_thema_codes_are_told_by_their_scheme_and_the_first_is_the_main_subject(
    serba_message: Message,
) -> None:
    schemes = serba_message.find("Subject/SubjectSchemeIdentifier", "ED")
    assert schemes == ["93", "93", "94", "20"]
    assert serba_message.find("SubjectCode", "ED") == ["WM", "DNL", "1FMN"]
    assert serba_message.find("Subject[MainSubject]/SubjectCode", "ED") == ["WM"]
    assert set(serba_message.find("SubjectSchemeVersion", "ED")) == {"1.6"}


def test_cover_and_samples_are_linked_with_their_digests(
    serba_message: Message, shelf: Store
) -> None:
    (book,) = titles_of(shelf, "serba")
    assert book.cover is not None
    path = "SupportingResource[ResourceContentType='01']/ResourceVersion"
    assert serba_message.one(f"{path}/ResourceLink", "ED") == (
        f"{SITE.address}/files/serba-2.3/shop-cover.jpg"
    )
    assert book.cover.sha256 in serba_message.find("FeatureValue", "ED")
    samples = serba_message.find("SupportingResource[ResourceContentType='15']//ResourceLink", "ED")
    assert [Path(link).name for link in samples] == ["serba-sample.epub", "sample.pdf"]


def test_accessibility_codes_are_those_of_what_the_epub_shows(
    serba_message: Message, shelf: Store
) -> None:
    (book,) = titles_of(shelf, "serba")
    assert book.accessibility is not None
    path = "ProductFormFeature[ProductFormFeatureType='09']/ProductFormFeatureValue"
    found = serba_message.find(path, "ED")
    known = {
        "tableOfContents": "11",
        "pageNavigation": "41",
        "pageBreakMarkers": "19",
        "ARIA": "30",
    }
    for feature, code in known.items():
        assert (code in found) == (feature in book.accessibility.features)
    assert {"11", "41", "19"} <= set(found)
    assert (
        serba_message.one(
            "ProductFormFeature[ProductFormFeatureValue='00']/ProductFormFeatureDescription", "ED"
        )
        == book.accessibility.summary
    )
    assert serba_message.find(path, "BC") == []


def test_a_certificate_is_claimed_with_who_gave_it_and_only_then(
    serba_message: Message, shelf: Store
) -> None:
    path = "ProductFormFeature[ProductFormFeatureType='09']/ProductFormFeatureValue"
    assert {"04", "82", "85", "88", "90", "91", "94"} <= set(serba_message.find(path, "ED"))
    assert (
        serba_message.one(
            "ProductFormFeature[ProductFormFeatureValue='91']/ProductFormFeatureDescription", "ED"
        )
        == "20260205"
    )
    free = Message(onix(titles_of(shelf, "gratis"), SITE))
    assert not {"04", "82", "85", "90"} & set(free.find(path, "ED"))


def test_the_message_is_of_the_youngest_edition_never_of_the_clock(shelf: Store) -> None:
    message = Message(onix(titles_of(shelf), SITE))
    sent = message.root.xpath("//o:SentDateTime/text()", namespaces=message.names)
    assert sent == ["20260203T0405Z"]


# What it doesn't know


def test_what_isnt_given_is_left_out_and_told_with_its_record(shelf: Store) -> None:
    made = onix(titles_of(shelf, "kertas"), SITE)
    message = Message(made)
    assert message.find("ProductIDType", "BC")[0] == "01"
    assert message.find("PublishingDetail") == []
    told = {(item.code, "EPUB" in item.message) for item in made.findings}
    assert {(code, of_epub) for code in MISSING for of_epub in (False, True)} <= told
    assert all("kertas@1.1" in item.message and item.hint for item in made.findings)


def test_a_sale_without_days_is_no_price_of_the_record(shelf: Store) -> None:
    made = onix(titles_of(shelf, "kertas"), SITE)
    assert Message(made).find("PriceAmount", "BC") == ["120000"]
    assert "onix-sale" in {item.code for item in made.findings}


def test_an_epub_without_price_has_no_supply_and_a_free_one_says_free(shelf: Store) -> None:
    paper, free = (Message(onix(titles_of(shelf, slug), SITE)) for slug in ("kertas", "gratis"))
    assert paper.find("ProductSupply", "ED") == []
    assert free.one("UnpricedItemType", "ED") == "01"


def test_a_book_with_every_fact_is_told_to_lack_nothing(shelf: Store) -> None:
    assert onix(titles_of(shelf, "serba"), SITE).findings == ()


def test_drafts_are_in_no_message(shelf: Store) -> None:
    message = Message(onix(titles_of(shelf, draft=True), SITE))
    assert not {"Buku Calon", "Buku Rangka"} & set(message.find("TitleText"))
    assert onix(titles_of(shelf, "calon", draft=True), SITE).files == ()


def test_nobody_sends_what_names_no_publisher_and_has_no_address(shelf: Store) -> None:
    made = onix(titles_of(shelf, "kertas"), Site())
    assert made.files == ()
    assert [item.code for item in made.findings] == ["onix-sender"]
