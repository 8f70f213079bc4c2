"""Notes that begin on another page than their call, found in the engine's laid-out boxes.

In: WeasyPrint's page boxes of one sheet. Out: pages. A note that begins with its call and goes on
over the page isn't parted from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

_CALL = "::footnote-call"


def parted_notes(pages: Sequence[Any]) -> tuple[int, ...]:
    """The pages, counted from 0, that hold the call of a note whose text begins elsewhere."""
    begins: dict[Any, int] = {}
    for number, page in enumerate(pages):
        for area in page.children[1:2]:  # an empty page has none
            for note in area.children:
                begins.setdefault(note.element, number)
    parted = (
        number
        for number, page in enumerate(pages)
        for element in _called(page.children[0])
        if begins.get(element, number) != number
    )
    return tuple(dict.fromkeys(parted))


def _called(box: Any) -> Iterator[Any]:
    """The elements of the notes that are called below a box."""
    if (box.element_tag or "").endswith(_CALL):
        yield box.element
    for child in getattr(box, "children", ()):
        yield from _called(child)
