"""A book's folder as it grows: files, their place in the book, and the lines they will fill."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

LINES = 38
"""Lines on a page of the default layout at 15 x 23 cm."""
CHARACTERS = 66.0
"""Characters on a line of running text, measured on a built book."""
NOTE_CHARACTERS = 80.0
NOTE_LINE = 11.5 / 14
"""A note's line in lines of text."""
RUNNING_HEAD = 44
"""Characters that a running head holds."""
OPENER = 12
"""Lines above a chapter's text."""

SPECIFICATION = """slug = "{slug}"
identifier = "urn:uuid:5a0c7c3e-0000-4000-8000-{seed:012d}"
title = "{title}"
language = "{language}"
revision = 1
modified = 2026-01-01T00:00:00Z
description = "{title}."
trim = {{ width = "15 cm", height = "23 cm" }}
paper = {{ name = "bookpaper", gsm = 72, caliper = "0.108 mm", measured = true }}
cover = {{ name = "ivory", gsm = 230, caliper = "0.31 mm", measured = true }}
bibliography = {{ file = "works.bib", style = "chicago-author-date", all = true }}

[[contributors]]
name = "{author}"
role = "author"

[rights]
holder = "{author}"
year = 2026
notice = true
"""


@dataclass
class Text:
    """The Markdown of one section, and about how many lines of print it fills."""

    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: float = 0

    def add(self, block: str, lines: float) -> None:
        """A block between empty lines."""
        self.blocks.append(block)
        self.lines += lines

    def paragraph(self, text: str, indent: int = 0) -> None:
        """Running text; a deep `indent` leaves fewer characters on a line."""
        self.add(text, math.ceil(len(text) / (CHARACTERS - indent) + 0.15))

    def note(self, key: str, text: str) -> str:
        """A note's call; its text goes to the end of the file."""
        self.notes.append(f"[^{key}]: {text}")
        self.lines += math.ceil(len(text) / NOTE_CHARACTERS) * NOTE_LINE
        return f"[^{key}]"

    def __str__(self) -> str:
        return "\n\n".join([*self.blocks, *self.notes]) + "\n"


class Binder:
    """Writes the files and lists them in reading order."""

    def __init__(self, folder: Path) -> None:
        self.manuscript = folder / "manuscript"
        self.manuscript.mkdir(parents=True)
        self.listing = ""
        self.count = 0

    def add(self, matter: str, role: str, text: Text | str | None = None) -> None:
        """A section; one without text is made by bookbuild."""
        self.listing += "\n[[manuscript]]\n"
        if text is not None:
            name = f"{self.count:03}-{role}.md"
            self.count += 1
            (self.manuscript / name).write_text(str(text), "utf-8")
            self.listing += f'file = "{name}"\n'
        self.listing += f'matter = "{matter}"\nrole = "{role}"\n'

    def bind(self, *, slug: str, seed: int, title: str, language: str, author: str) -> None:
        """The specification, with everything that was added."""
        head = SPECIFICATION.format(
            slug=slug, seed=seed, title=title, language=language, author=author
        )
        (self.manuscript / "book.toml").write_text(head + self.listing, "utf-8")


def opening(title: str, name: str) -> str:
    """A section's title with its id, and a shorter one where it is too long for running heads."""
    head = ""
    if len(title) > RUNNING_HEAD:
        short = title[: title.rindex(" ", 0, RUNNING_HEAD)]
        head = f'+++\nshort_title = "{short}"\n+++\n\n'
    return f"{head}# {title} {{#{name}}}"


def works(entries: list[tuple[str, str, str, int]]) -> str:
    """A BibTeX file of books: key, author (Family, Given), title, year."""
    return "\n".join(
        f"@book{{{key},\n  author = {{{author}}},\n  title = {{{title}}},\n"
        f"  year = {{{year}}},\n  publisher = {{Penerbit Daun}},\n  address = {{Bandung}}\n}}\n"
        for key, author, title, year in entries
    )
