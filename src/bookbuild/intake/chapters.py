"""Chapters out of a stream of blocks: where one begins, what it is called, what it is.

In: the blocks of a file. Out: `Chapter`s; for all of them together, `Section`s with matter, role
and file name, ready for book.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from bookbuild.book.spec import Matter, Role
from bookbuild.intake.media import ascii_name
from bookbuild.intake.nodes import (
    Node,
    Remark,
    attributes,
    block_text,
    header,
    node,
    short,
    text,
    walk,
)
from bookbuild.intake.prose import GUESSED

OUTLINE = "outline"
"""The class of a heading whose chapter is a plan, not yet text."""
LABEL = re.compile(
    r"\s*(?P<word>bab|chapter)\s+(?P<number>\d{1,3}|[ivxlc]{1,7})(?![\w-])\s*[.:—–-]?\s*",
    re.IGNORECASE,
)
_SHORT = 60
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_TITLES: tuple[tuple[str, Matter, tuple[str, ...]], ...] = (
    (r"kata pengantar|pengantar", "front", ("kata-pengantar",)),
    (r"prakata|preface|sekapur sirih", "front", ("prakata",)),
    (r"pendahuluan|introduction|pengantar penulis", "front", ("pendahuluan",)),
    (r"(kata )?sambutan.*|foreword", "front", ("sambutan",)),
    (r"persembahan|dedication", "front", ("dedication",)),
    (r"ucapan terima kasih|acknowledge?ments", "front", ("ucapan-terima-kasih",)),
    (r"(kata )?penutup|epilog(ue)?|afterword", "back", ("penutup",)),
    (r"daftar (pustaka|rujukan|referensi)|references|bibliography", "back",
     ("daftar-pustaka", "bibliography", "lampiran")),
    (r"glosarium|glossary", "back", ("glosarium", "glossary", "lampiran")),
    (r"lampiran.*|appendi(x|ces).*", "back", ("lampiran",)),
    (r"(tentang|profil|biodata|riwayat( hidup)?) (para )?penulis|about the authors?", "back",
     ("tentang-penulis",)),
)  # fmt: skip
"""Titles that say what a section is; the first role that the specification knows is taken."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section as the source has it, its own heading first among its blocks."""

    title: str
    blocks: tuple[Node, ...]
    remarks: tuple[Remark, ...] = ()
    label: str = ""
    outline: bool = False
    opening: bool = False
    """Text that stood before the first heading."""
    given: str = ""
    """The title, if it is none of the source's words."""


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter with its place in the book."""

    chapter: Chapter
    matter: Matter
    role: str
    file: str


def split(blocks: Sequence[Node], title: str) -> tuple[str, list[Chapter]]:
    """The chapters of a file, and the book's title if the file's only top heading is one.

    `title` names a file without headings.
    """
    levels = [block["c"][0] for block in blocks if block["t"] == "Header"]
    if not levels:
        heading = header(1, [node("Str", title)])
        return "", [Chapter(title, (heading, *blocks), given=title)]
    book_title = _book_title(blocks, levels)
    if book_title:
        blocks, levels = blocks[1:], levels[1:]
    top = min(levels)
    opening, parts = _cut(blocks, top)
    chapters = [_chapter(part, top) for part in _joined(parts)]
    opening = [block for block in opening if block_text(block).strip() or _holds_picture(block)]
    if len(opening) == 1 and _short_line(opening[0]) and not book_title:
        return _short_line(opening[0]), chapters
    if opening:
        chapters.insert(0, _opening(opening))
    return book_title, chapters


def _holds_picture(block: Node) -> bool:
    return any(item["t"] == "Image" for item in walk(block))


def _book_title(blocks: Sequence[Node], levels: Sequence[int]) -> str:
    """The first heading, if it stands alone above several others and has no text of its own."""
    if blocks[0]["t"] != "Header" or len(levels) < 3 or blocks[1]["t"] != "Header":
        return ""
    below = min(levels[1:])
    if levels[0] >= below or levels.count(below) < 2 or levels[1] != below:
        return ""
    return " ".join(text(blocks[0]["c"][2]).split())


def _cut(blocks: Sequence[Node], top: int) -> tuple[list[Node], list[list[Node]]]:
    """The blocks before the first top heading, and those from each on."""
    opening: list[Node] = []
    parts: list[list[Node]] = []
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == top and text(block["c"][2]).strip():
            parts.append([block])
        else:
            (parts[-1] if parts else opening).append(block)
    return opening, parts


def _joined(parts: list[list[Node]]) -> list[list[Node]]:
    """A heading `BAB I` with nothing under it belongs to the heading that follows."""
    out: list[list[Node]] = []
    for part in parts:
        if out and len(out[-1]) == 1 and _is_label(out[-1][0]) and not _is_label(part[0]):
            level, attribute, inlines = part[0]["c"]
            joined = [*out[-1][0]["c"][2], node("LineBreak"), *inlines]
            out[-1] = [node("Header", [level, attribute, joined]), *part[1:]]
        else:
            out.append(part)
    return out


def _is_label(heading: Node) -> bool:
    return bool(LABEL.fullmatch(text(heading["c"][2])))


def _chapter(part: Sequence[Node], top: int) -> Chapter:
    heading, remarks = part[0], []
    _, attribute, inlines = heading["c"]
    label = LABEL.match(text(inlines))
    rest = _without(inlines, label.end()) if label else None
    named = ""
    if label and rest is not None and text(rest).strip():
        named = " ".join(label[0].split()).rstrip(" .:—–-")
        message = f"“{named}” is left to bookbuild, which numbers the chapters"
        remarks.append(Remark("import-changed", message, text=label[0]))
        inlines = rest
    title = " ".join(text(inlines).split())
    levelled, more = _levelled(part[1:], top)
    blocks = (node("Header", [1, attribute, inlines]), *levelled)
    outline = OUTLINE in attributes(heading)[1]
    return Chapter(title, blocks, (*remarks, *more), named, outline)


def _without(inlines: Sequence[Node], count: int) -> list[Node] | None:
    """The inlines without their first `count` characters; None if that cuts into formatting."""
    out = list(inlines)
    while count and out:
        size = len(text([out[0]]))
        if size <= count:
            count -= size
            del out[0]
        elif out[0]["t"] == "Str":
            out[0], count = node("Str", out[0]["c"][count:]), 0
        elif out[0]["t"] == "Strong" and len(out) == 1:
            inner = _without(out[0]["c"], count)
            return None if inner is None else [node("Strong", inner)]
        else:
            return None
    return out


def _levelled(blocks: Sequence[Node], top: int) -> tuple[list[Node], list[Remark]]:
    """The blocks with their headings one level under each other, none skipped."""
    out, remarks, above = [], [], [top]
    for block in blocks:
        if block["t"] != "Header":
            out.append(block)
            continue
        level, attribute, inlines = block["c"]
        while above[-1] >= level and len(above) > 1:
            above.pop()
        if level > above[-1] + 1 and GUESSED not in attribute[1]:
            message = f"“{short(text(inlines))}” skipped a heading level; it moved up"
            remarks.append(Remark("import-changed", message))
        above.append(level)
        out.append(node("Header", [len(above), attribute, inlines]))
    return out, remarks


def _opening(blocks: Sequence[Node]) -> Chapter:
    """The text before the first heading; a heading or short line at its top is its title."""
    message = "the text before the first heading became a section of the front matter"
    hint = "give it a title and a role in book.toml, or delete it"
    remark = Remark("import-guess", message, hint)
    title = _short_line(blocks[0])
    if not title:
        levelled, more = _levelled(blocks, 1)
        return Chapter("", tuple(levelled), (remark, *more), opening=True)
    named = blocks[0]["t"] == "Header"
    level, attribute, inlines = blocks[0]["c"] if named else (1, ["", [], []], blocks[0]["c"])
    levelled, more = _levelled(blocks[1:], level)
    heading = node("Header", [1, attribute, inlines])
    return Chapter(title, (heading, *levelled), (remark, *more), opening=True)


def _short_line(block: Node) -> str:
    """The text of a heading or a short paragraph; nothing for anything else."""
    if block["t"] not in ("Header", "Para", "Plain"):
        return ""
    content = " ".join(text(block["c"][2] if block["t"] == "Header" else block["c"]).split())
    return content if len(content) <= _SHORT else ""


def arrange(chapters: Sequence[Chapter]) -> list[Section]:
    """Every chapter with matter, role and file name; the matters come out in order."""
    guesses = [_meaning(chapter) for chapter in chapters]
    plain = [index for index, (_, role) in enumerate(guesses) if role == "chapter"]
    first = plain[0] if plain else len(chapters)
    last = plain[-1] if plain else -1
    sections = []
    for index, (chapter, (matter, role)) in enumerate(zip(chapters, guesses, strict=True)):
        if matter == "front":
            matter, role = ("front", role) if index < first else ("body", "chapter")
        elif matter == "back":
            matter = "back" if index > last else "front" if index < first else "body"
        sections.append(Section(chapter, matter, role, _file_name(index, chapter, role)))
    if not any(section.matter == "body" for section in sections):
        sections = [replace(section, matter="body") for section in sections]
    return _renumbered(sections)


def _renumbered(sections: Sequence[Section]) -> list[Section]:
    """The sections, with a remark on each chapter whose number will not be the source's."""
    out: list[Section] = []
    count = 0
    for section in sections:
        chapter = section.chapter
        count += section.role == "chapter"
        if chapter.label and section.role == "chapter" and number_of(chapter.label) != count:
            message = f"“{chapter.label}” of the source will be numbered {count}"
            hint = "see whether a chapter is missing, or references name the old number"
            remarks = (*chapter.remarks, Remark("import-changed", message, hint))
            section = replace(section, chapter=replace(chapter, remarks=remarks))
        out.append(section)
    return out


def _meaning(chapter: Chapter) -> tuple[Matter, str]:
    title = " ".join(chapter.title.casefold().split()).rstrip(".:")
    known = get_args(Role)
    for pattern, matter, roles in _TITLES:
        if not chapter.label and re.fullmatch(pattern, title):
            return matter, next(role for role in roles if role in known)
    return ("front", "prakata") if chapter.opening else ("body", "chapter")


def _file_name(index: int, chapter: Chapter, role: str) -> str:
    return f"{index + 1:02}-{ascii_name(chapter.title, role)}.md"


def is_known_title(title: str) -> bool:
    """True for a title such as `Kata Pengantar` or `About the Author`."""
    folded = " ".join(title.casefold().split()).rstrip(".:")
    return len(folded) <= _SHORT and any(re.fullmatch(p, folded) for p, _, _ in _TITLES)


def number_of(label: str) -> int:
    """The number that a label such as `BAB IV` or `Chapter 3` gives."""
    figure = label.split()[-1].lower()
    if figure.isdigit():
        return int(figure)
    values = [_ROMAN[char] for char in figure]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))
