"""Where the engine's lines end and how they are filled: as they are planned.

Owner of WeasyPrint, with `engine`, `inlines`, `level` and `typeset`. WeasyPrint 70.0 fills line
after line and divides whatever doesn't fit. Here, before the first line of a justified paragraph is
laid out, all of it is planned (`planner`); the engine's own line loop then takes the planned
breaks: notes, pages, columns and tags are none the wiser. What can't be planned is left to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, inf
from typing import Any

from bookbuild.press.compose.paragraph import Limits
from bookbuild.press.composer import Composer
from bookbuild.press.planner import Line

_GLYPHS, _LETTERS = "bookbuild_glyphs", "bookbuild_letters"
"""Left on the engine's boxes: how many glyphs a text has, and how they are set."""
PLANNED = "bookbuild_planned"
"""Left on the engine's lines: how they were planned."""


def compose_lines() -> None:
    """Have the engine end lines where they are planned, for documents with a composer."""
    _take_planned_lines()
    _cut_planned_text()
    _fill_planned_lines()
    _draw_letters()


@dataclass(frozen=True, slots=True)
class _Letters:
    """How the letters of a line are set, and its spaces."""

    word: float
    """What a word space has more than the font's, and what comes between two letters: both in
    text that is then drawn `times` as wide."""
    between: float = 0.0
    times: float = 1.0


_WIDEST_AT = 1 / 3
"""Letters are as wide as they may be in a line that uses this share of all that it may give."""
_APART_FROM, _APART_AT = 0.23, 0.9
"""They begin to move apart at the first share, and are as far apart as they may be at the other."""


def composer_of(context: Any) -> Composer | None:
    """What sets the paragraphs of the document that a layout context belongs to."""
    return getattr(context.font_config, "bookbuild_composer", None)


def _take_planned_lines() -> None:
    from weasyprint.layout import inline

    next_line, split_box = inline.get_next_linebox, inline.split_inline_box

    def next_planned_line(
        context: Any, linebox: Any, position_y: float, bottom_space: float, skip_stack: Any,
        container: Any, absolute: Any, fixed: Any, first_letter: Any, first_line: Any,
    ) -> Any:  # fmt: skip
        composer = composer_of(context)
        given = (position_y, bottom_space, skip_stack, container, absolute, fixed)
        if composer is None:
            return next_line(context, linebox, *given, first_letter, first_line)
        outer = composer.line
        composer.line = None
        if not first_letter and not first_line:
            composer.line = composer.planned(context, linebox, position_y, skip_stack, container)
        try:
            line, resume_at = next_line(context, linebox, *given, first_letter, first_line)
            if line is not None:
                setattr(line, PLANNED, composer.line)
            return line, resume_at
        finally:
            composer.line = outer

    def split_planned_box(
        context: Any, box: Any, position_x: float, max_x: float, *given: Any
    ) -> Any:
        composer = composer_of(context)
        if composer and composer.line:
            max_x = inf  # its width is known to fit, once the spaces are set
        return split_box(context, box, position_x, max_x, *given)

    inline.get_next_linebox, inline.split_inline_box = next_planned_line, split_planned_box


def _cut_planned_text() -> None:
    from weasyprint.layout import inline

    split = inline.split_text_box

    def cut_text_box(
        context: Any, box: Any, available_width: Any, skip: Any, is_line_start: bool = True
    ) -> Any:
        composer = composer_of(context)
        if composer is None or composer.line is None:
            return split(context, box, available_width, skip, is_line_start)
        line = composer.line
        glyphs = composer.glyphs.get(id(box), ())
        if line.cut is None or box is not line.cut.leaf:
            found, resume, forced = split(context, box, None, skip, is_line_start)
            if found and glyphs:
                setattr(found, _GLYPHS, glyphs[-1] - glyphs[skip])
            return found, resume, forced
        text = box.text.encode()[skip : line.cut.end].decode()
        if not text:
            return None, line.cut.resume_at[-1], False
        if line.cut.divides:
            text += box.style["hyphenate_character"]
        found, _, _ = split(context, box.copy_with_text(text), None, 0, is_line_start)
        if glyphs:
            setattr(found, _GLYPHS, glyphs[line.cut.end] - glyphs[skip] + line.cut.divides)
        return found, line.cut.resume_at[-1], False

    inline.split_text_box = cut_text_box


