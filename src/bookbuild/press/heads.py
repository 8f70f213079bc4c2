"""Running heads that fit, cut at a word; and titles whose last line is more than a short word."""

from __future__ import annotations

import re

from bookbuild.fonts import Face
from bookbuild.press.shaping import text_width
from bookbuild.units import Length, pt

HEAD_SIZE, HEAD_SPACING = pt(9.5), 0.06
"""Size of running heads, and the space between their letters in it (page.css)."""

_SHORT_LAST_WORD = re.compile(r"(?<=\S) (?=[^\s<>&]{1,8}$)")
"""The space before a last word that looks lost in a line of its own; markup isn't looked into."""
_WORDS_OF_TWO_LINES = 4


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


def kept_last_word(title: str) -> str:
    """A title's markup, its last word bound to the one before if it is short and there are more."""
    if title.count(" ") + 1 < _WORDS_OF_TWO_LINES:
        return title
    return _SHORT_LAST_WORD.sub("\N{NO-BREAK SPACE}", title)
