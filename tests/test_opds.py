"""OPDS: valid by the published schemas, as reading apps' libraries read it, in pages."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import jsonschema_rs
import pytest
from lxml import etree
from webpub_manifest_parser.opds2 import OPDS2FeedParserFactory

from bookbuild.catalogue import feeds as feeds_room
from bookbuild.catalogue.feeds import feeds, gaps
from bookbuild.catalogue.opds1 import opds1
from bookbuild.catalogue.opds2 import opds2
from bookbuild.catalogue.pages import book_page
from bookbuild.catalogue.shelf import Site
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.folders import layout_folders
from bookbuild.messages import load_messages
from bookbuild.store.editions import Store
from tests.support import ROOT

SITE = Site("https://daun.example/katalog")
SCHEMAS = Path(__file__).parent / "schemas"
ACQUISITION = "http://opds-spec.org/acquisition"
NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "opds": "http://opds-spec.org/2010/catalog",
    "dcterms": "http://purl.org/dc/terms/",
}


@cache
def validator(name: str) -> Any:
    """A published schema; those that it names are taken from the folder, none from afar."""
    known = {}
    for path in sorted(SCHEMAS.rglob("*.json")):
        schema = json.loads(path.read_text("utf-8"))
        known[schema["$id"]] = schema
    known_by = jsonschema_rs.Registry(list(known.items()))
    return jsonschema_rs.validator_for(
        known[f"https://drafts.opds.io/schema/{name}.schema.json"],
        registry=known_by, validate_formats=True,
    )  # fmt: skip


def words(language: str = "id") -> dict[str, str]:
    return dict(load_messages(layout_folders(ROOT))[language])


def made(titles: tuple[Title, ...], site: Site = SITE) -> dict[str, bytes]:
    """Every file of both forms by its path."""
    lists = feeds(titles, words())
    files = (*opds2(lists, site, words()), *opds1(lists, site, words()))
    return {file.path: file.content for file in files if isinstance(file.content, bytes)}


@pytest.fixture(scope="module")
def titles(shelf: Store) -> tuple[Title, ...]:
    return read_titles(shelf, draft=True)


@pytest.fixture(scope="module")
def files(titles: tuple[Title, ...]) -> dict[str, bytes]:
    return made(titles)


@pytest.fixture(scope="module")
def many(titles: tuple[Title, ...]) -> tuple[Title, ...]:
    """120 books, copies of one under other names."""
    book = next(title for title in titles if title.slug == "serba")
    copies = []
    for number in range(120):
        edition = book.edition.model_copy(update={"slug": f"serba-{number:03}"})
        spec = book.spec.model_copy(
            update={
                "title": f"Serba {number:03}", "sort_title": None,
                "subjects": (f"Subjek {number % 3}",),
                "identifier": f"urn:uuid:0b6a3f38-3c0f-4f0e-8a0d-{number:012x}",
            }
        )  # fmt: skip
        copies.append(replace(book, edition=edition, spec=spec))
    return tuple(copies)


def book2(files: dict[str, bytes], slug: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files[f"opds/books/{slug}.json"])
    return found


def rels(publication: dict[str, Any]) -> list[str]:
    return [
        link["rel"].removeprefix(f"{ACQUISITION}/")
        for link in publication["links"]
        if link["rel"].startswith(ACQUISITION)
    ]


def entry(files: dict[str, bytes], path: str, title: str) -> etree._Element:
    root = etree.fromstring(files[path])
    (found,) = root.xpath(f"//a:entry[starts-with(a:title, '{title}')]", namespaces=NAMES)
    return found


def hrefs(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Every link of every file: the file's path, and where it leads."""
    for path, data in files.items():
        if path.endswith(".json"):
            yield from ((path, href) for href in _hrefs(json.loads(data)))
        else:
            links = etree.fromstring(data).iter(f"{{{NAMES['a']}}}link")
            yield from ((path, link.get("href")) for link in links)


