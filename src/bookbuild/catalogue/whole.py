"""The whole catalogue: what each of its parts has to show, together.

In: titles and an address. Out: a `Catalogue`. The same titles give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bookbuild.catalogue.onix import onix
from bookbuild.catalogue.pages import pages
from bookbuild.catalogue.shelf import Catalogue, Site, edition_files
from bookbuild.catalogue.titles import Title
from bookbuild.catalogue.window import open_window
from bookbuild.folders import layout_folders


def catalogue(titles: Sequence[Title], address: str) -> Catalogue:
    """Every file of the catalogue of `titles`, and what weakens it.

    Raises:
        BookFaults: a template of the pages is missing or wrong.
        BookbuildError: a file of an edition is damaged.
    """
    site = Site(address.rstrip("/"))
    shown = pages(titles, site, open_window(layout_folders(Path())))
    parts = (Catalogue(tuple(edition_files(titles))), onix(titles, site), shown)
    files = [file for part in parts for file in part.files]
    findings = [finding for part in parts for finding in part.findings]
    return Catalogue(tuple(sorted(files, key=lambda file: file.path)), tuple(findings))
