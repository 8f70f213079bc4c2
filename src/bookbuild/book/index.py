"""The back-of-book index: marks in the text in, sorted entries out.

A mark knows its place by an id of its own; which page that is, or which link, is for press
and ebook to say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bookbuild import xhtml
from bookbuild.book.document import Mark, Term
from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.language import Language
from bookbuild.punctuation import smart_text


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one mark to another; a single place has both the same."""

    first: str
    last: str
    section: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of the index: its heading, the places, cross-references, and what is under it."""

    heading: str
    places: tuple[Stretch, ...]
    see: tuple[str, ...]
    also: tuple[str, ...]
    entries: tuple[IndexEntry, ...]


def take_marks(
    source: Source, root: xhtml.Element, first: int, language: Language
) -> tuple[list[Mark], list[Diagnostic]]:
    """Give every mark of a tree its id, from number `first` on; the section is filled in later."""
    marks: list[Mark] = []
    findings: list[Diagnostic] = []
    opened: dict[Term, xhtml.Element] = {}
    for element in xhtml.elements(root, "span"):
        typed = element.attrib.pop("data-index", None)
        kind = element.attrib.pop("data-kind", "point")
        if typed is None:
            continue
        heading, _, see = (part.strip() for part in typed.partition("|"))
        mark = Mark(f"index.{first + len(marks)}", "", kind, _term(heading, language),  # type: ignore[arg-type]
                    _term(see, language))  # fmt: skip
        place = source.place_of(heading)
        findings.extend(_faults(mark, typed, place, opened))
        element.set("id", mark.id)
        marks.append(mark)
        if kind == "from":
            opened[mark.term] = element
        elif kind == "to":
            opened.pop(mark.term, None)
    for term in opened:
        message = f"the index range “{' > '.join(term)}” is never closed"
        hint = f"close it with {{index-to: {' > '.join(term)}}}"
        findings.append(error("index-mark", message, source.place_of("{index-from"), hint))
    return marks, findings


def _faults(
    mark: Mark, typed: str, place: Place, opened: dict[Term, xhtml.Element]
) -> Iterator[Diagnostic]:
    def fault(message: str, hint: str) -> Diagnostic:
        return error("index-mark", message, place, hint)

    if mark.kind not in ("point", "from", "to", "see", "also"):
        known = "write index, index-from, index-to, index-see or index-also"
        yield fault(f"an index mark of unknown kind: “{typed}”", known)
    elif not mark.term or "" in mark.term:
        yield fault(f"an index mark without a heading: “{typed}”", "{index: heading > sub}")
    elif (mark.kind in ("see", "also")) != bool(mark.see):
        yield fault(f"“{typed}” says not where to look", "{index-see: heading | other heading}")
    elif mark.kind == "to" and mark.term not in opened:
        yield fault(f"no index range “{typed}” is open here", "open it with {index-from: …}")


def _term(typed: str, language: Language) -> Term:
    return tuple(smart_text(part.strip(), language) for part in typed.split(">")) if typed else ()


def entries(marks: Sequence[Mark]) -> tuple[IndexEntry, ...]:
    """The index, sorted as a dictionary sorts: accents, case and punctuation don't count."""
    places: dict[Term, list[Stretch]] = {}
    see: dict[Term, list[str]] = {}
    also: dict[Term, list[str]] = {}
    opened: dict[Term, Mark] = {}
    for mark in marks:
        if mark.kind in ("see", "also"):
            (see if mark.kind == "see" else also).setdefault(mark.term, []).append(
                ", ".join(mark.see)
            )
        elif mark.kind == "from":
            opened[mark.term] = mark
        else:
            first = opened.pop(mark.term, mark) if mark.kind == "to" else mark
            places.setdefault(mark.term, []).append(Stretch(first.id, mark.id, mark.section))
    terms = {term[: depth + 1] for term in (*places, *see, *also) for depth in range(len(term))}

    def under(parent: Term) -> tuple[IndexEntry, ...]:
        children = [term for term in terms if term[:-1] == parent]
        return tuple(
            IndexEntry(
                term[-1],
                tuple(places.get(term, ())),
                tuple(dict.fromkeys(see.get(term, ()))),
                tuple(dict.fromkeys(also.get(term, ()))),
                under(term),
            )
            for term in sorted(children, key=lambda term: (sort_key(term[-1]), term))
        )

    return under(())


@dataclass(frozen=True, slots=True)
class Span:
    """Printed pages on which a heading is treated without a break, and the place it begins."""

    first: int
    last: int
    place: Stretch


def spans(places: Sequence[Stretch], pages: Mapping[str, int]) -> list[Span]:
    """The places by page (id → page): each page once, neighbouring pages as one."""
    merged: list[Span] = []
    found = [Span(pages.get(item.first, 0), pages.get(item.last, 0), item) for item in places]
    for span in sorted(found, key=lambda span: (span.first, span.last)):
        if merged and span.first <= merged[-1].last + 1:
            merged[-1] = replace(merged[-1], last=max(merged[-1].last, span.last))
        else:
            merged.append(span)
    return merged


def letters(found: Sequence[IndexEntry]) -> Iterator[tuple[str, tuple[IndexEntry, ...]]]:
    """The entries under their first letters; those without, under a number sign."""
    for letter, group in groupby(found, key=_letter):
        yield letter, tuple(group)


def _letter(entry: IndexEntry) -> str:
    first = sort_key(entry.heading)[:1].upper()
    return first if first.isalpha() else "#"


def sort_key(text: str) -> str:
    """Letters and digits alone, without accents and case."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if char.isalnum() or char == " ").strip()
