"""What fits on the cover's panels: sizes for title, subtitle, authors and blurb.

In: the specification's words and the geometry. Out: a frozen `Fit`, with findings where even the
smallest sizes are too large. Text never meets other text or the ornament at the foot.
"""

from __future__ import annotations

from dataclasses import dataclass

from bookbuild.book.spec import BookSpec
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.fonts import Face
from bookbuild.layout import CoverStyle
from bookbuild.press.geometry import CoverGeometry
from bookbuild.press.shaping import text_width
from bookbuild.units import Length, pt

TITLE_LEADING, SUBTITLE_LEADING, AUTHOR_LEADING, BLURB_LEADING = 1.02, 1.3, 1.4, 1.42
"""Line heights in the size of the text (cover.css)."""
SUBTITLE_GAP, AUTHOR_GAP, BLURB_GAP = pt(20), pt(28), 0.7
"""Above the subtitle; least above the authors; between paragraphs, in their size."""
SUBTITLE_SIZE, AUTHOR_SIZE, BLURB_SIZE = pt(17), pt(14), pt(12)
SCALES = (1.0, 0.9, 0.8, 0.7)
"""Steps by which subtitle, authors and blurb may shrink."""
SUBTITLE_MEASURE = 0.92
MOST_AUTHOR_LINES = 4
"""More authors than this stand in running lines."""
TOP = 1.6
"""The text begins this many margins below the trimmed edge."""
FOOT_SHARE = 0.27
"""The ornament never takes more of the height than this."""
PICTURE_SHARE, FOOT_WITH_PICTURE = 0.42, 0.2
"""Nor the picture more than this; and the ornament takes less where there is one."""
BELOW_PICTURE = 0.8
"""The text begins this many margins below the picture."""
_SPECIFICATION = Place("manuscript/book.toml")


@dataclass(frozen=True, slots=True)
class Window:
    """Where the picture lies on the sheet, from its left and upper edge."""

    left: Length
    top: Length
    width: Length
    height: Length


@dataclass(frozen=True, slots=True)
class Fit:
    """The sizes that were found."""

    top: Length
    """Where the front's text begins, below the trimmed edge."""

    title: Length
    subtitle: Length
    author: Length
    blurb: Length
    authors: tuple[str, ...]
    """Lines of the author's place."""
    findings: tuple[Diagnostic, ...]


def fit(
    spec: BookSpec,
    paragraphs: tuple[str, ...],
    geometry: CoverGeometry,
    style: CoverStyle,
    face: Face,
    picture: Window | None = None,
) -> Fit:
    """The largest sizes in which everything on front and back finds its place."""
    authors = spec.people("author")
    if len(authors) > MOST_AUTHOR_LINES:
        authors = (", ".join(authors),)
    top = style.margin * TOP
    if picture is not None:
        top = picture.height - geometry.bleed + style.margin * BELOW_PICTURE
    title, scale, fits = _front(spec, authors, geometry, style, face, top)
    findings: tuple[Diagnostic, ...] = ()
    if not fits:
        message = "title, subtitle and authors don't fit on the front in the smallest sizes"
        findings += (error("cover-text", message, _SPECIFICATION, "shorten the subtitle"),)
    blurb, fits = _back(paragraphs, geometry, style, face)
    if not fits:
        message = "the description doesn't fit on the back in the smallest size"
        findings += (error("cover-text", message, _SPECIFICATION, "shorten the description"),)
    return Fit(top, title, SUBTITLE_SIZE * scale, AUTHOR_SIZE * scale, blurb, authors, findings)


def foot(geometry: CoverGeometry, style: CoverStyle, pictured: bool) -> Length:
    """Height of the ornament at the foot."""
    share = FOOT_WITH_PICTURE if pictured else FOOT_SHARE
    return min(style.foot, geometry.height * share)


def window(geometry: CoverGeometry, style: CoverStyle) -> Window:
    """The picture's place: from the front's left-hand axis off the sheet, above and outside.

    It keeps a margin from the fold, and the ground runs round the spine behind it: a picture that
    ended on the fold would show every shift of the binding (Lightning Source, File Creation Tips).
    """
    left = geometry.folds[1] + style.margin
    height = min(style.picture_height, geometry.height * PICTURE_SHARE)
    return Window(left, Length(0), geometry.sheet_width - left, height + geometry.bleed)


def _room(geometry: CoverGeometry, style: CoverStyle) -> Length:
    """Height between the top of the text and what stays above the ornament."""
    return geometry.height - style.foot - style.margin * (TOP + 1)


def _front(
    spec: BookSpec,
    authors: tuple[str, ...],
    geometry: CoverGeometry,
    style: CoverStyle,
    face: Face,
    top: Length,
) -> tuple[Length, float, bool]:
    measure = geometry.panel - style.margin * 2
    for scale in SCALES:
        author = AUTHOR_SIZE * scale
        rest = sum(
            (_height(line, face, author, measure, AUTHOR_LEADING) for line in authors), pt(0)
        )
        if spec.subtitle:
            size = SUBTITLE_SIZE * scale
            narrow = measure * SUBTITLE_MEASURE
            rest = (
                rest + SUBTITLE_GAP + _height(spec.subtitle, face, size, narrow, SUBTITLE_LEADING)
            )
        room = geometry.height - style.foot - top - style.margin - rest - AUTHOR_GAP
        room = min(room, style.title_height)
        for size in style.title_sizes:
            lines = count_lines(spec.title, face, size, measure)
            if lines is not None and size * (lines * TITLE_LEADING) <= room:
                return size, scale, True
    return style.title_sizes[-1], SCALES[-1], False


def _back(
    paragraphs: tuple[str, ...], geometry: CoverGeometry, style: CoverStyle, face: Face
) -> tuple[Length, bool]:
    measure = geometry.panel - style.margin * 2
    room = _room(geometry, style) - BLURB_SIZE * (2 * AUTHOR_LEADING + 1)  # publisher and price
    size = BLURB_SIZE
    for scale in SCALES:
        size = BLURB_SIZE * scale
        heights = [_height(text, face, size, measure, BLURB_LEADING) for text in paragraphs]
        gaps = size * (BLURB_GAP * max(len(paragraphs) - 1, 0))
        if sum(heights, gaps) <= room:
            return size, True
    return size, False


def _height(text: str, face: Face, size: Length, measure: Length, leading: float) -> Length:
    lines = count_lines(text, face, size, measure)
    if lines is None:  # a word wider than the measure is broken by the engine
        lines = int(text_width(text, face, size).pt / measure.pt) + 2
    return size * (lines * leading)


def count_lines(text: str, face: Face, size: Length, measure: Length) -> int | None:
    """How many lines `text` fills, or None if a word is wider than the measure."""
    space = text_width(" ", face, size)
    lines, used = 1, Length(0)
    for word in text.split():
        width = text_width(word, face, size)
        if width > measure:
            return None
        if used.pt and used + space + width > measure:
            lines, used = lines + 1, width
        else:
            used = used + space + width if used.pt else width
    return lines
