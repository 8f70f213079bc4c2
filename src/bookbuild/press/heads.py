"""Running heads: how wide one stands, and one that is too long cut at a word."""

from __future__ import annotations

from bookbuild.fonts import Face
from bookbuild.press.shaping import text_width
from bookbuild.units import Length, pt

HEAD_SIZE, HEAD_SPACING = pt(9.5), 0.06
"""Size of running heads, and the space between their letters in it (page.css)."""


def head_width(text: str, face: Face) -> Length:
    """Width of a running head; small capitals are about as wide as the letters in 1.15."""
    return text_width(text, face, HEAD_SIZE) * 1.15 + HEAD_SIZE * (HEAD_SPACING * len(text))


def fitted_head(text: str, face: Face, measure: Length) -> str:
    """The head, or as many of its words as fit, with an ellipsis."""
    if head_width(text, face) <= measure:
        return text
    words = text.split()
    while len(words) > 1 and head_width(" ".join(words) + " …", face) > measure:
        words.pop()
    return " ".join(words).rstrip(".,;:–—-") + " …"
