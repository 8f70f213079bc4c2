"""The whole catalogue: what each of its parts has to show, together.

In: titles, an address, and what pages are made with. Out: a `Catalogue`; of the same the same
bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.catalogue import prices
from bookbuild.catalogue.feeds import feeds, gaps
from bookbuild.catalogue.onix import onix
from bookbuild.catalogue.opds1 import opds1
from bookbuild.catalogue.opds2 import opds2
from bookbuild.catalogue.pages import pages
from bookbuild.catalogue.shelf import Catalogue, Site, edition_files
from bookbuild.catalogue.titles import Title
from bookbuild.catalogue.window import Window


def catalogue(titles: Sequence[Title], address: str, window: Window) -> Catalogue:
    """Every file of the catalogue of `titles`, and what weakens it.

    Raises:
        BookFaults: a template of the pages is missing or wrong.
        BookbuildError: a file of an edition is damaged.
    """
    site = Site(address.rstrip("/"))
    parts = (
        Catalogue(tuple(edition_files(titles))),
        onix(titles, site),
        _opds(titles, site, window),
        pages(titles, site, window),
        Catalogue((), tuple(prices.gaps(titles))),
    )
    files = [file for part in parts for file in part.files]
    findings = [finding for part in parts for finding in part.findings]
    return Catalogue(tuple(sorted(files, key=lambda file: file.path)), tuple(findings))


def _opds(titles: Sequence[Title], site: Site, window: Window) -> Catalogue:
    words = window.speech_of_all(title.spec.language for title in titles).texts
    lists = feeds(titles, words)
    files = (*opds2(lists, site, words), *opds1(lists, site, words))
    return Catalogue(files, tuple(gaps(titles)))
