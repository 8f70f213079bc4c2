"""A section's hyphens, kept within their share of its lines before any line is laid out.

Owner of WeasyPrint, with `engine`, `inlines`, `breaker`, `level` and `typeset`: as soon as the
width of the first page is known, it walks the boxes below, plans each paragraph in the measure that
it will have, and where too many lines would end in a hyphen, makes hyphens dearer. What can't be
told before layout (cells of tables, columns, lines with pictures) isn't counted, but follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bookbuild.press.breaker import composer_of
from bookbuild.press.composer import Composer, justified
from bookbuild.press.planner import Plan

_FACTORS = (1.15, 1.3, 1.5, 1.8, 2.15)
"""What the cost of a hyphen is multiplied by where too many lines end in one."""


def spare_hyphens() -> None:
    """Have a document's paragraphs planned when its first page is begun."""
    from weasyprint.layout import page as engine_page

    remake, reckon = engine_page.remake_page, engine_page.page_height

    def remake_spared(index: int, context: Any, root: Any, html: Any) -> Any:
        composer = composer_of(context)
        if composer is not None and not index and not composer.known:
            composer.ahead = root
        return remake(index, context, root, html)

    def reckon_spared(page: Any, context: Any, height: Any) -> None:
        reckon(page, context, height)
        composer = composer_of(context)
        if composer is not None and composer.ahead is not None:
            root, composer.ahead = composer.ahead, None
            _spare(composer, context, root, page)

    engine_page.remake_page, engine_page.page_height = remake_spared, reckon_spared


def _spare(composer: Composer, context: Any, root: Any, page: Any) -> None:
    """Plan what stands in a document whose pages are as wide as `page`."""
    context.create_block_formatting_context()
    for linebox, container in (*_paragraphs(root, page), *_notes(context, page)):
        composer.plan(context, linebox, container)
    context.finish_block_formatting_context()
    usual = list(composer.plans())
    composer.composed = len(usual)  # two that read alike, too
    factor, plans = 1.0, usual
    for dearer in _FACTORS:
        if _few_enough(plans, composer.composition.most_hyphens / 100):
            break
        factor, plans = dearer, [plan.dearer(dearer) for plan in usual]
    if factor != 1:
        composer.cost_hyphens(factor, dict(zip(map(id, usual), plans, strict=True)))


def _few_enough(plans: list[Plan], most: float) -> bool:
    ended = [marks for plan in plans for marks in plan.marks()]
    return sum(ended) <= most * len(ended) + 1  # a short section may have one


def _paragraphs(box: Any, container: Any) -> Iterator[tuple[Any, Any]]:
    """The justified paragraphs in the flow of a block in its `container`: line box and block."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.block import block_level_width
    from weasyprint.layout.percent import resolve_one_percentage, resolve_percentages

    if not isinstance(box, boxes.BlockBox) or not box.is_in_normal_flow() or _parted(box):
        return
    resolve_percentages(box, container)
    block_level_width(box, container)
    for child in box.children:
        if not isinstance(child, boxes.LineBox):
            yield from _paragraphs(child, box)
        elif justified(child) and _only_text(child):
            resolve_percentages(child, box)
            resolve_one_percentage(child, "text_indent", box.width)
            yield child, box


def _parted(box: Any) -> bool:
    """Columns are as wide as the engine makes them, and tables."""
    style = box.style
    return box.is_table_wrapper or (style["column_width"], style["column_count"]) != (
        "auto",
        "auto",
    )


def _only_text(box: Any) -> bool:
    """False where something in the line has to be laid out before it can be measured."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return all(_only_text(child) for child in box.children)
    return isinstance(box, boxes.TextBox) or not (box.is_in_normal_flow() or box.is_floated())


def _notes(context: Any, page: Any) -> Iterator[tuple[Any, Any]]:
    """The paragraphs of the notes at the feet of pages as wide as `page`."""
    from weasyprint.formatting_structure import boxes, build
    from weasyprint.layout.percent import resolve_percentages

    style = context.style_for(page.page_type, "@footnote") or page.style.anonymous_style
    area = boxes.FootnoteAreaBox(page, style)
    area.children = list(context.footnotes)
    area = build.create_anonymous_boxes(area.deepcopy())
    resolve_percentages(area, page)
    yield from _paragraphs(area, page)
