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
"""Left on the engine's context: where each page begins; and on the fonts: what is wanted."""


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

    make_all, remake = layout.make_all_pages, engine_page.remake_page

    def make_pages(context: Any, root: Any, html: Any, pages: Any) -> Iterator[Any]:
        wanted = getattr(context.font_config, _WANTED, None)
        if wanted is not None:
            yield from _some(engine_page, context, root, html, *wanted)
            return
        for number, page in enumerate(make_all(context, root, html, pages)):
            if not number:
                setattr(page, _STARTS, context)
            yield page

    def remake_kept(index: int, context: Any, root: Any, html: Any) -> Any:
        found = remake(index, context, root, html)
        _keep(context, index)
        return found

    layout.make_all_pages, engine_page.remake_page = make_pages, remake_kept


def _keep(context: Any, index: int) -> None:
    """Keep where a page begins, now that it is made, and whether more is carried over from it."""
    starts: dict[int, Start | None] = context.__dict__.setdefault(_STARTS, {})
    if not index:
        starts[0] = Start(0, None)
    elif starts.get(index, True) is not None:
        starts[index] = Start(index, copy.deepcopy(context.page_maker[index][:4]))
    starts.pop(index + 1, None)
    if context.reported_footnotes or context.broken_out_of_flow:
        starts[index + 1] = None


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


def want_all(fonts: Any) -> None:
    """Have the documents that are set with these fonts begin at their first page again."""
    setattr(fonts, _WANTED, None)


def starts_of(page: Any) -> tuple[Start | None, ...]:
    """Where each page of a document begins, from its first page as it was laid out.

    None where more is carried over to the page than the engine's record of it says.
    """
    context = getattr(page, _STARTS)
    starts = getattr(context, _STARTS)
    strings: dict[str, str] = {}
    found: list[Start | None] = []
    for number in range(len(context.page_maker) - 1):
        start = starts[number]
        found.append(start and replace(start, strings=dict(strings)))
        for name, by_page in context.string_set.items():
            if by_page.get(len(found)):
                strings[name] = by_page[len(found)][-1]
    return tuple(found)
