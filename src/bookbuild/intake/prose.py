"""A chapter's blocks in, its Markdown out: the writer of the dialect.

Every block becomes one piece of text; remarks carry the place of the piece they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.diagnostics import Diagnostic, Place
from bookbuild.intake import tables
from bookbuild.intake.dialect import guard, guard_heading, knows, printable
from bookbuild.intake.inlines import Pen, line, picture
from bookbuild.intake.media import Album
from bookbuild.intake.nodes import Node, block_text, inlines_of, short, text

MOST_LEVELS = 4
GUESSED = "guessed"
"""The class of a heading that the source doesn't mark as one."""
_BREAK = re.compile(r"\s*([*#⁂~•·–—-])(\s*\1){2,}\s*|\s*⁂\s*|\s*\*\s*")
_BLOCK = re.compile(r">|- |\d+\. |    |\||```|\$\$|<!--|/// |\* \* \*")
"""How a piece begins that is no paragraph; running text is guarded against these."""
_APART = "<!-- -->"
"""Stands between two lists, or two quotes, that would else be read as one."""
_NUMBERED = ("Decimal", "DefaultStyle", "Example")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a chapter will stand, and what its text may refer to."""

    file: str
    first_line: int
    anchors: Mapping[str, str]
    """Ids of the source, and the heading of the book that stands for each."""
    folders: tuple[Path, ...]
    """Where its pictures may lie."""


@dataclass(frozen=True, slots=True)
class Written:
    """A chapter in Markdown, without its head, and what there is to say about it."""

    text: str
    findings: tuple[Diagnostic, ...]
    lost: tuple[str, ...]
    """Texts of the source that are not in it, each with a finding."""


def write(blocks: Sequence[Node], sheet: Sheet, album: Album) -> Written:
    """The chapter's text; its pictures go into the album."""
    pen = Pen(sheet.anchors, album, sheet.folders, _note)
    pieces: list[str] = []
    findings: list[Diagnostic] = []
    lost: list[str] = []
    at = sheet.first_line

    def place_remarks() -> None:
        findings.extend(remark.at(Place(sheet.file, at)) for remark in pen.remarks)
        lost.extend(remark.text for remark in pen.remarks)
        pen.remarks.clear()

    for piece in _pieces(blocks, pen):
        place_remarks()
        pieces.append(piece)
        at += piece.count("\n") + 2
    for number, words in enumerate(pen.notes, 1):
        pieces.append(_definition(number, words))
    text, dropped = printable("\n\n".join(pieces) + "\n")
    if dropped:
        pen.remark("import-lost", f"{dropped} control characters were left out")
    place_remarks()
    return Written(text, tuple(findings), tuple(lost))


def _definition(number: int, words: str) -> str:
    """A note as it stands at the chapter's end; one that begins with a block begins a line."""
    first, *others = words.split("\n")
    if _BLOCK.match(first):
        first, others = "", [first, *others]
    indented = [f"    {part}" if part else "" for part in others]
    return "\n".join([f"[^{number}]: {first}".rstrip(), *indented])


def _pieces(blocks: Sequence[Node], pen: Pen) -> Iterator[str]:
    """Each block that leaves something, as text; a generator, so that remarks keep their place."""
    previous = ""
    for block in blocks:
        piece = _block(block, pen)
        if piece:
            kind = block["t"]
            apart = kind == previous and kind in ("BulletList", "OrderedList", "BlockQuote")
            code = kind == "CodeBlock" and previous in ("BulletList", "OrderedList")
            yield f"{_APART}\n\n{piece}" if apart or code else piece
            previous = kind


def _blocks(blocks: Sequence[Node], pen: Pen) -> str:
    return "\n\n".join(_pieces(blocks, pen))


def _note(blocks: Sequence[Node], pen: Pen) -> str:
    return _blocks(blocks, pen)


