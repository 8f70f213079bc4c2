"""What is to be known of a book, as a table that a shop's form or spreadsheet takes.

In: a `Title` and a shop's columns. Out: a heading and a row, the same for the same.
"""

from __future__ import annotations

import csv
import io

from bookbuild.book.spec import BookSpec
from bookbuild.catalogue.shops import Fact, MetadataRule
from bookbuild.catalogue.titles import Title

_DIVIDERS = {"comma": ",", "tab": "\t"}
_ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16-le"}
"""With a byte order mark, by which spreadsheet programs know them."""
_MARK = {"utf-8": b"", "utf-16": b"\xff\xfe"}
_ROLES = {
    "author": "Author",
    "contributor": "Contributor",
    "editor": "Editor",
    "translator": "Translator",
    "illustrator": "Illustrator",
}
"""As the forms of shops call them."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes spreadsheet programs reckon a cell, or fetch what it says, instead of showing it."""


def table(title: Title, rule: MetadataRule) -> bytes:
    """The shop's columns, filled; an apostrophe keeps a text from being taken for a formula."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=_DIVIDERS[rule.divider], lineterminator="\r\n")
    rows.writerow([column.name for column in rule.columns])
    taken = formulas(title, rule)
    rows.writerow(
        [
            f"'{fact(title, column.fact)}" if column.name in taken else fact(title, column.fact)
            for column in rule.columns
        ]
    )
    return _MARK[rule.encoding] + out.getvalue().encode(_ENCODINGS[rule.encoding])


def formulas(title: Title, rule: MetadataRule) -> tuple[str, ...]:
    """The columns whose text a spreadsheet program would take for a formula."""
    columns = rule.columns
    return tuple(item.name for item in columns if fact(title, item.fact).startswith(_FORMULAS))


def identifier(title: Title) -> str:
    """The EPUB's ISBN in digits; without one, the book's slug."""
    return _digits(title.spec.isbn.ebook) or title.slug


def fact(title: Title, name: Fact) -> str:
    """One fact as text; empty where nobody gave it."""
    spec = title.spec
    values: dict[Fact, str | None] = {
        "identifier": _digits(spec.isbn.ebook),
        "isbn": _digits(spec.isbn.ebook),
        "printed": _printed(spec),
        "form": "Digital",
        "title": spec.title,
        "subtitle": spec.subtitle,
        "people": "; ".join(f"{who.name} [{_ROLES[who.role]}]" for who in spec.contributors),
        "language": spec.language,
        "description": spec.description,
        "subjects": "; ".join(spec.subjects),
        "published": spec.printings[0].date if spec.printings else None,
        "edition": str(spec.printings[-1].number) if spec.printings else None,
        "pages": str(title.edition.extent.roman + title.edition.extent.arabic),
        "series": spec.series.name if spec.series else None,
        "number": _number(spec),
        "publisher": spec.publisher.name if spec.publisher else None,
        "website": spec.publisher.website if spec.publisher else None,
        "order_url": spec.sales.order_url if spec.sales else None,
        "price": _price(spec),
    }
    return values[name] or ""


def _digits(isbn: str | None) -> str:
    return (isbn or "").replace("-", "")


def _printed(spec: BookSpec) -> str:
    """The printed book, of which the EPUB is another form."""
    number = _digits(spec.isbn.print)
    return f"{number} [Paperback, Epublication based on]" if number else ""


def _number(spec: BookSpec) -> str:
    known = spec.series is not None and spec.series.number is not None
    return str(spec.series.number) if spec.series and known else ""


def _price(spec: BookSpec) -> str:
    if spec.prices is None or spec.prices.ebook is None:
        return ""
    return f"{spec.prices.ebook:f} {spec.prices.currency}"
