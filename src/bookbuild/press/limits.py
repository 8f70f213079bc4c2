"""What a page can't hold, found before any page is set: long notes, wide tables, long heads.

In: the document and the type area. Out: findings with the place in the manuscript.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from bookbuild import xhtml
from bookbuild.book.document import Section
from bookbuild.book.manuscript import Manuscript, Source
from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.fonts import upright
from bookbuild.press.geometry import type_area
from bookbuild.press.heads import head_width
from bookbuild.press.prose import SMALLEST_TABLE, TABLE_SIZE, table_width
from bookbuild.press.shaping import text_width
from bookbuild.press.sheets import Ingredients
from bookbuild.units import Length, pt

NOTE_SIZE, NOTE_LEADING = pt(9.2), pt(11.5)
"""Sizes of notes in page.css."""
LONG_NOTE, TOO_LONG_NOTE = 0.4, 0.8
"""Of the height of the type area: a note that will leave its call, and one that no page holds."""


def check_limits(made_from: Ingredients, manuscript: Manuscript) -> tuple[Diagnostic, ...]:
    """Every note, table and running head that will not fit."""
    page, trim = made_from.layout.settings.page, made_from.spec.trim
    measure = trim.width - page.inside - page.outside
    height = type_area(trim.height, page).height
    sources = {source.file: source for source in manuscript.sources}
    findings: list[Diagnostic] = []
    for section in made_from.document.sections:
        findings.extend(_heads(section, made_from, measure))
        if (source := sources.get(section.file)) is not None:
            findings.extend(_notes(section, source, made_from, measure, height))
            findings.extend(_tables(section, source, made_from, measure))
    running = made_from.spec.short_title or made_from.spec.title
    if head_width(running, upright(made_from.faces)) > measure:
        place = Place("manuscript/book.toml")
        findings.append(_head_finding(running, place))
    return tuple(findings)


def _heads(section: Section, made_from: Ingredients, measure: Length) -> Iterator[Diagnostic]:
    if head_width(section.short_title, upright(made_from.faces)) > measure:
        yield _head_finding(section.short_title, Place(section.file, 1))


def _head_finding(text: str, place: Place) -> Diagnostic:
    message = f"“{text[:60]}…” is too long for a running head"
    return warning("head-long", f"{message}: it is cut", place, "give a short_title")


def _notes(
    section: Section, source: Source, made_from: Ingredients, measure: Length, height: Length
) -> Iterator[Diagnostic]:
    face = upright(made_from.faces)
    for note in section.notes:
        lines = 0
        root = xhtml.parse(note.body)
        for block in xhtml.elements(root, "p", "li") or [root]:
            width = text_width(xhtml.text_of(block), face, NOTE_SIZE)
            lines += max(1, math.ceil(width.pt / measure.pt))
        share = (NOTE_LEADING * lines).pt / height.pt
        place = source.place_of(f"[^{note.key}]:")
        if share > TOO_LONG_NOTE:
            message = f"the note “{note.key}” has about {lines} lines: no page holds it"
            yield error("note-long", message, place, "shorten it, or move it into the text")
        elif share > LONG_NOTE:
            message = f"the note “{note.key}” has about {lines} lines and may leave its page"
            yield warning("note-long", message, place, "shorten it")


def _tables(
    section: Section, source: Source, made_from: Ingredients, measure: Length
) -> Iterator[Diagnostic]:
    for table in xhtml.elements(xhtml.parse(section.body), "table"):
        needed = table_width(table, upright(made_from.faces))
        if needed * (SMALLEST_TABLE.pt / TABLE_SIZE.pt) > measure:
            first = next((xhtml.text_of(cell) for cell in xhtml.elements(table, "th", "td")), "")
            message = (
                f"the table that begins with “{first[:30]}” needs {needed.mm:.0f} mm, "
                f"the page has {measure.mm:.0f} mm"
            )
            yield error("table-wide", message, source.place_of(first), "divide it, or turn it")
