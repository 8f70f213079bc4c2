"""Where links inside a manuscript lead: ids of the source in, ids of the book's headings out.

A link to a place inside a section leads to that section's heading; only headings that something
links to get an id.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.intake.chapters import Chapter
from bookbuild.intake.media import ascii_name
from bookbuild.intake.nodes import Node, attributes, text, walk
from bookbuild.intake.tidy import ALIAS


def anchors(chapters: Sequence[Chapter], taken: set[str]) -> dict[str, str]:
    """The book's id for each id that the chapters of one file link to; `taken` grows by them."""
    blocks = [block for chapter in chapters for block in chapter.blocks]
    wanted = {
        item["c"][2][0].removeprefix("#")
        for item in walk(blocks)
        if item["t"] == "Link" and item["c"][2][0].startswith("#")
    }
    found: dict[str, str] = {}
    heading: Node | None = None
    for block in blocks:
        heading = block if block["t"] == "Header" else heading
        names = {attributes(item)[0] for item in walk(block)}
        names.add(attributes(block)[2].get(ALIAS, ""))
        reached = (names & wanted) - {""}
        if reached and heading is not None:
            anchor = _anchor(heading, found, taken)
            found.update(dict.fromkeys(sorted(reached), anchor))
    return found


def _anchor(heading: Node, found: dict[str, str], taken: set[str]) -> str:
    """The id that the heading has, or a new one from its text."""
    name = attributes(heading)[0]
    if name in found:
        return found[name]
    stem = ascii_name(text(heading["c"][2]), "bagian")
    anchor, number = stem, 1
    while anchor in taken:
        number += 1
        anchor = f"{stem}-{number}"
    taken.add(anchor)
    found[name] = anchor
    return anchor
