"""Plain text without any markup: a file's bytes in, blocks out, with every guess remarked.

Paragraphs, lists, verse and scene breaks are told from line ends, indentation and marks; titles
are `titles`' business. Quotes and dashes stay as they were typed.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookbuild.intake.nodes import Node, Remark, node, short
from bookbuild.intake.tidy import is_contents
from bookbuild.intake.titles import begins_chapter

_BREAK = re.compile(r"\s*([*#~⁂•=_-])(\s*\1){2,}\s*|\s*⁂\s*|\s*\*\s*")
_MARKS = (
    ("bullet", re.compile(r"([-•*·▪●‣])[ \t]+(?=\S)")),
    ("decimal", re.compile(r"\(?(\d{1,3})[.)][ \t]+(?=\S)")),
    ("alpha", re.compile(r"\(?([a-z])[.)][ \t]+(?=\S)")),
)
_STYLES = {"decimal": "Decimal", "alpha": "LowerAlpha"}
_WRAPPED_AT = 100
"""Lines that are longer were not wrapped by hand or by an editor: each is a paragraph."""
_FULL = 0.6
"""A line that reaches this share of the width was broken because it was full."""
_BROKEN = 0.3
"""So many of the full lines at least end inside a sentence where text was wrapped by hand."""
_FINAL = re.compile(r"[.!?:…][\"”’')\]]*$")
_TAB = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, a list item or a break, before lists are put together."""

    kind: str
    """`text`, `verse`, `break`, or the kind of a list's mark."""
    text: str
    indent: int = 0
    number: int = 0
    group: int = 0
    """Pieces of one group had no empty line between them."""


