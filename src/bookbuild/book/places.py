"""Places in the text that print and EPUB both know: a block's number, and how far into it.

The blocks of a fragment are numbered before either output changes it. Inside a block, what counts
is each letter and digit of its own text, each picture or formula, and each reference that is
spelled out: these stand in both outputs alike, whatever becomes of spaces, hyphens and notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bookbuild import xhtml

BLOCK = "data-e"
"""Carries a block's number."""
WHOLE = "data-whole"
"""On an element that counts as one, because the outputs word it differently."""
MADE = "data-made"
"""On an element whose text is no part of the block: a note's number, the mark of a turned line."""
INLINE = frozenset(
    """
    a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q s samp small span strong
    sub sup time u var wbr
    """.split()  # noqa: SIM905 - a list of words reads better than quotes and commas
)
"""What stands inside a line; all other elements are blocks, MathML's apart."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a page begins: in which block, and after how much of it."""

    block: str
    """Empty: at the beginning of the section, its heading included."""
    after: int
    section: str = ""
    """Id of the section."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The printed pages as the EPUB needs them, in order."""

    labels: tuple[str, ...]
    begins: tuple[Begin | None, ...]
    """None for pages that hold nothing of the text."""
    anchors: Mapping[str, int]
    """Id → page, counted from 0."""


def number_blocks(root: xhtml.Element, kind: str) -> None:
    """Number the blocks below `root`; `kind` keeps the numbers of one fragment from another's."""
    for count, element in enumerate(root.iter("*")):
        tag = str(element.tag)
        if element is not root and tag not in INLINE and not tag.startswith("{"):
            element.set(BLOCK, f"{kind}{count}")
