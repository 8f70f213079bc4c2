"""The first words of a section, for a shop's page: without notes, figures and headings.

In: a section and the document that its references lead into. Out: an `Opening`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bookbuild import xhtml
from bookbuild.book.document import Document, Section
from bookbuild.book.references import without_notes

LEAST_WORDS = 300
MOST_WORDS = 500
"""About what shops show; the end falls on a paragraph's or sentence's end between them."""
_BLOCKS = ("p", "li", "dt", "dd")
_LEFT_OUT = ("figure", "table", "pre")
_KEPT = ("em", "strong", "i", "b", "sub", "sup", "cite", "br")
"""Inline markup that any shop's page takes."""
_SENTENCE = re.compile(r"[.!?…][”’»“\"')\]]*(?=\s)")


@dataclass(frozen=True, slots=True)
class Opening:
    """The first words of a section, in paragraphs."""

    text: str
    """Plain, an empty line between paragraphs."""
    markup: str
    """The same as XHTML: `p` and inline elements."""


def opening(section: Section, document: Document) -> Opening:
    """Between `LEAST_WORDS` and `MOST_WORDS` of a section, or all that it has."""
    taken: list[xhtml.Element] = []
    total = 0
    for block in _blocks(section, document):
        words = len(xhtml.all_text(block).split())
        if total + words > MOST_WORDS:
            if total < LEAST_WORDS:
                _cut(block, MOST_WORDS - total)
                taken.append(block)
            break
        taken.append(block)
        total += words
    root = xhtml.new("body")
    root.extend(taken)
    lines = "\n".join(xhtml.outer(block) for block in taken) + "\n"
    return Opening("\n\n".join(_plain(block) for block in taken) + "\n", lines)


def _blocks(section: Section, document: Document) -> Iterator[xhtml.Element]:
    """Each paragraph, list item or term, as a bare `p`."""
    root = xhtml.parse(without_notes(section.body))
    for element in xhtml.elements(root, *_BLOCKS):
        holds_blocks = bool(xhtml.elements(element, *_BLOCKS, *_LEFT_OUT))
        if holds_blocks or any(xhtml.inside(element, tag) for tag in _LEFT_OUT):
            continue
        block = xhtml.new("p")
        xhtml.move_children(xhtml.copy(element), block)
        _simplify(block, document)
        if xhtml.text_of(block):
            yield block


def _simplify(block: xhtml.Element, document: Document) -> None:
    """Spell references and formulas out, turn lines of verse, drop all other markup."""
    for element in xhtml.elements(block, "*"):
        if target := element.get("data-target"):
            element.text = element.text or document.targets[target].label
        if str(element.tag).endswith("}math"):
            said = xhtml.new("span", element.get("alttext", ""))
            xhtml.replace(element, said)
        elif xhtml.has_class(element, "line") and element.getnext() is not None:
            xhtml.child(element, "br")
    for element in xhtml.elements(block, "*"):
        if element.tag not in _KEPT:
            _unwrap(element)
        else:
            element.attrib.clear()
    for element, slot in list(xhtml.texts(block)):
        if text := getattr(element, slot):
            setattr(element, slot, re.sub(r"[ \t\n]+", " ", text))


def _unwrap(element: xhtml.Element) -> None:
    """Put what is inside the element in its place."""
    parent, tail = xhtml.parent_of(element), element.tail or ""
    at = parent.index(element)
    previous = element.getprevious()
    if previous is None:
        parent.text = (parent.text or "") + (element.text or "")
    else:
        previous.tail = (previous.tail or "") + (element.text or "")
    inner = list(element)
    parent.remove(element)
    for number, child in enumerate(inner):
        parent.insert(at + number, child)
    last = parent[at + len(inner) - 1] if at + len(inner) else None
    if last is None:
        parent.text = (parent.text or "") + tail
    else:
        last.tail = (last.tail or "") + tail


def _cut(block: xhtml.Element, most: int) -> None:
    """End the block after the last sentence within `most` words, or in the middle of one."""
    text = xhtml.all_text(block)
    starts = [match.start() for match in re.finditer(r"\S+", text)]
    limit = starts[most] if most < len(starts) else len(text)
    ends = [match.end() for match in _SENTENCE.finditer(text, 0, limit)]
    left = ends[-1] if ends else len(text[:limit].rstrip())
    for element, slot in list(xhtml.texts(block)):
        slot_text = getattr(element, slot) or ""
        setattr(element, slot, slot_text[:left] or None)
        left = max(left - len(slot_text), 0)
    for element in reversed(xhtml.elements(block, *_KEPT)):
        if element.tag != "br" and not xhtml.all_text(element):
            xhtml.remove(element)
    if not ends:
        xhtml.child(block, "span", "…")
        _unwrap(block[-1])


def _plain(block: xhtml.Element) -> str:
    copy = xhtml.copy(block)
    for element in xhtml.elements(copy, "br"):
        xhtml.replace(element, xhtml.new("span", "\n"))
    return "\n".join(line.strip() for line in xhtml.all_text(copy).splitlines())