def _hrefs(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        if "href" in content:
            yield content["href"]
        content = list(content.values())
    if isinstance(content, list):
        for item in content:
            yield from _hrefs(item)


# By the schemas


@pytest.mark.parametrize("address", ["", SITE.address])
def test_every_feed_and_book_is_valid_by_the_published_schemas(
    titles: tuple[Title, ...], many: tuple[Title, ...], address: str
) -> None:
    files = made(titles + many, Site(address))
    for path, data in files.items():
        if path.endswith(".json"):
            kind = "publication" if "/books/" in path else "feed"
            found = [str(fault) for fault in validator(kind).iter_errors(json.loads(data))]
            assert found == [], path


def test_an_empty_catalogue_is_valid_too() -> None:
    for path, data in made(()).items():
        if path.endswith(".json"):
            assert validator("feed").is_valid(json.loads(data)), path
        else:
            assert not feedparser.parse(data).bozo


def test_the_schema_would_refuse_a_book_that_cant_be_had(files: dict[str, bytes]) -> None:
    book = book2(files, "serba")
    book["links"] = [link for link in book["links"] if ACQUISITION not in link["rel"]]
    assert not validator("publication").is_valid(book)


# As others read it


GRAMMAR = etree.RelaxNG(etree.parse(SCHEMAS / "opds-1.2.rng"))


def broken_rules(data: bytes) -> list[str]:
    """What of OPDS 1.2 a feed breaks."""
    root = etree.fromstring(data)
    found = [] if GRAMMAR.validate(root) else [str(GRAMMAR.error_log.last_error)]
    rels = [link.get("rel") for link in root.findall("a:link", NAMES)]
    ids = [item.text for item in root.findall("a:entry/a:id", NAMES)]
    pages = [(link.get("rel"), link.get("type")) for link in root.findall("a:link", NAMES)]
    rules = {
        "one self and one start": rels.count("self") == rels.count("start") == 1,
        "an entry's id is its own": len(set(ids)) == len(ids),
        "a feed is no entry": root.findtext("a:id", None, NAMES) not in ids,
        "one alternate of each type": len(set(pages)) == len(pages),
        "each book can be had": all(
            any(link.get("rel").startswith(ACQUISITION) for link in entry.findall("a:link", NAMES))
            for entry in root.findall("a:entry", NAMES)
            if entry.find("a:content", NAMES) is None
        ),
        "a feed is as young as its youngest entry": all(
            item.text <= root.findtext("a:updated", None, NAMES)
            for item in root.findall("a:entry/a:updated", NAMES)
        ),
    }
    return [*found, *(rule for rule, kept in rules.items() if not kept)]


@pytest.mark.parametrize("address", ["", SITE.address])
def test_every_atom_feed_keeps_the_rules_of_opds_1_2(
    titles: tuple[Title, ...], many: tuple[Title, ...], address: str
) -> None:
    files = {**made(titles + many, Site(address)), **{f"0/{k}": v for k, v in made(()).items()}}
    feeds = {path: data for path, data in files.items() if path.endswith(".xml")}
    assert len(feeds) > 10
    assert {path: broken_rules(data) for path, data in feeds.items() if broken_rules(data)} == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<updated>", "<published>2026-01-01T00:00:00Z</published><updated>"),
        ('type="application/epub+zip" length', 'type="text/plain" length'),
        ("acquisition/buy", "acquisition/rent"),
        (' currencycode="IDR"', ""),
        ("45000<", "Rp45.000<"),
        ('rel="self"', 'rel="start"'),
        ("<id>urn:uuid:0b6a3f38", "<id>urn uuid"),
        ("T04:05:06Z<", "<"),
        ("<name>Ratna Wening</name>", "<name> </name>"),
    ],
)
def test_the_rules_of_opds_1_2_would_refuse_what_breaks_them(
    files: dict[str, bytes], old: str, new: str
) -> None:
    text = files["opds/all.xml"].decode()
    assert old in text and broken_rules(text.encode()) == []
    assert broken_rules(text.replace(old, new).encode()) != []


def test_a_feed_names_the_publisher_as_its_author_else_the_host_else_itself(
    titles: tuple[Title, ...],
) -> None:
    def author(shown: tuple[Title, ...], site: Site) -> str | None:
        root = etree.fromstring(made(shown, site)["opds.xml"])
        return root.findtext("a:author/a:name", None, NAMES)

    unnamed = tuple(title for title in titles if title.spec.publisher is None)
    assert author(titles, SITE) == "Penerbit Daun"
    assert author(unnamed, SITE) == "daun.example"
    assert author(unnamed, Site()) == words()["catalogue"]


