"""Which lists reading apps are offered, and what of each book they may have.

In: titles. Out: `Feed`s in pages, and for each book its `Offer`s; both forms of OPDS are written
from these, so that they say the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bookbuild.catalogue.shelf import is_free
from bookbuild.catalogue.titles import Title
from bookbuild.diagnostics import Diagnostic, warning
from bookbuild.store.record import FileRecord

PAGE = 50
"""Books on a page of a feed: what a phone loads in a second or two."""
NEWEST = 50
EPUB, PDF, HTML = "application/epub+zip", "application/pdf", "text/html"
_REL = "http://opds-spec.org/acquisition"

Kind = Literal["all", "new", "series", "subject", "draft"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of books."""

    kind: Kind
    key: str
    """What it is called in addresses."""
    name: str
    titles: tuple[Title, ...]

    @property
    def pages(self) -> int:
        """How many pages of `PAGE` books it has; at least one."""
        return max(1, -(-len(self.titles) // PAGE))

    def page(self, number: int) -> tuple[Title, ...]:
        """The books on a page, the first of which is 1."""
        return self.titles[(number - 1) * PAGE : number * PAGE]

    def path(self, number: int, ending: str) -> str:
        """The path of a page."""
        return f"opds/{self.key}{f'-{number}' if number > 1 else ''}.{ending}"


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to have a book: a file of the edition, or a page where it is bought."""

    rel: str
    media_type: str
    file: FileRecord | None = None
    address: str = ""
    """Of the page; empty for a file."""
    price: Decimal | None = None
    currency: str = ""
    leads_to: str = ""
    """The media type that is had in the end."""


def offers(title: Title) -> tuple[Offer, ...]:
    """The EPUB if it is free, a page to buy it if it has a price and a place; the samples.

    Without a price the EPUB is not for sale, and there are the samples only; so for a draft.
    """
    found: list[Offer] = []
    prices, sales = title.spec.prices, title.spec.sales
    if is_free(title):
        found.append(Offer(f"{_REL}/open-access", EPUB, title.epub))
    elif is_priced(title) and prices is not None and sales is not None and sales.order_url:
        found.append(
            Offer(f"{_REL}/buy", HTML, None, sales.order_url, prices.ebook, prices.currency, EPUB)
        )
    for file, media_type in ((title.sample_epub, EPUB), (title.sample_pdf, PDF)):
        if file is not None:
            found.append(Offer(f"{_REL}/sample", media_type, file))
    return tuple(found)


def marked(title: Title, words: Mapping[str, str]) -> str:
    """The book's title; a draft's with the word for it."""
    return f"{title.spec.title} [{words['draft']}]" if title.draft else title.spec.title


def lasting_id(title: Title) -> str:
    """What a reading app knows the book by; a draft isn't the book that is for sale."""
    return f"{title.spec.identifier}#draft" if title.draft else title.spec.identifier


def isbn_of(title: Title) -> str:
    """The EPUB's ISBN in digits; empty without one, and for a draft."""
    return "" if title.draft else (title.spec.isbn.ebook or "").replace("-", "")


def is_priced(title: Title) -> bool:
    """True for an EPUB that is for sale and costs something."""
    prices = title.spec.prices
    return not title.draft and title.epub is not None and bool(prices and prices.ebook)


def listed(titles: Sequence[Title]) -> tuple[Title, ...]:
    """The books that a reading app can do something with, by their titles."""
    return tuple(sorted((title for title in titles if offers(title)), key=_filed))


def _filed(title: Title) -> tuple[str, str, bool]:
    spec = title.spec
    return (spec.sort_title or spec.title).casefold(), title.slug, title.draft


def feeds(titles: Sequence[Title], words: Mapping[str, str]) -> tuple[Feed, ...]:
    """All lists that hold a book; the first is of every book for sale."""
    shown = listed(titles)
    sold = tuple(title for title in shown if not title.draft)
    drafts = tuple(title for title in shown if title.draft)
    found = [Feed("all", "all", words["all_books"], sold)]
    if sold:
        found.append(Feed("new", "new", words["newest"], _newest(sold)[:NEWEST]))
    found += _grouped("series", sold)
    found += _grouped("subject", sold)
    if drafts:
        found.append(Feed("draft", "drafts", words["drafts"], drafts))
    return tuple(found)


def _newest(titles: Sequence[Title]) -> tuple[Title, ...]:
    """By the month of the last printing, then by the edition's own time."""

    def age(title: Title) -> tuple[str, str]:
        printings = title.spec.printings
        return (printings[-1].date if printings else "", title.spec.modified.isoformat())

    return tuple(sorted(titles, key=age, reverse=True))


def _grouped(kind: Literal["series", "subject"], titles: Sequence[Title]) -> Iterator[Feed]:
    """A list for each series, or subject, in the order of their names."""
    groups: dict[str, list[Title]] = {}
    for title in titles:
        for name in _names(kind, title):
            groups.setdefault(name, []).append(title)
    for name in sorted(groups, key=lambda name: (name.casefold(), name)):
        members = groups[name]
        if kind == "series":
            members.sort(key=_number)
        yield Feed(kind, f"{kind}-{_key(name)}", name, tuple(members))


def _names(kind: str, title: Title) -> tuple[str, ...]:
    if kind == "subject":
        return tuple(dict.fromkeys(title.spec.subjects))
    return (title.spec.series.name,) if title.spec.series else ()


def _number(title: Title) -> tuple[bool, int]:
    number = title.spec.series.number if title.spec.series else None
    return number is None, number or 0


_LETTERS, _FIGURES = 60, 12
"""A list's address: letters at most, for folders limit names, and figures of its digest."""


def _key(name: str) -> str:
    """The name in letters that addresses have, made certain by a part of its digest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:_FIGURES]
    return f"{word[:_LETTERS].rstrip('-')}-{digest}" if word else digest


def gaps(titles: Sequence[Title]) -> Iterator[Diagnostic]:
    """Books that reading apps are shown less of than their price promises, or not at all."""
    for title in titles:
        name = title.edition.name
        if is_priced(title) and not (title.spec.sales and title.spec.sales.order_url):
            said = f"{name}, OPDS: the EPUB has a price and no place where it can be bought"
            yield warning("opds-order", said, hint="[sales] order_url = “https://…”")
        if not offers(title):
            said = f"{name}, OPDS: left out, reading apps could neither get nor sample it"
            yield warning("opds-nothing", said, hint="[prices] ebook and [sales] order_url")
