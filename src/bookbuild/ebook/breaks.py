"""Marks where the printed pages begin, set into an EPUB document.

In: the document's tree with its numbered blocks (`book.places`), and the places. Out: the same
tree with an empty `span` of the type pagebreak at each place, and without the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bookbuild import xhtml
from bookbuild.book.places import BLOCK, MADE, WHOLE, Begin
from bookbuild.ebook.text import EPUB_TYPE

_XHTML = "{http://www.w3.org/1999/xhtml}"
_TAKES_MARKS = frozenset(
    f"{_XHTML}{tag}" for tag in ("section", "div", "blockquote", "li", "dd", "td", "th")
)
"""Elements that may hold a span beside blocks (HTML: flow content)."""


@dataclass(frozen=True, slots=True)
class Break:
    """A page mark in a document: the page's label, and the mark's id."""

    label: str
    id: str


@dataclass(frozen=True, slots=True)
class _At:
    """A position in a tree: in the text or the tail of an element, before character `offset`."""

    element: xhtml.Element
    slot: str
    offset: int


def mark_pages(root: xhtml.Element, begins: Sequence[tuple[str, Begin]]) -> tuple[Break, ...]:
    """Set a mark for each (label, place) that the tree has, then drop the blocks' numbers."""
    blocks = {element.get(BLOCK): element for element in root.iter("*")}
    marked = []
    for label, begin in begins:
        at = _beginning(root) if not begin.block else _place(blocks.get(begin.block), begin.after)
        if at is not None:
            marked.append(Break(label, f"page.{label}"))
            _insert(at, _mark(marked[-1]))
    for element in root.iter("*"):
        for name in (BLOCK, WHOLE, MADE):
            element.attrib.pop(name, None)
    return tuple(marked)


def _mark(page: Break) -> xhtml.Element:
    """EPUB Accessibility 1.1, 4.1: the label is the name, since the element is empty."""
    mark = xhtml.new(f"{_XHTML}span", id=page.id, role="doc-pagebreak")
    mark.set(EPUB_TYPE, "pagebreak")
    mark.set("aria-label", page.label)
    return mark


def _beginning(root: xhtml.Element) -> _At | None:
    """Inside the section, before its heading."""
    body = root.find(f"{_XHTML}body")
    if body is None:
        return None
    section = body.find(f"{_XHTML}section")
    return _At(body if section is None else section, "text", 0)


def _place(block: xhtml.Element | None, after: int) -> _At | None:
    if block is None:
        return None
    if not after:
        return _before(block)
    last: _At | None = None
    for at in _countable(block):
        if not after:
            return _back(at, block)
        after -= 1
        last = at
    if last is None:
        return _before(block)
    if last.slot == "whole":
        return _At(last.element, "tail", 0)
    return _At(last.element, last.slot, last.offset + 1)


def _before(block: xhtml.Element) -> _At:
    """Before a heading, a figure and the like; at the start of a paragraph, list item or cell.

    A mark in a heading would be read out with it, one between paragraphs would part them for the
    style sheet (`p + p`).
    """
    if block.tag != f"{_XHTML}p" and xhtml.parent_of(block).tag in _TAKES_MARKS:
        return _ahead(block)
    return _At(block, "text", 0)


def _ahead(element: xhtml.Element) -> _At:
    previous = element.getprevious()
    holder, slot = (xhtml.parent_of(element), "text") if previous is None else (previous, "tail")
    return _At(holder, slot, len(getattr(holder, slot) or ""))


def _countable(element: xhtml.Element) -> Iterator[_At]:
    """Every letter and every whole in a block's own text, in order."""
    yield from _letters(element, "text")
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        if child.get(WHOLE) is not None or name in ("img", "math"):
            yield _At(child, "whole", 0)
        elif child.get(BLOCK) is None and not _is_made(child):
            yield from _countable(child)
        yield from _letters(child, "tail")


def _letters(element: xhtml.Element, slot: str) -> Iterator[_At]:
    text = getattr(element, slot) or ""
    yield from (_At(element, slot, at) for at, char in enumerate(text) if char.isalnum())


def _is_made(element: xhtml.Element) -> bool:
    return element.get(MADE) is not None or element.get("role") == "doc-noteref"


def _back(at: _At, block: xhtml.Element) -> _At:
    """From a letter back over the quote or bracket that opens before it, out of inline elements."""
    if at.slot == "whole":
        return _ahead(at.element)
    best = at
    while True:
        text = getattr(at.element, at.slot) or ""
        offset = at.offset
        while offset and not text[offset - 1].isspace() and not text[offset - 1].isalnum():
            offset -= 1
        if offset:
            return _At(at.element, at.slot, offset) if text[offset - 1].isspace() else best
        if at.slot == "tail" or at.element is block:
            return best
        begins = best.slot == "text" and not best.offset
        at = _ahead(at.element)
        best = at if begins else best


def _insert(at: _At, mark: xhtml.Element) -> None:
    text = getattr(at.element, at.slot) or ""
    mark.tail = text[at.offset :] or None
    setattr(at.element, at.slot, text[: at.offset] or None)
    if at.slot == "text":
        at.element.insert(0, mark)
    else:
        parent = xhtml.parent_of(at.element)
        parent.insert(parent.index(at.element) + 1, mark)
