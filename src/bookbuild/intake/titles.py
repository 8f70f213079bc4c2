"""Titles that nobody marked: paragraphs in, the same with some of them made headings.

Only for sources without a single heading. Each guess is marked with the class `guessed`, so that
it is remarked where it stands in the result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookbuild.intake.chapters import LABEL, OUTLINE, is_known_title
from bookbuild.intake.nodes import Node, node, text, words
from bookbuild.intake.prose import GUESSED

_PLAN = re.compile(r"(?P<title>[^()\[\]]+?)\s*[(\[](?P<parts>.+)[)\]]\s*\.?", re.DOTALL)
_LONGEST = 80
_ALONE = 60
_BODY = 100
"""A paragraph of this length under a short line makes that line a title."""
_UNFINISHED = re.compile(r"[\w)!?]$")
_PLACEHOLDER = re.compile(r"[\s.…]*|dst\.?|dll\.?|etc\.?", re.IGNORECASE)


def begins_chapter(line: str) -> bool:
    """True for a line such as `BAB I`, `Bab 1 Judul` or `Chapter 3: Title (One; Two)`."""
    match = LABEL.match(line)
    if match is None:
        return False
    rest = line[match.end() :]
    return not rest or rest[0].isupper() or rest[0].isdigit() or rest[0] in "“\"‘'"


def promote(blocks: Sequence[Node]) -> list[Node]:
    """The blocks with titles as headings; unchanged if the source has headings of its own."""
    if any(block["t"] == "Header" for block in blocks):
        return list(blocks)
    kinds = [_kind(blocks, index) for index in range(len(blocks))]
    kinds = _with_titles_of_labels(blocks, kinds)
    levels = _levels(kinds)
    out: list[Node] = []
    for index, block in enumerate(blocks):
        kind = kinds[index]
        if not kind:
            out.append(block)
        elif kind == "plan":
            alone = index + 1 == len(blocks) or kinds[index + 1] in ("plan", "label", "known")
            out.extend(_plan(block) if alone else [_heading(1, block["c"], GUESSED)])
        else:
            guessed = () if kind == "known" else (GUESSED,)
            out.append(_heading(levels[kind], block["c"], *guessed))
    return out


def _kind(blocks: Sequence[Node], index: int) -> str:
    """What kind of title a block is; nothing for running text."""
    block = blocks[index]
    if block["t"] not in ("Para", "Plain"):
        return ""
    content = " ".join(text(block["c"]).split())
    if any(item["t"] in ("Image", "Note", "Math") for item in block["c"]) or not content:
        return ""
    if begins_chapter(content):
        if _sections(content):
            return "plan"
        short_enough = len(content) <= _LONGEST and not content.endswith((".", ",", ";"))
        return "label" if short_enough else ""
    if is_known_title(content):
        return "known"
    letters = [char for char in content if char.isalpha()]
    if len(content) > _LONGEST or len(letters) < 3:
        return ""
    if content.isupper() and not content.endswith((",", ";", ":")):
        return "capitals"
    return "alone" if _stands_alone(blocks, index, content) else ""


def _stands_alone(blocks: Sequence[Node], index: int, content: str) -> bool:
    """A short line without a final stop, before a paragraph that is much longer."""
    if len(content) > _ALONE or not content[0].isupper() or not _UNFINISHED.search(content):
        return False
    if index + 1 == len(blocks) or blocks[index + 1]["t"] != "Para":
        return False
    return len(text(blocks[index + 1]["c"])) >= max(_BODY, 2 * len(content))


def _with_titles_of_labels(blocks: Sequence[Node], kinds: Sequence[str]) -> list[str]:
    """After a bare `BAB I`, a short paragraph is the chapter's title."""
    out = list(kinds)
    for index in range(1, len(blocks)):
        if kinds[index - 1] != "label" or not LABEL.fullmatch(text(blocks[index - 1]["c"])):
            continue
        block = blocks[index]
        content = text(block["c"]).strip() if block["t"] in ("Para", "Plain") else ""
        if content and len(content) <= _LONGEST and not content.endswith("."):
            out[index] = "label" if kinds[index] != "plan" else "plan"
    return out


def _levels(kinds: Sequence[str]) -> dict[str, int]:
    chapters = any(kind in ("label", "plan") for kind in kinds)
    capitals = 2 if chapters else 1
    higher = chapters or "capitals" in kinds
    alone = (capitals + 1 if "capitals" in kinds else 2) if higher else 1
    return {"label": 1, "plan": 1, "known": 1, "capitals": capitals, "alone": alone}


def _heading(level: int, inlines: Sequence[Node], *classes: str) -> Node:
    return node("Header", [level, ["", list(classes), []], list(inlines)])


def _sections(content: str) -> list[str]:
    """The sections that a plan of a chapter names between its brackets; two at least."""
    match = LABEL.match(content)
    plan = _PLAN.fullmatch(content[match.end() :]) if match else None
    if plan is None:
        return []
    parts = plan["parts"].split(";" if ";" in plan["parts"] else ",")
    named = [part.strip() for part in parts if not _PLACEHOLDER.fullmatch(part.strip())]
    return named if len(parts) > 1 else []


def _plan(block: Node) -> list[Node]:
    """A chapter in outline: its title, and its sections as headings."""
    content = " ".join(text(block["c"]).split())
    end = re.search(r"\s*[(\[]", content)
    title = content[: end.start()] if end else content
    sections = [_heading(2, words(part)) for part in _sections(content)]
    return [_heading(1, words(title), GUESSED, OUTLINE), *sections]
