"""The books as OPDS 2.0, in JSON: a root with groups, lists in pages, a document for each book.

In: `Feed`s. Out: files. By the drafts of opds-community and the Readium Web Publication Manifest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bookbuild.book.spec import BookSpec
from bookbuild.catalogue.claims import Accessibility
from bookbuild.catalogue.feeds import (
    HTML,
    Feed,
    Offer,
    isbn_of,
    lasting_id,
    marked,
    offers,
)  # fmt: skip
from bookbuild.catalogue.pages import book_page
from bookbuild.catalogue.shelf import ShelfFile, Site, place_of
from bookbuild.catalogue.titles import Title

ROOT = "opds.json"
FEED, PUBLICATION = "application/opds+json", "application/opds-publication+json"
_ATOM = "application/atom+xml;profile=opds-catalog"
IN_GROUP = 6
"""Books of a list that the root shows."""
GROUPS = 10
"""Lists that the root shows books of; it links to all."""
_PROFILES = "https://www.w3.org/TR/epub-a11y-11#"
_CLAIM = "EPUB Accessibility 1.1 - "
_PEOPLE = {
    "author": "author", "contributor": "contributor", "editor": "editor",
    "translator": "translator", "illustrator": "illustrator",
}  # fmt: skip
"""The manifest's name for each role of the specification."""

Data = dict[str, Any]


def opds2(feeds: Sequence[Feed], site: Site, words: Mapping[str, str]) -> Iterator[ShelfFile]:
    """opds.json, the lists' pages and the books' documents."""
    yield _file(ROOT, _root(feeds, site, words))
    for feed in feeds:
        for number in range(1, feed.pages + 1):
            yield _file(feed.path(number, "json"), _page(feed, number, site, words))
    for title in (title for feed in feeds for title in _distinct(feed)):
        path = book_path(title)
        yield _file(path, publication(title, site, words, path))


def book_path(title: Title) -> str:
    """The path of a book's document."""
    return f"opds/books/{title.slug}{'.draft' if title.draft else ''}.json"


def _distinct(feed: Feed) -> tuple[Title, ...]:
    """Each book is in one of these two lists, and once."""
    return feed.titles if feed.kind in ("all", "draft") else ()


def _file(path: str, content: Data) -> ShelfFile:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))  # phones load it
    return ShelfFile(path, f"{text}\n".encode())


def _root(feeds: Sequence[Feed], site: Site, words: Mapping[str, str]) -> Data:
    navigation = [
        {"title": feed.name, "href": site.link(feed.path(1, "json"), ROOT), "type": FEED,
         "rel": "http://opds-spec.org/sort/new" if feed.kind == "new" else "subsection",
         "properties": {"numberOfItems": len(feed.titles)}}
        for feed in feeds
    ]  # fmt: skip
    shown = [feed for feed in feeds if feed.kind != "all" and feed.titles][:GROUPS]
    content = {
        "metadata": {"title": words["catalogue"]},
        "links": [
            _link("self", ROOT, site, ROOT),
            _link("start", ROOT, site, ROOT),
            {"rel": "alternate", "href": site.link("opds.xml", ROOT),
             "type": f"{_ATOM};kind=navigation"},
        ],
        "navigation": navigation,
        "groups": [_group(feed, site, words) for feed in shown],
    }  # fmt: skip
    return {key: value for key, value in content.items() if value}


def _link(rel: str, path: str, site: Site, here: str) -> Data:
    return {"rel": rel, "href": site.link(path, here), "type": FEED}


def _group(feed: Feed, site: Site, words: Mapping[str, str]) -> Data:
    """The first books of a list, and where the whole of it is."""
    return {
        "metadata": {"title": feed.name, "numberOfItems": len(feed.titles)},
        "links": [_link("self", feed.path(1, "json"), site, ROOT)],
        "publications": [publication(title, site, words, ROOT) for title in feed.titles[:IN_GROUP]],
    }


def _page(feed: Feed, number: int, site: Site, words: Mapping[str, str]) -> Data:
    here = feed.path(number, "json")
    steps = {"self": number, "first": 1, "last": feed.pages}
    if number > 1:
        steps["previous"] = number - 1
    if number < feed.pages:
        steps["next"] = number + 1
    paged = feed.pages > 1
    content: Data = {
        "metadata": {
            "title": feed.name,
            "numberOfItems": len(feed.titles),
            **({"itemsPerPage": len(feed.page(1)), "currentPage": number} if paged else {}),
        },
        "links": [
            *(_link(rel, feed.path(to, "json"), site, here) for rel, to in steps.items()
              if paged or rel == "self"),
            _link("start", ROOT, site, here),
            {"rel": "alternate", "href": site.link(feed.path(number, "xml"), here),
             "type": f"{_ATOM};kind=acquisition"},
        ],
    }  # fmt: skip
    if feed.titles:
        shown = [publication(title, site, words, here) for title in feed.page(number)]
        return {**content, "publications": shown}
    # A list of no books is no feed by the schema, a way back to the root is.
    up = {"title": feed.name, **_link("start", ROOT, site, here)}
    return {**content, "navigation": [up]}


