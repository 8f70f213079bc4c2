"""The text block of a PDF, found on the pages themselves: size, measure, leading, grid.

In: the lines of each page. Out: a `Block`, and of each page the lines that stand in it: running
heads, folios, notes and headings left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, median

from bookbuild.press.typography.lines import Line

SAME_SIZE = 0.04
"""Type that differs by this part of its size is of another size."""
FLUSH = 0.1
"""In em: how far a line's end may stand inside the measure and count as flush."""
HANGING = 0.6
"""In em: how far hyphens, points and quotes may hang outside of it."""
JUSTIFIED = 0.3
"""With fewer flush lines among the lines of the block, a text is set ragged."""
_STEP = 0.05
"""In em: the width of the classes in which edges are counted."""
APART = 1.3
"""In leadings: what stands farther from its neighbour is no line of the same paragraph."""
_ROW = 2
"""In points: a running head and its folio stand no farther apart in height."""
_LISTED = 3
"""A page with so many lines that points lead across is a list, not text."""
_TIMES = 3
"""Running heads and folios stand at the same height on this many pages, or on all of them."""


@dataclass(frozen=True, slots=True)
class Block:
    """What the pages have in common; lengths in points."""

    size: float
    font: str
    leading: float
    edges: tuple[tuple[float, float], tuple[float, float]]
    """Left and right, of the first page and those like it, and of the others."""
    indent: float
    """Of a paragraph's first line; 0 where there is none."""
    justified: bool

    def left(self, line: Line) -> float:
        """How far a line begins to the right of the block's left edge, in em."""
        return (line.left - self.edges[line.page % 2][0]) / self.size

    def right(self, line: Line) -> float:
        """How far a line ends to the left of the block's right edge, in em."""
        return (self.edges[line.page % 2][1] - line.right) / self.size

    def ends_flush(self, line: Line) -> bool:
        """Whether a line fills the measure to its end."""
        return self.justified and -HANGING <= self.right(line) <= FLUSH

    def is_full(self, line: Line) -> bool:
        """Whether a line fills the measure from edge to edge; a paragraph's first line doesn't."""
        begins_flush = -HANGING <= self.left(line) <= FLUSH
        return begins_flush and self.ends_flush(line) and bool(line.spaces)


@dataclass(frozen=True, slots=True)
class BodyPage:
    """A page's lines in the block, from its head to its foot."""

    number: int
    lines: tuple[Line, ...] = field(repr=False)
    opens: bool
    """Whether a heading, or an empty space, stands above them."""
    foot: float | None
    """The lowest baseline but for the folio's, of body or notes."""


def find_block(pages: Sequence[Sequence[Line]]) -> Block | None:
    """What most of the text is set in; None where there is no text."""
    size = _main_size(pages)
    if size is None:
        return None
    body = [[line for line in page if _same_size(line.size, size)] for page in pages]
    fonts = Counter[str]()
    for page in body:
        for line in page:
            fonts[line.font] += len(line.text)
    font = max(fonts, key=lambda font: (fonts[font], font))
    leading = _leading(body, size)
    edges = _edges(body, size)
    lines = [line for page in body for line in page]
    flush = [line for line in lines if abs(line.right - edges[line.page % 2][1]) <= FLUSH * size]
    justified = len(flush) >= JUSTIFIED * len(lines)
    if not justified:
        longest = max(line.right for line in lines)
        edges = (edges[0][0], longest), (edges[1][0], longest)
    return Block(size, font, leading, edges, _indent(lines, edges, size), justified)


