"""Proof of the page-list, from the two written files: each printed page begins at its mark.

In: the interior's pages as a PDF library reads them, and the EPUB as a reader reads it. Out: a
`Diagnostic` for every page that differs. Nothing of how the marks were made is used. Letters and
digits are compared, and nothing else, so that hyphens, spaces and quotation marks don't matter;
what print words otherwise is allowed for where the EPUB shows that it may: a reference adds the
page of its target, a table that runs on repeats its head, an item has its number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.ebook.written import Kind, Said, WrittenBook, WrittenDocument, read_epub
from bookbuild.press.pagetexts import PrintedPage, printed_pages
from bookbuild.units import Length

COMPARED = 60
"""Letters of each page."""
_RUNS_ON = 20
"""As many letters of a page that no mark names show that it goes on with the text."""
_FOLIO = "(?:[ivxlcdm]+|[0-9]+)"
_WORDING = r"[^\W\d_]{0,12}"
"""What stands beside a page number in a reference: page, hlm., S."""
_HINT = (
    "the page-list must not go out like this: please report it with the book, or make the EPUB "
    "with --no-page-list"
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark with what stands around it in its document."""

    label: str
    target: str
    before: Said | None
    after: tuple[Said, ...]
    document: WrittenDocument


@dataclass(frozen=True, slots=True)
class Proof:
    """How many pages the EPUB marks, and what of them differs from the printed book."""

    pages: int
    findings: tuple[Diagnostic, ...] = ()

    @property
    def line(self) -> str:
        """The proof in one line, for people."""
        if not (self.pages or self.findings):
            return "page-list: none"
        if self.findings:
            count = len(self.findings)
            differ = "1 thing differs" if count == 1 else f"{count} things differ"
            return f"page-list: {differ} from the printed pages"
        return f"page-list: {self.pages} pages, each begins in print where the EPUB says"


def prove(interior: bytes, epub: bytes, name: str, top: Length, bottom: Length) -> Proof:
    """Compare every page of the interior with the EPUB, whose file is called `name`.

    `top` and `bottom` are the distances of the pages' type area from the trimmed edges. An EPUB
    without page-list and marks has nothing to prove.
    """
    book = read_epub(epub)
    marks = tuple(_marks(book))
    if not (marks or book.pages or book.old_pages):
        return Proof(0)
    pages = printed_pages(interior, top, bottom)
    found = (
        *_lists(book, marks), *_unmarked(book), *_order(marks, pages), *_missing(marks, pages),
        *_beginnings(book, marks, pages),
    )  # fmt: skip
    return Proof(
        len(marks),
        tuple(
            error("page-list", message, Place(f"{name}/{file}" if file else name), _HINT)
            for file, message in found
        ),
    )


def _marks(book: WrittenBook) -> Iterator[_Mark]:
    for document in book.documents:
        said = document.said
        for at, piece in enumerate(said):
            if piece.kind is Kind.MARK:
                before = said[at - 1] if at else None
                yield _Mark(piece.text, piece.target, before, said[at + 1 :], document)


def _lists(book: WrittenBook, marks: Sequence[_Mark]) -> Iterator[tuple[str, str]]:
    """The two page-lists name the marks, all of them, in their order."""
    there = [(mark.label, mark.target) for mark in marks]
    for listed, what in ((book.pages, "page-list"), (book.old_pages, "NCX's page list")):
        lacks = [label for label, target in there if (label, target) not in listed]
        adds = [label for label, target in listed if (label, target) not in there]
        if lacks:
            yield "", f"the {what} lacks the page marks {', '.join(lacks)}"
        if adds:
            yield "", f"the {what} leads to no such page mark: {', '.join(adds)}"
        if not (lacks or adds) and list(listed) != there:
            yield "", f"the {what} is not in the order of the text"


def _unmarked(book: WrittenBook) -> Iterator[tuple[str, str]]:
    """Each document that is a part of the printed book begins with a mark."""
    for document in book.documents:
        first = next((said for said in document.said if said.kind is not Kind.ID), None)
        if first and document.has_pages and first.kind is not Kind.MARK:
            yield document.file, "the document doesn't begin with a page mark"


