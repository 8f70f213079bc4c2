"""What machines read on a book's page: JSON-LD in the vocabulary of schema.org, and Open Graph.

In: a `Title`, and where its page and pictures are. Out: data, and text that is safe inside a page.
The work is a `Book`; each form of it is one of its `workExample`s. Nothing is claimed that the
edition doesn't say, and a draft is offered nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bookbuild.book.facts import ContributorRole
from bookbuild.book.spec import BookSpec
from bookbuild.catalogue.prices import Asked, asked
from bookbuild.catalogue.titles import Title
from bookbuild.catalogue.window import Speech
from bookbuild.store.record import FileRecord

_SCHEMA = "https://schema.org"
_AVAILABLE = {
    "print-on-demand": f"{_SCHEMA}/MadeToOrder",
    "stock": f"{_SCHEMA}/InStock",
}
_EPUB = "application/epub+zip"
_LOCALES = {"id": "id_ID", "en": "en_GB"}
"""As Open Graph writes them."""
_ROLES: tuple[ContributorRole, ...] = (
    "author", "contributor", "editor", "translator", "illustrator",
)  # fmt: skip
"""Each is also what schema.org calls it."""
_UNSAFE = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
"""What could end a script, or begin something inside it, written as JSON lets it be written."""

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a book's page and its pictures are; relative where the catalogue has no address."""

    page: str
    """Empty without an address."""
    cover: str
    """Empty without a picture."""
    cover_file: FileRecord | None = None


def script(data: Data) -> str:
    """JSON that can stand inside a `script` element, the same for the same data."""
    return json.dumps(data, ensure_ascii=False, indent=1).translate(_UNSAFE)


def book_data(title: Title, places: Places, speech: Speech) -> Data:
    """The book and its forms."""
    spec = title.spec
    work = {
        "@context": _SCHEMA,
        "@type": "Book",
        "@id": f"{places.page}#book" if places.page else spec.identifier,
        **_work(spec, speech),
        "creativeWorkStatus": "Draft" if title.draft else None,
        "url": places.page,
        "image": places.cover,
        "workExample": list(_examples(title, places, speech)),
    }
    return _without_empty(work)


def _work(spec: BookSpec, speech: Speech) -> Data:
    """What is true of the book in any form."""
    smart = speech.smart
    return {
        "name": smart(spec.title),
        "alternativeHeadline": smart(spec.subtitle or ""),
        "abstract": smart(spec.tagline or ""),
        "description": smart(spec.description or ""),
        "inLanguage": spec.language,
        **{
            role: [{"@type": "Person", "name": smart(person)} for person in spec.people(role)]
            for role in _ROLES
        },
        "publisher": _publisher(spec),
        "keywords": [smart(subject) for subject in spec.subjects],
        "copyrightYear": spec.rights.year if spec.rights else None,
        "copyrightNotice": f"© {spec.rights.year} {spec.rights.holder}" if spec.rights else None,
        "datePublished": spec.printings[0].date if spec.printings else None,
        "isPartOf": {"@type": "BookSeries", "name": spec.series.name} if spec.series else None,
        "position": spec.series.number if spec.series else None,
    }


def _publisher(spec: BookSpec) -> Data | None:
    if spec.publisher is None:
        return None
    named = {"@type": "Organization", "name": spec.publisher.name, "url": spec.publisher.website}
    return _without_empty(named)


def _examples(title: Title, places: Places, speech: Speech) -> Iterator[Data]:
    """The printed book, and the EPUB."""
    yield _without_empty(_printed(title, places, speech))
    if title.epub is not None:
        yield _without_empty(_ebook(title, places, speech))


def _printed(title: Title, places: Places, speech: Speech) -> Data:
    spec, pages = title.spec, _pages(title)
    width, height = (f"{side.mm:g}" for side in spec.trim_size)
    return {
        "@type": "Book",
        "@id": f"{places.page}#print" if places.page else None,
        "name": speech.smart(spec.title),
        "bookFormat": f"{_SCHEMA}/Paperback",
        "isbn": _digits(spec.isbn.print),
        "numberOfPages": pages,
        "size": f"{width} × {height} mm",
        "bookEdition": str(spec.printings[-1].number) if spec.printings else None,
        "datePublished": spec.printings[-1].date if spec.printings else None,
        "inLanguage": spec.language,
        "offers": list(_print_offers(title)),
    }


def _ebook(title: Title, places: Places, speech: Speech) -> Data:
    spec, found = title.spec, title.accessibility
    data: Data = {
        "@type": "Book",
        "@id": f"{places.page}#epub" if places.page else None,
        "name": speech.smart(spec.title),
        "bookFormat": f"{_SCHEMA}/EBook",
        "encodingFormat": _EPUB,
        "isbn": _digits(spec.isbn.ebook),
        "numberOfPages": _pages(title) if found and found.page_list else None,
        "dateModified": spec.modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "inLanguage": spec.language,
        "offers": list(_ebook_offers(title)),
    }
    if found is not None:
        data |= {
            "accessMode": list(found.access_modes),
            "accessModeSufficient": [_modes(modes) for modes in found.sufficient],
            "accessibilityFeature": list(found.features),
            "accessibilityHazard": list(found.hazards),
            "accessibilitySummary": found.summary,
        }
    return data