def _same_size(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_SIZE * other


def _main_size(pages: Iterable[Iterable[Line]]) -> float | None:
    letters = Counter[float]()
    for page in pages:
        for line in page:
            letters[round(line.size, 1)] += len(line.text)
    return max(letters, key=lambda size: (letters[size], size), default=None)


def _mode(values: Sequence[float], step: float) -> float:
    """The middle of the values that stand closest together; of equal classes, the lower."""
    classes: defaultdict[int, list[float]] = defaultdict(list)
    for value in values:
        classes[round(value / step)].append(value)
    fullest = max(classes, key=lambda at: (len(classes[at]), -at))
    near = [*classes[fullest], *classes.get(fullest - 1, ()), *classes.get(fullest + 1, ())]
    return float(median(near))


def _leading(body: Sequence[Sequence[Line]], size: float) -> float:
    steps = [
        above.baseline - line.baseline
        for page in body
        for above, line in pairwise(page)
        if 0.8 * size < above.baseline - line.baseline < 2.5 * size
    ]
    if not steps:
        return 1.2 * size
    rough = _mode(steps, 0.02 * size)
    exact = [step for step in steps if abs(step - rough) <= 0.06 * rough]
    return fmean(exact)


def _edges(
    body: Sequence[Sequence[Line]], size: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where most lines begin and end, of rectos and of versos; both have one measure."""
    sides = [[line for page in body[first::2] for line in page] for first in (0, 1)]
    lefts = [
        _mode([line.left for line in side or sides[1 - number]], _STEP * size)
        for number, side in enumerate(sides)
    ]
    widths = [line.right - lefts[line.page % 2] for page in body for line in page]
    long = [width for width in widths if width > 5 * size]
    measure = -_mode([-width for width in long or widths], _STEP * size)
    return (lefts[0], lefts[0] + measure), (lefts[1], lefts[1] + measure)


def _indent(
    lines: Sequence[Line], edges: tuple[tuple[float, float], tuple[float, float]], size: float
) -> float:
    """The distance at which most indented lines begin that reach the right edge or are few."""
    begins = [line.left - edges[line.page % 2][0] for line in lines]
    indented = [left for left in begins if 0.4 * size < left < 5 * size]
    if len(indented) < 0.02 * len(lines):
        return 0
    return _mode(indented, _STEP * size)


def body_pages(pages: Sequence[Sequence[Line]], block: Block) -> tuple[BodyPage, ...]:
    """Of each page what stands in the block."""
    kept = without_furniture(pages, block)
    heads = [page[0].baseline for page in kept if page]
    head = _mode(heads, 0.5) if heads else 0
    return tuple(_body_page(number, page, block, head) for number, page in enumerate(kept))


def without_furniture(pages: Sequence[Sequence[Line]], block: Block) -> list[list[Line]]:
    """Of each page all lines but its running head and folio."""
    heights = _heights(pages, block)
    return [_without_furniture(page, heights) for page in pages]


def _body_page(number: int, page: Sequence[Line], block: Block, head: float) -> BodyPage:
    listed = sum(line.has_leaders for line in page) >= _LISTED
    body = [line for line in page if not listed and _in_block(line, block)]
    above = [line for line in page if body and line.baseline > body[0].baseline + 1]
    sunk = bool(body) and head - body[0].baseline > 2.5 * block.leading
    opens = sunk or any(line.size > (1 + SAME_SIZE) * block.size for line in above)
    foot = min((line.baseline for line in page), default=None)
    return BodyPage(number, tuple(body), opens, foot)


def _in_block(line: Line, block: Block) -> bool:
    inside = min(block.left(line), block.right(line)) >= -HANGING
    return inside and _same_size(line.size, block.size) and not line.has_leaders


@dataclass(frozen=True, slots=True)
class _Heights:
    """How often a page's first or last row stands at a height, and how often white parts it."""

    rows: Mapping[int, int]
    set_off: Mapping[int, int]
    times: int

    def are_furniture(self, baseline: float) -> bool:
        """Whether running heads or folios stand at this height."""
        near = [round(baseline) + step for step in (-1, 0, 1)]
        set_off = sum(self.set_off.get(height, 0) for height in near)
        return set_off >= self.times and 2 * set_off >= sum(self.rows.get(at, 0) for at in near)


def _heights(pages: Sequence[Sequence[Line]], block: Block) -> _Heights:
    rows, set_off = Counter[int](), Counter[int]()
    for page in pages:
        for order in (page, page[::-1]):
            row, rest = _first_row(order)
            if row:
                rows[round(row[0].baseline)] += 1
                set_off[round(row[0].baseline)] += _is_set_off(row, rest, block)
    return _Heights(rows, set_off, min(_TIMES, sum(1 for page in pages if page)))


def _first_row(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    count = sum(1 for line in lines if abs(line.baseline - lines[0].baseline) < _ROW)
    return lines[:count], lines[count:]


def _is_set_off(row: Sequence[Line], rest: Sequence[Line], block: Block) -> bool:
    if any(line.size > (1 + SAME_SIZE) * block.size or block.is_full(line) for line in row):
        return False
    return not rest or abs(row[0].baseline - rest[0].baseline) > APART * block.leading


def _without_furniture(page: Sequence[Line], heights: _Heights) -> list[Line]:
    kept = list(page)
    for end in (0, -1):
        if kept and heights.are_furniture(kept[end].baseline):
            at = kept[end].baseline
            kept = [line for line in kept if abs(line.baseline - at) >= _ROW]
    return kept