def _block(block: Node, pen: Pen) -> str:
    write_block = _WRITERS.get(block["t"])
    if write_block is not None:
        return write_block(block, pen)
    content = block_text(block)
    name = short(content, 40)
    message = f"a block of the kind “{block['t']}” was left out: “{name}”"
    pen.remark("import-lost", message, lost=content)
    return ""


def _paragraph(block: Node, pen: Pen) -> str:
    inlines = block["c"]
    shown = [item for item in inlines if item["t"] not in ("Space", "SoftBreak", "LineBreak")]
    if shown and _BREAK.fullmatch(text(inlines)) and all(i["t"] == "Str" for i in shown):
        return "* * *"
    if len(shown) == 1 and shown[0]["t"] == "Math" and shown[0]["c"][0]["t"] == "DisplayMath":
        tex = shown[0]["c"][1].strip("\n")
        if knows("maths") and "$$" not in tex:
            return f"$$\n{tex}\n$$"
    return guard(line(inlines, pen))


def _heading(block: Node, pen: Pen) -> str:
    level, (name, classes, _), inlines = block["c"]
    shown = [item for item in inlines if item["t"] not in ("Space", "SoftBreak", "LineBreak")]
    if len(shown) == 1 and shown[0]["t"] == "Strong":
        inlines = shown[0]["c"]
    pen.in_heading = True
    title = guard_heading(line(inlines, pen))
    pen.in_heading = False
    if not title:
        return ""
    if GUESSED in classes:
        hint = "if it is none, take the # away"
        pen.remark("import-guess", f"“{short(text(inlines))}” was taken for a title", hint)
    if level > MOST_LEVELS:
        message = f"“{short(text(inlines))}” is a heading of level {level}; it became bold text"
        pen.remark("import-changed", message, "the dialect has four levels")
        return guard(_bold(title))
    anchor = pen.anchors.get(name) if name else None
    return f"{'#' * level} {title}" + (f" {{#{anchor}}}" if anchor else "")


def _bold(title: str) -> str:
    return f"<strong>{title}</strong>" if "*" in title else f"**{title}**"


def _inner_heading(block: Node, pen: Pen) -> Node:
    message = f"“{short(text(block['c'][2]))}” is a heading inside a list or a quote: now bold text"
    pen.remark("import-changed", message, "make it a heading of the chapter, or leave it")
    return {"t": "Para", "c": [{"t": "Strong", "c": block["c"][2]}]}


def _plain_inside(blocks: Sequence[Node], pen: Pen) -> list[Node]:
    return [_inner_heading(block, pen) if block["t"] == "Header" else block for block in blocks]


def _quote(block: Node, pen: Pen) -> str:
    inner = _blocks(_plain_inside(block["c"], pen), pen)
    return "\n".join(f"> {part}".rstrip() for part in inner.split("\n")) if inner else ""


def _bullets(block: Node, pen: Pen) -> str:
    return _list(block["c"], ["- "] * len(block["c"]), pen)


def _numbers(block: Node, pen: Pen) -> str:
    (start, style, _), items = block["c"]
    if style["t"] not in _NUMBERED:
        name = short(block_text(items), 40)
        message = f"the list “{name}” was counted with letters or roman numbers, now with 1, 2, 3"
        pen.remark("import-changed", message, "mend references to its items")
    return _list(items, [f"{number}. " for number in range(start, start + len(items))], pen)


def _list(items: Sequence[Sequence[Node]], marks: Sequence[str], pen: Pen) -> str:
    tight = all(block["t"] != "Para" for item in items for block in item[:1])
    written = [
        _item(_plain_inside(item, pen), mark, tight, pen)
        for item, mark in zip(items, marks, strict=True)
    ]
    return ("\n" if tight else "\n\n").join(piece for piece in written if piece)


def _item(blocks: Sequence[Node], mark: str, tight: bool, pen: Pen) -> str:
    pieces = list(_pieces(blocks, pen))
    if not pieces:
        return mark + "&#160;"
    if blocks[0]["t"] not in ("Para", "Plain", "LineBlock"):
        pieces.insert(0, _APART)
    nested = tight and all(b["t"] in ("Plain", "BulletList", "OrderedList") for b in blocks)
    lines = ("\n" if nested else "\n\n").join(pieces).split("\n")
    return "\n".join([mark + lines[0], *(f"    {part}" if part else "" for part in lines[1:])])


