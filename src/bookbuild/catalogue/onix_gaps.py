"""What an ONIX record lacks because the specification doesn't give it, and what that weakens.

In: a `Title`. Out: findings, each with the record and a remedy. What isn't known is not invented.
"""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.catalogue import onix_codes as codes
from bookbuild.catalogue.onix_form import Product, isbn, language
from bookbuild.catalogue.onix_trade import is_promotional
from bookbuild.catalogue.prices import asked
from bookbuild.catalogue.shelf import Site
from bookbuild.catalogue.titles import Title
from bookbuild.diagnostics import Diagnostic, note, warning

_NAMES = {"print": "the printed book", "ebook": "the EPUB"}


def gaps(title: Title, product: Product, site: Site) -> Iterator[Diagnostic]:
    """Everything that one record goes without."""
    yield from _identity(title, product)
    yield from _offer(title, product)
    if product == "print":
        yield from _form(title)
    yield from _words(title, product, site)


def _record(title: Title, product: Product) -> str:
    return f"{title.edition.name}, ONIX record of {_NAMES[product]}"


def _identity(title: Title, product: Product) -> Iterator[Diagnostic]:
    spec, record = title.spec, _record(title, product)
    if not isbn(spec, product):
        said = f"{record}: no ISBN, so shops that list by ISBN won't take it"
        yield warning("onix-isbn", said, hint=f"[isbn] {product} = “978…”")
    if spec.publisher is None:
        said = f"{record}: no publisher, so no dates, status and copyright either"
        yield warning("onix-publisher", said, hint="[publisher] name = “…”")
    elif not spec.printings:
        said = f"{record}: no date of publication"
        yield warning("onix-date", said, hint="[[printings]] number = 1, date = “2026-05”")
    if not language(spec):
        said = f"{record}: no language, “{spec.language}” is not among the known ones"
        yield note("onix-language", said, hint="give the language's tag of three letters")


def _offer(title: Title, product: Product) -> Iterator[Diagnostic]:
    prices, record = title.spec.prices, _record(title, product)
    printed = asked(title)
    if not printed if product == "print" else prices is None or prices.ebook is None:
        wanted = "list" if product == "print" else "ebook"
        instead = "the supplier is to be asked" if product == "print" else "no supply at all"
        said = f"{record}: no price, so it tells {instead}"
        yield warning("onix-price", said, hint=f"[prices] {wanted} = …; 0 is free")
    if product == "print" and title.spec.sales is None:
        said = f"{record}: not said how it is sold, so it tells no availability and no price"
        yield warning("onix-sales", said, hint="[sales] model = “print-on-demand”")
    if title.spec.sales is None or not title.spec.sales.territory:
        said = f"{record}: not said where it may be sold, which most distributors ask for"
        yield note("onix-territory", said, hint="[sales] territory = [“WORLD”], exclusive = true")
    sale = next((item for item in printed if item.kind == "sale"), None)
    if product == "print" and sale is not None and not is_promotional(sale):
        said = f"{record}: the sale price is left out, a promotion needs its first and last day"
        yield warning("onix-sale", said, hint="[prices] sale_from and sale_until")


def _form(title: Title) -> Iterator[Diagnostic]:
    spec, record = title.spec, _record(title, "print")
    if (spec.binding or "").casefold() not in codes.BINDINGS:
        said = f"“{spec.binding}” is no binding that has a code" if spec.binding else "no binding"
        hint = f"binding = one of {', '.join(codes.BINDINGS)}"
        yield note("onix-binding", f"{record}: {said}", hint=hint)


def _words(title: Title, product: Product, site: Site) -> Iterator[Diagnostic]:
    spec, record = title.spec, _record(title, product)
    if not spec.description:
        said = f"{record}: no description, which most shops ask for"
        yield warning("onix-description", said, hint="description = “…”")
    if not spec.subjects:
        said = f"{record}: no subjects, by which readers search"
        yield note("onix-subjects", said, hint="subjects = [“…”]")
    if not spec.thema:
        said = f"{record}: no Thema code, by which shops abroad shelve books"
        yield note("onix-thema", said, hint="thema = [“…”]; the codes are at ns.editeur.org/thema")
    if not site.address:
        said = f"{record}: no cover and no sample, because nobody said where the catalogue is"
        yield note("onix-address", said, hint="bookbuild catalogue --address https://…")
    if product == "ebook" and not (title.accessibility and title.accessibility.certified_by):
        said = f"{record}: what it offers those who can't see it is told, and certified by nobody"
        yield note("onix-certificate", said, hint="[accessibility], once somebody has checked it")
