"""Where pages begin, read from the engine's laid-out boxes.

In: WeasyPrint's page boxes of one sheet, whose blocks are numbered (`book.places`). Out: a `Begin`
for each page. Page by page the text is read in its order, and counted block by block; margin boxes
and notes lie outside the flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookbuild.book.places import BLOCK, MADE, WHOLE, Begin


@dataclass(slots=True)
class _Read:
    """What was read on the pages so far."""

    counts: dict[str, int] = field(default_factory=dict)
    """Of each block, how much of it."""
    wholes: set[Any] = field(default_factory=set)
    """Elements that count as one, counted already."""
    heads: dict[Any, int] = field(default_factory=dict)
    """Heads of tables, and the page that has them first."""


def page_begins(pages: Sequence[Any]) -> tuple[Begin | None, ...]:
    """Where each page begins; None for one that holds nothing of any numbered block."""
    read = _Read()
    found: list[Begin | None] = []
    for number, page in enumerate(pages):
        begin = None
        for block, count in _flow(page.children[0], "", number, read):
            before = read.counts.get(block, 0)
            begin = begin or Begin(block, before)
            read.counts[block] = before + count
        found.append(begin)
    return tuple(found)


def _flow(box: Any, block: str, page: int, read: _Read) -> Iterator[tuple[str, int]]:
    """(block, how much of it) for each piece of text and each picture below a box."""
    element = box.element
    if element is not None:
        block = element.get(BLOCK) or block
        if "::" in (box.element_tag or "") or element.get(MADE) is not None:
            return
        if element.get(WHOLE) is not None:
            if block:
                yield block, int(element not in read.wholes)
                read.wholes.add(element)
            return
    if getattr(box, "is_header", False) and read.heads.setdefault(element, page) < page:
        return  # repeated at the head of a later page
    text = getattr(box, "text", None)
    count = int(hasattr(box, "replacement")) if text is None else sum(map(str.isalnum, text))
    if block and count:
        yield block, count
    for child in box.children:
        yield from _flow(child, block, page, read)
