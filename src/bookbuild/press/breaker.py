"""Where the engine's lines end and how they are filled: as `compose` says.

Owner of WeasyPrint, with `engine`, `inlines` and `typeset`. WeasyPrint 70.0 fills line after line
and divides whatever doesn't fit. Here, before the first line of a justified paragraph is laid out,
all of it is planned; the engine's own line loop then takes the planned breaks: notes, pages,
columns and tags are none the wiser. What can't be planned is broken as before, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, inf
from typing import Any

from bookbuild.book import division
from bookbuild.layout import Composition
from bookbuild.press.compose.breaking import line_ends
from bookbuild.press.compose.paragraph import Limits
from bookbuild.press.inlines import NotUnderstood, beginning_float, float_size
from bookbuild.press.lineends import Cut, Rules, measure

_GLYPHS, _LETTER_SPACE = "bookbuild_glyphs", "bookbuild_letter_space"
"""Left on the engine's boxes: how many glyphs a text has, and what stands between them."""
_EMERGENCY = 3
"""Stretch given to each line, in em, where no breaks are good enough (TeX: \\emergencystretch)."""
_SHORT_LAST = 5_000
"""Demerits of a last line that is too short: as bad as a hyphen before it."""
_ROUNDING = 1e-3
"""A float that is taller than so many lines by less than this is as tall as they."""
_AT_START = ("auto", "start", "left")


@dataclass(frozen=True, slots=True)
class _Line:
    """A planned line."""

    measure: float
    """Width that it fills."""
    cut: Cut | None
    """None where the engine finds its end itself: at a forced break, or at the text's end."""
    wider: float
    """What its word spaces have more than the font's, if nothing has to be filled."""
    limits: Limits


@dataclass(frozen=True, slots=True)
class _Plan:
    """The lines of a paragraph by the flat “skip stack” that they begin at."""

    width: float
    indent: float
    cap: Any
    """The float that its first lines stand beside, if it begins with one."""
    lines: dict[tuple[int, ...], _Line]


@dataclass(slots=True)
class Composer:
    """Composes the paragraphs of one document, and counts them."""

    composition: Composition
    rules: Rules
    composed: int = 0
    left: int = 0
    """Paragraphs that the engine broke itself."""
    line: _Line | None = None
    """The line that is laid out now, if it was planned."""
    known: dict[int, tuple[Any, _Plan | None]] = field(default_factory=dict)
    """Plans by the identity of their line box, which stands beside so that it stays."""
    glyphs: dict[int, Sequence[int]] = field(default_factory=dict)
    """Of each planned run of text: how many glyphs come before each of its bytes."""

    def planned(
        self, context: Any, linebox: Any, position_y: float, skip_stack: Any, container: Any
    ) -> _Line | None:
        """The plan of the line at `position_y` that begins at `skip_stack`."""
        style = linebox.style
        if style["text_align_all"] != "justify" or style["white_space"] != "normal":
            return None  # nothing of it is justified: a list's marker, say
        known = self.known.get(id(linebox))
        plan = known[1] if known else None
        if skip_stack is None and (
            known is None
            or (plan and (plan.width, plan.indent) != (container.width, linebox.text_indent))
        ):
            plan = self._plan(context, linebox, container)
            if known is None:
                self.composed += plan is not None
                self.left += plan is None
            self.known[id(linebox)] = linebox, plan
        if plan is None or plan.width != container.width:
            return None
        if _beside_floats(context, position_y, plan.cap):
            return None
        return plan.lines.get(_flat(skip_stack))

    def _plan(self, context: Any, linebox: Any, container: Any) -> _Plan | None:
        if linebox.style["direction"] == "rtl" or linebox.style["text_align_last"] not in _AT_START:
            return None
        width, indent = container.width, linebox.text_indent
        cap = beginning_float(linebox)
        try:
            stretches = measure(context, linebox, container, self.rules, self.glyphs)
        except NotUnderstood:
            return None
        lines: dict[tuple[int, ...], _Line] = {}
        begin: tuple[int, ...] = ()
        measures = _measures(context, linebox, container, cap)
        for stretch in stretches:
            limits = _limits(self.composition, linebox.style["font_size"], stretch.space)
            ends = line_ends(stretch.paragraph, measures, limits)
            if ends is None:
                return None
            for number, end in enumerate(ends):
                cut = stretch.cut(end) if end != ends[-1] else None
                length = measures[min(number, len(measures) - 1)]
                lines[begin] = _Line(length, cut, stretch.wider, limits)
                begin = cut.resume_at if cut else stretch.forced or ()
            measures = measures[min(len(ends), len(measures) - 1) :]
        return _Plan(width, indent, cap, lines)


def composer_for(composition: Composition | None) -> Composer | None:
    """What sets the paragraphs of one document so; None leaves them to the engine."""
    if composition is None or not composition.optimal:
        return None
    divide = lru_cache(maxsize=None)(_divisions)  # a book has few words, each many times
    penalties = composition.hyphen_penalty, composition.mark_penalty
    return Composer(composition, Rules(*penalties, composition.space, divide))


def _divisions(word: str, language: str, left: int, right: int) -> tuple[int, ...]:
    if division.supports(language) is None:
        return ()
    return division.positions(word, language, left, right)


