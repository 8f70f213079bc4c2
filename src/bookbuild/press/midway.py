"""Setting that begins in the middle of a section, for a look at a page that was just edited.

Owner of WeasyPrint, with `engine`, `level`, `inlines`, `breaker` and `typeset`: it wraps the loop
that makes pages. What the engine knows between two pages is kept as a `Start`: plain numbers, the
path to where the next page begins. In a section whose text is the same up to there, the pages from
there on can be made without those before them. The first of them may lack its own running head. It
is a look, not the setting: what comes before or after may still change how its pages end.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_STARTS, _WANTED = "bookbuild_starts", "bookbuild_midway"
"""Left on the first page made: where each begins; and on the fonts: what is wanted."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the engine knows before it makes a page."""

    page: int
    """From 0."""
    known: Any
    """Where the page begins, its side and counters: the engine's own, without its boxes."""
    strings: Mapping[str, str] = field(default_factory=dict)
    """What named strings say there, for running heads."""


def make_midway() -> None:
    """Have the engine keep where pages begin, and begin at one where that is wanted."""
    from weasyprint import layout
    from weasyprint.layout import page as engine_page

    make_all = layout.make_all_pages

    def make_pages(context: Any, root: Any, html: Any, pages: Any) -> Iterator[Any]:
        wanted = getattr(context.font_config, _WANTED, None)
        if wanted is not None:
            yield from _some(engine_page, context, root, html, *wanted)
            return
        starts: list[Start | None] = []
        first = None
        for number, page in enumerate(make_all(context, root, html, pages)):
            first = first or page
            starts.append(_start(context, number) if number else Start(0, None))
            yield page
        setattr(first, _STARTS, (starts, context))

    layout.make_all_pages = make_pages


def _start(context: Any, number: int) -> Start | None:
    """None where more is carried over to the page than the engine's record of it says."""
    if context.reported_footnotes or context.broken_out_of_flow:
        return None
    return Start(number, copy.deepcopy(context.page_maker[number][:4]))


def _some(
    engine_page: Any, context: Any, root: Any, html: Any, start: Start, count: int
) -> Iterator[Any]:
    """So many pages from `start` on."""
    context.rendered_notes = []
    fresh = {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}
    if start.known is not None:
        context.page_maker = [context.page_maker[0]] * start.page
        context.page_maker.append((*copy.deepcopy(start.known), fresh))
    for number in range(start.page, start.page + count):
        page, resume_at = engine_page.remake_page(number, context, root, html)
        yield page
        if resume_at is None:
            break
    for name, text in start.strings.items():
        context.string_set[name][1].append(text)
    del context.page_maker[: start.page]
    for *_, state in context.page_maker:  # it would make everything again
        state.update(content_changed=False, pages_wanted=False)
    context.broken_out_of_flow.clear()
    context.reported_footnotes.clear()


def want(fonts: Any, start: Start, count: int) -> None:
    """Have the document that is set with these fonts begin at `start`, for so many pages."""
    setattr(fonts, _WANTED, (start, count))


def starts_of(page: Any) -> tuple[Start | None, ...]:
    """Where each page of a document begins, from its first page as it was laid out."""
    starts, context = getattr(page, _STARTS)
    strings: dict[str, str] = {}
    found = []
    for start in starts:
        found.append(start and replace(start, strings=dict(strings)))
        for name, by_page in context.string_set.items():
            if by_page.get(len(found)):
                strings[name] = by_page[len(found)][-1]
    return tuple(found)
