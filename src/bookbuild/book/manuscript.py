"""The manuscript's files, read once.

In: a book's folder. Out: a frozen `Manuscript` (specification and sources) with findings.
The only module of `book` that touches the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bookbuild.book.spec import BookSpec, Entry
from bookbuild.citing.citations import Style, read_style
from bookbuild.citing.library import Library, read_library
from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.errors import BookFaults, NoBook
from bookbuild.folders import MANUSCRIPT
from bookbuild.settings import Settings, Text, read
from bookbuild.textfile import decode

SPECIFICATION = "book.toml"
_FENCE = "+++"


class Head(Settings):
    """What a section says of itself, between two lines of `+++` at its top."""

    status: Literal["complete", "outline"] = "complete"
    short_title: Text | None = None
    """The title as the running head prints it."""
    author: Text | None = None
    """Who wrote this chapter, where that is not the book's author."""
    numbered: bool = True
    """False for a chapter without number."""
    epigraph: Text | None = None
    epigraph_source: Text | None = None
    """Whose words the epigraph is."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the manuscript: its place, its head and its Markdown text."""

    entry: Entry
    file: str
    """Path relative to the book's folder, with forward slashes."""
    head: Head
    text: str
    first_line: int
    """The line of the file on which `text` begins."""

    def place_of(self, needle: str, occurrence: int = 0) -> Place:
        """Where `needle` stands in the file; the file alone if it isn't found."""
        position = -1
        for _ in range(occurrence + 1):
            position = self.text.find(needle, position + 1)
            if position < 0:
                return Place(self.file)
        return self._place_at(position)

    def place_of_id(self, name: str, occurrence: int = 0) -> Place:
        """Where the id is given (`{#name}`, `id="name"`) for the nth time after the first."""
        given = re.compile(rf"\{{[^}}\n]*#{re.escape(name)}(?![\w-])|id=[\"']?{re.escape(name)}\b")
        return self.place_of_match(given, occurrence)

    def place_of_match(self, pattern: re.Pattern[str], occurrence: int = 0) -> Place:
        """Where `pattern` matches for the nth time after the first; the file alone if nowhere."""
        starts = [match.start() for match in pattern.finditer(self.text)]
        return self._place_at(starts[occurrence]) if occurrence < len(starts) else Place(self.file)

    def _place_at(self, position: int) -> Place:
        return Place(self.file, self.first_line + self.text.count("\n", 0, position))


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The specification and every source in reading order."""

    folder: Path
    spec: BookSpec
    sources: tuple[Source, ...]
    library: Library | None
    style: Style | None
    """The works that may be cited, and how; None for a book that cites none."""
    findings: tuple[Diagnostic, ...]


def read_manuscript(folder: Path) -> Manuscript:
    """Read the book in `folder`.

    Raises:
        NoBook: the folder has no ``manuscript/book.toml``.
        BookFaults: the specification or a file can't be used; carries all such faults.
    """
    spec = read_specification(folder)
    findings = list(_check_listing(folder, spec))
    sources = []
    for entry in spec.manuscript:
        if entry.file is not None:
            source, faults = _read_source(folder, entry, entry.file)
            findings.extend(faults)
            if source is not None:
                sources.append(source)
    library, style, faults = _read_bibliography(folder, spec)
    findings.extend(faults)
    if any(finding.severity == "error" for finding in findings):
        raise BookFaults(findings)
    return Manuscript(folder, spec, tuple(sources), library, style, tuple(findings))


def _read_bibliography(
    folder: Path, spec: BookSpec
) -> tuple[Library | None, Style | None, tuple[Diagnostic, ...]]:
    asked = spec.bibliography
    if asked is None:
        return None, None, ()
    data, faults = _read_bytes(folder, asked.file)
    if data is None:
        return None, None, faults
    library, faults = read_library(data, f"{MANUSCRIPT}/{asked.file}")
    own: bytes | None = None
    if asked.style_file is not None:
        own, more = _read_bytes(folder, asked.style_file)
        if own is None:
            return library, None, faults + more
    name = asked.style if own is None else f"{MANUSCRIPT}/{asked.style}"
    style, more = read_style(name, own)
    return library, style, faults + more


def _read_bytes(folder: Path, name: str) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The content of a file of the manuscript that isn't Markdown."""
    place = Place(f"{MANUSCRIPT}/{SPECIFICATION}")
    path = path_inside(folder / MANUSCRIPT, name)
    if path is None:
        hint = "keep every file of the book inside its folder"
        return None, (error("manuscript-file", f"“{name}” lies outside manuscript/", place, hint),)
    try:
        return path.read_bytes(), ()
    except OSError as fault:
        said = fault.strerror or str(fault)
        hint = "mend the file, or its name in book.toml"
        message = f"“{name}” can't be read: {said}"
        return None, (error("manuscript-file", message, place, hint),)


