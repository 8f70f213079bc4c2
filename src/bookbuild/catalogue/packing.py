"""One book for one shop: its rules, and the package that keeps them.

In: a title that is for sale, and a `Shop`. Out: the files of its package and what was found. A rule
that is broken stops the package; nothing of it is made then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from bookbuild.catalogue.onix import onix
from bookbuild.catalogue.shelf import ShelfFile, Site
from bookbuild.catalogue.shops import CoverRule, Shop
from bookbuild.catalogue.table import formulas, identifier, table
from bookbuild.catalogue.titles import Title
from bookbuild.diagnostics import Diagnostic, Severity, error, has_errors, note, warning
from bookbuild.pictures import lower_jpeg

Examine = Callable[[bytes, str], tuple[Diagnostic, ...]]
"""What EPUBCheck says of an EPUB's bytes and its name: the shops run it over all they get."""
_UNRUN = "epubcheck-missing"


@dataclass(frozen=True, slots=True)
class Package:
    """A book for a shop: no files where an error is among the findings."""

    title: Title
    files: tuple[ShelfFile, ...]
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class ShopCover:
    """The front as the shop gets it, as JPEG."""

    data: bytes = field(repr=False)
    width: int
    height: int


def pack(title: Title, shop: Shop, site: Site) -> Package:
    """The package of a book for a shop.

    Raises:
        BookbuildError: a file of the edition is damaged.
    """
    cover = _cover(title, shop.cover)
    findings = [*_about_book(title, shop), *_about_cover(title, shop, cover)]
    metadata, said = _metadata(title, shop, site)
    findings += said
    if has_errors(findings) or title.epub is None or cover is None:
        return Package(title, (), tuple(findings))
    names, known = shop.files, identifier(title)
    folder = f"{title.slug}-{title.edition.printing}.{title.edition.revision}"
    content = (
        (names.epub, title.epub),
        (names.cover, cover.data),
        (names.metadata, metadata),
    )
    files = tuple(
        ShelfFile(f"{folder}/{name.format(identifier=known)}", data) for name, data in content
    )
    return Package(title, files, tuple(findings))


def proved(package: Package, examine: Examine) -> Package:
    """The package, if EPUBCheck finds no error in its EPUB; where it didn't run, that is told.

    Raises:
        BookbuildError: the EPUB is damaged.
    """
    title, epub = package.title, package.title.epub
    if not package.files or epub is None:
        return package
    found = tuple(
        replace(item, severity=Severity.WARNING) if item.code == _UNRUN else item
        for item in examine(title.read(epub), epub.file)
    )
    files = () if has_errors(found) else package.files
    return Package(title, files, (*package.findings, *found))


def _cover(title: Title, rule: CoverRule) -> ShopCover | None:
    """The largest of the shop's sizes that is small enough in bytes, else the smallest."""
    if title.cover is None:
        return None
    data, made = title.read(title.cover), None
    for height in rule.heights:
        made = ShopCover(*lower_jpeg(data, height))
        if len(made.data) <= rule.most_bytes:
            break
    return made


def _about_book(title: Title, shop: Shop) -> Iterator[Diagnostic]:
    spec, who = title.spec, _who(title, shop)
    if title.epub is None:
        hint = "mend what the build withheld it for, then build, publish and approve again"
        yield error("shop-epub", f"{who}: the edition has no EPUB", hint=hint)
    elif title.epub.bytes > shop.epub.most_bytes:
        size, most = _mb(title.epub.bytes), _mb(shop.epub.most_bytes)
        said = f"{who}: the EPUB has {size}, {most} are the most"
        yield error("shop-epub", said, hint=_because(shop.epub.sure, shop.epub.source))
    if not shop.language.accepts(spec.language):
        said = f"{who}: no books in the language “{spec.language}” are taken there"
        hint = _because(shop.language.sure, shop.language.source)
        yield error("shop-language", said, hint=hint)
    if spec.isbn.ebook is None:
        yield _without_isbn(shop, who)
    yield from _about_price(title, shop)


def _without_isbn(shop: Shop, who: str) -> Diagnostic:
    rule = shop.identifier
    if rule.isbn == "needed":
        return error(
            "shop-identifier", f"{who}: the EPUB has no ISBN", hint="[isbn] ebook = “978…”"
        )
    said = f"{who}: the EPUB has no ISBN; the shop assigns {rule.assigned}"
    return note("shop-identifier", said, hint=_because(rule.sure, rule.source))


def _about_price(title: Title, shop: Shop) -> Iterator[Diagnostic]:
    prices, who, rule = title.spec.prices, _who(title, shop), shop.price
    if prices is None or prices.ebook is None:
        said = f"{who}: the EPUB has no price, so the package names none"
        yield warning("shop-price", said, hint="[prices] ebook = …; 0 is free")
    elif prices.ebook and rule.currencies and prices.currency not in rule.currencies:
        said = f"{who}: no price in {prices.currency} is taken; set one in the shop's form"
        known = ", ".join(rule.currencies)
        yield warning("shop-price", said, hint=f"taken are {known}: {rule.source} ({rule.sure})")


def _about_cover(title: Title, shop: Shop, cover: ShopCover | None) -> Iterator[Diagnostic]:
    rule, who = shop.cover, _who(title, shop)
    because = _because(rule.sure, rule.source)
    if cover is None:
        hint = "build without --only, then publish and approve"
        yield error("shop-cover", f"{who}: the edition has no cover for shops", hint=hint)
        return
    size = f"{who}: the cover has {cover.width} × {cover.height} pixels"
    longer, shorter = max(cover.width, cover.height), min(cover.width, cover.height)
    if longer < rule.least_longer or shorter < rule.least_shorter:
        said = f"{size}, and {rule.least_shorter} × {rule.least_longer} are the least"
        yield error("shop-cover", said, hint=because)
    if longer > rule.most_side:
        yield error("shop-cover", f"{size}, and {rule.most_side} are the most", hint=because)
    if len(cover.data) > rule.most_bytes:
        said = f"{who}: the cover has {_mb(len(cover.data))}, {_mb(rule.most_bytes)} are the most"
        yield error("shop-cover", said, hint=because)
    if rule.ratio and abs(cover.height / cover.width - rule.ratio) > rule.leeway:
        said = f"{size}; the shop's ideal is {rule.ratio:g} times as high as wide"
        yield note("shop-cover", said, hint=because)


def _metadata(title: Title, shop: Shop, site: Site) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The shop's table, or the EPUB's ONIX record; and why there is none."""
    rule = shop.metadata
    if rule.form == "table":
        return table(title, rule), tuple(_about_cells(title, shop))
    made = onix([title], site, ("ebook",))
    found = [file.content for file in made.files if file.path == f"onix-{rule.release}.xml"]
    if found and isinstance(found[0], bytes):
        return found[0], made.findings
    said = f"{_who(title, shop)}: no ONIX can be written, for nobody is known who sends it"
    hint = "[publisher] name = “…” in book.toml, or --address https://…"
    return b"", (error("shop-metadata", said, hint=hint),)


def _about_cells(title: Title, shop: Shop) -> Iterator[Diagnostic]:
    for column in formulas(title, shop.metadata):
        said = f"{_who(title, shop)}: “{column}” begins as a formula, so an apostrophe is before it"
        yield warning("shop-cell", said, hint="take the apostrophe out in the shop's form")


def _who(title: Title, shop: Shop) -> str:
    return f"{title.edition.name} for {shop.name}"


def _because(sure: str, source: str) -> str:
    return f"rule: {source} ({sure})"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
