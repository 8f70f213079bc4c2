"""A PDF's typography in figures: how even its lines are, and how its pages end.

In: the bytes of any PDF. Out: a frozen `Typography`. Figures are about full lines of the block
alone: those that justification stretched or shrank from edge to edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, pstdev

from bookbuild.cache import Cache
from bookbuild.press.typography.block import Block, BodyPage, body_pages, find_block
from bookbuild.press.typography.glyphs import Box, Word, page_texts
from bookbuild.press.typography.lines import Line, page_lines
from bookbuild.press.typography.paragraphs import (
    Set,
    ladders,
    off_grid,
    orphans,
    paragraphs,
    short_endings,
    short_pages,
    uneven,
    widows,
)

LOOSE, TIGHT = 1.5, 0.75
"""A line is loose or tight when its mean word space is this many times the median line's."""
LADDER = 3
"""Hyphens in a row from which on they make a ladder."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A line that is worth a look."""

    page: int
    """From 0."""
    line: int
    """Of the lines of the block on its page, from 1."""
    text: str
    value: float | None
    """What is remarkable: mean word space in em, lines, or points."""
    box: tuple[float, float, float, float] = field(repr=False)
    """Left, baseline, right and size in points, from the page's origin."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """How even the full lines are."""

    lines: int
    mean_space: float
    """In em."""
    median_space: float
    spread: float
    """Standard deviation of the lines' mean word spaces, each divided by the median line's."""
    loose: tuple[Spot, ...]
    """The loosest first."""
    tight: tuple[Spot, ...]
    """The tightest first."""
    hyphenated: int

    def share(self, count: int) -> float:
        """In percent of the full lines."""
        return 100 * count / self.lines


@dataclass(frozen=True, slots=True)
class Typography:
    """What was measured on a PDF."""

    pages: int
    block: Block | None
    """None where there is no text."""
    body_lines: int = 0
    spacing: Spacing | None = None
    """None where no lines are justified."""
    ladders: tuple[tuple[Spot, ...], ...] = ()
    recto_hyphens: tuple[Spot, ...] = ()
    """Rectos, here the first page and every other one, whose last line ends in a hyphen."""
    verso_hyphens: tuple[Spot, ...] = ()
    widows: tuple[Spot, ...] = ()
    orphans: tuple[Spot, ...] = ()
    short_pages: tuple[Spot, ...] = ()
    uneven: tuple[Spot, ...] = ()
    off_grid: tuple[Spot, ...] = ()
    short_endings: tuple[Spot, ...] = ()


def measure(pdf: bytes) -> Typography:
    """Every figure of a PDF.

    Raises:
        ValueError: it isn't a PDF that can be opened.
    """
    return _measure(text.words for text in page_texts(pdf))


def measure_own(pdf: bytes, cache: Cache) -> tuple[Typography, tuple[tuple[Box, ...], ...]]:
    """Every figure of a file of our own making, and the boxes of all runs of text by page."""
    texts = tuple(page_texts(pdf, cache))
    return _measure(text.words for text in texts), tuple(text.boxes for text in texts)


def _measure(words: Iterable[Sequence[Word]]) -> Typography:
    """Every figure, from the words of every page."""
    pages = [page_lines(number, found) for number, found in enumerate(words)]
    block = find_block(pages)
    if block is None:
        return Typography(len(pages), None)
    body = body_pages(pages, block)
    lines = paragraphs(body, block)
    last = {item.line.page: item for item in lines}
    hyphens = [_spot(item) for item in last.values() if item.line.ends_in_hyphen]
    return Typography(
        len(pages),
        block,
        len(lines),
        _spacing([item for item in lines if block.is_full(item.line)]),
        tuple(tuple(_spot(item) for item in run) for run in ladders(lines, LADDER)),
        tuple(spot for spot in hyphens if spot.page % 2 == 0),
        tuple(spot for spot in hyphens if spot.page % 2 == 1),
        tuple(_spot(item) for item in widows(lines, block)),
        tuple(_spot(item) for item in orphans(lines, block)),
        tuple(_page_spot(page, len(page.lines)) for page in short_pages(body)),
        tuple(_page_spot(page, distance) for page, distance in uneven(body, block)),
        tuple(_spot(item, distance) for item, distance in off_grid(lines, block)),
        tuple(_spot(item) for item in short_endings(lines, block)),
    )


def _spacing(full: list[Set]) -> Spacing | None:
    if not full:
        return None
    spaces = [item.line.mean_space for item in full]
    middle = median(spaces)
    by_space = sorted(full, key=lambda item: item.line.mean_space)
    loose = [item for item in reversed(by_space) if item.line.mean_space > LOOSE * middle]
    tight = [item for item in by_space if item.line.mean_space < TIGHT * middle]
    return Spacing(
        len(full),
        fmean(spaces),
        middle,
        pstdev(space / middle for space in spaces),
        _by_space(loose),
        _by_space(tight),
        sum(item.line.ends_in_hyphen for item in full),
    )


def _by_space(items: Iterable[Set]) -> tuple[Spot, ...]:
    return tuple(_spot(item, item.line.mean_space) for item in items)


def _spot(item: Set, value: float | None = None) -> Spot:
    return _line_spot(item.line, item.number, value)


def _page_spot(page: BodyPage, value: float) -> Spot:
    return _line_spot(page.lines[-1], len(page.lines) - 1, value)


def _line_spot(line: Line, number: int, value: float | None) -> Spot:
    box = (line.left, line.baseline, line.right, line.size)
    return Spot(line.page, number + 1, line.text, value, box)