def decode(data: bytes) -> tuple[str, tuple[Remark, ...]]:
    """The text of a file in UTF-8, UTF-16 (with its mark) or Windows-1252, line ends made one."""
    remarks: list[Remark] = []
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
            message = "the text is not UTF-8; it was read as Windows-1252"
            hint = "look at letters with accents, quotes and dashes"
            remarks.append(Remark("import-guess", message, hint))
    broken = text.count("\ufffd")
    if broken:
        message = f"{broken} characters could not be read; each stands as \ufffd"
        remarks.append(Remark("import-lost", message, "put the right ones in their place"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for old in "\f\v\u2028\u2029\x85":
        text = text.replace(old, "\n\n" if old in "\f\u2029" else "\n")
    return unicodedata.normalize("NFC", text), tuple(remarks)


def blocks(text: str) -> tuple[list[Node], tuple[Remark, ...]]:
    """The blocks of a plain text, as Pandoc would have them, and what was guessed."""
    lines = [line.expandtabs(_TAB).rstrip() for line in text.split("\n")]
    groups = _groups(lines)
    width = _width(groups)
    remarks: list[Remark] = []
    alone = len(groups) == 1
    pieces = [
        replace(piece, group=number)
        for number, group in enumerate(groups)
        for piece in _pieces(group, width, alone, remarks)
    ]
    return list(_fold(pieces, remarks)), tuple(remarks)


def _groups(lines: Sequence[str]) -> list[list[str]]:
    """Lines parted by empty ones."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _width(groups: Sequence[Sequence[str]]) -> int:
    """The width at which the text was wrapped by hand, or 0 if it wasn't."""
    lengths = sorted(len(line) for group in groups for line in group)
    if not lengths:
        return 0
    width = lengths[min(len(lengths) - 1, int(len(lengths) * 0.97))]
    inner = [line for group in groups for line in group[:-1]]
    full = [line for line in inner if len(line) >= width * _FULL]
    broken = [line for line in full if not _FINAL.search(line)]
    wrapped = 40 <= width <= _WRAPPED_AT and broken and len(broken) >= len(full) * _BROKEN
    return width if wrapped else 0


def _pieces(
    group: Sequence[str], width: int, alone: bool, remarks: list[Remark]
) -> Iterator[Piece]:
    if _is_verse(group, width, alone):
        text = "\n".join(line.strip() for line in group)
        message = f"lines that stand short under each other were taken for verse: “{short(text)}”"
        remarks.append(Remark("import-guess", message, "make it running text if it is none"))
        yield Piece("verse", text)
        return
    least = min(len(line) - len(line.lstrip()) for line in group)
    held: list[str] = []
    for line in group:
        if held and _begins(line, held, width, least):
            yield _piece(held, remarks)
            held = []
        held.append(line)
    yield _piece(held, remarks)


def _is_verse(group: Sequence[str], width: int, alone: bool) -> bool:
    """Two or more short lines between empty ones, none of them a title, an item or a break."""
    if alone or len(group) < 2 or any(_special(line) for line in group):
        return False
    if all(_FINAL.search(line) for line in group):
        return False
    longest = max(len(line.strip()) for line in group)
    return longest <= (width * _FULL if width else 60)


def _begins(line: str, held: Sequence[str], width: int, least: int) -> bool:
    """True when `line` begins a paragraph of its own behind the lines `held`."""
    if _special(line) or _BREAK.fullmatch(held[-1]):
        return True
    indent = len(line) - len(line.lstrip())
    if _mark(held[0].lstrip()) is not None and (indent > 0 or (width and _full(held[-1], width))):
        return False
    if not width:
        return True
    previous = len(held[-1]) - len(held[-1].lstrip())
    if indent > least and previous <= least and len(held) >= 1:
        return True
    return not _full(held[-1], width) and bool(_FINAL.search(held[-1]))


def _full(line: str, width: int) -> bool:
    return len(line) >= width * _FULL


def _special(line: str) -> bool:
    text = line.strip()
    return (
        bool(_BREAK.fullmatch(text))
        or _mark(text) is not None
        or begins_chapter(text)
        or is_contents(text)
    )


def _mark(text: str) -> tuple[str, int, int] | None:
    """Kind, number and length of the list mark that a line begins with."""
    for kind, pattern in _MARKS:
        if match := pattern.match(text):
            counted = {"decimal": match[1], "alpha": str(ord(match[1]) - ord("a") + 1)}
            number = int(counted.get(kind, "0"))
            return kind, number, match.end()
    return None


def _piece(lines: Sequence[str], remarks: list[Remark]) -> Piece:
    text = _join([line.strip() for line in lines], remarks)
    indent = len(lines[0]) - len(lines[0].lstrip())
    if _BREAK.fullmatch(text):
        return Piece("break", text)
    if (mark := _mark(text)) is not None:
        kind, number, _ = mark
        return Piece(kind, text, indent, number)
    return Piece("text", text, indent)


def _join(lines: Sequence[str], remarks: list[Remark]) -> str:
    """Wrapped lines as one; a hyphen at a line's end stays, as it may be the word's own."""
    text = lines[0]
    for line in lines[1:]:
        if re.search(r"\w-$", text) and line[:1].islower():
            word = f"{text.split()[-1]}{line.split()[0]}"
            message = f"“{word}” was parted at a line's end; its hyphen was kept"
            remarks.append(
                Remark("import-guess", message, "delete it where it is none of the word's")
            )
            text += line
        else:
            text = f"{text} {line}"
    return text


def _fold(pieces: Sequence[Piece], remarks: list[Remark]) -> Iterator[Node]:
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        end = _list_end(pieces, index)
        if end > index:
            yield _list(pieces[index:end])
            index = end
            continue
        index += 1
        if piece.kind == "break":
            yield node("HorizontalRule")
        elif piece.kind == "verse":
            yield node("LineBlock", [[node("Str", line)] for line in piece.text.split("\n")])
        else:
            yield node("Para", [node("Str", piece.text)])


def _list_end(pieces: Sequence[Piece], start: int) -> int:
    """Where the list that begins at `start` ends; `start` itself if there is none."""
    first = pieces[start]
    if first.kind not in dict(_MARKS) or (first.kind == "alpha" and first.number != 1):
        return start
    expected = {(first.kind, first.indent): first.number}
    end = start
    while end < len(pieces) and pieces[end].kind in dict(_MARKS):
        piece = pieces[end]
        key = (piece.kind, piece.indent)
        if piece.group != pieces[end - 1].group and end > start and key not in expected:
            break
        if piece.kind != "bullet" and piece.number != expected.get(key, 1):
            if piece.number != 1:
                break
            expected = {k: v for k, v in expected.items() if k[1] < piece.indent}
        expected[key] = piece.number + 1
        end += 1
    return end if end - start > 1 or first.kind == "bullet" else start


def _list(pieces: Sequence[Piece]) -> Node:
    """A list with its inner lists: deeper items, and items with another kind of mark."""
    first = pieces[0]
    items: list[list[Node]] = []
    index = 0
    while index < len(pieces):
        inner = index + 1
        while inner < len(pieces) and not _same_list(first, pieces[inner]):
            inner += 1
        _, _, length = _mark(pieces[index].text) or ("", 0, 0)
        content = [node("Plain", [node("Str", pieces[index].text[length:])])]
        if inner > index + 1:
            content.append(_list(pieces[index + 1 : inner]))
        items.append(content)
        index = inner
    if first.kind == "bullet":
        return node("BulletList", items)
    style = [first.number, node(_STYLES[first.kind]), node("Period")]
    return node("OrderedList", [style, items])


def _same_list(first: Piece, piece: Piece) -> bool:
    return piece.kind == first.kind and piece.indent <= first.indent + 1
