"""What is checked on the finished interior: text inside its area, and the extent.

In: the bound pages and their text. Out: findings with page labels.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.language import roman
from bookbuild.press.interior import Interior
from bookbuild.press.pagination import Extent
from bookbuild.press.raster import text_boxes
from bookbuild.press.sheets import Ingredients
from bookbuild.press.typography.glyphs import Box
from bookbuild.units import pt

OVERHANG = pt(6)
"""Italics, swashes and quotation marks may reach this far over the edge of the type area."""


def check_overflow(
    made_from: Ingredients, inside: Interior, boxes: Sequence[Sequence[Box]]
) -> tuple[Diagnostic, ...]:
    """An error for each page on which text runs out of the type area's width, or off the page.

    `boxes` are of each page's runs of text.
    """
    page, trim = made_from.layout.settings.page, made_from.spec.trim
    findings = []
    for number, runs in enumerate(boxes):
        file = inside.page_map.files[number]
        alone = number in inside.page_map.singles
        top = trim.height.pt - (page.top.pt - OVERHANG.pt if alone else 0)
        recto = number % 2 == 0
        left = (page.inside if recto else page.outside).pt - OVERHANG.pt
        right = trim.width.pt - (page.outside if recto else page.inside).pt + OVERHANG.pt
        out = [
            index
            for index, box in enumerate(runs)
            if box[0] < left or box[2] > right or box[1] < 0 or box[3] > top
        ]
        if out:
            words = text_boxes(inside.readable)[number][out[0]].text
            findings.append(
                error(
                    "interior-overflow",
                    f"page {inside.page_map.labels[number]}: “{words.strip()[:60]}” runs out of "
                    "the type area",
                    Place(file) if file else None,
                    "shorten it, or allow it to break",
                )
            )
    return tuple(findings)


def check_extent(made_from: Ingredients, measured: Extent) -> tuple[Diagnostic, ...]:
    """Compare the measured extent with the declared one."""
    declared = made_from.spec.extent
    if declared is None or (declared.roman, declared.arabic) == (measured.roman, measured.arabic):
        return ()
    promised = f"{roman(declared.roman)} + {declared.arabic}" if declared.roman else declared.arabic
    return (
        warning(
            "extent-differs",
            f"the book has {measured} pages; the specification declares {promised}",
            Place("manuscript/book.toml"),
            "correct [extent] once the text is complete",
        ),
    )
