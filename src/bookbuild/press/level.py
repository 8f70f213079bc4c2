"""Pages that end level: where one ends badly, a paragraph on it is set a line longer or shorter.

Owner of WeasyPrint, with `engine`, `inlines`, `breaker` and `typeset`: it wraps the making of one
page. A page that could not be filled (the next paragraph would leave a single line on it) and one
that ends in a divided word are made again, with one paragraph changed, a few times at most; the
best is kept. Only lines that no earlier page holds are changed, so pages are levelled in their
order, and the engine goes on from the page that was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bookbuild.press.breaker import PLANNED, composer_of
from bookbuild.press.endings import Ending
from bookbuild.press.planner import Ends, Line, Plan

_MOST_HIGHER = 2
"""Lines by which two facing pages may both end higher than others."""
MOST_TRIES = 12
"""Pages that are made anew for one that ends badly."""
_HAIR = 0.01
"""Of a line: less is rounding."""
TOLERANCE = 250.0
"""Worst badness of a line in a paragraph that is changed for its page's sake."""
WIDE_TOLERANCE = 500.0
"""The same, where nothing milder helps."""


class Before:
    """What the engine knew before it made a page; it may be told so again."""

    def __init__(self, context: Any, index: int) -> None:
        self._context, self._index = context, index
        self._footnotes = context.footnotes.copy()
        self._page_footnotes = {page: [*notes] for page, notes in context.page_footnotes.items()}
        self._reported = context.reported_footnotes.copy()
        self._broken = dict(context.broken_out_of_flow)
        self._notes = context.rendered_notes.copy()
        composer = composer_of(context)
        self._ends = [(plan, plan.ends) for plan in composer.plans()] if composer else []

    def restore_plans(self) -> None:
        """Plan every paragraph as it was; those that were begun later as is best for them."""
        composer = composer_of(self._context)
        for plan in composer.plans() if composer else ():
            plan.set_ends(plan.best)
        for plan, ends in self._ends:
            plan.set_ends(ends)

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


class _Page:
    """A page in the making; it may be made again as long as no later one is kept."""

    def __init__(self, index: int, context: Any, make: Callable[[], Any]) -> None:
        self.index = index
        self._context, self._make, self.before = context, make, Before(context, index)
        self.found: Any = None
        self.height = 0.0
        """By how much its foot is higher."""
        self.ending = Ending(index, 0, None, recto=False)

    def follow(self) -> None:
        """Begin where the page before it ends now."""
        self.before = Before(self._context, self.index)
        self._context.page_maker[self.index][-1]["content_changed"] = False  # it is made now

    def made(self, wanted: int, height: float) -> Ending:
        """Make it, with its foot `height` higher; it should end `wanted` lines above the usual."""
        self.before.restore()
        self.found, self.height = _made(self._make, height), height
        self.ending = _ending(self.found, self.index, self._context, wanted)
        return self.ending


def level_pages() -> None:
    """Have the engine make pages that end badly again, for documents whose layout asks for it."""
    from weasyprint.layout import page as engine_page

    make = engine_page.remake_page
    key = "bookbuild_verso"

    def make_level(index: int, context: Any, root: Any, html: Any) -> Any:
        composer = composer_of(context)
        first_time = len(context.page_maker) == index + 1
        if composer is None or not composer.composition.level:
            return make(index, context, root, html)
        if not first_time:  # its content has changed, a page number say
            height = composer.heights.get(index, 0.0)
            return _made(lambda: make(index, context, root, html), height)
        page = _Page(index, context, lambda: make(index, context, root, html))
        verso = getattr(context, key, None)
        if verso is not None and (verso.index != index - 1 or verso.ending.recto):
            verso = None
        _level(page, verso, composer.directions)
        if verso is not None:
            composer.endings[-1] = verso.ending
            composer.heights[verso.index] = verso.height
        composer.endings.append(page.ending)
        composer.heights[index] = page.height
        composer.begun[index] = page.before
        setattr(context, key, page)
        return page.found

    engine_page.remake_page = make_level


def _level(page: _Page, verso: _Page | None, directions: tuple[int, ...]) -> None:
    """Make a page in the best way; where it is short and its verso isn't, both a line higher."""
    wanted = verso.ending.short if verso else 0
    _make_best(page, wanted, wanted * (verso.ending.leading if verso else 0.0), directions)
    if wanted and page.ending.faults:
        _make_best(page, wanted, 0.0, directions)
    short, leading = page.ending.short, page.ending.leading
    if verso is None or wanted or not 0 < short <= _MOST_HIGHER or not verso.ending.level:
        return
    first = verso.found[0]
    ends = [
        (line.plan, line.plan.ends) for made in (verso, page) for line in first_lines(made.found[0])
    ]
    _make_best(verso, short, short * leading, directions)
    page.follow()
    if not verso.ending.faults:
        _make_best(page, short, short * leading, directions)
    if verso.ending.faults or page.ending.faults:
        for plan, usual in ends:
            plan.set_ends(usual)
        verso.made(0, 0.0)
        page.follow()
        page.made(0, 0.0)
    first.__dict__ = verso.found[0].__dict__  # the engine has that page in its list already