def _fill_planned_lines() -> None:
    from weasyprint.layout import inline

    align = inline.text_align

    def fill_planned(context: Any, line: Any, available_width: float, last: bool) -> Any:
        composer = composer_of(context)
        planned = composer.line if composer else None
        if planned is None:
            return align(context, line, available_width, last)
        _fill(line, planned)
        return 0

    inline.text_align = fill_planned


def _fill(line: Any, planned: Line) -> None:
    """Widen or narrow the spaces of a line, and its letters as far as they may."""
    inside = [child for child in line.children if child.is_in_normal_flow()]
    if not inside:
        return
    width = inside[-1].position_x + inside[-1].margin_width() - inside[0].position_x
    spaces, letters = _count(line)
    gap = planned.measure - width - planned.wider * spaces
    if planned.cut is None and gap >= 0:
        _spread(line, _Letters(planned.wider), 0.0)
        return
    text = _text_width(line)
    # beside a space, too, letters move apart: what that adds to the white, the space gives back
    between, wider = _letters(gap, text, spaces, letters - 1 - 2 * spaces, planned.limits)
    times = 1 + wider
    gap = (planned.measure - width + text) / times - text - between * (letters - 1)
    _spread(line, _Letters(gap / spaces if spaces else planned.wider, between, times), 0.0)


def _letters(
    gap: float, width: float, spaces: int, letters: int, limits: Limits
) -> tuple[float, float]:
    """What comes between two letters, and the part by which text is wider, to fill `gap`."""
    space = limits.space_stretch if gap > 0 else limits.space_shrink
    all_letters = max(letters, 0) * limits.letter_stretch + width * limits.wider
    if not all_letters:
        return 0.0, 0.0
    used = abs(gap) / (all_letters + spaces * space)
    apart = (used - _APART_FROM) / (_APART_AT - _APART_FROM)
    between = min(max(apart, 0.0), 1.0) * limits.letter_stretch if letters > 0 else 0.0
    wider = min(used / _WIDEST_AT, 1.0) * limits.wider
    filled = wider * width + between * letters
    share = copysign(min(abs(gap) / filled, 1.0), gap) if filled else 0.0
    return share * between, share * wider


def _text_width(box: Any) -> float:
    """The width of the text below a box."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        return float(box.width)
    if not isinstance(box, boxes.LineBox | boxes.InlineBox):
        return 0.0
    return sum(_text_width(child) for child in box.children if child.is_in_normal_flow())


def _count(box: Any) -> tuple[int, int]:
    """Spaces and glyphs of the text below a box."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        dropped = len(box.pango_layout.text) - len(box.text)  # spaces at the line's end
        letters = getattr(box, _GLYPHS, 0) - max(dropped, 0)
        return box.text.count(" ") + box.text.count("\u00a0"), letters
    spaces = letters = 0
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            if child.is_in_normal_flow():
                more_spaces, more_letters = _count(child)
                spaces, letters = spaces + more_spaces, letters + more_letters
    return spaces, letters


def _spread(box: Any, letters: _Letters, shift: float) -> float:
    """Set the spaces and the letters below a box, moved by `shift`; how far its end moves."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        spaces, glyphs = _count(box)
        box.justification_spacing = box.pango_layout.justification_spacing = letters.word
        box.pango_layout.text = box.text
        setattr(box.pango_layout, _LETTERS, letters)
        box.position_x += shift
        before = box.width
        box.width += spaces * letters.word + glyphs * letters.between
        box.width *= letters.times
        return float(shift + box.width - before)
    if not isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.translate(shift, 0)
        return shift
    box.position_x += shift
    end = shift
    for child in box.children:
        if child.is_in_normal_flow():
            end = _spread(child, letters, end)
    box.width += end - shift
    return end


def _draw_letters() -> None:
    """Draw letters wider by the text's matrix, and further apart by PDF's character spacing.

    Pango, asked for letter spacing, would take the ligatures apart.
    """
    from weasyprint.draw import text as engine_text
    from weasyprint.matrix import Matrix

    draw = engine_text.draw_first_line

    def draw_spaced(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        letters = getattr(box.pango_layout, _LETTERS, None)
        if letters is None:
            return draw(stream, box, overflow, ellipsis, matrix)
        wide = Matrix(a=letters.times) @ matrix
        if not letters.between:
            return draw(stream, box, overflow, ellipsis, wide)
        stream.stream.append(f"{letters.between:.4f} Tc")
        try:
            return draw(stream, box, overflow, ellipsis, wide)
        finally:
            stream.stream.append(b"0 Tc")

    engine_text.draw_first_line = draw_spaced
