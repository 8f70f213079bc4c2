"""The books that the catalogue shows, read from the store's editions and from nothing else.

In: a store. Out: frozen `Title`s in the order of their slugs. A file that is not what its record
says stops the run: a catalogue is whole or isn't written.
"""

from __future__ import annotations

import datetime as dates
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from bookbuild.book.spec import BookSpec
from bookbuild.catalogue.claims import Accessibility, NoEpub, accessibility
from bookbuild.edition import Role
from bookbuild.errors import BookbuildError
from bookbuild.settings import read_json
from bookbuild.store.approval import for_sale, state, verdicts
from bookbuild.store.editions import Store, artifacts, names, read_edition, read_file
from bookbuild.store.record import Edition, EditionName, FileRecord

_COVER = "cover"
"""What a thumbnail of the front cover says it shows."""


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the table of contents."""

    title: str
    level: int
    """1 for a part or chapter, deeper ones below it."""
    folio: str
    """The printed page's label; empty where there is none."""
    label: str = ""
    """What stands before the title: `Bab 1`."""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """One book as the catalogue shows it: an edition, and what its files say."""

    store: Store = field(repr=False, compare=False)
    edition: Edition = field(repr=False)
    spec: BookSpec = field(repr=False)
    draft: bool
    """True for an edition that isn't for sale: shown without offers or availability."""
    as_of: dates.date
    """The last day that is known to have come: the edition was made by then, and approved."""
    opening: str = field(repr=False)
    """The first words of the sample, an empty line between paragraphs; empty without a sample."""
    opening_markup: str = field(repr=False)
    """The same as XHTML paragraphs."""
    contents: tuple[ContentsEntry, ...] = field(repr=False)
    accessibility: Accessibility | None = field(repr=False)
    """What the EPUB shows; None without one."""
    weight: float | None
    """Of the printed copy, in grams."""
    spine: float | None
    """Thickness of the printed copy, in mm."""

    @property
    def slug(self) -> str:
        """What the book is called in addresses."""
        return self.edition.slug

    @property
    def epub(self) -> FileRecord | None:
        """The EPUB; None where the edition goes without."""
        return self._first("ebook")

    @property
    def sample_epub(self) -> FileRecord | None:
        """The sample as EPUB."""
        return self._first("sample-ebook")

    @property
    def sample_pdf(self) -> FileRecord | None:
        """The sample as printed, as PDF."""
        return self._first("sample-pdf")

    @property
    def cover(self) -> FileRecord | None:
        """The front cover, large, as JPEG."""
        return self._first("shop-cover")

    @property
    def thumbnail(self) -> FileRecord | None:
        """The front cover, small."""
        shown = artifacts(self.edition, "thumbnail")
        return next((item for item in shown if item.page == _COVER), None)

    @property
    def pages_shown(self) -> tuple[FileRecord, ...]:
        """Pictures of pages, small; each says which in `page`."""
        shown = artifacts(self.edition, "thumbnail")
        return tuple(item for item in shown if item.page != _COVER)

    def read(self, file: FileRecord) -> bytes:
        """The bytes of one of the edition's files.

        Raises:
            BookbuildError: they are lost, or not what the edition's record says.
        """
        return _read(self.store, self.edition, file)

    def _first(self, role: Role) -> FileRecord | None:
        return next(iter(artifacts(self.edition, role)), None)


def read_titles(store: Store, *, draft: bool) -> tuple[Title, ...]:
    """Of each book the latest edition that is for sale.

    With `draft` also the latest that is not and is newer: a candidate, or one with outlines,
    marked as a draft and after the one for sale. A withdrawn edition is no draft.

    Raises:
        BookbuildError: a record or a file is damaged, or the specification is of another version.
    """
    found = []
    for _, group in groupby(names(store), key=lambda name: name.slug):
        for edition, is_draft in reversed(list(_shown(store, list(group), draft=draft))):
            found.append(_title(store, edition, draft=is_draft))
    return tuple(found)


def _shown(
    store: Store, editions: list[EditionName], *, draft: bool
) -> Iterator[tuple[Edition, bool]]:
    """A book's draft, if wanted and newer, then its edition for sale."""
    wanted = draft
    for name in reversed(editions):
        edition = read_edition(store, name)
        if for_sale(store, edition):
            yield edition, False
            return
        if wanted and state(store, edition) != "withdrawn":
            yield edition, True
            wanted = False


