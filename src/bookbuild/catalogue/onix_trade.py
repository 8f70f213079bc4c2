"""How a product is shown and sold, in ONIX: texts, pictures, publisher, dates, supply, prices.

In: a `Title` and which of its products. Out: `Node`s in the order that EDItEUR's schema asks for.
"""

from __future__ import annotations

import datetime as dates
from collections.abc import Iterator
from decimal import Decimal

from bookbuild import xhtml
from bookbuild.book.facts import WORLD, Prices
from bookbuild.book.spec import BookSpec
from bookbuild.catalogue import onix_codes as codes
from bookbuild.catalogue.onix_form import Node, Product, identifiers, node
from bookbuild.catalogue.prices import Asked, asked
from bookbuild.catalogue.shelf import Site, place_of
from bookbuild.catalogue.titles import Title
from bookbuild.store.record import FileRecord

_EVERYBODY = Node("ContentAudience", "00")  # List 154: unrestricted
_HEADLINE = "10"  # List 153, as are the next
_DESCRIPTION, _CONTENTS, _ENDORSEMENT, _EXCERPT = "03", "04", "09", "14"
_COVER, _SAMPLE = "01", "15"  # List 158
_IMAGE, _TEXT = "03", "04"  # List 159


def collateral(title: Title, site: Site) -> Iterator[Node]:
    """Description, contents, endorsements and opening; cover and sample, given an address."""
    inside = (*_texts(title), *(_resources(title, site) if site.address else ()))
    if inside:
        yield node("CollateralDetail", *inside)


def _texts(title: Title) -> Iterator[Node]:
    spec = title.spec
    if spec.tagline:
        yield _text(_HEADLINE, Node("Text", spec.tagline))
    if spec.description:
        yield _text(_DESCRIPTION, _paragraphs(spec.description))
    if title.contents:
        lines = [" ".join(filter(None, (item.label, item.title))) for item in title.contents]
        listed = node("ul", *(Node("li", line) for line in lines))
        yield _text(_CONTENTS, Node("Text", (listed,), "05"))
    for said in spec.endorsements:
        by = ", ".join(filter(None, (said.name, said.position)))
        yield _text(_ENDORSEMENT, _paragraphs(said.text), Node("TextAuthor", by))
    if title.opening:
        yield _text(_EXCERPT, _paragraphs(title.opening))


def _text(kind: str, *inside: Node) -> Node:
    return node("TextContent", Node("TextType", kind), _EVERYBODY, *inside)


def _paragraphs(text: str) -> Node:
    """Paragraphs, divided by empty lines, as XHTML (List 34, 05)."""
    parts = (" ".join(part.split()) for part in text.strip().split("\n\n"))
    return Node("Text", tuple(Node("p", part) for part in parts if part), "05")


def _resources(title: Title, site: Site) -> Iterator[Node]:
    if title.cover is not None:
        width, height = title.cover.pixels or (0, 0)
        size = (("02", str(height)), ("03", str(width))) if width else ()
        version = _version(title, title.cover, site, (("01", "D502"), *size))
        yield _resource(_COVER, _IMAGE, version)
    samples = ((title.sample_epub, "E101"), (title.sample_pdf, "E107"))
    versions = [
        _version(title, file, site, (("01", code),)) for file, code in samples if file is not None
    ]
    if versions:
        yield _resource(_SAMPLE, _TEXT, *versions)


def _resource(kind: str, mode: str, *versions: Node) -> Node:
    kinds = Node("ResourceContentType", kind), _EVERYBODY, Node("ResourceMode", mode)
    return node("SupportingResource", *kinds, *versions)


def _version(
    title: Title, file: FileRecord, site: Site, features: tuple[tuple[str, str], ...]
) -> Node:
    """A file to be downloaded (List 161, 02), with its form, size and digest (List 162)."""
    every = (*features, ("07", str(file.bytes)), ("08", file.sha256))
    return node(
        "ResourceVersion",
        Node("ResourceForm", "02"),
        *(
            node(
                "ResourceVersionFeature",
                Node("ResourceVersionFeatureType", kind),
                Node("FeatureValue", value),
            )
            for kind, value in every
        ),
        Node("ResourceLink", site.link(place_of(title, file), "")),
    )


def publishing(title: Title, product: Product) -> Iterator[Node]:
    """Publisher, dates and copyright; the schema has no place for them without a publisher."""
    spec = title.spec
    if spec.publisher is None:
        return
    place = (Node("CityOfPublication", spec.publisher.place),) if spec.publisher.place else ()
    yield node(
        "PublishingDetail",
        node(
            "Publisher",
            Node("PublishingRole", "01"),  # List 45: publisher
            Node("PublisherName", spec.publisher.name),
            *_website("01", spec.publisher.website),  # List 73: corporate
        ),
        *place,
        Node("PublishingStatus", "04"),  # List 64: active
        *_dates(spec, product),
        *_copyright(spec),
        *_rights(spec),
    )


def _website(role: str, address: str | None) -> Iterator[Node]:
    if address:
        yield node("Website", Node("WebsiteRole", role), Node("WebsiteLink", address))


def _dates(spec: BookSpec, product: Product) -> Iterator[Node]:
    """List 163: of the printed book, publication and last reprint; of the EPUB, its counterpart."""
    if not spec.printings:
        return
    first, last = spec.printings[0], spec.printings[-1]
    if product == "ebook":
        yield _month("19", first.month)
        return
    yield _month("01", first.month)
    if last.month != first.month:
        yield _month("12", last.month)
    if last.number > 1:
        yield Node("LatestReprintNumber", str(last.number))


