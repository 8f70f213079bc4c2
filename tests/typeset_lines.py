"""Pages whose typography is known by construction: every line is set on its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

import weasyprint
from fontTools.ttLib import TTFont

from tests.support import ROOT

MONO = ROOT / "layouts/default/fonts/JetBrainsMono-Regular.ttf"
SLANTED = MONO.with_name("JetBrainsMono-Italic.ttf")
SIZE, LEADING, MEASURE, INDENT = 10, 14, 30, 1.5
"""Points, points, em, em."""
ADVANCE = 0.6
"""In em: every glyph of the monospaced face has this width."""


@dataclass(frozen=True)
class Row:
    """A line to set: words of the letter n; full lines are stretched to the measure."""

    words: int = 9
    letters: int = 4
    full: bool = True
    indented: bool = False
    hyphen: bool = False
    shift: float = 0
    """In points, downwards."""
    heading: bool = False
    italic: bool = False
    leaders: bool = False

    @property
    def text(self) -> str:
        if self.leaders:
            return f"{'n' * self.letters} . . . nn"
        return " ".join(["n" * self.letters] * self.words) + "-" * self.hyphen

    def html(self) -> str:
        style = "text-align-last: justify; " if self.full else ""
        style += f"text-indent: {INDENT}em; " if self.indented else ""
        style += f"position: relative; top: {self.shift}pt; " if self.shift else ""
        style += "font-style: italic; " if self.italic else ""
        style += f"font-size: 20pt; line-height: {2 * LEADING}pt; " if self.heading else ""
        return f'<div style="{style}">{self.text}</div>'

    @property
    def space(self) -> float:
        """The white between the words of a full line, in em, from ink to ink."""
        glyphs = self.words * self.letters + self.hyphen
        return (MEASURE - glyphs * ADVANCE) / (self.words - 1) + bearings()


FULL, HYPHEN = Row(), Row(hyphen=True)
SHORT = Row(words=5, full=False)
FIRST = Row(words=8, indented=True)


@cache
def bearings() -> float:
    """The white on both sides of the letter n together, in em."""
    font = TTFont(MONO)
    name = font.getBestCmap()[ord("n")]
    glyph = font["glyf"][name]
    width, _ = font["hmtx"][name]
    return float((width - glyph.xMax + glyph.xMin) / font["head"].unitsPerEm)


def typeset_rows(*pages: list[Row], furniture: bool = True) -> bytes:
    """A PDF with these lines on its pages, under a running head and over a folio."""
    boxes = "@top-center { content: 'nnn nnn' } @bottom-center { content: counter(page) }"
    css = f"""
    @font-face {{ font-family: M; src: url({MONO.as_uri()}); }}
    @font-face {{ font-family: M; font-style: italic; src: url({SLANTED.as_uri()}); }}
    @page {{ size: 340pt 500pt; margin: 56pt 20pt; {boxes if furniture else ""} }}
    * {{ font: {SIZE}pt/{LEADING}pt M; font-variant-ligatures: none; margin: 0; }}
    section {{ break-after: page; width: {MEASURE}em; }}
    """
    body = "".join(f"<section>{''.join(row.html() for row in page)}</section>" for page in pages)
    html = f"<meta charset=utf-8><style>{css}</style><body>{body}"
    return _elsewhere().submit(_pdf, html).result()


@cache
def _elsewhere() -> ProcessPoolExecutor:
    """A process with the engine as it comes: ours, once loaded, leaves fonts to the binder."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _pdf(html: str) -> bytes:
    pdf = weasyprint.HTML(string=html).write_pdf()
    assert isinstance(pdf, bytes)
    return pdf


def paragraph(lines: int) -> list[Row]:
    """A paragraph of `lines` lines, the first indented, the last short."""
    return [FIRST, *[FULL] * (lines - 2), SHORT]