def test_a_reading_apps_library_reads_every_feed_without_an_error(
    files: dict[str, bytes], many: tuple[Title, ...]
) -> None:
    parser = OPDS2FeedParserFactory().create()
    for path, data in {**files, **made(many)}.items():
        if path.endswith(".json") and "/books/" not in path:
            result = parser.parse_json(json.loads(data))
            assert [str(fault) for fault in result.errors] == [], path


def test_a_reading_apps_library_finds_title_price_and_where_to_buy(files: dict[str, bytes]) -> None:
    root = OPDS2FeedParserFactory().create().parse_json(json.loads(files["opds/all.json"])).root
    found = {item.metadata.title: item for item in root.publications}
    book = next(item for name, item in found.items() if "Serba" in str(name))
    (buy,) = [link for link in book.links if f"{ACQUISITION}/buy" in link.rels]
    assert buy.href == "https://daun.example/serba"
    assert (buy.properties.price.value, buy.properties.price.currency) == (45000, "IDR")
    assert buy.properties.indirect_acquisition[0].type == "application/epub+zip"


def test_a_feed_library_reads_every_atom_feed(files: dict[str, bytes]) -> None:
    for path, data in files.items():
        if path.endswith(".xml"):
            feed = feedparser.parse(data)
            assert not feed.bozo, path
            assert feed.version == "atom10"
            assert feed.feed.title
            assert all(item.id and item.title and item.updated for item in feed.entries)
            assert len({item.id for item in feed.entries}) == len(feed.entries)


# What of a book may be had


def test_a_free_epub_is_open_access(files: dict[str, bytes]) -> None:
    book = book2(files, "gratis")
    assert rels(book) == ["open-access", "sample", "sample"]
    href = f"{SITE.address}/files/gratis-1.1/gratis.epub"
    assert book["links"][2]["href"] == href
    assert book["links"][2]["type"] == "application/epub+zip"
    atom = entry(files, "opds/all.xml", "Buku Gratis")
    (link,) = atom.xpath(f"a:link[@rel='{ACQUISITION}/open-access']", namespaces=NAMES)
    assert link.get("href") == href


def test_an_epub_with_a_price_is_bought_through_a_page(files: dict[str, bytes]) -> None:
    (link,) = [link for link in book2(files, "serba")["links"] if link["rel"].endswith("/buy")]
    assert link["href"] == "https://daun.example/serba"
    assert link["type"] == "text/html"
    assert link["properties"] == {
        "price": {"value": 45000, "currency": "IDR"},
        "indirectAcquisition": [{"type": "application/epub+zip"}],
    }
    atom = entry(files, "opds/all.xml", "Serba")
    (link,) = atom.xpath(f"a:link[@rel='{ACQUISITION}/buy']", namespaces=NAMES)
    assert [(item.tag, item.text, dict(item.attrib)) for item in link] == [
        (f"{{{NAMES['opds']}}}price", "45000", {"currencycode": "IDR"}),
        (f"{{{NAMES['opds']}}}indirectAcquisition", None, {"type": "application/epub+zip"}),
    ]


def test_an_epub_without_price_is_sampled_only(files: dict[str, bytes]) -> None:
    assert rels(book2(files, "kertas")) == ["sample", "sample"]
    atom = entry(files, "opds/all.xml", "Buku Kertas")
    assert set(atom.xpath(f"a:link[contains(@rel, '{ACQUISITION}')]/@rel", namespaces=NAMES)) == {
        f"{ACQUISITION}/sample"
    }


def test_a_price_without_a_place_to_buy_is_sampled_only_and_told(titles: tuple[Title, ...]) -> None:
    book = next(title for title in titles if title.slug == "serba")
    assert book.spec.sales is not None
    sales = book.spec.sales.model_copy(update={"order_url": None})
    unsold = replace(book, spec=book.spec.model_copy(update={"sales": sales}))
    assert rels(book2(made((unsold,)), "serba")) == ["sample", "sample"]
    assert [item.code for item in gaps((unsold,))] == ["opds-order"]
    assert "serba@2.3" in next(gaps((unsold,))).message