def publication(title: Title, site: Site, words: Mapping[str, str], here: str) -> Data:
    """A book, as it is linked to from the file `here`."""
    path = book_path(title)
    content = {
        "metadata": metadata(title, words),
        "links": [
            {"rel": "self", "href": site.link(path, here), "type": PUBLICATION},
            {"rel": "alternate", "href": site.link(book_page(title), here), "type": HTML},
            *(_acquisition(title, offer, site, here) for offer in offers(title)),
        ],
        "images": list(_images(title, site, here)),
    }
    return {key: value for key, value in content.items() if value}


def metadata(title: Title, words: Mapping[str, str]) -> Data:
    """What is said of a book; a draft's title says that it is one."""
    spec, found = title.spec, title.accessibility
    content = {
        "@type": "http://schema.org/EBook",
        "title": marked(title, words),
        "sortAs": spec.sort_title,
        "subtitle": spec.subtitle,
        "identifier": f"urn:isbn:{isbn_of(title)}" if isbn_of(title) else lasting_id(title),
        "altIdentifier": [lasting_id(title)] if isbn_of(title) else None,
        **{name: _people(spec, role) for role, name in _PEOPLE.items()},
        "publisher": {"name": spec.publisher.name} if spec.publisher else None,
        "subject": list(spec.subjects),
        "language": spec.language,
        "modified": spec.modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": spec.description,
        "numberOfPages": _printed_pages(title),
        "layout": "reflowable",
        "belongsTo": _series(spec),
        "accessibility": _accessibility(found) if found else None,
    }
    return {key: value for key, value in content.items() if value}


def _printed_pages(title: Title) -> int | None:
    """Of the printed book, where the EPUB marks them; of one with outlines nobody knows."""
    found, extent = title.accessibility, title.edition.extent
    marked_there = found is not None and found.page_list
    return extent.roman + extent.arabic if marked_there and title.edition.complete else None


def _people(spec: BookSpec, role: str) -> list[Data]:
    return [
        {"name": person.name, **({"sortAs": person.sort} if person.sort else {})}
        for person in spec.contributors
        if person.role == role
    ]


def _series(spec: BookSpec) -> Data | None:
    if spec.series is None:
        return None
    number = spec.series.number
    named = {"name": spec.series.name, **({} if number is None else {"position": number})}
    return {"series" if spec.series.kind == "series" else "collection": [named]}


def _accessibility(said: Accessibility) -> Data:
    """The EPUB's own rows, under the manifest's names."""
    certified = {
        "certifiedBy": said.certified_by, "credential": said.credential, "report": said.report,
    }  # fmt: skip
    content = {
        "conformsTo": _profile(said.conforms_to),
        "accessMode": list(said.access_modes),
        "accessModeSufficient": [_modes(modes) for modes in said.sufficient],
        "feature": list(said.features),
        "hazard": list(said.hazards),
        "certification": {key: value for key, value in certified.items() if value},
        "summary": said.summary,
    }
    return {key: value for key, value in content.items() if value}


def _profile(claim: str) -> str:
    """`…#wcag-2.2-aa` for a claim of EPUB Accessibility 1.1."""
    if not claim.startswith(_CLAIM):
        return ""
    level = claim.removeprefix(_CLAIM).replace(" Level", "").replace(" ", "-").lower()
    return f"{_PROFILES}{level}"


def _modes(modes: str) -> str | list[str]:
    parts = [mode.strip() for mode in modes.split(",")]
    return parts[0] if len(parts) == 1 else parts


def _acquisition(title: Title, offer: Offer, site: Site, here: str) -> Data:
    href = site.link(place_of(title, offer.file), here) if offer.file else offer.address
    content: Data = {"rel": offer.rel, "href": href, "type": offer.media_type}
    if offer.file is not None:
        content["size"] = offer.file.bytes
    properties: Data = {}
    if offer.price is not None:
        properties["price"] = {"value": _number(offer.price), "currency": offer.currency}
    if offer.leads_to:
        properties["indirectAcquisition"] = [{"type": offer.leads_to}]
    return {**content, "properties": properties} if properties else content


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _images(title: Title, site: Site, here: str) -> Iterator[Data]:
    """The cover, the large picture first."""
    for file in (title.cover, title.thumbnail):
        if file is not None:
            width, height = file.pixels or (0, 0)
            size = {"width": width, "height": height} if width else {}
            href = site.link(place_of(title, file), here)
            yield {"href": href, "type": "image/jpeg", **size}
