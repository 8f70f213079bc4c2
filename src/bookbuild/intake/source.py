"""One manuscript file: its path in, its chapters out, with its own words to compare them with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookbuild.errors import BookbuildError, ExitCode
from bookbuild.intake import pandoc, plain
from bookbuild.intake.chapters import Chapter, split
from bookbuild.intake.nodes import Node, Remark, short, text, walk
from bookbuild.intake.tidy import tidy
from bookbuild.intake.titles import promote
from bookbuild.intake.words import flat

_TEXT = (".txt", ".text")
KINDS = (*sorted(pandoc.FORMATS), *_TEXT)
"""The endings of files that can be imported."""
_TAKEN = ("title", "subtitle", "author")
_TECHNICAL = ("generator", "viewport", "lang", "dir", "css", "header-includes", "toc-title")


class BadSource(BookbuildError):
    """A file that can't be imported."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A file, read."""

    file: Path
    media: Path
    """Where the pictures that were inside the file lie."""
    chapters: tuple[Chapter, ...]
    words: str
    """Its text, as somebody else reads it."""
    title: str = ""
    subtitle: str = ""
    author: str = ""
    heading: str = ""
    """A heading that stood above all chapters: the book's title, most likely."""
    remarks: tuple[Remark, ...] = ()


def read(file: Path, media: Path) -> Manuscript:
    """Read a manuscript; pictures inside it go to the folder `media`.

    Raises:
        BadSource: the file is missing, of an unknown kind, or empty.
        pandoc.Unreadable: it is broken.
    """
    kind = file.suffix.lower()
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise BadSource(f"{file} is of no kind that can be imported. Known endings: {known}.")
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise BadSource(f"{file} can't be read: {fault.strerror or fault}") from None
    found = _read_text(file, data, media) if kind in _TEXT else _read_tree(file, media)
    if not found.words.strip():
        raise BadSource(f"{file} holds no text. Name a manuscript.")
    return found


def _read_text(file: Path, data: bytes, media: Path) -> Manuscript:
    text, said = plain.decode(data)
    blocks, guessed = plain.blocks(text)
    blocks, dropped = tidy(blocks)
    heading, chapters = split(promote(blocks), _name(file))
    remarks = (*said, *guessed, *dropped)
    return Manuscript(file, media, tuple(chapters), text, heading=heading, remarks=remarks)


def _read_tree(file: Path, media: Path) -> Manuscript:
    tree = pandoc.read(file, media)
    blocks, dropped = tidy(tree.blocks)
    facts, unused = _facts(tree.meta)
    heading, chapters = split(promote(blocks), facts["title"] or _name(file))
    words = pandoc.plain_text(flat(list(tree.blocks)), tree.version)
    remarks = (*unused, *dropped)
    return Manuscript(
        file, media, tuple(chapters), words, **facts, heading=heading, remarks=remarks
    )


def _facts(meta: Mapping[str, Node]) -> tuple[dict[str, str], tuple[Remark, ...]]:
    """Title, subtitle and author of the file's head, and a remark for whatever else is there."""
    facts = {name: _said(meta.get(name), ", " if name == "author" else " ") for name in _TAKEN}
    remarks = [
        Remark("import-lost", f"the file's “{name}” is not in the book: “{short(said, 200)}”",
               "give it in book.toml or in the text")
        for name, value in sorted(meta.items())
        if name not in (*_TAKEN, *_TECHNICAL) and (said := _said(value, "; "))
    ]  # fmt: skip
    return facts, tuple(remarks)


def _said(value: Node | None, between: str) -> str:
    """A fact as text; lists and paragraphs are put together."""
    if value is None:
        return ""
    kind: str = value["t"]
    content: Any = value.get("c")
    if kind == "MetaString":
        return str(content)
    if kind == "MetaInlines":
        return " ".join(text(content).split())
    if kind == "MetaList":
        return between.join(said for part in content if (said := _said(part, between)))
    if kind == "MetaBlocks":
        lines = [text(i["c"]) for i in walk(content) if i["t"] in ("Para", "Plain")]
        return " ".join(" ".join(lines).split())
    return ""


def _name(file: Path) -> str:
    """The name of a file as a title."""
    return re.sub(r"[\s_]+", " ", file.stem).strip() or "Naskah"