def test_a_book_that_can_neither_be_had_nor_sampled_is_left_out_and_told(
    titles: tuple[Title, ...],
) -> None:
    book = next(title for title in titles if title.slug == "kertas")
    kept = tuple(item for item in book.edition.files if not item.role.startswith("sample"))
    bare = replace(book, edition=book.edition.model_copy(update={"files": kept}))
    assert "opds/books/kertas.json" not in made((bare,))
    assert [item.code for item in gaps((bare,))] == ["opds-nothing"]


def test_drafts_have_a_list_of_their_own_are_marked_and_never_offered(
    files: dict[str, bytes],
) -> None:
    for slug in ("calon", "rangka"):
        book = book2(files, f"{slug}.draft")
        assert book["metadata"]["title"] == f"Buku {slug.title()} [Draf]"
        assert set(rels(book)) == {"sample"}
        assert f"Buku {slug.title()}".encode() not in files["opds/all.json"]
        assert entry(files, "opds/drafts.xml", f"Buku {slug.title()} [Draf]") is not None


# What is said of it


def test_a_book_is_described_by_its_specification(files: dict[str, bytes]) -> None:
    said = book2(files, "serba")["metadata"]
    assert said["@type"] == "http://schema.org/EBook"
    assert said["identifier"] == "urn:isbn:9786020652801"
    assert said["language"] == "id"
    assert said["author"] == [{"name": "Ratna Wening", "sortAs": "Wening, Ratna"}]
    assert said["subject"] == ["Kebun", "Esai"]
    assert said["belongsTo"] == {"series": [{"name": "Pustaka Halaman Belakang", "position": 2}]}
    assert said["modified"] == "2026-02-03T04:05:06Z"
    assert said["numberOfPages"] > 0
    atom = entry(files, "opds/all.xml", "Serba")
    assert atom.xpath("a:author/a:name/text()", namespaces=NAMES) == ["Ratna Wening"]
    assert atom.xpath("dcterms:identifier/text()", namespaces=NAMES) == ["urn:isbn:9786020652801"]
    assert atom.xpath("dcterms:issued/text()", namespaces=NAMES) == ["2026-01"]


def test_accessibility_is_what_the_epub_says(
    files: dict[str, bytes], titles: tuple[Title, ...]
) -> None:
    found = next(title for title in titles if title.slug == "serba").accessibility
    assert found is not None
    said = book2(files, "serba")["metadata"]["accessibility"]
    assert said["feature"] == list(found.features)
    assert said["hazard"] == list(found.hazards)
    assert said["summary"] == found.summary
    assert said["accessModeSufficient"] == [["textual", "visual"], "textual"]
    assert said["conformsTo"] == "https://www.w3.org/TR/epub-a11y-11#wcag-2.2-aa"
    assert said["certification"]["certifiedBy"] == "Balai Uji Aksara"
    assert "numberOfPages" not in book2(files, "rangka.draft")["metadata"]
    assert "certification" not in book2(files, "gratis")["metadata"]["accessibility"]


def test_cover_and_thumbnail_are_shown_with_their_sizes(
    files: dict[str, bytes], titles: tuple[Title, ...]
) -> None:
    book = next(title for title in titles if title.slug == "serba")
    assert book.cover is not None
    assert book.cover.pixels is not None
    images = book2(files, "serba")["images"]
    assert [posixpath.basename(image["href"]) for image in images] == [
        "shop-cover.jpg", "thumb-cover.jpg",
    ]  # fmt: skip
    assert (images[0]["width"], images[0]["height"]) == book.cover.pixels
    atom = entry(files, "opds/all.xml", "Serba")
    for rel in ("http://opds-spec.org/image", "http://opds-spec.org/image/thumbnail"):
        assert len(atom.xpath(f"a:link[@rel='{rel}'][@type='image/jpeg']", namespaces=NAMES)) == 1


# Lists and pages


def test_the_root_leads_to_every_list_and_shows_groups(files: dict[str, bytes]) -> None:
    root = json.loads(files["opds.json"])
    names = [item["title"] for item in root["navigation"]]
    assert names == ["Semua buku", "Terbaru", "Pustaka Halaman Belakang", "Esai", "Kebun", "Draf"]
    assert [group["metadata"]["title"] for group in root["groups"]] == names[1:]
    atom = feedparser.parse(files["opds.xml"])
    assert [item.title for item in atom.entries] == names


