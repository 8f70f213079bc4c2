"""The books as OPDS 1.2, in Atom, for reading apps that know no other: the same lists and offers.

In: `Feed`s. Out: files. By OPDS Catalog 1.2 and RFC 4287.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from bookbuild import xhtml
from bookbuild.catalogue.feeds import (
    HTML,
    Feed,
    Offer,
    isbn_of,
    lasting_id,
    marked,
    offers,
)  # fmt: skip
from bookbuild.catalogue.opds2 import FEED
from bookbuild.catalogue.opds2 import ROOT as ROOT2
from bookbuild.catalogue.pages import book_page
from bookbuild.catalogue.shelf import ShelfFile, Site, place_of
from bookbuild.catalogue.titles import Title

ROOT = "opds.xml"
_CATALOG = "application/atom+xml;profile=opds-catalog"
NAVIGATION, ACQUISITION = f"{_CATALOG};kind=navigation", f"{_CATALOG};kind=acquisition"
_ATOM = "http://www.w3.org/2005/Atom"
_OPDS = "{http://opds-spec.org/2010/catalog}"
_TERMS = "{http://purl.org/dc/terms/}"
_IMAGE = "http://opds-spec.org/image"
_NEVER = "1970-01-01T00:00:00Z"
"""When a list of nothing was last changed; Atom asks for a time, and there is no clock here."""


def opds1(feeds: Sequence[Feed], site: Site, words: Mapping[str, str]) -> Iterator[ShelfFile]:
    """opds.xml and the lists' pages."""
    every = [title for feed in feeds for title in feed.titles]
    house = site.house(every) or words["catalogue"]
    yield ShelfFile(ROOT, _root(feeds, site, words, house))
    for feed in feeds:
        for number in range(1, feed.pages + 1):
            yield ShelfFile(feed.path(number, "xml"), _page(feed, number, site, words, house))


def _root(feeds: Sequence[Feed], site: Site, words: Mapping[str, str], house: str) -> bytes:
    every = [title for feed in feeds for title in feed.titles]
    root = _feed(words["catalogue"], _name(ROOT, site), _updated(every), house)
    _link(root, "self", site.link(ROOT, ROOT), NAVIGATION)
    _link(root, "start", site.link(ROOT, ROOT), NAVIGATION)
    _link(root, "alternate", site.link(ROOT2, ROOT), FEED)
    for feed in feeds:
        path = feed.path(1, "xml")
        entry = xhtml.below(root, "entry")
        xhtml.below(entry, "title", feed.name)
        xhtml.below(entry, "id", _name(path, site))
        xhtml.below(entry, "updated", _updated(feed.titles))
        counted = words["books_counted"].format(number=len(feed.titles))
        xhtml.below(entry, "content", counted, type="text")
        rel = "http://opds-spec.org/sort/new" if feed.kind == "new" else "subsection"
        _link(entry, rel, site.link(path, ROOT), ACQUISITION)
    return xhtml.indented(root)


def _page(feed: Feed, number: int, site: Site, words: Mapping[str, str], house: str) -> bytes:
    here = feed.path(number, "xml")
    root = _feed(feed.name, _name(here, site), _updated(feed.titles), house)
    _link(root, "self", site.link(here, here), ACQUISITION)
    _link(root, "start", site.link(ROOT, here), NAVIGATION)
    _link(root, "up", site.link(ROOT, here), NAVIGATION)
    _link(root, "alternate", site.link(feed.path(number, "json"), here), FEED)
    if feed.pages > 1:
        steps = {"first": 1, "previous": number - 1, "next": number + 1, "last": feed.pages}
        for rel, to in steps.items():
            if 1 <= to <= feed.pages:
                _link(root, rel, site.link(feed.path(to, "xml"), here), ACQUISITION)
    for title in feed.page(number):
        _entry(xhtml.below(root, "entry"), title, site, words, here)
    return xhtml.indented(root)


def _feed(title: str, name: str, updated: str, house: str) -> xhtml.Element:
    """An empty feed; by RFC 4287 it has an author, whose books it lists."""
    prefixes = {"opds": _OPDS[1:-1], "dcterms": _TERMS[1:-1]}
    root = xhtml.rooted("feed", _ATOM, prefixes)
    xhtml.below(root, "id", name)
    xhtml.below(root, "title", title)
    xhtml.below(root, "updated", updated)
    xhtml.below(xhtml.below(root, "author"), "name", house)
    return root


def _name(path: str, site: Site) -> str:
    """What a feed is called for ever: its address, or a name made from its path."""
    if site.address:
        return f"{site.address}/{path}"
    return uuid.uuid5(uuid.NAMESPACE_URL, f"bookbuild:{path}").urn


def _updated(titles: Sequence[Title]) -> str:
    return max((_time(title) for title in titles), default=_NEVER)


def _time(title: Title) -> str:
    return title.spec.modified.strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(parent: xhtml.Element, rel: str, href: str, media_type: str) -> xhtml.Element:
    return xhtml.below(parent, "link", rel=rel, href=href, type=media_type)


def _entry(
    entry: xhtml.Element, title: Title, site: Site, words: Mapping[str, str], here: str
) -> None:
    """A book, whole: nothing more is to be fetched."""
    spec, name = title.spec, marked(title, words)
    xhtml.below(entry, "title", f"{name}: {spec.subtitle}" if spec.subtitle else name)
    xhtml.below(entry, "id", lasting_id(title))
    xhtml.below(entry, "updated", _time(title))
    _people(entry, title)
    if isbn := isbn_of(title):
        xhtml.child(entry, f"{_TERMS}identifier", f"urn:isbn:{isbn}")
    xhtml.child(entry, f"{_TERMS}language", spec.language)
    if spec.publisher:
        xhtml.child(entry, f"{_TERMS}publisher", spec.publisher.name)
    if spec.printings:
        xhtml.child(entry, f"{_TERMS}issued", spec.printings[0].date)
    if spec.rights:
        xhtml.below(entry, "rights", f"© {spec.rights.year} {spec.rights.holder}")
    for subject in spec.subjects:
        xhtml.below(entry, "category", term=subject, label=subject)
    if spec.description:
        xhtml.below(entry, "summary", " ".join(spec.description.split()), type="text")
    for rel, file in ((_IMAGE, title.cover), (f"{_IMAGE}/thumbnail", title.thumbnail)):
        if file is not None:
            _link(entry, rel, site.link(place_of(title, file), here), "image/jpeg")
    _link(entry, "alternate", site.link(book_page(title), here), HTML)
    for offer in offers(title):
        _acquisition(entry, title, offer, site, here)


def _people(entry: xhtml.Element, title: Title) -> None:
    """Authors; Atom asks for one, so without any whoever made the book."""
    spec = title.spec
    authors = spec.people("author")
    others = [person.name for person in spec.contributors if person.name not in authors]
    for name in authors or others:
        xhtml.below(xhtml.below(entry, "author"), "name", name)
    for name in dict.fromkeys(others if authors else ()):
        xhtml.below(xhtml.below(entry, "contributor"), "name", name)


def _acquisition(entry: xhtml.Element, title: Title, offer: Offer, site: Site, here: str) -> None:
    href = site.link(place_of(title, offer.file), here) if offer.file else offer.address
    link = _link(entry, offer.rel, href, offer.media_type)
    if offer.file is not None:
        link.set("length", str(offer.file.bytes))
    if offer.price is not None:
        price = f"{offer.price:f}"
        xhtml.child(link, f"{_OPDS}price", price, currencycode=offer.currency)
    if offer.leads_to:
        xhtml.child(link, f"{_OPDS}indirectAcquisition", type=offer.leads_to)
