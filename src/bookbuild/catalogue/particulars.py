"""What a reader wants to know of a book before buying it, in the words of its page.

In: a `Title` and the page's `Speech`. Out: prices, the rows of the specification, the contents.
What the edition doesn't say has no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bookbuild.book.facts import Stock
from bookbuild.book.spec import BookSpec
from bookbuild.catalogue.prices import Asked, asked
from bookbuild.catalogue.titles import ContentsEntry, Title
from bookbuild.catalogue.window import Speech
from bookbuild.language import roman

_SHOWN_LEVELS = 2
"""Of the contents: parts or chapters, and what is in them."""


@dataclass(frozen=True, slots=True)
class Price:
    """A price as the page shows it."""

    label: str
    amount: str
    when: str = ""
    """The days of a sale, in words."""
    over: bool = False
    """True for a list price that a sale price has taken the place of."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contents, with those below it."""

    label: str
    title: str
    author: str
    folio: str
    under: tuple[Line, ...] = ()


def authors(spec: BookSpec) -> tuple[str, ...]:
    """Whom the page names under the title: the authors, else all who contributed."""
    return spec.people("author") or spec.people("contributor") or spec.people("editor")


def others(spec: BookSpec, speech: Speech) -> tuple[str, ...]:
    """The others who made the book, each with the role: `Penyunting: Sari Puspa`."""
    words = speech.conventions.words
    roles = (
        (words.contributors, spec.people("contributor")),
        (words.translator, spec.people("translator")),
        (words.illustrator, spec.people("illustrator")),
        (words.editor, spec.people("editor")),
    )
    shown = authors(spec)
    return tuple(f"{role}: {', '.join(names)}" for role, names in roles if names and names != shown)


def print_prices(title: Title, speech: Speech) -> tuple[Price, ...]:
    """Of the printed book, what counts first; none for a draft."""
    labels = {"only": "price", "list": "list_price", "sale": "sale_price"}
    return tuple(
        Price(
            speech.say(labels[item.kind]),
            speech.money(item.amount, item.currency),
            _days(item, speech),
            item.over,
        )
        for item in asked(title)
    )


def _days(price: Asked, speech: Speech) -> str:
    first, last = price.first, price.last
    if first and last:
        return speech.say("sale_between", first=speech.day(first), last=speech.day(last))
    if first:
        return speech.say("sale_from", first=speech.day(first))
    return speech.say("sale_until", last=speech.day(last)) if last else ""


def ebook_price(title: Title, speech: Speech) -> str:
    """Of the EPUB; empty for a draft, and where it isn't sold."""
    prices = title.spec.prices
    if title.draft or title.epub is None or prices is None or prices.ebook is None:
        return ""
    return speech.money(prices.ebook, prices.currency) if prices.ebook else speech.say("free")


def delivery(title: Title, speech: Speech) -> str:
    """How a copy comes to be, and how long that takes; empty for a draft."""
    sales = title.spec.sales
    if sales is None or title.draft:
        return ""
    if sales.model == "print-on-demand":
        days = sales.lead_days
        return speech.say("on_demand_days", days=days) if days else speech.say("on_demand")
    return speech.say("in_stock_days", days=sales.lead_days) if sales.lead_days else ""


def specification(title: Title, speech: Speech) -> tuple[tuple[str, str], ...]:
    """The rows of the book's specification: what it is called, and what it is."""
    spec, say, smart = title.spec, speech.say, speech.smart
    width, height = (speech.conventions.decimal(side.mm / 10) for side in spec.trim_size)
    weight = title.weight if title.edition.complete else None
    rows = (
        (say("extent_of"), extent(title, speech)),
        (say("size"), say("size_cm", width=width, height=height)),
        (say("paper"), _stock(spec.paper, speech)),
        (say("cover_stock"), _stock(spec.cover, speech)),
        (say("lamination"), smart(spec.lamination or "")),
        (say("binding"), smart(spec.binding or "")),
        (say("wrapping"), smart(spec.wrapping or "")),
        (say("weight"), say("weight_g", weight=round(weight / 5) * 5) if weight else ""),
        (say("printing"), printing(spec, speech)),
        (say("publisher"), smart(spec.publisher.name) if spec.publisher else ""),
        (say("isbn_print"), spec.isbn.print or ""),
        (say("isbn_ebook"), spec.isbn.ebook or "" if title.epub else ""),
        (say("series"), _series(spec, speech)),
        (say("subjects"), ", ".join(map(smart, spec.subjects))),
    )
    return tuple((label, value) for label, value in rows if value)


def extent(title: Title, speech: Speech) -> str:
    """`xx + 260 hlm.`: as promised, else as measured of a complete book."""
    pages = title.spec.extent or (title.edition.extent if title.edition.complete else None)
    if pages is None:
        return ""
    if not pages.roman:
        return speech.say("extent_arabic", arabic=pages.arabic)
    return speech.say("extent_roman", roman=roman(pages.roman), arabic=pages.arabic)


def printing(spec: BookSpec, speech: Speech) -> str:
    """`Cetakan I, Mei 2020`, the latest; without the word for it."""
    if not spec.printings:
        return ""
    last = spec.printings[-1]
    month = speech.conventions.month_and_year(last.month)
    return f"{roman(last.number).upper()}, {month}"


def _stock(stock: Stock, speech: Speech) -> str:
    said = speech.say("paper_stock", name=speech.smart(stock.name), gsm=stock.gsm)
    return ", ".join([said, *([speech.smart(stock.ink)] if stock.ink else [])])


def _series(spec: BookSpec, speech: Speech) -> str:
    if spec.series is None:
        return ""
    name = speech.smart(spec.series.name)
    if spec.series.number is None:
        return name
    return speech.say("series_number", name=name, number=spec.series.number)


def accessibility(title: Title, speech: Speech) -> tuple[str, ...]:
    """What the EPUB shows of itself to those who can't see it, in sentences."""
    found = title.accessibility
    if found is None:
        return ()
    claim = found.conforms_to and found.certified_by
    return tuple(
        sentence
        for sentence in (
            found.summary,
            speech.say("page_list") if found.page_list else "",
            speech.say("certified", claim=found.conforms_to, by=found.certified_by)
            if claim else "",
        )
        if sentence
    )  # fmt: skip


def contents(title: Title) -> tuple[Line, ...]:
    """The contents as a tree of two levels; pages that outlines still move are left out."""
    entries = title.contents
    heads = [at for at, entry in enumerate(entries) if entry.level == 1]
    return tuple(
        _line(title, entries[start], entries[start + 1 : end])
        for start, end in pairwise([*heads, len(entries)])
    )


def _line(title: Title, entry: ContentsEntry, inside: tuple[ContentsEntry, ...] = ()) -> Line:
    folio = entry.folio if title.edition.complete else ""
    under = tuple(_line(title, item) for item in inside if item.level <= _SHOWN_LEVELS)
    return Line(entry.label, entry.title, entry.author, folio, under)
