"""What can be said about a book before a page is set: facts it lacks, sections not yet written.

Each rule is a function; `RULES` lists them. A new rule is one function, one code, one example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bookbuild.book.document import Document
from bookbuild.book.spec import BookSpec
from bookbuild.diagnostics import Diagnostic, Place, note, warning

_SPECIFICATION = Place("manuscript/book.toml")
Rule = Callable[[BookSpec, Document], Iterator[Diagnostic]]


def outlines(spec: BookSpec, document: Document) -> Iterator[Diagnostic]:
    """A section that is still an outline makes the book incomplete."""
    for section in document.sections:
        if section.outline:
            name = f"{section.label} {section.text}".strip()
            message = f"“{name}” is still an outline"
            hint = "write it, then take status = “outline” out of its head"
            yield warning("book-incomplete", message, Place(section.file, 1), hint)


def absent_facts(spec: BookSpec, document: Document) -> Iterator[Diagnostic]:
    """A fact that nobody gave limits an output; each is named once."""
    prices = spec.prices
    facts = (
        (spec.isbn.print, "isbn.print", "the cover has no barcode; bookshops can't list the book"),
        (spec.isbn.ebook, "isbn.ebook", "the EPUB goes out without an ISBN"),
        (spec.publisher, "publisher", "title page, imprint, cover and EPUB name no publisher"),
        (spec.rights, "rights", "the imprint page has no © line and the EPUB no rights statement"),
        (spec.description, "description", "the back cover has no blurb, the EPUB no description"),
        (spec.kdt, "kdt", "the imprint page has no KDT"),
        (spec.subjects, "subjects", "catalogues have no subject to file the book under"),
        (spec.printings, "printings", "the imprint page names no printing, the EPUB no date"),
        (spec.extent, "extent", "the measured extent can't be compared with a promised one"),
        (spec.credits.editor, "credits.editor", "the imprint page names no editor"),
        (spec.credits.layout, "credits.layout", "the imprint page names no typesetter"),
        (spec.credits.cover, "credits.cover", "the imprint page names no cover designer"),
        (spec.lamination, "lamination", "nothing tells the printer the cover's finish"),
        (spec.binding, "binding", "nothing tells the printer how to bind"),
        (prices and prices.list is not None, "prices.list", "the book has no list price"),
        (prices and prices.ebook is not None, "prices.ebook", "shops get no price for the EPUB"),
        (spec.sales and spec.sales.order_url, "sales.order_url", "nobody is told where to order"),
    )
    for value, key, limits in facts:
        if not value:
            yield note("spec-absent", f"{key} is not given: {limits}", _SPECIFICATION)


def empty_endorsements(spec: BookSpec, document: Document) -> Iterator[Diagnostic]:
    """A place for endorsements that nobody has given yet is left out."""
    if not spec.endorsements and any(entry.role == "endorsements" for entry in spec.manuscript):
        message = "[[manuscript]] has a place for endorsements, but there are none"
        yield note("spec-absent", message, _SPECIFICATION, "give [[endorsements]]")


RULES: tuple[Rule, ...] = (outlines, absent_facts, empty_endorsements)


def check(spec: BookSpec, document: Document) -> tuple[Diagnostic, ...]:
    """Every finding of every rule, in order."""
    return tuple(finding for rule in RULES for finding in rule(spec, document))
