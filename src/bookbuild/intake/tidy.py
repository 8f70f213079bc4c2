"""A tree as it came, made ready: wrappings off, comments and tracked changes decided, the printed
contents out. In: blocks. Out: blocks with headings at the top level, and remarks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bookbuild.intake.nodes import (
    Node,
    Remark,
    attributes,
    block_text,
    inlines_of,
    node,
    short,
    text,
    walk,
)

ALIAS = "alias"
"""The attribute under which a heading keeps the id of the wrapping it stood in."""
_CONTENTS = re.compile(
    r"(daftar\s+(isi|gambar|tabel|bagan|grafik)|table\s+of\s+contents|contents|list\s+of\s+"
    r"(figures|tables))\s*:?",
    re.IGNORECASE,
)
_ENTRY = re.compile(r".{1,150}?[\s.…·_\t]+([ivxlcdm]{1,7}|\d{1,4})\s*", re.IGNORECASE | re.DOTALL)
_LEADERS = re.compile(r".+?(\.{3,}|…|(\s\.){3,}|\s{3,})[\s.…]*([ivxlcdm]{1,7}|\d{1,4})", re.I)
_DROPPED = {"deletion": "text struck out under tracked changes", "comment-start": "the comment"}
_MARKERS = ("comment-end", "paragraph-insertion", "paragraph-deletion")


def is_contents(line: str) -> bool:
    """True for the title of printed contents, and for a line of them with leaders and a page."""
    return bool(_CONTENTS.fullmatch(line) or _LEADERS.fullmatch(line))


def tidy(blocks: Sequence[Node]) -> tuple[list[Node], tuple[Remark, ...]]:
    """The blocks without wrappings, comments and printed contents; what went is remarked."""
    remarks: list[Remark] = []
    settled = [_settle(block, remarks) for block in _unwrap(blocks)]
    return _without_contents(settled, remarks), tuple(remarks)


def _unwrap(blocks: Sequence[Node]) -> list[Node]:
    """Blocks out of their `Div`s; the id of one goes to what it begins with."""
    out: list[Node] = []
    for block in blocks:
        if block["t"] != "Div":
            out.append(block)
            continue
        inner = _unwrap(block["c"][1])
        name, _, _ = attributes(block)
        if name and inner:
            inner[0] = _with_alias(inner[0], name)
        out.extend(inner)
    return out


def _with_alias(block: Node, name: str) -> Node:
    if block["t"] == "Header":
        level, (own, classes, pairs), inlines = block["c"]
        return node("Header", [level, [own, classes, [*pairs, [ALIAS, name]]], inlines])
    if block["t"] in ("Para", "Plain"):
        mark = node("Span", [[name, [], []], []])
        return node(block["t"], [mark, *block["c"]])
    return block


def _settle(content: Any, remarks: list[Remark]) -> Any:
    """Tracked changes as accepted, comments out: everywhere in a piece of the tree."""
    if isinstance(content, list):
        out: list[Any] = []
        for value in content:
            kind = _change(value)
            if kind in _DROPPED:
                remarks.append(_dropped(value, kind))
            elif kind == "insertion":
                out.extend(_settle(value["c"][1], remarks))
            elif kind not in _MARKERS:
                out.append(_settle(value, remarks))
        return out
    if isinstance(content, dict):
        return {key: _settle(value, remarks) for key, value in content.items()}
    return content


def _change(value: Any) -> str:
    """What Word tracked in this node: an insertion, a deletion, a comment; else nothing."""
    if not isinstance(value, dict) or value.get("t") != "Span":
        return ""
    classes = attributes(value)[1]
    known = (*_DROPPED, *_MARKERS, "insertion")
    return next((name for name in classes if name in known), "")


def _dropped(span: Node, kind: str) -> Remark:
    content = block_text(span) or text(inlines_of(span) or [])
    author = attributes(span)[2].get("author", "")
    by = f" by {author}" if author else ""
    message = f"{_DROPPED[kind]}{by} is not in the book: “{short(content, 200)}”"
    return Remark("import-lost", message, "settle it in the manuscript", text=content)


def _without_contents(blocks: list[Node], remarks: list[Remark]) -> list[Node]:
    """The blocks without printed lists of contents: bookbuild makes its own."""
    out: list[Node] = []
    index = 0
    while index < len(blocks):
        title = _title_of(blocks[index])
        end = _entries_end(blocks, index + 1) if _CONTENTS.fullmatch(title) else index
        if end > index + 1:
            content = "\n".join(block_text(block) for block in blocks[index:end])
            count = len([line for line in content.split("\n") if line.strip()]) - 1
            message = f"the printed “{title}” of the source was left out, with {count} entries"
            hint = "bookbuild makes the contents itself"
            remarks.append(Remark("import-lost", message, hint, text=content))
            index = end
        else:
            out.append(blocks[index])
            index += 1
    return out


def _title_of(block: Node) -> str:
    if block["t"] == "Header":
        return " ".join(text(block["c"][2]).split())
    if block["t"] in ("Para", "Plain"):
        return " ".join(text(block["c"]).split())
    return ""


def _entries_end(blocks: list[Node], start: int) -> int:
    """Where the entries that begin at `start` end; `start` itself if there are none."""
    end = start
    while end < len(blocks) and _is_entry(blocks[end]):
        end += 1
    return end


def _is_entry(block: Node) -> bool:
    if block["t"] in ("Para", "Plain"):
        lines = [line for line in text(block["c"]).split("\n") if line.strip()]
        return bool(lines) and (
            all(_ENTRY.fullmatch(line) for line in lines) or _only_links(block["c"])
        )
    if block["t"] in ("BulletList", "OrderedList"):
        leaves = [item for item in walk(block) if item["t"] in ("Para", "Plain")]
        return all(_only_links(leaf["c"]) or _ENTRY.fullmatch(text(leaf["c"])) for leaf in leaves)
    if block["t"] == "LineBlock":
        return all(_ENTRY.fullmatch(text(line)) for line in block["c"] if text(line).strip())
    return False


def _only_links(inlines: Sequence[Node]) -> bool:
    shown = [item for item in inlines if item["t"] not in ("Space", "SoftBreak", "LineBreak")]
    return bool(shown) and all(
        item["t"] == "Link" and item["c"][2][0].startswith("#") for item in shown
    )
