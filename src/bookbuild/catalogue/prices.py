"""What is asked for a printed copy, decided once for the page, its data and ONIX.

In: a `Title`. Out: `Asked`s, what counts first. Nobody tells a catalogue what day it is; that an
edition was made and approved on a day is known, and a sale that ended before is over.
"""

from __future__ import annotations

import datetime as dates
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bookbuild.catalogue.titles import Title
from bookbuild.diagnostics import Diagnostic, note


@dataclass(frozen=True, slots=True)
class Asked:
    """One price of the printed copy, shipping apart."""

    kind: Literal["only", "list", "sale"]
    """`only` where it stands alone: a sale price without a list price is simply the price."""
    amount: Decimal
    currency: str
    first: dates.date | None = None
    last: dates.date | None = None
    """The days on which it holds; None for an open end."""
    over: bool = False
    """True for a list price whose place a lasting sale has taken."""


def asked(title: Title) -> tuple[Asked, ...]:
    """The prices of the printed copy; none for a draft, or where nobody gave one.

    A sale that may not have begun, or may have ended, stands after the list price.
    """
    prices = title.spec.prices
    if prices is None or title.draft:
        return ()
    currency, days = prices.currency, (prices.sale_from, prices.sale_until)
    sale = None if is_over(title) else prices.sale
    if sale is None:
        return () if prices.list is None else (Asked("only", prices.list, currency),)
    if prices.list is None:
        return (Asked("only", sale, currency, *days),)
    lasts = _lasts(title)
    listed = Asked("list", prices.list, currency, over=lasts)
    lowered = Asked("sale", sale, currency, *days)
    return (lowered, listed) if lasts else (listed, lowered)


def is_over(title: Title) -> bool:
    """True for a sale whose last day lies before one that is known to have come."""
    prices = title.spec.prices
    last = prices.sale_until if prices and prices.sale is not None else None
    return last is not None and last < title.as_of


def _lasts(title: Title) -> bool:
    """True for a sale that has begun for all who read of it, and has no end."""
    prices = title.spec.prices
    if prices is None or prices.sale_until is not None:
        return False
    return prices.sale_from is None or prices.sale_from <= title.as_of


def gaps(titles: Sequence[Title]) -> Iterator[Diagnostic]:
    """Sales that are shown nowhere, because they were over when the edition was approved."""
    for title in titles:
        prices = title.spec.prices
        if prices is not None and is_over(title) and not title.draft:
            said = f"{title.edition.name}: the sale until {prices.sale_until} is shown nowhere, "
            said += f"for it was over on {title.as_of}, when the edition was made or approved"
            yield note(
                "sale-over", said, hint="[prices] sale, sale_from, sale_until: take them out"
            )