def _modes(modes: str) -> Data:
    """Modes that together are enough."""
    return {"@type": "ItemList", "itemListElement": [mode.strip() for mode in modes.split(",")]}


def _pages(title: Title) -> int | None:
    """Numbered pages, of a complete book or as promised."""
    extent = title.spec.extent or (title.edition.extent if title.edition.complete else None)
    return extent.roman + extent.arabic if extent else None


def _print_offers(title: Title) -> Iterator[Data]:
    """What the printed book costs, as its page says it.

    A list price whose place a sale has taken is told with that; else each has its own offer.
    """
    sales, prices = title.spec.sales, asked(title)
    more = _delivery(title.spec)
    if sales is not None:
        more |= {"availability": _AVAILABLE[sales.model], "url": sales.order_url}
    listed = next((_list_price(item) for item in prices if item.over), None)
    for item in prices:
        if not item.over:
            days = {"validFrom": _day(item.first), "priceValidUntil": _day(item.last)}
            facts = {**more, **days, "priceSpecification": listed}
            yield _offer(item.amount, item.currency, facts)


def _delivery(spec: BookSpec) -> Data:
    lead = spec.sales.lead_days if spec.sales else None
    days = {"@type": "QuantitativeValue", "value": lead, "unitCode": "DAY"} if lead else None
    new = f"{_SCHEMA}/NewCondition"
    return {"itemCondition": new, "deliveryLeadTime": days, "seller": _publisher(spec)}


def _list_price(price: Asked) -> Data:
    return {
        "@type": "UnitPriceSpecification",
        "price": _amount(price.amount),
        "priceCurrency": price.currency,
        "priceType": f"{_SCHEMA}/ListPrice",
    }


def _ebook_offers(title: Title) -> Iterator[Data]:
    prices, sales = title.spec.prices, title.spec.sales
    if not title.draft and prices is not None and prices.ebook is not None:
        url = sales.order_url if sales and prices.ebook else None
        yield _offer(
            prices.ebook, prices.currency, {"availability": f"{_SCHEMA}/InStock", "url": url}
        )


def _offer(amount: Decimal, currency: str, more: Mapping[str, Any]) -> Data:
    offer = {"@type": "Offer", "price": _amount(amount), "priceCurrency": currency}
    return _without_empty({**offer, **more})


def _amount(amount: Decimal) -> str:
    return f"{amount:f}"


def _day(day: object) -> str | None:
    return str(day) if day else None


def _digits(isbn: str | None) -> str | None:
    return isbn.replace("-", "") if isbn else None


def _without_empty(data: Data) -> Data:
    """The data without what nobody gave; a zero is something."""
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}


def open_graph(
    title: Title, places: Places, speech: Speech, said: str
) -> tuple[tuple[str, str], ...]:
    """What a chat or a network shows of a link to the page: properties and their values."""
    spec, file = title.spec, places.cover_file
    width, height = (str(side) for side in (file.pixels if file and file.pixels else ("", "")))
    rows = (
        ("og:type", "book"),
        ("og:title", named(title, speech)),
        ("og:description", said),
        ("og:url", places.page),
        ("og:locale", _LOCALES.get(spec.language.partition("-")[0], "")),
        ("og:image", places.cover),
        ("og:image:width", width),
        ("og:image:height", height),
        ("og:image:alt", speech.say("cover_of", title=speech.smart(spec.title))),
        *(("book:author", name) for name in spec.people("author")),
        ("book:isbn", _digits(spec.isbn.print) or ""),
        ("book:release_date", spec.printings[0].date if spec.printings else ""),
    )
    wanted = ("og:image:width", "og:image:height", "og:image:alt")
    return tuple(
        (name, value) for name, value in rows if value and (places.cover or name not in wanted)
    )


def named(title: Title, speech: Speech) -> str:
    """The book's title; a draft's says that it is one."""
    name = speech.smart(title.spec.title)
    return f"{speech.say('draft')}: {name}" if title.draft else name


def list_data(titles: Sequence[tuple[Title, str]], speech: Speech, first: int) -> Data:
    """A page of the list: its books in order, each with the address of its page if it has one.

    `first`: which book of the whole list the first one is.
    """
    items = [
        _without_empty(
            {
                "@type": "ListItem",
                "position": at,
                "name": named(title, speech),
                "url": address,
            }
        )
        for at, (title, address) in enumerate(titles, first)
    ]
    return {
        "@context": _SCHEMA,
        "@type": "ItemList",
        "numberOfItems": len(items),
        "itemListElement": items,
    }
