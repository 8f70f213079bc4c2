"""The book as it is now, set but not bound: what the preview shows.

In: a book's folder. Out: a frozen `Shown`. What hasn't changed is taken from the compositors'
cache, and what is reckoned of a section is kept by its sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bookbuild.book.manuscript import Manuscript, read_manuscript
from bookbuild.book.places import Begin
from bookbuild.cache import NOTHING_KEPT, digest
from bookbuild.diagnostics import Diagnostic
from bookbuild.folders import layout_folders
from bookbuild.gathering import gather
from bookbuild.press.compositors import Compositors
from bookbuild.press.glance import Glance, Glimpse, Look, glances, glimpse, looks
from bookbuild.press.interior import SetPages, known_of, set_pages
from bookbuild.press.sheets import Ingredients, Part, section_part
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

    def set(
        self, progress: Progress, last: Shown | None, peek: Callable[[Shown, Glimpse], None]
    ) -> Shown:
        """The book as its files are now.

        Where one section of the `last` book has changed, `peek` is given a book that has the
        edited pages new and all others as they were, long before the whole is set.

        Raises:
            BookFaults, NoBook, MissingLibrary: as `pipeline.make`.
        """
        progress("reading")
        manuscript = read_manuscript(self._folder)
        made_from, findings = gather(manuscript, layout_folders(self._folder), self._compositors)
        if last is not None and (found := peeked(last, made_from)) is not None:
            peek(replace(_with(last, found), manuscript=manuscript), found)
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


def peeked(last: Shown, made_from: Ingredients) -> Glimpse | None:
    """The edited page of the one section that has changed since the `last` book; None if the
    whole has to be set first.
    """
    old, pages = last.made_from, last.pages
    before = {section.id: section for section in old.document.sections}
    edited = [x for x in made_from.document.sections if x != before.get(x.id)]
    written = [section for section in edited if section.file.endswith(".md")]
    if len(written) != 1 or written[0].id not in before:
        return None
    index = next(at for at, part in enumerate(pages.parts) if part.section == written[0].id)
    was = pages.parts[index]
    known = known_of(old, pages.placed)
    sheet = section_part(made_from, written[0], was.numbering, known, NOTHING_KEPT).sheet
    if replace(sheet, html="", resources=()) != replace(was.sheet, html="", resources=()):
        return None
    text = last.passages[written[0].id]
    place = first_difference(text, passage(sheet.html, ()))
    if place is None:
        return None
    return glimpse(made_from, pages, last.glances, index, sheet, page_of(text, place))


def _with(last: Shown, found: Glimpse) -> Shown:
    """The book with the pages of a glimpse in place of its own."""
    return replace(
        last,
        glances=tuple(
            replace(glance, address=found.addresses.get(number, glance.address))
            for number, glance in enumerate(last.glances)
        ),
    )


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
