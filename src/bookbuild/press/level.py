"""Pages that end level: where one ends badly, a paragraph on it is set a line longer or shorter.

Owner of WeasyPrint, with `engine`, `inlines`, `breaker` and `typeset`: it wraps the making of one
page. A page that could not be filled (the next paragraph would leave a single line on it) and one
that ends in a divided word are made again, with one paragraph changed, a few times at most; the
best is kept. Only lines that no earlier page holds are changed, so pages are levelled in their
order, and the engine goes on from the page that was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bookbuild.press.breaker import PLANNED, composer_of
from bookbuild.press.planner import Composer, Ending, Line, Plan

MOST_TRIES = 6
"""Pages that are made anew for one that ends badly."""
_HAIR = 0.01
"""Of a line: less is rounding."""
_NEARBY = 3
"""Paragraphs that are tried for each direction, the longest first."""

Ends = tuple[tuple[int, ...], ...]


class _Before:
    """What the engine knew before it made a page; it may be told so again."""

    def __init__(self, context: Any, index: int) -> None:
        self._context, self._index = context, index
        self._footnotes = context.footnotes.copy()
        self._page_footnotes = {page: [*notes] for page, notes in context.page_footnotes.items()}
        self._reported = context.reported_footnotes.copy()
        self._broken = dict(context.broken_out_of_flow)
        self._notes = context.rendered_notes.copy()

    def restore(self) -> None:
        """Make the engine forget the page."""
        context = self._context
        context.footnotes = self._footnotes.copy()
        context.page_footnotes = {page: [*notes] for page, notes in self._page_footnotes.items()}
        context.reported_footnotes = self._reported.copy()
        context.broken_out_of_flow = dict(self._broken)
        context.rendered_notes = self._notes.copy()
        del context.page_maker[self._index + 1 :]
        context.page_maker[self._index][-1].update(anchors=[], content_lookups=[])


def level_pages() -> None:
    """Have the engine make pages that end badly again, for documents whose layout asks for it."""
    from weasyprint.layout import page as engine_page

    make = engine_page.remake_page

    def make_level(index: int, context: Any, root: Any, html: Any) -> Any:
        composer = composer_of(context)
        first_time = len(context.page_maker) == index + 1
        if composer is None or not composer.composition.level or not first_time:
            return make(index, context, root, html)
        before = _Before(context, index)

        def made() -> Any:
            before.restore()
            return make(index, context, root, html)

        return _levelled(index, context, composer, made)

    engine_page.remake_page = make_level


def _levelled(index: int, context: Any, composer: Composer, made: Callable[[], Any]) -> Any:
    """The page, made in the best of a few ways."""
    found = made()
    ending = _ending(found, index, context)
    tries = 0
    while ending.faults and tries < MOST_TRIES:
        better = None
        for plan, ends in _changes(found[0], ending):
            usual = plan.ends
            plan.set_ends(ends)
            again, tries = made(), tries + 1
            changed = _ending(again, index, context)
            if changed.faults < ending.faults:
                found, ending, better = again, changed, plan
                break
            plan.set_ends(usual)
            if tries == MOST_TRIES:
                break
        if better is None:
            break
    if tries:
        found = made()  # as the plans stand now: the engine has to go on from this page
    composer.endings.append(ending)
    return found


def _ending(found: Any, index: int, context: Any) -> Ending:
    """How a page ends that the engine made: the page, and where the next one goes on."""
    page, resume_at = found
    recto = page.page_type.side == "right"
    goes_on = resume_at is not None and context.page_maker[index + 1][1]["break"] == "any"
    root, notes, *_ = page.children
    lines = list(_lines(root))
    if not goes_on or not lines:
        return Ending(0, None, recto)
    short = 0
    if not notes.children:
        foot = max(_bottoms(root))
        gap = page.content_box_y() + page.height - foot
        short = int(gap / lines[-1].height + _HAIR)
    planned = getattr(lines[-1], PLANNED, None)
    return Ending(short, planned if planned and planned.hyphen else None, recto)


def _lines(box: Any) -> Iterator[Any]:
    """The lines in the flow below a box."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.LineBox):
        yield box
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _lines(child)


def _bottoms(box: Any) -> Iterator[float]:
    """Where lines, pictures and whatever else can't be parted end, down the page."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.LineBox):
        yield box.position_y + box.height
    elif isinstance(box, boxes.ParentBox) and box.children:
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _bottoms(child)
    else:
        yield box.position_y + box.margin_height()


def _changes(page: Any, ending: Ending) -> Iterator[tuple[Plan, Ends]]:
    """Paragraphs of the page with other ends for their lines, the likeliest remedy first."""
    firsts = _first_lines(page)
    if ending.short:
        longest = sorted(firsts, key=lambda line: line.number - len(line.plan.lines))[:_NEARBY]
        directions = (-1, 1) if ending.short > 1 else (1, -1)
        for looseness in directions:
            for line in longest:
                ends = line.plan.changed(line.number, looseness)
                if ends:
                    yield line.plan, ends
    elif ending.last:
        plan = ending.last.plan
        (first,) = (line for line in firsts if line.plan is plan)
        for looseness in (0, 1, -1):
            ends = plan.changed(first.number, looseness, ending.last.number)
            if ends:
                yield plan, ends


def _first_lines(page: Any) -> list[Line]:
    """Of each planned paragraph in the flow of a page, the first line that stands on it."""
    found: dict[int, Line] = {}
    for line in _lines(page.children[0]):
        planned = getattr(line, PLANNED, None)
        if planned is not None:
            found.setdefault(id(planned.plan), planned)
    return list(found.values())
