"""Where paragraphs begin and end in the lines of the block, and what goes wrong at page breaks.

In: the block and its pages (`block`). Out: the lines that are alone, short or off the grid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bookbuild.press.typography.block import APART, FLUSH, Block, BodyPage
from bookbuild.press.typography.lines import Line

INDENTED = 0.4
"""In em: a line that begins this much farther in than the one before it begins a paragraph."""
SHORT_PAGE = 5
"""A chapter's last page with fewer lines looks like a mistake."""
OFF_GRID = 0.5
"""In points: what a reader of both sides of a leaf can see; engines round to less."""
SHORTEST = 2.0
"""In em: the shortest last line where paragraphs have no indent."""
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "’", "»", ":")


@dataclass(frozen=True, slots=True)
class Set:
    """A line of the block with its place in its paragraph."""

    line: Line
    number: int
    """Of the lines of the block on its page, from 0."""
    begins: bool
    ends: bool


def paragraphs(pages: Sequence[BodyPage], block: Block) -> tuple[Set, ...]:
    """Every line of the block in reading order, with where its paragraph begins and ends."""
    placed = [
        (line, number, page.opens and number == 0)
        for page in pages
        for number, line in enumerate(page.lines)
    ]
    if not placed:
        return ()
    starts = [True]
    for (above, *_), (line, _, after_heading) in pairwise(placed):
        starts.append(after_heading or _begins(line, above, block))
    following = [*starts[1:], True]
    return tuple(
        Set(line, number, begins, next_begins or _is_short(line, block))
        for (line, number, _), begins, next_begins in zip(placed, starts, following, strict=True)
    )


def _is_short(line: Line, block: Block) -> bool:
    return block.justified and not block.ends_flush(line)


def _begins(line: Line, above: Line, block: Block) -> bool:
    """Whether `line` begins a paragraph; `above` may be the last line of the page before."""
    together = line.page == above.page
    if together and above.baseline - line.baseline > APART * block.leading:
        return True
    if not together and line.one_font and line.font != above.font:
        return True  # a heading in italics, say
    if _is_short(above, block) or block.left(line) - block.left(above) > INDENTED:
        return True
    if block.indent:
        return abs(block.left(line) - block.indent / block.size) <= FLUSH
    return not together and above.text.endswith(_SENTENCE_ENDS)


def widows(lines: Sequence[Set], block: Block) -> Iterator[Set]:
    """Last lines of paragraphs that stand alone at the head of a page."""
    for item in lines[1:]:
        if item.number == 0 and item.ends and not item.begins and _at_left(item, block):
            yield item


def orphans(lines: Sequence[Set], block: Block) -> Iterator[Set]:
    """First lines of paragraphs that stand alone at the foot of a page."""
    for item, after in pairwise(lines):
        if after.number == 0 and item.begins and not item.ends and _at_left(after, block):
            yield item


def _at_left(item: Set, block: Block) -> bool:
    return abs(block.left(item.line)) <= FLUSH


def ladders(lines: Sequence[Set], least: int) -> Iterator[tuple[Set, ...]]:
    """Runs of at least `least` lines one after the other that end in a hyphen."""
    run: list[Set] = []
    for item in lines:
        if item.line.ends_in_hyphen:
            run.append(item)
            continue
        if len(run) >= least:
            yield tuple(run)
        run = []
    if len(run) >= least:
        yield tuple(run)


def short_endings(lines: Sequence[Set], block: Block) -> Iterator[Set]:
    """Last lines of paragraphs that are shorter than the next one's indent, or than two em."""
    least = block.indent or SHORTEST * block.size
    for item in lines:
        alone = item.ends and not item.begins and _at_left(item, block)
        if alone and item.line.right - item.line.left < least:
            yield item


def off_grid(lines: Sequence[Set], block: Block) -> Iterator[tuple[Set, float]]:
    """Lines that don't stand on the grid of most of them, and by how many points."""
    phases = [item.line.baseline % block.leading for item in lines]
    common = Counter(round(phase * 4) for phase in phases)
    if not common:
        return
    centre = max(common, key=lambda at: (common[at], -at)) / 4
    half = block.leading / 2
    distances = [(phase - centre + half) % block.leading - half for phase in phases]
    grid = median(distance for distance in distances if abs(distance) <= OFF_GRID)
    for item, distance in zip(lines, distances, strict=True):
        if abs(distance - grid) > OFF_GRID:
            yield item, distance - grid


def last_pages(pages: Sequence[BodyPage]) -> frozenset[int]:
    """The pages on which a chapter ends: an opening, an empty page or nothing comes after them."""
    found = set()
    for page, after in zip(pages, [*pages[1:], None], strict=True):
        if page.lines and (after is None or after.opens or not after.lines):
            found.add(page.number)
    return frozenset(found)


def short_pages(pages: Sequence[BodyPage]) -> Iterator[BodyPage]:
    """Last pages of chapters with too few lines."""
    ends = last_pages(pages)
    for before, page in pairwise(pages):
        goes_on = before.lines and not page.opens
        if page.number in ends and goes_on and len(page.lines) < SHORT_PAGE:
            yield page


def uneven(pages: Sequence[BodyPage], block: Block) -> Iterator[tuple[BodyPage, float]]:
    """Rectos that end higher or lower than the verso they face, and by how many lines."""
    ends = last_pages(pages)
    for verso, recto in zip(pages[1::2], pages[2::2], strict=False):
        if {verso.number, recto.number} & ends or not (verso.lines and recto.lines):
            continue
        if verso.foot is not None and recto.foot is not None:
            lines = (verso.foot - recto.foot) / block.leading
            if abs(lines) > 0.5:
                yield recto, lines