def _month(role: str, month: dates.date) -> Node:
    date = Node("Date", month.strftime("%Y%m"), "01")  # List 55: year and month
    return node("PublishingDate", Node("PublishingDateRole", role), date)


def _copyright(spec: BookSpec) -> Iterator[Node]:
    if spec.rights is not None:
        people = {person.name for person in spec.contributors}
        kind = "PersonName" if spec.rights.holder in people else "CorporateName"
        yield node(
            "CopyrightStatement",
            Node("CopyrightYear", str(spec.rights.year)),
            node("CopyrightOwner", Node(kind, spec.rights.holder)),
        )


def _rights(spec: BookSpec) -> Iterator[Node]:
    """Where the publisher may sell (List 46): alone there, or beside others."""
    if spec.sales is not None and spec.sales.territory:
        kind = Node("SalesRightsType", "01" if spec.sales.exclusive else "02")
        yield node("SalesRights", kind, _territory(spec.sales.territory))


def _territory(codes: tuple[str, ...]) -> Node:
    """Countries (List 91), or the world, which is a region (List 49)."""
    kind = "RegionsIncluded" if codes == (WORLD,) else "CountriesIncluded"
    return node("Territory", Node(kind, " ".join(codes)))


def related(title: Title, product: Product) -> Iterator[Node]:
    """The other product: an EPUB of the printed book (List 51, 27), what the EPUB is of (13)."""
    if title.epub is None:
        return
    code, other = ("27", "ebook") if product == "print" else ("13", "print")
    of: Product = "ebook" if other == "ebook" else "print"
    relation = Node("ProductRelationCode", code)
    yield node("RelatedMaterial", node("RelatedProduct", relation, *identifiers(title.spec, of)))


def supply(title: Title, product: Product, sender: str) -> Iterator[Node]:
    """From whom it is had, when, and for how much; nothing for what isn't for sale."""
    spec = title.spec
    priced = tuple(_prices(title, product))
    available = tuple(_availability(spec, product))
    if not (priced and available):
        return
    name = spec.publisher.name if spec.publisher else sender
    supplier = node(
        "Supplier",
        Node("SupplierRole", "09"),  # List 93: publisher to end-customers
        Node("SupplierName", name),
        *_website("02", spec.sales.order_url if spec.sales else None),  # List 73: of this work
    )
    where = spec.sales.territory if spec.sales else ()
    market = (node("Market", _territory(where)),) if where else ()
    yield node("ProductSupply", *market, node("SupplyDetail", supplier, *available, *priced))


def _availability(spec: BookSpec, product: Product) -> Iterator[Node]:
    if product == "ebook":
        yield Node("ProductAvailability", "20")  # List 65: available
    elif spec.sales is not None:
        yield Node("ProductAvailability", codes.AVAILABILITIES[spec.sales.model])
        if spec.sales.lead_days:
            yield Node("OrderTime", str(spec.sales.lead_days))


def _prices(title: Title, product: Product) -> Iterator[Node]:
    prices = title.spec.prices
    if product == "ebook":
        if prices is not None and prices.ebook is not None:
            yield _price(prices.ebook, prices.currency) if prices.ebook else _UNPRICED_FREE
        return
    told = [item for item in asked(title) if item.kind != "sale" or is_promotional(item)]
    if not told:
        yield Node("UnpricedItemType", "04")  # List 57: contact supplier
    for item in sorted(told, key=lambda item: item.kind == "sale"):
        yield _printed_price(title, item)


_UNPRICED_FREE = Node("UnpricedItemType", "01")  # List 57: free of charge


def is_promotional(price: Asked) -> bool:
    """True for a sale price with the days that List 59, 08 asks for."""
    return price.kind == "sale" and price.first is not None and price.last is not None


def _printed_price(title: Title, price: Asked) -> Node:
    qualifier: tuple[Node, ...] = ()
    if is_promotional(price):
        qualifier = (Node("PriceQualifier", "08"),)  # List 59: promotional offer
    days = (*_price_date("14", price.first), *_price_date("15", price.last))  # List 173
    printed = _on_cover(title.spec.prices) if not (qualifier or days) else ()
    return _price(price.amount, price.currency, qualifier, (*days, *printed))


def _on_cover(prices: Prices | None) -> tuple[Node, ...]:
    """Whether the price is printed on the book (List 174), and where (List 142: the back)."""
    if prices is not None and prices.on_cover:
        return Node("PrintedOnProduct", "02"), Node("PositionOnProduct", "01")
    return (Node("PrintedOnProduct", "01"),)


def _price(
    amount: Decimal,
    currency: str,
    qualifier: tuple[Node, ...] = (),
    more: tuple[Node, ...] = (),
) -> Node:
    return node(
        "Price",
        Node("PriceType", "02"),  # List 58: recommended, tax included
        *qualifier,
        Node("PriceAmount", f"{amount:f}"),
        Node("CurrencyCode", currency),
        *more,
    )


def _price_date(role: str, day: dates.date | None) -> Iterator[Node]:
    if day is not None:
        date = Node("Date", day.strftime("%Y%m%d"), "00")  # List 55: year, month, day
        yield node("PriceDate", Node("PriceDateRole", role), date)


def written(nodes: tuple[Node, ...], parent: xhtml.Element) -> None:
    """Put nodes into the tree, in the namespace of `parent`."""
    for item in nodes:
        kind = {"Date": "dateformat", "Text": "textformat"}.get(item.name, "")
        form = {kind: item.form} if item.form else {}
        if isinstance(item.value, str):
            xhtml.below(parent, item.name, item.value, **form)
        else:
            written(item.value, xhtml.below(parent, item.name, **form))
