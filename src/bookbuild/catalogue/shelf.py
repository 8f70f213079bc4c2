"""The catalogue as a value: its files by their paths, and how they point at each other.

In: titles and their files. Out: `ShelfFile`s, paths that stay as they are, addresses. Nothing is
written here.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bookbuild.book.facts import web_address
from bookbuild.catalogue.titles import Title
from bookbuild.diagnostics import Diagnostic
from bookbuild.errors import BookbuildError, NoFile
from bookbuild.store.record import FileRecord


@dataclass(frozen=True, slots=True)
class ShelfFile:
    """A file of the catalogue: made for it, or an edition's, taken over as it is."""

    path: str
    """Relative, its parts divided by /."""
    content: bytes | FileRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All files of a catalogue, in the order of their paths, and what was found.

    Raises:
        BookbuildError: two files have one path.
    """

    files: tuple[ShelfFile, ...]
    findings: tuple[Diagnostic, ...] = ()

    def __post_init__(self) -> None:
        counted = Counter(file.path for file in self.files)
        twice = [path for path, count in counted.items() if count > 1]
        if twice:
            raise BookbuildError(f"two files of the catalogue have the path {twice[0]}")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the catalogue is to be found; without an address its files point at each other."""

    address: str = ""
    """`https://…` without a slash at the end; empty where nobody said."""

    def house(self, titles: Iterable[Title]) -> str:
        """Whose books these are: the first publisher that one names, else the host, else empty."""
        named = (title.spec.publisher.name for title in titles if title.spec.publisher)
        return next(named, urlsplit(self.address).hostname or "")

    def link(self, path: str, here: str) -> str:
        """The address of a file; without a site's address, from the file `here`."""
        if self.address:
            return f"{self.address}/{path}"
        return posixpath.relpath(path, posixpath.dirname(here) or ".")


def checked(address: str) -> str:
    """The address of a site, without a slash at the end; empty where nobody gave one.

    Raises:
        NoFile: it is none, or has a part that files can't follow.
    """
    if address and (not web_address(address) or {"?", "#"} & set(address)):
        raise NoFile(f"--address {address}: write an address that begins with https://, no ? or #")
    return address.rstrip("/")


def place_of(title: Title, file: FileRecord) -> str:
    """The path of an edition's file. An edition never changes, and so nor does what is there."""
    name = title.edition.name
    return f"files/{name.slug}-{name.printing}.{name.revision}/{file.file}"


def is_free(title: Title) -> bool:
    """True for an EPUB that is for sale and costs nothing."""
    prices = title.spec.prices
    return not title.draft and title.epub is not None and prices is not None and prices.ebook == 0


def edition_files(titles: Iterable[Title]) -> Iterator[ShelfFile]:
    """What anybody may have of each book: covers, samples, pages shown; the EPUB if it is free."""
    for title in titles:
        shown = [title.cover, title.thumbnail, title.sample_epub, title.sample_pdf]
        shown += [title.epub] if is_free(title) else []
        for file in [*shown, *title.pages_shown]:
            if file is not None:
                yield ShelfFile(place_of(title, file), file)
