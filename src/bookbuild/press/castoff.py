"""Casting off: about where things will fall, before a line is set.

In: the document and the page. Out: `Known` folios, each about right, and how long lists of page
numbers are. Only how many figures a folio has is made use of (`folios.stand_in`): a guess that
is right spares setting what depends on it a second time, and one that is wrong costs just that.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from bookbuild.book.document import Section
from bookbuild.fonts import upright
from bookbuild.press.geometry import type_area
from bookbuild.press.prose import Known
from bookbuild.press.shaping import text_width
from bookbuild.press.sheets import Ingredients, Part

_TAG = re.compile(r"<[^>]*>")
_ID_OR_CALL = re.compile(r'\bid="([^"]+)"|data-note="(\d+)"')
_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_NOTE = 0.75
"""Height of a note's line in that of the text, and the rule above notes."""
_BLOCK = re.compile(r"<(p|li|h\d|tr|figure|pre|dd|dt)\b")
_LINES = {"h2": 3.0, "h3": 2.5, "figure": 18.0, "tr": 0.6, "pre": 1.5}
"""Lines that a block takes beside its text; any other ends with half a line of white."""
_FILLED = 0.95
"""Share of a page's lines that is filled: pages end early for widows, headings and figures."""
_OPENING = 8.0
"""Lines that a title with the white above it takes."""
_ROW = re.compile(r'<(?:li|p) class="(part|chapter|section|entry|initial)\b')
_ROW_LINES = {"part": 3.0, "chapter": 1.6, "section": 1.0, "entry": 0.55, "initial": 0.55}
"""Lines that a row of a list takes, with its white; an index has two columns."""
_SAMPLE = 4000
"""Letters that tell the width of the mean one."""


def cast_off(made_from: Ingredients) -> Known:
    """About which page each id of the arabic pages will fall on."""
    page, trim = made_from.layout.settings.page, made_from.spec.trim
    lines = type_area(trim.height, page).height.pt / page.leading.pt * _FILLED
    across = (trim.width - page.inside - page.outside).pt / _mean_letter(made_from)
    folios: dict[str, str] = {}
    at = 0.0
    for section in made_from.document.sections:
        if section.matter == "front":
            continue
        start = math.ceil(at)
        if made_from.layout.placement(section.role).side == "recto":
            start += start % 2
        at = start + _lines_before(section) / lines
        folios[section.id] = str(start + 1)
        above = 0.0
        for name, above in _heights(section, across):
            if name:
                folios[name] = str(int(at + above / lines) + 1)
        at += above / lines
    return Known(folios, {})


def cast_off_list(part: Part, made_from: Ingredients) -> int:
    """About how many pages a list of page numbers, or the imprint, takes, by its rows."""
    page, trim = made_from.layout.settings.page, made_from.spec.trim
    rows = Counter(_ROW.findall(part.sheet.html))
    lines = _OPENING + sum(_ROW_LINES[kind] * count for kind, count in rows.items())
    return math.ceil(lines * page.leading.pt / type_area(trim.height, page).height.pt)


def _mean_letter(made_from: Ingredients) -> float:
    """Width of the mean letter in points, in the book's own text."""
    longest = max(made_from.document.sections, key=lambda section: len(section.body))
    sample = " ".join(_TAG.sub("", longest.body).split())[:_SAMPLE] or "n"
    size = made_from.layout.settings.page.size
    return text_width(sample, upright(made_from.faces), size).pt / len(sample)


def _lines_before(section: Section) -> float:
    """What a section's opening takes above its text."""
    return _OPENING + (5.0 if section.epigraph else 0.0)


def _heights(section: Section, across: float) -> Iterator[tuple[str, float]]:
    """Every id of a section's text, and about how many lines are above it; "" for its end."""
    notes = {str(note.number): _height(note.body, across) * _NOTE for note in section.notes}
    above, end = 0.0, 0
    for match in _ID_OR_CALL.finditer(section.body):
        above += _height(section.body[end : match.start()], across)
        end = match.start()
        if match[1]:
            yield match[1], above
        else:
            above += notes.get(match[2], 0.0)
    yield "", above + _height(section.body[end:], across)


def _height(markup: str, across: float) -> float:
    """About how many lines a stretch of a section's text takes."""
    code: int = sum(block.count("\n") + 2 for block in _CODE.findall(markup))
    prose = _CODE.sub("", markup)
    blocks: float = sum(_LINES.get(tag, 0.5) for tag in _BLOCK.findall(prose))
    letters = len(_TAG.sub("", prose))
    return letters / across + blocks + code
