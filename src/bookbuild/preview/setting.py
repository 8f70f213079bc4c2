"""The book as it is now, set but not bound: what the preview shows.

In: a book's folder. Out: a frozen `Shown`. What hasn't changed is taken from the compositors'
cache, and what is reckoned of a section is kept by its sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bookbuild.book.manuscript import Manuscript, read_manuscript
from bookbuild.book.places import Begin
from bookbuild.cache import digest
from bookbuild.diagnostics import Diagnostic
from bookbuild.gathering import gather
from bookbuild.layout import layout_folders
from bookbuild.press.compositors import Compositors
from bookbuild.press.glance import Glance, Look, glances, looks
from bookbuild.press.interior import SetPages, set_pages
from bookbuild.press.sheets import Ingredients, Part
from bookbuild.press.typeset import Typeset
from bookbuild.preview.memory import Recent
from bookbuild.preview.passages import Passage, first_difference, moved, page_of, passage

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A book that can be looked at, and what was found while it was set."""

    manuscript: Manuscript = field(repr=False)
    made_from: Ingredients = field(repr=False)
    pages: SetPages = field(repr=False)
    glances: tuple[Glance, ...] = field(repr=False)
    passages: Mapping[str, Passage] = field(repr=False)
    """By the key of its section."""
    reading: Mapping[str, str] = field(repr=False)
    """For each section with a text in the EPUB, by its key, a digest of it."""
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Where the pages of an older book are found in a newer one, and the page that was edited."""

    moved: Mapping[str, tuple[int, ...]]
    """For each section that was set again: the new page of each old one."""
    page: int | None
    """Number of the first page that says something else, from 0."""


def key_of(part: Part) -> str:
    """What a section of the interior is known by, as long as it keeps its name."""
    return part.section or part.sheet.name


class Setter:
    """Sets a book again and again, and remembers of each section what was reckoned of it."""

    def __init__(self, folder: Path, compositors: Compositors) -> None:
        self._folder, self._compositors = folder, compositors
        self._looks: Recent[bytes, tuple[Look, ...]] = Recent(200)
        self._passages: Recent[tuple[str, tuple[Begin | None, ...]], Passage] = Recent(200)

    def set(self, progress: Progress) -> Shown:
        """The book as its files are now.

        Raises:
            BookFaults, NoBook, MissingLibrary: as `pipeline.make`.
        """
        progress("reading")
        manuscript = read_manuscript(self._folder)
        made_from, findings = gather(manuscript, layout_folders(self._folder), self._compositors)
        pages = set_pages(made_from, self._compositors, progress)
        seen = [self._seen(result) for result in pages.results]
        return Shown(
            manuscript,
            made_from,
            pages,
            glances(made_from, pages, seen),
            {
                key_of(part): self._passage(part, result)
                for part, result in zip(pages.parts, pages.results, strict=True)
            },
            _reading(made_from, pages),
            findings + pages.findings + made_from.document.unspoken,
        )

    def _seen(self, result: Typeset) -> tuple[Look, ...]:
        return self._looks.value(result.pdf, lambda: looks(result.pdf))

    def _passage(self, part: Part, result: Typeset) -> Passage:
        return self._passages.value(
            (part.sheet.html, result.begins), lambda: passage(part.sheet.html, result.begins)
        )


def _reading(made_from: Ingredients, pages: SetPages) -> Mapping[str, str]:
    style = made_from.layout.source("ebook/style.css")
    begun = {
        part.section: result.begins for part, result in zip(pages.parts, pages.results, strict=True)
    }
    return {
        section.id: digest(repr(section), repr(begun.get(section.id)), style)[:16]
        for section in made_from.document.sections
    }


def change(old: Shown, new: Shown) -> Change:
    """What became of the old book's pages."""
    found = {
        key: (old.passages[key], text)
        for key, text in new.passages.items()
        if key in old.passages and old.passages[key] != text
    }
    edited = None
    for index, part in enumerate(new.pages.parts):
        pair = found.get(key_of(part))
        if pair is None or not part.file.endswith(".md"):
            continue
        if (place := first_difference(*pair)) is not None:
            wanted = (index, page_of(pair[1], place))
            edited = next(
                number
                for number, glance in enumerate(new.glances)
                if (glance.bound.section, glance.bound.page) == wanted
            )
            break
    return Change({key: moved(*pair) for key, pair in found.items()}, edited)
