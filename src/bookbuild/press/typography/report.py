"""Typography as JSON data, and as a table for people.

In: what was measured, and the folios of the pages where they are known. Out: values and lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bookbuild.press.typography.measure import Spacing, Spot, Typography

WORST = 5
"""So many of the loosest and of the tightest lines are shown to people."""
HEADS = (
    "space", "spread", "loose", "tight", "hyphens", "ladders", "recto", "verso", "widows",
    "orphans", "short", "uneven", "off grid", "stubs",
)  # fmt: skip
"""Columns of the table; docs/typography.md says what they count."""


def figures(found: Typography) -> dict[str, Any]:
    """The columns as JSON data: numbers alone; None where no lines are justified."""
    spacing = found.spacing
    return {
        "pages": found.pages,
        "body_lines": found.body_lines,
        "full_lines": spacing.lines if spacing else 0,
        "word_space_em": round(spacing.median_space, 3) if spacing else None,
        "mean_word_space_em": round(spacing.mean_space, 3) if spacing else None,
        "spread": round(spacing.spread, 3) if spacing else None,
        "loose_percent": _share(spacing, len(spacing.loose)) if spacing else None,
        "tight_percent": _share(spacing, len(spacing.tight)) if spacing else None,
        "hyphenated_percent": _share(spacing, spacing.hyphenated) if spacing else None,
        "ladders": len(found.ladders),
        "rectos_ending_in_hyphen": len(found.recto_hyphens),
        "versos_ending_in_hyphen": len(found.verso_hyphens),
        "widows": len(found.widows),
        "orphans": len(found.orphans),
        "short_last_pages": len(found.short_pages),
        "uneven_spreads": len(found.uneven),
        "lines_off_grid": len(found.off_grid),
        "short_last_lines": len(found.short_endings),
    }


def _share(spacing: Spacing, count: int) -> float:
    return round(spacing.share(count), 2)


def record(found: Typography, labels: Sequence[str] = ()) -> dict[str, Any]:
    """The figures, the block they were taken from, and every place, in the order of pages."""
    block = found.block
    return {
        **figures(found),
        "block": {
            "font": block.font,
            "size_pt": round(block.size, 2),
            "leading_pt": round(block.leading, 3),
            "measure_pt": [round(right - left, 2) for left, right in block.edges],
            "indent_pt": round(block.indent, 2),
            "justified": block.justified,
        }
        if block
        else None,
        "places": {name: [_place(spot, labels) for spot in spots] for name, spots in _all(found)},
    }


def _all(found: Typography) -> Iterator[tuple[str, Sequence[Spot]]]:
    spacing = found.spacing
    yield "loose", spacing.loose if spacing else ()
    yield "tight", spacing.tight if spacing else ()
    yield "ladders", tuple(spot for run in found.ladders for spot in run)
    yield "rectos_ending_in_hyphen", found.recto_hyphens
    yield "versos_ending_in_hyphen", found.verso_hyphens
    yield "widows", found.widows
    yield "orphans", found.orphans
    yield "short_last_pages", found.short_pages
    yield "uneven_spreads", found.uneven
    yield "lines_off_grid", found.off_grid
    yield "short_last_lines", found.short_endings


def _place(spot: Spot, labels: Sequence[str]) -> dict[str, Any]:
    return {
        "page": _page(spot, labels),
        "line": spot.line,
        "text": spot.text,
        "value": None if spot.value is None else round(spot.value, 3),
    }


def _page(spot: Spot, labels: Sequence[str]) -> str:
    return labels[spot.page] if spot.page < len(labels) else str(spot.page + 1)


def row(found: Typography) -> tuple[str, ...]:
    """The figures as the table shows them, one for each of `HEADS`."""
    spacing = found.spacing
    even = ("–",) * 5
    if spacing:
        even = (
            f"{spacing.median_space:.3f}",
            f"{spacing.spread:.3f}",
            f"{spacing.share(len(spacing.loose)):.2f} %",
            f"{spacing.share(len(spacing.tight)):.2f} %",
            f"{spacing.share(spacing.hyphenated):.1f} %",
        )
    counts = (
        found.ladders, found.recto_hyphens, found.verso_hyphens, found.widows, found.orphans,
        found.short_pages, found.uneven, found.off_grid, found.short_endings,
    )  # fmt: skip
    return (*even, *(str(len(spots)) for spots in counts))


def table(answers: Sequence[tuple[str, Typography]]) -> Iterator[str]:
    """A head, a row for each file, and under it each file's worst lines."""
    if not answers:
        return
    widths = [max(len(head), 7) for head in HEADS]
    cells = zip(HEADS, widths, strict=True)
    yield "".join(f"{head:>{width}}  " for head, width in cells) + "file"
    for file, found in answers:
        cells = zip(row(found), widths, strict=True)
        yield "".join(f"{cell:>{width}}  " for cell, width in cells) + file
    for file, found in answers:
        yield from _worst(file, found)


def _worst(file: str, found: Typography) -> Iterator[str]:
    if found.spacing is None:
        yield f"{file}: no justified lines"
        return
    for kind, spots in (("loose", found.spacing.loose), ("tight", found.spacing.tight)):
        for spot in spots[:WORST]:
            place = f"page {_page(spot, ())}, line {spot.line}"
            yield f"{file}: {kind}, {place}: {spot.value:.3f} em: {spot.text}"