def _title(store: Store, edition: Edition, *, draft: bool) -> Title:
    texts = {item.file: item for item in artifacts(edition, "opening-text")}

    def text(file: str) -> str:
        return _text(store, edition, texts[file]) if file in texts else ""

    spec = _specification(edition)
    return Title(
        store=store,
        edition=edition,
        spec=spec,
        draft=draft,
        as_of=max(spec.modified.date(), *_days(store, edition)),
        opening=text("opening.txt").strip(),
        opening_markup=text("opening.html").strip(),
        contents=tuple(_contents(store, edition)),
        accessibility=_accessibility(store, edition),
        weight=_weight(store, edition),
        spine=_spine(edition),
    )


def _days(store: Store, edition: Edition) -> Iterator[dates.date]:
    """The days on which somebody said something of the edition; the first of all days for none."""
    yield dates.date.min
    for verdict in verdicts(store, edition):
        yield dates.date.fromisoformat(verdict.date)


def _specification(edition: Edition) -> BookSpec:
    """The specification, read again as strictly as when the book was made."""
    spec, faults = read_json(BookSpec, json.dumps(edition.specification).encode())
    if spec is None:
        where, said = faults[0]
        raise BookbuildError(
            f"{edition.name}: its specification can't be read, {where or '/'}: {said}. Build the "
            "book with this version of bookbuild, raise its revision and publish it."
        )
    return spec


def _contents(store: Store, edition: Edition) -> Iterator[ContentsEntry]:
    for item in artifacts(edition, "contents"):
        if item.file == "contents.json":
            listed = _json(store, edition, item)
            try:
                yield from _entries(listed["entries"], 1)
            except (KeyError, TypeError, AttributeError):
                raise unread(edition, item.file, "it lists no contents") from None


def _entries(listed: list[dict[str, Any]], level: int) -> Iterator[ContentsEntry]:
    for item in listed:
        yield ContentsEntry(
            title=item["title"],
            level=level,
            folio=item.get("page") or "",
            label=item.get("label") or "",
            author=item.get("author") or "",
        )
        yield from _entries(item["entries"], level + 1)


def _accessibility(store: Store, edition: Edition) -> Accessibility | None:
    for item in artifacts(edition, "ebook"):
        try:
            return accessibility(_read(store, edition, item))
        except NoEpub as fault:
            raise unread(edition, item.file, str(fault)) from None
    return None


def _weight(store: Store, edition: Edition) -> float | None:
    """In grams, as the build's manifest tells it."""
    data = _verified(store, edition, edition.manifest, "manifest.json")
    listed = _parsed(edition, "manifest.json", data)
    weight = listed.get("weight_g")
    return float(weight) if isinstance(weight, int | float) else None


def _spine(edition: Edition) -> float | None:
    """In mm, of the print set whose pages count."""
    covers = artifacts(edition, "cover")
    return next((item.spine_mm for item in covers if item.printer == edition.printer), None)


def _text(store: Store, edition: Edition, file: FileRecord) -> str:
    try:
        return _read(store, edition, file).decode()
    except UnicodeDecodeError:
        raise unread(edition, file.file, "it is no text in UTF-8") from None


def _json(store: Store, edition: Edition, file: FileRecord) -> dict[str, Any]:
    return _parsed(edition, file.file, _read(store, edition, file))


def _parsed(edition: Edition, file: str, data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise unread(edition, file, "it is no JSON object")
    return content


def _read(store: Store, edition: Edition, file: FileRecord) -> bytes:
    return _matching(edition, file.file, read_file(store, file), file.sha256)


def _verified(store: Store, edition: Edition, digest: str, file: str) -> bytes:
    return _matching(edition, file, store.blobs.get(digest), digest)


def _matching(edition: Edition, file: str, data: bytes, digest: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != digest:
        raise BookbuildError(
            f"{file} of {edition.name} is damaged; “bookbuild store verify” says what else is. "
            "Take it from a backup of the store."
        )
    return data


def unread(edition: Edition, file: str, said: str) -> BookbuildError:
    """What stops the run where a file of an edition is whole and can't be read."""
    return BookbuildError(
        f"{file} of {edition.name} can't be read: {said}. Build the book again, raise its "
        "revision and publish it."
    )