def _definitions(block: Node, pen: Pen) -> str:
    entries = []
    if not knows("definitions"):
        pen.remark("import-changed", "a list of definitions became paragraphs with bold terms")
    for term, meanings in block["c"]:
        name = line(term, pen)
        if knows("definitions"):
            entries.append(guard(name) + "".join(f"\n{_meaning(m, pen)}" for m in meanings))
        else:
            inner = [_blocks(_plain_inside(meaning, pen), pen) for meaning in meanings]
            entries += [guard(_bold(name)) if name else "", *inner]
    return "\n\n".join(entry for entry in entries if entry)


def _meaning(blocks: Sequence[Node], pen: Pen) -> str:
    lines = _blocks(_plain_inside(blocks, pen), pen).split("\n")
    return "\n".join([f":   {lines[0]}", *(f"    {part}" if part else "" for part in lines[1:])])


def _code(block: Node, pen: Pen) -> str:
    (_, classes, _), content = block["c"]
    content = content.strip("\n").expandtabs(4)
    if not content.strip():
        return ""
    fenced = knows("fences") and not re.search(r"^ {0,3}(```|///)", content, re.MULTILINE)
    if fenced:
        language = classes[0] if classes and re.fullmatch(r"[\w+#-]+", classes[0]) else ""
        return f"```{language}\n{content}\n```"
    return "\n".join(f"    {part}" if part.strip() else "" for part in content.split("\n"))


def _verse(block: Node, pen: Pen) -> str:
    lines = [guard(line(part, pen)) for part in block["c"]]
    if knows("verse"):
        return "\n".join(["/// verse", *lines, "///"])
    pen.remark("import-changed", f"verse became a quote: “{short(block_text(block), 40)}”")
    stanzas = "\n".join(lines).strip("\n").split("\n\n")
    joined = ["<br />".join(part for part in stanza.split("\n") if part) for stanza in stanzas]
    return "\n>\n".join(f"> {stanza}" for stanza in joined if stanza)


def _figure(block: Node, pen: Pen) -> str:
    _, (_, caption), inner = block["c"]
    images = [item for part in inner for item in _images(part)]
    if len(images) != 1 or block_text(inner).strip() != text(images[0]["c"][1]).strip():
        return _blocks([*inner, *caption], pen)
    words = " ".join(block_text(list(caption)).split())
    if any(item["t"] == "Note" for part in caption for item in part.get("c") or ()):
        pen.remark("import-lost", f"a note in the caption “{short(words, 40)}” was left out")
    alternative, title = text(images[0]["c"][1]), images[0]["c"][2][1]
    if title and title != words and words:
        message = f"the picture’s own title “{short(title)}” was left out beside its caption"
        pen.remark("import-lost", message, lost=title)
    return picture(images[0], pen, alternative, words or title)


def _images(block: Node) -> list[Node]:
    if block["t"] not in ("Plain", "Para"):
        return []
    found = []
    for item in block["c"]:
        inner = [item] if item["t"] == "Image" else inlines_of(item) or []
        found += [part for part in inner if part["t"] == "Image"]
    return found


def _div(block: Node, pen: Pen) -> str:
    return _blocks(block["c"][1], pen)


_WRITERS: dict[str, Callable[[Node, Pen], str]] = {
    "Para": _paragraph,
    "Plain": _paragraph,
    "Header": _heading,
    "BlockQuote": _quote,
    "BulletList": _bullets,
    "OrderedList": _numbers,
    "DefinitionList": _definitions,
    "CodeBlock": _code,
    "LineBlock": _verse,
    "HorizontalRule": lambda block, pen: "* * *",
    "Table": tables.table,
    "Figure": _figure,
    "Div": _div,
}
