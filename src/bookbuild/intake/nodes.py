"""Pandoc's tree, as far as the intake reads it: nodes, their text, and what is remarked on them.

A node is ``{"t": name, "c": content}``, as Pandoc's JSON has it. Nothing here changes a node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.diagnostics import Diagnostic, Place, Severity

Node = dict[str, Any]
Attributes = tuple[str, tuple[str, ...], dict[str, str]]
_INNER = {
    "Emph": None, "Strong": None, "Strikeout": None, "Superscript": None, "Subscript": None,
    "SmallCaps": None, "Underline": None, "Quoted": 1, "Cite": 1, "Link": 1, "Image": 1, "Span": 1,
}  # fmt: skip
"""Inline nodes that hold inlines: which part of their content does (None: all of it)."""
_ATTRIBUTES_AT = {
    "Span": 0, "Div": 0, "Code": 0, "CodeBlock": 0, "Link": 0, "Image": 0, "Table": 0, "Figure": 0,
    "Header": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """Something an import has to say; it gets its place when the chapter's lines are known."""

    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.WARNING
    text: str = ""
    """Words of the source that this remark answers for: they are not in the book's text."""

    def at(self, place: Place) -> Diagnostic:
        """The remark as a finding at `place`."""
        return Diagnostic(self.code, self.severity, self.message, place, self.hint)


def node(kind: str, content: Any = None) -> Node:
    """A node of a kind."""
    return {"t": kind} if content is None else {"t": kind, "c": content}


def words(text: str) -> list[Node]:
    """Plain text as inline nodes; a line end in it is a line break."""
    parts = [node("Str", line) for line in text.split("\n")]
    broken = [piece for part in parts for piece in (node("LineBreak"), part)]
    return broken[1:]


def header(level: int, inlines: Sequence[Node]) -> Node:
    """A heading without an id."""
    return node("Header", [level, ["", [], []], list(inlines)])


def attributes(item: Node) -> Attributes:
    """Id, classes and further attributes of a node; empty for a node that can't have any."""
    at = _ATTRIBUTES_AT.get(item["t"])
    if at is None:
        return "", (), {}
    name, classes, pairs = item["c"][at]
    return name, tuple(classes), dict(pairs)


def inlines_of(item: Node) -> list[Node] | None:
    """The inlines inside an inline node, or None where there are none."""
    if item["t"] not in _INNER:
        return None
    at = _INNER[item["t"]]
    return list(item["c"] if at is None else item["c"][at])


def text(inlines: Sequence[Node]) -> str:
    """The text of inlines without their notes; line breaks as line ends."""
    return "".join(_text(item) for item in inlines)


def _text(item: Node) -> str:
    kind = item["t"]
    if kind in ("Space", "SoftBreak"):
        return " "
    if kind == "LineBreak":
        return "\n"
    if kind == "Str":
        return str(item["c"])
    if kind in ("Code", "Math"):
        return str(item["c"][1])
    inner = inlines_of(item)
    return text(inner) if inner is not None else ""


def walk(content: Any) -> Iterator[Node]:
    """Every node in a piece of the tree, in order, those inside others after their holder."""
    if isinstance(content, dict):
        if "t" in content:
            yield content
        for value in content.values():
            yield from walk(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from walk(value)


def block_text(content: Any) -> str:
    """All text in a piece of the tree, its blocks parted by line ends."""
    lines = []
    for item in walk(content):
        if item["t"] in ("Para", "Plain"):
            lines.append(text(item["c"]))
        elif item["t"] == "Header":
            lines.append(text(item["c"][2]))
        elif item["t"] in ("CodeBlock", "RawBlock"):
            lines.append(str(item["c"][1]))
        elif item["t"] == "LineBlock":
            lines.extend(text(line) for line in item["c"])
    return "\n".join(lines)


def short(content: str, most: int = 60) -> str:
    """The beginning of a text, for a message."""
    folded = " ".join(content.split())
    return folded if len(folded) <= most else folded[:most].rstrip() + "…"
