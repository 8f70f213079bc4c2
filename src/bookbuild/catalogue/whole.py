"""The whole catalogue: what each of its parts has to show, together.

In: titles and an address. Out: a `Catalogue`. A pure function: the same titles give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.catalogue.shelf import Catalogue, edition_files
from bookbuild.catalogue.titles import Title
from bookbuild.diagnostics import Diagnostic


def catalogue(titles: Sequence[Title], address: str) -> Catalogue:
    """Every file of the catalogue of `titles`, and what weakens it.

    Raises:
        BookbuildError: a file of an edition is damaged.
    """
    files = list(edition_files(titles))
    findings: list[Diagnostic] = []
    return Catalogue(tuple(sorted(files, key=lambda file: file.path)), tuple(findings))
