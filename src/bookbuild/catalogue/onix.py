"""The books in ONIX for Books 3.0 and 3.1, the form in which the trade takes them.

In: titles for sale. Out: one message for each release, with a record for the printed book and one
for the EPUB, related to each other; and what the records lack. Drafts are never in it: whoever
receives a message takes it for true.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild import xhtml
from bookbuild.catalogue.onix_form import PRODUCTS, Node, Product, description, node, record
from bookbuild.catalogue.onix_gaps import gaps
from bookbuild.catalogue.onix_trade import collateral, publishing, related, supply, written
from bookbuild.catalogue.shelf import Catalogue, ShelfFile, Site
from bookbuild.catalogue.titles import Title
from bookbuild.diagnostics import warning

RELEASES = ("3.0", "3.1")
_NAMESPACE = "http://ns.editeur.org/onix/{release}/reference"


def onix(titles: Sequence[Title], site: Site, forms: tuple[Product, ...] = PRODUCTS) -> Catalogue:
    """onix-3.0.xml and onix-3.1.xml; none where nothing is for sale, or nobody sends it.

    `forms`: of the book, which records are wanted.
    """
    sold = [title for title in titles if not title.draft]
    if not sold:
        return Catalogue(())
    sender = site.house(sold)
    if not sender:
        said = "no ONIX is written: no book names its publisher, and the catalogue has no address"
        hint = "[publisher] name = “…” in book.toml, or bookbuild catalogue --address https://…"
        return Catalogue((), (warning("onix-sender", said, hint=hint),))
    records = [(title, product) for title in sold for product in _products(title)
               if product in forms]  # fmt: skip
    content = (_header(sold, sender), *(_product(*item, site, sender) for item in records))
    files = tuple(ShelfFile(f"onix-{release}.xml", _message(content, release))
                  for release in RELEASES)  # fmt: skip
    found = tuple(finding for item in records for finding in gaps(*item, site))
    return Catalogue(files, found)


def _products(title: Title) -> tuple[Product, ...]:
    return PRODUCTS if title.epub is not None else PRODUCTS[:1]


def _header(titles: Sequence[Title], sender: str) -> Node:
    """Who sends it, and when: the day of the youngest edition, for nobody knows of a later one."""
    youngest = max(title.spec.modified for title in titles)
    sent = youngest.strftime("%Y%m%dT%H%MZ")
    return node("Header", node("Sender", Node("SenderName", sender)), Node("SentDateTime", sent))


def _product(title: Title, product: Product, site: Site, sender: str) -> Node:
    return node(
        "Product",
        *record(title, product),
        description(title, product),
        *collateral(title, site),
        *publishing(title, product),
        *related(title, product),
        *supply(title, product, sender),
    )


def _message(content: tuple[Node, ...], release: str) -> bytes:
    root = xhtml.rooted("ONIXMessage", _NAMESPACE.format(release=release), release=release)
    written(content, root)
    return xhtml.indented(root)
