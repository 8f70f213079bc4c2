"""WeasyPrint itself: loaded once, cut off from the machine, and where it fails us, mended.

Owner of WeasyPrint, with `typeset`, and with `inlines` and `breaker` for its lines. All else that
touches its private parts, but for the walk over laid-out boxes, stands here, each with its reason;
that is why pyproject.toml pins weasyprint.
"""

from __future__ import annotations

import io
import os
import re
import warnings
from contextlib import redirect_stdout
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bookbuild.book import division
from bookbuild.errors import MissingLibrary
from bookbuild.fonts import postscript_name
from bookbuild.press import tagging
from bookbuild.press.breaker import compose_lines
from bookbuild.press.lastpage import fill_last_pages
from bookbuild.press.level import level_pages
from bookbuild.press.midway import make_midway
from bookbuild.press.sparing import spare_hyphens
from bookbuild.press.standin import STAND_IN_FOR, mark

_PANGO_HINT = "Debian, Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0"
"""What the library is called; WeasyPrint looks for the same names."""
_FEATURES = (
    "kerning", "variant_ligatures", "variant_position", "variant_caps", "variant_numeric",
    "variant_alternates", "variant_east_asian", "feature_settings",
)  # fmt: skip
"""Properties that switch OpenType features, in the order that the engine takes them."""
_COLLAPSING = ("normal", "nowrap", "pre-line")
"""Values of `white-space` that drop a space at the end of a line."""
_BETWEEN_GLYPHS = re.compile(r"(?:(?<=>)|^)[^<>]+(?=<|$)")
"""The numbers between strings of glyphs, as the engine writes them."""
_SHORTEST_LETTER = 4
"""Letters in the width of the size, more than any face has: longer text fills the line."""


@cache
def engine() -> Any:
    """WeasyPrint, imported on first use, cut off from the machine's fonts."""
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fontconfig.xml"))
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")  # it warns that there are no system fonts: as meant
            import weasyprint
    except OSError as fault:
        said = str(fault).split("Additionally", 1)[0].strip().rstrip(".")
        raise MissingLibrary(f"WeasyPrint can't load Pango ({said}). {_PANGO_HINT}") from None
    _divide_words()
    _keep_notes_at_their_calls()
    _leave_fonts_to_binder()
    _keep_words_before_marks()
    _mark_folios()
    _write_whole_numbers()
    compose_lines()
    spare_hyphens()
    level_pages()
    fill_last_pages()
    make_midway()
    weasyprint.pdf.add_tags = tagging.take_over
    return weasyprint


def srgb_profile() -> bytes:
    """The ICC's sRGB2014 profile, which WeasyPrint brings along."""
    profile = distribution("weasyprint").locate_file("weasyprint/pdf/sRGB2014.icc")
    return Path(str(profile)).read_bytes()  # to import the engine for it takes half a second


def _divide_words() -> None:
    """Have the engine ask our rules, not pyphen's, where a word may be divided."""
    from weasyprint.text import line_break

    line_break.pyphen = SimpleNamespace(
        language_fallback=division.supports, Pyphen=division.Divider
    )


def _keep_notes_at_their_calls() -> None:
    """Have the engine end a page earlier rather than take notes off it that stand there already.

    Where a line has no room and a page can't end before it (orphans), WeasyPrint 70.0 sends notes
    of the page on, the last one first, until the line fits. That puts notes behind later ones, and
    those that the line itself calls, nowhere. In columns it doesn't, so that is what it is told.
    """
    from weasyprint.layout import block

    lay_out = block._linebox_layout

    def lay_out_as_in_columns(context: Any, *given: Any) -> Any:
        in_column, reckon = context.in_column, context._update_footnote_area

        def reckon_as_before() -> Any:
            context.in_column = in_column
            try:
                return reckon()
            finally:
                context.in_column = True

        context.in_column, context._update_footnote_area = True, reckon_as_before
        try:
            return lay_out(context, *given)
        finally:
            context.in_column, context._update_footnote_area = in_column, reckon

    block._linebox_layout = lay_out_as_in_columns


def _leave_fonts_to_binder() -> None:
    """Have the engine write a font's name where the font program would stand.

    Sections are never read alone: binding gives the whole book one subset of each face
    (`finish`), so a subset for every section would be work thrown away. It also spares the
    machine HarfBuzz's subsetting library.
    """
    from weasyprint.pdf import fonts as engine_fonts

    def name_only(font: Any, to_unicode: object, hinting: object) -> None:
        font.file_content = (postscript_name(font.file_content) or "").encode()

    engine_fonts.Font.clean = name_only


def _keep_words_before_marks() -> None:
    """Have the engine fill a line whose text would fit but for the space at its end.

    Where a run of text ends with a space before an inline element (`orang yang *sabar*`), and fits
    the line without that space only, WeasyPrint 70.0 takes the whole run for one word too wide and
    breaks after its first word.
    """
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    split = line_break.split_first_line

    def split_without_last_space(
        text: str, style: Any, context: Any, max_width: Any, *given: Any, **named: Any
    ) -> Any:
        found = split(text, style, context, max_width, *given, **named)
        shorter = text.rstrip(" ")
        if found[2] is None or shorter in ("", text) or not style["font_size"]:
            return found
        most = max_width / style["font_size"] * _SHORTEST_LETTER
        if style["white_space"] not in _COLLAPSING or len(text) > most:
            return found
        fitting = split(shorter, style, context, max_width, *given, **named)
        if fitting[2] is not None:
            return found
        return (*fitting[:2], len(shorter.encode()), *fitting[3:])

    line_break.split_first_line = inline.split_first_line = split_without_last_space


def _write_whole_numbers() -> None:
    """Have the engine place glyphs in whole thousandths of an em, in one number from each to each.

    WeasyPrint 70.0 writes 15 digits beside every word space, an eighth of an interior's text; half
    a thousandth of 11 pt is a fifth of a platesetter's dot (2400 dpi).
    """
    from weasyprint.pdf.stream import Stream

    show = Stream.show_text

    def whole(found: re.Match[str]) -> str:
        return str(round(sum(map(float, found[0].split()))))

    def show_whole(stream: Any, text: str) -> None:
        show(stream, _BETWEEN_GLYPHS.sub(whole, text.replace("<>", " ")))

    Stream.show_text = show_whole


def _mark_folios() -> None:
    """Have the engine mark where it draws the stand-in of a page number (see `folios`)."""
    from weasyprint import draw
    from weasyprint.text.fonts import font_features

    draw_text = draw.draw_text

    def draw_marked(stream: Any, box: Any, *given: Any) -> None:
        target = box.element.get(STAND_IN_FOR) if box.element is not None else None
        if target is None:
            draw_text(stream, box, *given)
            return
        properties = [f"font_{name}" for name in _FEATURES]
        features = font_features(*(box.style[name] for name in properties))
        stream.begin_marked_content(mark(target, features))
        draw_text(stream, box, *given)
        stream.end_marked_content()

    draw.draw_text = draw_marked