def _limits(composition: Composition, size: float, space: float) -> Limits:
    """The limits for type of a size (of its em) whose font has a word space of that width."""
    return Limits(
        tolerance=composition.tolerance,
        space_stretch=composition.space_stretch * space,
        space_shrink=composition.space_shrink * space,
        letter_stretch=composition.letter_space * size,
        emergency=_EMERGENCY * size,
        hyphens_in_a_row=composition.hyphens_in_a_row,
        hyphen_pair=composition.hyphen_pair_demerits,
        last_hyphen=composition.last_hyphen_demerits,
        contrast=composition.contrast_demerits,
        shortest_last=composition.shortest_last_line * size,
        short_last=_SHORT_LAST,
    )


def _measures(context: Any, linebox: Any, container: Any, cap: Any) -> tuple[float, ...]:
    """The lengths of a paragraph's lines, the last for all that follow; `cap` is a float before."""
    from weasyprint.text.line_break import strut

    width, height, lines = 0.0, strut(linebox.style)[0], 0
    if cap is not None:
        width, tall = float_size(context, cap, container)
        lines = ceil(tall / height - _ROUNDING) if width and height else 0
    first = container.width - linebox.text_indent - width
    return (first, *[container.width - width] * (lines - 1), container.width)


def _beside_floats(context: Any, position_y: float, cap: Any) -> bool:
    """True beside a float that the plan doesn't know of."""
    return any(
        shape.position_y + shape.margin_height() > position_y
        and (cap is None or shape.element is not cap.element)
        for shape in context.excluded_shapes
    )


def _flat(skip_stack: Any) -> tuple[int, ...]:
    """`{0: {3: {17: None}}}` as `(0, 3, 17)`."""
    found: tuple[int, ...] = ()
    while skip_stack is not None:
        number, skip_stack = next(iter(skip_stack.items()))
        found += (number,)
    return found


def compose_lines() -> None:
    """Have the engine end lines where they are planned, for documents with a composer."""
    _take_planned_lines()
    _cut_planned_text()
    _fill_planned_lines()
    _space_letters()


def _composer(context: Any) -> Composer | None:
    return getattr(context.font_config, "bookbuild_composer", None)


def _take_planned_lines() -> None:
    from weasyprint.layout import inline

    next_line, split_box = inline.get_next_linebox, inline.split_inline_box

    def next_planned_line(
        context: Any, linebox: Any, position_y: float, bottom_space: float, skip_stack: Any,
        container: Any, absolute: Any, fixed: Any, first_letter: Any, first_line: Any,
    ) -> Any:  # fmt: skip
        composer = _composer(context)
        given = (position_y, bottom_space, skip_stack, container, absolute, fixed)
        if composer is None:
            return next_line(context, linebox, *given, first_letter, first_line)
        outer = composer.line
        composer.line = None
        if not first_letter and not first_line:
            composer.line = composer.planned(context, linebox, position_y, skip_stack, container)
        try:
            return next_line(context, linebox, *given, first_letter, first_line)
        finally:
            composer.line = outer

    def split_planned_box(
        context: Any, box: Any, position_x: float, max_x: float, *given: Any
    ) -> Any:
        composer = _composer(context)
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
        composer = _composer(context)
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
        composer = _composer(context)
        planned = composer.line if composer else None
        if planned is None:
            return align(context, line, available_width, last)
        _fill(line, planned)
        return 0

    inline.text_align = fill_planned


def _fill(line: Any, planned: _Line) -> None:
    """Widen or narrow the spaces of a line, and its letters as far as they may."""
    inside = [child for child in line.children if child.is_in_normal_flow()]
    if not inside:
        return
    width = inside[-1].position_x + inside[-1].margin_width() - inside[0].position_x
    spaces, letters = _count(line)
    gap = planned.measure - width - planned.wider * spaces
    if planned.cut is None and gap >= 0:
        _spread(line, planned.wider, 0.0, 0.0)
        return
    letter = 0.0
    if letters > 1:
        most = planned.limits.letter_stretch
        letter = max(-most, min(most, gap / (letters - 1)))
        gap -= letter * (letters - 1)
    _spread(line, planned.wider + (gap / spaces if spaces else 0.0), letter, 0.0)


def _count(box: Any) -> tuple[int, int]:
    """Spaces and glyphs of the text below a box."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        return box.text.count(" ") + box.text.count("\u00a0"), getattr(box, _GLYPHS, 0)
    spaces = letters = 0
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            if child.is_in_normal_flow():
                more_spaces, more_letters = _count(child)
                spaces, letters = spaces + more_spaces, letters + more_letters
    return spaces, letters


def _spread(box: Any, word: float, letter: float, shift: float) -> float:
    """Widen the spaces and the letters below a box, moved by `shift`; how far its end moves."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        spaces, letters = _count(box)
        box.justification_spacing = box.pango_layout.justification_spacing = word
        setattr(box.pango_layout, _LETTER_SPACE, letter)
        box.position_x += shift
        wider = spaces * word + letters * letter
        box.width += wider
        return shift + wider
    if not isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.translate(shift, 0)
        return shift
    box.position_x += shift
    end = shift
    for child in box.children:
        if child.is_in_normal_flow():
            end = _spread(child, word, letter, end)
    box.width += end - shift
    return end


def _space_letters() -> None:
    """Draw letters further apart by PDF's own character spacing.

    Pango, asked for letter spacing, would take the ligatures apart.
    """
    from weasyprint.draw import text as engine_text

    draw = engine_text.draw_first_line

    def draw_spaced(stream: Any, box: Any, *given: Any) -> Any:
        letter = getattr(box.pango_layout, _LETTER_SPACE, 0.0)
        if not letter:
            return draw(stream, box, *given)
        stream.stream.append(f"{letter:.4f} Tc")
        try:
            return draw(stream, box, *given)
        finally:
            stream.stream.append(b"0 Tc")

    engine_text.draw_first_line = draw_spaced
