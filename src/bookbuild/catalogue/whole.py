"""The whole catalogue: what each of its parts has to show, together.

In: titles, an address and the texts of lists. Out: a `Catalogue`. A pure function: the
same titles give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.catalogue.feeds import feeds, gaps
from bookbuild.catalogue.onix import onix
from bookbuild.catalogue.opds1 import opds1
from bookbuild.catalogue.opds2 import opds2
from bookbuild.catalogue.shelf import Catalogue, Site, edition_files
from bookbuild.catalogue.titles import Title
from bookbuild.messages import LANGUAGES, Messages


def catalogue(titles: Sequence[Title], address: str, messages: Messages) -> Catalogue:
    """Every file of the catalogue of `titles`, and what weakens it.

    Raises:
        BookbuildError: a file of an edition is damaged.
    """
    site = Site(address.rstrip("/"))
    parts = (
        Catalogue(tuple(edition_files(titles))),
        onix(titles, site),
        _opds(titles, site, messages),
    )
    files = [file for part in parts for file in part.files]
    findings = [finding for part in parts for finding in part.findings]
    return Catalogue(tuple(sorted(files, key=lambda file: file.path)), tuple(findings))


def _opds(titles: Sequence[Title], site: Site, messages: Messages) -> Catalogue:
    words = messages[_language_of_all(titles)]
    lists = feeds(titles, words)
    files = (*opds2(lists, site, words), *opds1(lists, site, words))
    return Catalogue(files, tuple(gaps(titles)))


def _language_of_all(titles: Sequence[Title]) -> str:
    """Of the languages that lists speak, that of the most books."""
    spoken = [title.spec.language.partition("-")[0] for title in titles]
    return max(LANGUAGES, key=spoken.count)
