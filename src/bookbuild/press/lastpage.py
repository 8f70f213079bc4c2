"""Last pages that aren't almost empty: pages before them are made a line shorter or longer.

Owner of WeasyPrint, with `engine`, `inlines`, `breaker`, `level` and `typeset`: it wraps the loop
that makes pages. Once all pages are made, the engine is taken back to where the first page begins
that would change, and makes the rest again, in a few ways at most; what is best is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any, Literal

from bookbuild.press.breaker import composer_of
from bookbuild.press.compose.paragraph import NEVER
from bookbuild.press.composer import Composer
from bookbuild.press.level import TOLERANCE, first_lines, lines_of
from bookbuild.press.notecalls import parted_notes
from bookbuild.press.planner import Plan

FEWEST_LINES = 5
"""What a section's last page should have at least."""
_CHOICE = 3
"""So many paragraphs near a section's end are looked at for each that is changed."""

Flaw = tuple[int, Literal["uneven", "hyphen", "few-lines", "note-parted"]]
"""A page that ends otherwise than it should, counted from 0, and in which way."""
_WEIGHTS: Mapping[str, int] = {"few-lines": 5, "note-parted": 5, "uneven": 2, "hyphen": 1}

Wish = tuple[int, int, tuple[Plan, ...]]
"""The first page that changes, and how many lines longer these paragraphs should be."""


def flaws(composer: Composer, pages: Sequence[Any]) -> tuple[Flaw, ...]:
    """How pages end otherwise than they should, in their order."""
    found: list[Flaw] = [(ending.page, "hyphen") for ending in composer.endings if ending.last]
    for verso, recto in pairwise(composer.endings):
        if recto.recto and recto.page == verso.page + 1 and recto.short != verso.short:
            found.append((recto.page, "uneven"))
    found += [(page, "note-parted") for page in parted_notes(pages)]
    if composer.composition.level and _lacks(pages):
        found.append((len(pages) - 1, "few-lines"))
    return tuple(sorted(found))


def fill_last_pages() -> None:
    """Have the engine go back from a last page that is almost empty, where it levels pages."""
    from weasyprint import layout

    make_all = layout.make_all_pages

    def make_pages(context: Any, root: Any, html: Any, pages: Any) -> Iterator[Any]:
        composer = composer_of(context)
        if composer is None or not composer.composition.level or pages:
            yield from make_all(context, root, html, pages)
            return
        made = list(make_all(context, root, html, pages))
        if composer.composition.optimal and _lacks(made):
            _fill_last(_Tail(composer, context, root, html, made))
        yield from made

    layout.make_all_pages = make_pages


class _Tail:
    """The pages of a document; those at its end can be made again."""

    def __init__(
        self, composer: Composer, context: Any, root: Any, html: Any, pages: list[Any]
    ) -> None:
        self.pages, self._composer, self._given = pages, composer, (context, root, html)
        self._begun = dict(composer.begun)
        self._usual_up_to = len(pages)

    @property
    def weight(self) -> int:
        """How bad its flaws are together."""
        return sum(_WEIGHTS[flaw] for _, flaw in flaws(self._composer, self.pages))

    def make(self, wish: Wish | None) -> None:
        """Make its pages again, as is wished, or else as is best."""
        composer = self._composer
        changed = self._usual_up_to if wish is None else self._begin(wish[0])
        begin = min(changed, self._usual_up_to)
        self._begun[begin].restore_plans()
        self._begun[begin].restore()
        del composer.endings[begin:], self.pages[begin:]
        if wish is not None:
            for plan in wish[2]:
                plan.set_ends(plan.changed(0, wish[1], NEVER) or plan.ends)
        composer.directions = (1, -1)
        made = _made_from(begin, *self._given)
        self.pages += islice(made, changed - begin)
        if wish is not None:
            composer.directions = (wish[1],)
        self.pages += made
        self._usual_up_to = changed

    def _begin(self, page: int) -> int:
        """Where to begin so that a page can be another: rectos are levelled by their versos."""
        recto = self.pages[page].page_type.side == "right"
        return page - 1 if recto and page else page


def _made_from(number: int, context: Any, root: Any, html: Any) -> Iterator[Any]:
    """The pages from `number` on, as the engine's own loop makes them."""
    from weasyprint.layout import page as engine_page

    resume_at: Any = True
    while resume_at is not None or context.reported_footnotes:
        context.page_maker[number][-1].update(
            content_changed=False, pages_wanted=False, anchors=[], content_lookups=[]
        )
        page, resume_at = engine_page.remake_page(number, context, root, html)
        yield page
        number += 1
    del context.page_maker[number + 1 :]
    context.broken_out_of_flow.clear()
    context.reported_footnotes.clear()


def _fill_last(tail: _Tail) -> None:
    """Make the end of a document in the best of a few ways."""
    least, best, last = tail.weight, None, None
    for last in list(_wishes(tail.pages)):
        tail.make(last)
        if tail.weight < least:
            least, best = tail.weight, last
        if not least:
            break
    if last is not best:
        tail.make(best)


def _lacks(pages: Sequence[Any]) -> int:
    """How many lines the last of several pages has too few."""
    if len(pages) < 2:
        return 0
    count = sum(1 for _ in lines_of(pages[-1].children[0]))
    return max(FEWEST_LINES - count, 0) if count else 0


def _wishes(pages: Sequence[Any]) -> Iterator[Wish]:
    """Paragraphs to set a line shorter, or longer, so that the last page isn't almost empty.

    Two ways out, the nearer one first: as many paragraphs lose a line as the page has, or as many
    gain one as it lacks; at first the mildest changes, then the nearest. Nothing where
    enough is not to be had.
    """
    lacks = _lacks(pages)
    ways = sorted([(FEWEST_LINES - lacks, -1), (lacks, 1)])
    nearest = [
        (number, line.plan)
        for number, page in reversed(list(enumerate(pages[:-1])))
        for line in sorted(first_lines(page), key=lambda line: -len(line.plan.lines))
        if not line.number
    ]
    near = [_able(nearest, looseness, _CHOICE * needed) for needed, looseness in ways]
    for mildest in (True, False):
        for (needed, looseness), found in zip(ways, near, strict=True):
            if len(found) >= needed:
                chosen = sorted(found, key=lambda change: change[0]) if mildest else found
                pages_and_plans = [(page, plan) for _, page, plan in chosen[:needed]]
                first = min(page for page, _ in pages_and_plans)
                yield first, looseness, tuple(plan for _, plan in pages_and_plans)


def _able(
    plans: Sequence[tuple[int, Plan]], looseness: int, most: int
) -> list[tuple[float, int, Plan]]:
    """The first paragraphs that may be so many lines longer, and how much rougher they get."""
    changes = (
        (plan.rougher(ends), page, plan)
        for page, plan in plans
        if (ends := plan.changed(0, looseness, TOLERANCE))
    )
    return list(islice(changes, most))
