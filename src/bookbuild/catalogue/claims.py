"""What an EPUB says of itself to those who can't see it, read from its package document.

In: the bytes of an edition's EPUB. Out: a frozen `Accessibility`. The catalogue repeats what the
file shows and claims nothing more.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bookbuild import xhtml

_CONTAINER = "META-INF/container.xml"
_OCF = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_TYPE = "{http://www.idpf.org/2007/ops}type"


class NoEpub(ValueError):
    """The bytes are no EPUB that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Accessibility:
    """Rows of schema.org and EPUB Accessibility 1.1, as the package document has them."""

    access_modes: tuple[str, ...] = ()
    sufficient: tuple[str, ...] = ()
    """Each a list of modes, `textual,visual`, that is enough to read the book."""
    features: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    summary: str = ""
    conforms_to: str = ""
    """The claim, `EPUB Accessibility 1.1 - WCAG 2.2 Level AA`; empty where nobody certified it."""
    certified_by: str = ""
    certified_on: str = ""
    """The day of it, YYYY-MM-DD."""
    credential: str = ""
    report: str = ""
    """Where the certifier's report is to be read."""
    page_list: bool = False
    """The navigation lists the printed pages."""
    page_source: str = ""
    """The printed edition whose pages these are: its ISBN as URN, or words."""


def accessibility(data: bytes) -> Accessibility:
    """What the package document of an EPUB says.

    Raises:
        NoEpub: the EPUB is damaged.
    """
    with opened(data) as epub:
        name = _package_name(epub)
        package = xhtml.parse_foreign(epub.read(name))
        return _claims(package, page_list=_lists_pages(epub, name, package))


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """An EPUB to read from.

    Raises:
        NoEpub: it is damaged, or a document that is read meanwhile.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as epub:
            yield epub
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as fault:
        raise NoEpub(f"it is no whole ZIP of an EPUB ({fault})") from None
    except (xhtml.Malformed, NotImplementedError, OSError) as fault:
        raise NoEpub(str(fault)) from None


def _package_name(epub: zipfile.ZipFile) -> str:
    root = xhtml.parse_foreign(epub.read(_CONTAINER))
    found = next(root.iter(f"{_OCF}rootfile"), None)
    if found is None or not found.get("full-path"):
        raise NoEpub("its container names no package document")
    return str(found.get("full-path"))


def _claims(package: xhtml.Element, *, page_list: bool) -> Accessibility:
    rows = [
        (row.get("property", ""), row.get("refines", ""), xhtml.text_of(row))
        for row in package.iter(f"{_OPF}meta")
    ]

    def every(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for key, _, value in rows if key == name and value))

    def first(name: str, refines: str | None = None) -> str:
        wanted = [
            value for key, of, value in rows if key == name and (refines is None or of == refines)
        ]
        return wanted[0] if wanted else ""

    return Accessibility(
        access_modes=every("schema:accessMode"),
        sufficient=every("schema:accessModeSufficient"),
        features=every("schema:accessibilityFeature"),
        hazards=every("schema:accessibilityHazard"),
        summary=first("schema:accessibilitySummary"),
        conforms_to=first("dcterms:conformsTo"),
        certified_by=first("a11y:certifiedBy"),
        certified_on=first("dcterms:date", f"#{_id_of(package, 'a11y:certifiedBy')}"),
        credential=first("a11y:certifierCredential"),
        report=_report(package),
        page_list=page_list,
        page_source=first("pageBreakSource"),
    )


def _id_of(package: xhtml.Element, name: str) -> str:
    rows = package.iter(f"{_OPF}meta")
    return next((row.get("id", "") for row in rows if row.get("property") == name), "")


def _report(package: xhtml.Element) -> str:
    links = package.iter(f"{_OPF}link")
    return next(
        (link.get("href", "") for link in links if link.get("rel") == "a11y:certifierReport"), ""
    )


def _lists_pages(epub: zipfile.ZipFile, package_name: str, package: xhtml.Element) -> bool:
    for item in package.iter(f"{_OPF}item"):
        if "nav" in item.get("properties", "").split():
            name = posixpath.join(posixpath.dirname(package_name), item.get("href", ""))
            navigation = xhtml.parse_foreign(epub.read(name))
            return any(
                "page-list" in nav.get(_TYPE, "").split() for nav in navigation.iter(f"{_XHTML}nav")
            )
    return False
