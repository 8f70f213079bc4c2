"""Sections of page numbers: contents, lists of figures and tables, the index.

In: the document and the folios known so far. Out: entries for the templates, or XHTML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from bookbuild import xhtml
from bookbuild.book.index import IndexEntry, Stretch, entries, letters, spans
from bookbuild.book.places import BLOCK
from bookbuild.book.references import without_notes
from bookbuild.layout import safe
from bookbuild.press.prose import Setting, spelled


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contents or of a list: what it names, and its folio."""

    kind: str
    label: str
    title: Any
    author: str
    folio: str
    target: str
    """Id of what it names."""
    keep: bool = False
    """Stays with the line after it."""


def contents(setting: Setting) -> list[Line]:
    """Parts, chapters and their sections."""
    lines = []
    for section in setting.document.sections:
        if not section.shown:
            continue
        kind = "part" if section.role == "part" else "chapter"
        title = safe(spelled(without_notes(section.title), setting))
        folio = setting.known.folio(section.id)
        keep = kind == "part" or any(heading.level == 2 for heading in section.headings)
        lines.append(Line(kind, section.label, title, section.author, folio, section.id, keep))
        lines.extend(
            Line("section", "", safe(spelled(heading.title, setting)), "",
                 setting.known.folio(heading.id), heading.id)
            for heading in section.headings
            if heading.level == 2
        )  # fmt: skip
    return lines


def captions(kind: str, setting: Setting) -> list[Line]:
    """Every numbered figure or table."""
    return [
        Line("section", caption.label, safe(spelled(caption.title, setting)), "",
             setting.known.folio(caption.id), caption.id)
        for section in setting.document.sections
        for caption in section.captions
        if caption.kind == kind
    ]  # fmt: skip


def index(setting: Setting) -> str:
    """The index as XHTML: letters, entries, sub-entries, pages merged into ranges."""
    marks = [mark for section in setting.document.sections for mark in section.marks]
    root = xhtml.new("body")
    numbers = count()
    for letter, group in letters(entries(marks)):
        xhtml.child(root, "p", letter, **{"class": "initial", BLOCK: f"i{next(numbers)}"})
        for entry in group:
            _entry(root, entry, 0, setting, numbers)
    return xhtml.write(root)


def _entry(
    root: xhtml.Element, entry: IndexEntry, depth: int, setting: Setting, numbers: Iterator[int]
) -> None:
    words = setting.language.words
    line = xhtml.child(root, "p", entry.heading, **{"class": f"entry depth-{min(depth, 3)}"})
    line.set(BLOCK, f"i{next(numbers)}")
    pages = list(pages_of(entry.places, setting))
    for folios, target in pages:
        if len(line):
            line[-1].tail = ", "
        else:
            line.text = f"{line.text}, "
        said = words.page.format(page=folios)
        xhtml.child(line, "span", folios, **{"data-to": f"#{target}", "data-say": said})
    for word, headings in ((words.see, entry.see), (words.see_also, entry.also)):
        if headings:
            before = "; " if pages else ", "
            if len(line):
                line[-1].tail = (line[-1].tail or "") + before
            else:
                line.text = f"{line.text}{before}"
            xhtml.child(line, "em", word).tail = " " + "; ".join(headings)
    for under in entry.entries:
        _entry(root, under, depth + 1, setting, numbers)


def pages_of(places: tuple[Stretch, ...], setting: Setting) -> Iterator[tuple[str, str]]:
    """The folios of places, each with the first place there: neighbouring pages as one range."""
    known = setting.known
    labels = {page: known.folio(name) for name, page in known.pages.items()}
    dash = setting.language.punctuation.range_dash
    for span in spans(places, known.pages):
        start, end = labels.get(span.first, "000"), labels.get(span.last, "000")
        yield (start if span.first == span.last else f"{start}{dash}{end}"), span.place.first