def _made(make: Callable[[], Any], height: float) -> Any:
    """A page whose type area is so much less high while it is made."""
    from weasyprint.layout import page as engine_page

    reckon = engine_page.page_height

    def reckon_less(page: Any, *given: Any) -> None:
        reckon(page, *given)
        page.height -= height

    engine_page.page_height = reckon_less
    try:
        found = make()
    finally:
        engine_page.page_height = reckon
    found[0].height += height
    return found


def _make_best(page: _Page, wanted: int, height: float, directions: tuple[int, ...]) -> None:
    """Make a page in the best of a few ways, its foot `height` higher."""
    ending = page.made(wanted, height)
    tries = 0
    better = True
    while ending.faults and better and tries < MOST_TRIES:
        better = False
        for plan, ends in _changes(page.found[0], ending, directions):
            usual = plan.ends
            plan.set_ends(ends)
            changed = page.made(wanted, height)
            tries += 1
            if changed.faults < ending.faults:
                ending, better = changed, True
                break
            plan.set_ends(usual)
            if tries == MOST_TRIES:
                break
    if tries:  # as the plans stand now: the engine has to go on from this page
        page.made(wanted, height)


def _ending(found: Any, index: int, context: Any, wanted: int) -> Ending:
    """How a page ends that the engine made: the page, and where the next one goes on."""
    page, resume_at = found
    recto = page.page_type.side == "right"
    goes_on = resume_at is not None and context.page_maker[index + 1][1]["break"] == "any"
    root, notes, *_ = page.children
    lines = [line for line in lines_of(root) if line.height > 0]
    if not goes_on or not lines:
        return Ending(index, wanted, None, recto, wanted)
    short, height = 0, lines[-1].height
    if not notes.children:
        foot = max(_bottoms(root))
        gap = page.content_box_y() + page.height - foot
        short = int(gap / height + _HAIR)
    planned = getattr(lines[-1], PLANNED, None)
    last = planned if planned and planned.hyphen else None
    return Ending(index, short, last, recto, wanted, 0.0 if notes.children else height)


def lines_of(box: Any) -> Iterator[Any]:
    """The lines in the flow below a box."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.LineBox):
        yield box
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from lines_of(child)


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


def _changes(page: Any, ending: Ending, directions: tuple[int, ...]) -> Iterator[tuple[Plan, Ends]]:
    """Paragraphs of the page with other ends for their lines, the mildest change first."""
    firsts = first_lines(page)
    if ending.short == ending.wanted and ending.last:
        plan, forbidden = ending.last.plan, ending.last.number
        own = [line for line in firsts if line.plan is plan]
        yield from _mild_and_wide(own, (0, *directions), forbidden)
    yield from _mild_and_wide(firsts, directions)


def _mild_and_wide(
    firsts: Sequence[Line], ways: Sequence[int], forbidden: int | None = None
) -> Iterator[tuple[Plan, Ends]]:
    """Changes within the usual limit, then those beyond it."""
    mild = _ways(firsts, ways, TOLERANCE, forbidden)
    yield from mild
    known = [ends for _, ends in mild]
    wide = _ways(firsts, ways, WIDE_TOLERANCE, forbidden)
    yield from (change for change in wide if change[1] not in known)


def _ways(
    firsts: Sequence[Line], ways: Sequence[int], tolerance: float, forbidden: int | None = None
) -> list[tuple[Plan, Ends]]:
    """The paragraphs of these lines changed in each of the ways, the mildest change first."""
    found = [
        (line.plan, ends)
        for looseness in ways
        for line in firsts
        if (ends := line.plan.changed(line.number, looseness, tolerance, forbidden))
    ]
    return sorted(found, key=lambda change: change[0].rougher(change[1]))


def first_lines(page: Any) -> list[Line]:
    """Of each planned paragraph in the flow of a page, the first line that stands on it."""
    found: dict[int, Line] = {}
    for line in lines_of(page.children[0]):
        planned = getattr(line, PLANNED, None)
        if planned is not None:
            found.setdefault(id(planned.plan), planned)
    return list(found.values())