def _order(marks: Sequence[_Mark], pages: Sequence[PrintedPage]) -> Iterator[tuple[str, str]]:
    """The marks follow each other as the pages do, and each has its page."""
    labels = [page.label for page in pages]
    reached = -1
    for mark in marks:
        if labels.count(mark.label) != 1:
            yield mark.document.file, f"no printed page, or more than one, is called {mark.label}"
        elif (at := labels.index(mark.label)) <= reached:
            yield mark.document.file, f"the mark of page {mark.label} comes after a later page's"
        else:
            reached = at


def _missing(marks: Sequence[_Mark], pages: Sequence[PrintedPage]) -> Iterator[tuple[str, str]]:
    """Printed pages with text of the book that no mark names."""
    numbers = {mark.label: number for number, mark in enumerate(marks)}
    last: int | None = None
    for page in pages:
        last = numbers.get(page.label, last)
        text = _letters(page.text)
        if last is None or not text or page.label in numbers:
            continue
        mark, later = marks[last], marks[last + 1 :][:1]
        inside = any(following.document is mark.document for following in later)
        if inside or _goes_on(mark, text):
            yield mark.document.file, f"page {page.label} has text of the book and no mark"


def _goes_on(mark: _Mark, text: str) -> bool:
    """True when a page's letters stand in the document after the mark, digits left out."""
    rest = _words_alone("".join(_letters(said.text) for said in mark.after))
    page = _words_alone(text)
    head = page[:_RUNS_ON]
    return bool(page) and (rest.endswith(page) or (len(head) == _RUNS_ON and head in rest))


def _beginnings(
    book: WrittenBook, marks: Sequence[_Mark], pages: Sequence[PrintedPage]
) -> Iterator[tuple[str, str]]:
    """Pages whose first letters are not those that follow their mark."""
    folios = _folios(book)
    texts = {page.label: _letters(page.text) for page in pages}
    for mark in marks:
        text = texts.get(mark.label)
        if text is None or re.match(_pattern(mark, folios), text):
            continue
        after = "".join(_letters(said.text) for said in mark.after if said.kind is not Kind.MAYBE)
        yield (
            mark.document.file,
            (
                f"page {mark.label} begins in print with “{text[:COMPARED]}”, but its mark stands "
                f"before “{after[:COMPARED]}” (letters alone)"
            ),
        )


def _folios(book: WrittenBook) -> Mapping[str, str]:
    """The page of each id, by the marks: an id belongs to what is said next."""
    folios: dict[str, str] = {}
    current = ""
    for document in book.documents:
        waiting: list[str] = []
        for said in (*document.said, Said(Kind.TEXT, "")):
            if said.kind is Kind.MARK:
                current = said.text
            elif said.kind is Kind.ID:
                waiting.append(said.target)
            elif said.kind is not Kind.MAYBE:
                folios.update(dict.fromkeys(waiting, current))
                waiting = []
    return folios


def _pattern(mark: _Mark, folios: Mapping[str, str]) -> str:
    """A pattern of the letters after a mark, up to the next one."""
    pattern, count = _rest_of_link(mark.before, folios), 0
    for said in mark.after:
        if count >= COMPARED or said.kind is Kind.MARK:
            break
        text = _letters(said.text)
        if said.kind is Kind.TEXT:
            part = text[: COMPARED - count]
            pattern, count = pattern + part, count + len(part)
        elif said.kind is Kind.MAYBE:
            pattern += f"(?:{text})?"
        elif said.kind is Kind.DRAWING:
            pattern += f".{{0,{len(text)}}}?"
        elif said.kind is Kind.LINK:
            page = _page(said, folios)
            pattern, count = f"{pattern}(?:{text}(?:{page})?|{page})", count + len(text)
    return pattern


def _page(link: Said, folios: Mapping[str, str]) -> str:
    """How print may tell the page of a link's target."""
    return f"{_WORDING}{folios.get(link.target) or _FOLIO}(?:{_WORDING}?)"


def _rest_of_link(before: Said | None, folios: Mapping[str, str]) -> str:
    """What the page before may have left of a reference that it ends with."""
    if before is None or before.kind is not Kind.LINK:
        return ""
    page, text = _page(before, folios), _letters(before.text)
    rests = [f"{text[at:]}(?:{page})?" for at in range(len(text))]
    return f"(?:{'|'.join((*rests, page, _FOLIO))})?"


def _letters(text: str) -> str:
    """Only letters and digits: what typesetting doesn't change; ligatures taken apart."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, plain))


def _words_alone(letters: str) -> str:
    return "".join(letter for letter in letters if not letter.isdigit())
