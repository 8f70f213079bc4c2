"""Stand-ins for page numbers that aren't known while a section is set.

`hlm. 57` in one chapter depends on where another one falls. So that a page more there doesn't
set this one again, the text is set with a stand-in of as many figures, and the engine marks
where it draws one; `folios` draws the true number in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

STAND_IN_FOR = "data-folio"
"""On the element that holds a stand-in: the id whose folio is wanted."""
TAG = "BookFolio"
"""Begins the tag of the marked content (ISO 32000-1, 14.6) that holds a stand-in."""
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Code points that no text may hold (Unicode, 23.7)."""
_SPOKEN = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_FIGURE = "2"
"""Its width is nearest to the mean of all figures in most faces whose figures differ in width."""


def stand_in(label: str) -> str:
    """What is set where `label`, a number in figures, is going to stand."""
    return _FIGURE * len(label)


def spoken(target: str) -> str:
    """What stands in the words of a link for the folio of `target`; `told` replaces it."""
    return f"{_OPEN}{target}{_CLOSE}"


def told(words: str, folios: Mapping[str, str]) -> str:
    """The words of a link with the true folios."""
    return _SPOKEN.sub(lambda match: folios[match[1]], words)


def mark(target: str, features: Mapping[str, int]) -> str:
    """The tag of the marked content that holds the stand-in of `target`'s folio."""
    switched_on = "+".join(sorted(tag for tag, value in features.items() if value == 1))
    return f"{TAG}.{target.encode().hex()}.{switched_on}"