def test_a_long_list_goes_on_from_page_to_page_until_every_book_was_there_once(
    many: tuple[Title, ...],
) -> None:
    files = made(many)
    path, seen, pages = "opds/all.json", [], 0
    while path:
        feed = json.loads(files[path])
        seen += [item["metadata"]["title"] for item in feed["publications"]]
        assert feed["metadata"]["numberOfItems"] == 120
        assert feed["metadata"]["currentPage"] == (pages := pages + 1)
        links = {link["rel"]: link["href"] for link in feed["links"]}
        assert links["first"] == f"{SITE.address}/opds/all.json"
        assert links["last"] == f"{SITE.address}/opds/all-3.json"
        assert ("previous" in links) == (pages > 1)
        path = links.get("next", "").removeprefix(f"{SITE.address}/")
    assert pages == 3
    assert seen == [f"Serba {number:03}" for number in range(120)]


def test_the_atom_pages_hold_the_same_books_as_the_json_ones(many: tuple[Title, ...]) -> None:
    files = made(many)
    for path, data in files.items():
        if path.startswith("opds/") and path.endswith(".xml"):
            names = [item.title.split(":")[0] for item in feedparser.parse(data).entries]
            twin = json.loads(files[path.replace(".xml", ".json")])
            assert names == [item["metadata"]["title"] for item in twin["publications"]]


def test_no_page_of_thousands_of_books_is_long(many: tuple[Title, ...]) -> None:
    files = made(many)
    pages = [json.loads(data) for path, data in files.items() if path.endswith(".json")]
    assert max(len(page.get("publications", ())) for page in pages) == feeds_room.PAGE


@pytest.mark.parametrize("address", ["", SITE.address])
def test_no_link_of_a_feed_leads_nowhere(titles: tuple[Title, ...], address: str) -> None:
    files = made(titles, Site(address))
    there = set(files) | {book_page(title) for title in titles} | {
        f"files/{title.slug}-{title.edition.printing}.{title.edition.revision}/{file.file}"
        for title in titles for file in title.edition.files
    }  # fmt: skip
    for here, href in hrefs(files):
        if href.startswith("https://daun.example/serba"):
            continue
        if address:
            assert href.startswith(f"{address}/")
            assert href.removeprefix(f"{address}/") in there
        else:
            assert posixpath.normpath(posixpath.join(posixpath.dirname(here), href)) in there


def test_a_draft_is_another_book_for_reading_apps_than_the_one_for_sale(
    titles: tuple[Title, ...],
) -> None:
    sold = next(title for title in titles if title.slug == "serba")
    files = made((sold, replace(sold, draft=True)))
    said = [
        json.loads(files[f"opds/books/serba{mark}.json"])["metadata"] for mark in ("", ".draft")
    ]
    assert said[0]["identifier"] == "urn:isbn:9786020652801"
    assert said[1]["identifier"] == f"{sold.spec.identifier}#draft"
    atoms = [etree.fromstring(files[f"opds/{name}.xml"]) for name in ("all", "drafts")]
    ids = [atom.xpath("//a:entry/a:id/text()", namespaces=NAMES) for atom in atoms]
    assert ids == [[sold.spec.identifier], [f"{sold.spec.identifier}#draft"]]


def test_a_list_keeps_its_address_whatever_else_is_listed(
    titles: tuple[Title, ...], many: tuple[Title, ...]
) -> None:
    before, after = (
        {feed.name: feed.path(1, "json") for feed in feeds(given, words())}
        for given in (titles, titles + many)
    )
    assert before.items() <= after.items()


def test_the_address_of_a_list_is_short_and_certain_whatever_its_name(
    titles: tuple[Title, ...],
) -> None:
    names = ("tanah " * 80, *(f"土{chr(0x4E00 + number)}" for number in range(5000)))
    book = next(title for title in titles if not title.draft)
    given = replace(book, spec=book.spec.model_copy(update={"subjects": names}))
    keys = [feed.key for feed in feeds((given,), words()) if feed.kind == "subject"]
    assert len(set(keys)) == len(names)
    assert max(map(len, keys)) < 100
