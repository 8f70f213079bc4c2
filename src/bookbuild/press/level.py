"""Pages that end level: where one ends badly, a paragraph on it is set a line longer or shorter.

Owner of WeasyPrint, with `engine`, `inlines`, `breaker` and `typeset`: it wraps the making of one
page. A page that could not be filled (the next paragraph would leave a single line on it) and one
that ends in a divided word are made again, with one paragraph changed, a few times at most; the
best is kept. Only lines that no earlier page holds are changed, so pages are levelled in their
order, and the engine goes on from the page that was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from bookbuild.press.breaker import PLANNED, composer_of
from bookbuild.press.planner import Composer, Ending, Key, Line, Plan

FEWEST_LINES = 5
"""What a section's last page should have at least."""
MOST_TRIES = 6
"""Pages that are made anew for one that ends badly."""
_HAIR = 0.01
"""Of a line: less is rounding."""
TOLERANCE = 150.0
"""Worst badness of a line in a paragraph that is changed for its page's sake."""

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
        wanted, leading = _wanted(index, composer)

        def made(higher: int) -> tuple[Any, Ending]:
            before.restore()
            with _raised(context, higher * leading):
                found = make(index, context, root, html)
            return found, _ending(found, index, context, wanted)

        found, ending = _levelled(made, wanted, composer.directions)
        composer.endings.append(ending)
        return found

    engine_page.remake_page = make_level


def _wanted(index: int, composer: Composer) -> tuple[int, float]:
    """Lines by which a recto ends above the foot, as the verso before it does, and their height."""
    for ending in composer.endings[-1:]:
        if ending.page == index - 1 and not ending.recto:
            return ending.short, ending.leading
    return 0, 0.0


@contextmanager
def _raised(context: Any, height: float) -> Iterator[None]:
    """While a page is made, its foot is so much higher."""

    def overflows(bottom_space: float, position_y: float) -> Any:
        return context.overflows(context.page_bottom - bottom_space - height, position_y)

    if not height:
        yield
        return
    context.overflows_page = overflows
    try:
        yield
    finally:
        del context.overflows_page


def _levelled(
    made: Callable[[int], tuple[Any, Ending]], wanted: int, directions: tuple[int, ...]
) -> tuple[Any, Ending]:
    """The page made in the best of a few ways, and how it ends; `wanted` lines above the foot."""
    higher = wanted
    found, ending = made(higher)
    if wanted and ending.faults:
        higher = 0
        found, ending = made(higher)
    tries = 0
    better = True
    while ending.faults and better and tries < MOST_TRIES:
        better = False
        for plan, ends in _changes(found[0], ending, directions):
            usual = plan.ends
            plan.set_ends(ends)
            again, changed = made(higher)
            tries += 1
            if changed.faults < ending.faults:
                found, ending, better = again, changed, True
                break
            plan.set_ends(usual)
            if tries == MOST_TRIES:
                break
    # Made once more as the plans stand now: the engine has to go on from this page.
    return made(higher) if tries else (found, ending)


def _ending(found: Any, index: int, context: Any, wanted: int) -> Ending:
    """How a page ends that the engine made: the page, and where the next one goes on."""
    page, resume_at = found
    recto = page.page_type.side == "right"
    goes_on = resume_at is not None and context.page_maker[index + 1][1]["break"] == "any"
    root, notes, *_ = page.children
    lines = [line for line in _lines(root) if line.height > 0]
    if not goes_on or not lines:
        return Ending(index, wanted, None, recto, wanted)
    short, height = 0, lines[-1].height
    if not notes.children:
        foot = max(_bottoms(root))
        gap = page.content_box_y() + page.height - foot
        short = int(gap / height + _HAIR)
    planned = getattr(lines[-1], PLANNED, None)
    last = planned if planned and planned.hyphen else None
    return Ending(index, short, last, recto, wanted, height)


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


def _changes(page: Any, ending: Ending, directions: tuple[int, ...]) -> Iterator[tuple[Plan, Ends]]:
    """Paragraphs of the page with other ends for their lines, the mildest change first."""
    firsts = _first_lines(page)
    forbidden = None
    ways: Sequence[int] = directions
    if ending.short == ending.wanted and ending.last:
        plan, forbidden, ways = ending.last.plan, ending.last.number, (0, *directions)
        firsts = [line for line in firsts if line.plan is plan]
    found = [
        (line.plan, ends)
        for looseness in ways
        for line in firsts
        if (ends := line.plan.changed(line.number, looseness, TOLERANCE, forbidden))
    ]
    yield from sorted(found, key=lambda change: change[0].rougher(change[1]))


def _first_lines(page: Any) -> list[Line]:
    """Of each planned paragraph in the flow of a page, the first line that stands on it."""
    found: dict[int, Line] = {}
    for line in _lines(page.children[0]):
        planned = getattr(line, PLANNED, None)
        if planned is not None:
            found.setdefault(id(planned.plan), planned)
    return list(found.values())


def last_page_lacks(pages: Sequence[Any]) -> int:
    """How many lines the last of several pages has too few."""
    if len(pages) < 2:
        return 0
    count = sum(1 for _ in _lines(pages[-1].children[0]))
    return max(FEWEST_LINES - count, 0) if count else 0


def last_page_wishes(pages: Sequence[Any]) -> Iterator[Mapping[Key, int]]:
    """Paragraphs to set a line shorter, or longer, so that the last page isn't almost empty.

    Two ways out, the nearer one first: as many paragraphs lose a line as the page has, or as many
    gain one as it lacks. Nothing where the last page has lines enough, or enough is not to be had.
    """
    lacks = last_page_lacks(pages)
    if not lacks:
        return
    ways = sorted([(FEWEST_LINES - lacks, -1), (lacks, 1)])
    nearest = [
        line.plan
        for page in reversed(pages[:-1])
        for line in sorted(_first_lines(page), key=lambda line: -len(line.plan.lines))
        if not line.number
    ]
    for needed, looseness in ways:
        able = (plan for plan in nearest if plan.changed(0, looseness, TOLERANCE))
        chosen = list(islice(able, needed))
        if len(chosen) == needed:
            yield {plan.key: looseness for plan in chosen}
