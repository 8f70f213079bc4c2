"""The whole catalogue: what each of its parts has to show, together.

In: titles and an address. Out: a `Catalogue`. A pure function: the same titles give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.catalogue.onix import onix
from bookbuild.catalogue.shelf import Catalogue, Site, edition_files
from bookbuild.catalogue.titles import Title


def catalogue(titles: Sequence[Title], address: str) -> Catalogue:
    """Every file of the catalogue of `titles`, and what weakens it.

    Raises:
        BookbuildError: a file of an edition is damaged.
    """
    site = Site(address.rstrip("/"))
    parts = (Catalogue(tuple(edition_files(titles))), onix(titles, site))
    files = [file for part in parts for file in part.files]
    findings = [finding for part in parts for finding in part.findings]
    return Catalogue(tuple(sorted(files, key=lambda file: file.path)), tuple(findings))
