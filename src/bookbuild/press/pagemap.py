"""Where things fell in the printed book: labels, ids, and where in the text pages begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bookbuild.book.places import Begin, Pages


@dataclass(frozen=True, slots=True)
class PageMap:
    """Where things fell: every page's label, and the page of each id, counted from 0."""

    labels: tuple[str, ...]
    anchors: Mapping[str, int]
    files: tuple[str, ...] = ()
    """The file of the manuscript that each page sets; empty for what no file brings."""
    singles: frozenset[int] = frozenset()
    """Pages that stand alone: title, imprint and the like, without running heads."""

    begins: tuple[Begin | None, ...] = ()
    """Where in the text each page begins; None for a page that holds nothing of it."""

    @property
    def folios(self) -> Mapping[str, str]:
        """The label of each id's page."""
        return {name: self.labels[page] for name, page in self.anchors.items()}

    def for_ebook(self) -> Pages:
        """The pages as the EPUB lists them."""
        return Pages(self.labels, self.begins, self.anchors)

    def label_of(self, anchor: str) -> str:
        """The folio of the page on which `anchor` stands."""
        return self.labels[self.anchors[anchor]]
