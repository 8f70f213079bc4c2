"""The proof of an import: the source's words against those of the Markdown, in order.

In: the source's plain text, and the chapters made from it. Out: every stretch of words in which
the two differ, where it differs. The Markdown is read as `book.markup` reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from bookbuild import xhtml
from bookbuild.book import markup
from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, Place, warning
from bookbuild.intake.nodes import Node, node, short

_WORD = re.compile(r"[^\W_]+")
_CALL = re.compile(r"\[\d+\]")
_MARK = re.compile(r"^[ \t]*(?:(?:[-•+*]|\(?(?:\d+|[a-z]|[ivxlc]+)[.)])(?:[ \t]+|$))+", re.I | re.M)
_WINDOW = 600
_ENOUGH = 3
"""Words in a row that must agree before two texts count as being in step again."""
_LINES = frozenset(
    "p li h1 h2 h3 h4 td th dt dd div blockquote pre ul ol table tr figure figcaption".split()  # noqa: SIM905 - running words
)
_SECOND = ("Span", "Quoted", "Cite", "Link", "Image")
_OPENED = (
    "Emph", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps", "Underline", *_SECOND,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the result and the chapter it stands in."""

    text: str
    source: Source


def words(text: str) -> list[str]:
    """The words of a text: letters and figures only, in one case, without the marks of lists."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _WORD.findall(_CALL.sub(" ", _MARK.sub("", plain)))


def flat(blocks: Sequence[Node]) -> list[Node]:
    """Blocks as their text alone: no formatting, no formulas, tables and figures cell by cell."""
    return [piece for block in blocks for piece in _flat(block)]


def _flat(item: Any) -> list[Any]:
    if isinstance(item, list):
        return [[piece for value in item for piece in _flat(value)]]
    if not isinstance(item, dict) or "t" not in item:
        return [item]
    kind: str = item["t"]
    content: Any = item.get("c")
    if kind in ("Math", "RawInline", "RawBlock"):
        return []
    if kind in _OPENED:
        inner = content[1] if kind in _SECOND else content
        title = content[2][1] if kind == "Image" else ""
        return list(_flat(inner)[0]) + ([node("Space"), node("Str", title)] if title else [])
    if kind == "Figure":
        return [*_flat(content[2])[0], *_flat(content[1][1])[0]]
    if kind == "Table":
        return [*_flat(content[1][1])[0], *_cells(content)]
    if kind == "Div":
        return list(_flat(content[1])[0])
    return [{**item, "c": _flat(content)[0]}] if content is not None else [item]


def _cells(table: list[Any]) -> list[Node]:
    rows = [*table[3][1]]
    for body in table[4]:
        rows += [*body[2], *body[3]]
    rows += table[5][1]
    return [piece for _, cells in rows for cell in cells for piece in _flat(cell[4])[0]]


def words_of(chapters: Sequence[Source]) -> list[Word]:
    """The words of chapters as a reader meets them, the notes of all after the text of all."""
    texts: list[tuple[Source, str, str]] = []
    for chapter in chapters:
        root, _ = markup.parse(chapter)
        body: list[str] = []
        notes: list[str] = []
        if root is not None:
            _read(root, body, notes)
        texts.append((chapter, "".join(body), "".join(notes)))
    found = [Word(word, chapter) for chapter, body, _ in texts for word in words(body)]
    return found + [Word(word, chapter) for chapter, _, note in texts for word in words(note)]


def _read(element: xhtml.Element, out: list[str], notes: list[str]) -> None:
    """The text under `element`, its blocks parted by line ends; formulas are left out."""
    if xhtml.has_class(element, "footnote") and element.tag == "div":
        out = notes
    tag, held = str(element.tag), out
    formula = tag == "math" or any("math" in name for name in element.get("class", "").split())
    call = xhtml.has_class(element, "footnote-ref")
    if tag in _LINES or tag == "br":
        out.append("\n")
    if tag == "img":
        out.append(f" {element.get('alt', '')} {element.get('title', '')} ")
    if not formula and not call:
        out.append(element.text or "")
        for child in element:
            _read(child, held, notes)
            held.append(child.tail or "")
    if tag in _LINES:
        out.append("\n")


def compare(
    source: str, result: Sequence[Word], lost: Sequence[str], given: Sequence[str]
) -> Iterator[Diagnostic]:
    """A finding for each stretch of words that differs.

    `lost` are texts whose loss, `given` texts whose presence is already accounted for.
    """
    excused = Counter(word for text in lost for word in words(text))
    granted = Counter(word for text in given for word in words(text))
    old, new = words(source), [word.text for word in result]
    for start, end, there, then in _stretches(old, new):
        missing, extra = Counter(old[start:end]), Counter(new[there:then])
        if missing <= excused and extra <= granted:
            excused -= missing
            granted -= extra
            continue
        yield _difference(old[start:end], new[there:then], old[max(0, start - 5) : start],
                          _place(result, there))  # fmt: skip


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two lists of words differ: from, to in the old one; from, to in the new one."""
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
            continue
        across, down = _step(old[i : i + _WINDOW], new[j : j + _WINDOW])
        yield i, i + across, j, j + down
        i, j = i + across, j + down


def _step(old: list[str], new: list[str]) -> tuple[int, int]:
    """How far to go in both until they are in step again."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = matcher.get_matching_blocks()
    for block in blocks:
        ends = block.a + block.size == len(old) and block.b + block.size == len(new)
        if block.size >= _ENOUGH or (block.size and ends):
            return block.a, block.b
    return len(old), len(new)


def _difference(
    missing: Sequence[str], extra: Sequence[str], before: Sequence[str], place: Place | None
) -> Diagnostic:
    after = f" after “… {' '.join(before)}”" if before else " at the beginning"
    if not extra:
        message = f"words of the source are missing{after}: “{short(' '.join(missing), 200)}”"
        return warning("import-lost", message, place, "put them in by hand, or see why they went")
    said = f"“{short(' '.join(missing), 100)}” became “{short(' '.join(extra), 100)}”"
    if not missing:
        said = f"“{short(' '.join(extra), 200)}” is not in the source"
    return warning("import-changed", f"words differ{after}: {said}", place, "compare the two")


def _place(result: Sequence[Word], index: int) -> Place | None:
    """The chapter, and the line of it where the words before the difference stand."""
    if not result:
        return None
    near = result[min(max(index - 1, 0), len(result) - 1)].source
    tokens = [w.text for w in result[max(0, index - 3) : index] if w.source is near]
    pattern = re.compile(r"\W+".join(map(re.escape, tokens)), re.IGNORECASE)
    match = pattern.search(near.text) if tokens else None
    line = near.text.count("\n", 0, match.end()) + near.first_line if match else None
    return Place(near.file, line)