def read_specification(folder: Path) -> BookSpec:
    """Read ``manuscript/book.toml``; raises as `read_manuscript` does."""
    path = folder / MANUSCRIPT / SPECIFICATION
    if not path.is_file():
        raise NoBook(
            f"{folder} holds no book: {MANUSCRIPT}/{SPECIFICATION} is not there. "
            "Name the folder that has a manuscript/ in it."
        )
    file = f"{MANUSCRIPT}/{SPECIFICATION}"
    text, faults = _read_text(path, file)
    if text is None:
        raise BookFaults(faults)
    spec, faults = read(BookSpec, text, file)
    if spec is None:
        raise BookFaults(faults)
    return spec


def _check_listing(folder: Path, spec: BookSpec) -> Iterator[Diagnostic]:
    place = Place(f"{MANUSCRIPT}/{SPECIFICATION}")
    order = {"front": 0, "body": 1, "back": 2}
    matters = [order[entry.matter] for entry in spec.manuscript]
    if matters != sorted(matters):
        yield error(
            "manuscript-order",
            "the sections' matters are out of order",
            place,
            "list all front matter first, then the body, then the back matter",
        )
    files = [entry.file for entry in spec.manuscript if entry.file is not None]
    for name in sorted({name for name in files if files.count(name) > 1}):
        yield error("manuscript-twice", f"“{name}” is listed twice", place, "list each file once")
    listed = {(folder / MANUSCRIPT / name).resolve() for name in files}
    for path in sorted((folder / MANUSCRIPT).glob("**/*.md")):
        if path.resolve() not in listed:
            yield warning(
                "manuscript-unlisted",
                f"“{path.relative_to(folder / MANUSCRIPT).as_posix()}” is not part of the book",
                Place(path.relative_to(folder).as_posix()),
                "list it under [[manuscript]] or move it out of manuscript/",
            )


def path_inside(folder: Path, name: str) -> Path | None:
    """The path of `name` under `folder`, or None if it leads out of it, also by a link."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def _read_source(
    folder: Path, entry: Entry, name: str
) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    file = f"{MANUSCRIPT}/{name}"
    path = path_inside(folder / MANUSCRIPT, name)
    if path is None:
        hint = "keep every file of the book inside its folder"
        place = Place(f"{MANUSCRIPT}/{SPECIFICATION}")
        return None, (error("manuscript-file", f"“{name}” lies outside manuscript/", place, hint),)
    text, faults = _read_text(path, file)
    if text is None:
        return None, faults
    head, body, first_line, faults = _split_head(text, file)
    if head is None:
        return None, faults
    if not body.strip():
        fault = error("manuscript-empty", "the file holds no text", Place(file), "write its title")
        return None, (fault,)
    return Source(entry, file, head, body, first_line), ()


def _read_text(path: Path, file: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    try:
        data = path.read_bytes()
    except OSError as fault:
        said = fault.strerror or str(fault)
        hint = "mend the file, or its name in book.toml"
        return None, (error("manuscript-file", f"can't be read: {said}", Place(file), hint),)
    return decode(data, file)


def _split_head(text: str, file: str) -> tuple[Head | None, str, int, tuple[Diagnostic, ...]]:
    lines = text.split("\n")
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines[start].strip() != _FENCE:
        return Head(), text, 1, ()
    for index in range(start + 1, len(lines)):
        if lines[index].strip() == _FENCE:
            toml = "\n".join(lines[start + 1 : index])
            head, faults = read(Head, toml, file, first_line=start + 2)
            return head, "\n".join(lines[index + 1 :]), index + 2, faults
    fault = error(
        "spec-syntax", f"the head that opens with {_FENCE} is never closed", Place(file, start + 1)
    )
    return None, "", 1, (fault,)
