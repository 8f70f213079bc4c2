"""New books: the few facts that a book can't do without in, the files of its folder out.

Templates lie beside this module. The identifier is made from title and author, so that the same
call gives the same book.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from string import Template

from bookbuild.book.manuscript import FOLDER, SPECIFICATION
from bookbuild.choices import Tongue
from bookbuild.errors import BookbuildError, ExitCode
from bookbuild.intake.dialect import escape
from bookbuild.intake.media import ascii_name

_TEMPLATES = resources.files("bookbuild.intake") / "templates"


class BookExists(BookbuildError):
    """The folder already holds a book, which nothing may overwrite."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Facts:
    """What a new book's specification begins with."""

    title: str
    author: str
    language: Tongue
    modified: datetime
    """In UTC; comes in as data, because nothing below the command line reads the clock."""
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A section as `[[manuscript]]` lists it."""

    file: str
    matter: str
    role: str


def starter(facts: Facts) -> dict[str, bytes]:
    """The files of a small book that builds at once, by path under the book's folder."""
    folder = _TEMPLATES / facts.language
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
    roles = [("front", "prakata"), ("body", "chapter"), ("back", "tentang-penulis")]
    listing = [Listed(name, *role) for name, role in zip(names, roles, strict=True)]
    values = {"title": escape(facts.title), "author": escape(facts.author)}
    files = {
        f"{FOLDER}/{name}": Template((folder / name).read_text("utf-8")).substitute(values).encode()
        for name in names
    }
    return {f"{FOLDER}/{SPECIFICATION}": specification(facts, listing), **files}


def specification(facts: Facts, listing: Sequence[Listed]) -> bytes:
    """The text of book.toml: these facts, these sections, every other key in a comment."""
    template = Template((_TEMPLATES / SPECIFICATION).read_text("utf-8"))
    subtitle = f"subtitle = {_quoted(facts.subtitle)}" if facts.subtitle else '# subtitle = "…"'
    text = template.substitute(
        slug=ascii_name(facts.title, "buku"),
        identifier=identifier(facts.title, facts.author),
        title=_quoted(facts.title),
        subtitle=subtitle,
        author=_quoted(facts.author),
        language=facts.language.value,
        modified=facts.modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
        manuscript="\n".join(_entry(section) for section in listing),
    )
    return text.encode()


def identifier(title: str, author: str) -> str:
    """A UUID that title and author decide (RFC 9562, version 5): nothing about it is random."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'bookbuild:{title}|{author}')}"


def _entry(section: Listed) -> str:
    pairs = (("file", section.file), ("matter", section.matter), ("role", section.role))
    return "\n".join(["[[manuscript]]", *(f"{key} = {_quoted(v)}" for key, v in pairs), ""])


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def refuse_existing(folder: Path) -> None:
    """Stop if the folder already has a book.

    Raises:
        BookExists: ``manuscript/book.toml`` is there.
    """
    if (folder / FOLDER / SPECIFICATION).exists():
        raise BookExists(
            f"{folder} already holds a book ({FOLDER}/{SPECIFICATION}); nothing was written. "
            "Name another folder, or move that book away."
        )


def place(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into the folder; book.toml last, so that half a book is none.

    Raises:
        BookExists: the folder has a book, or one of the files.
        BookbuildError: it can't be written.
    """
    refuse_existing(folder)
    for name in files:
        if (folder / name).exists():
            raise BookExists(f"{folder / name} already exists; nothing was written. Move it away.")
    try:
        for name in sorted(files, key=lambda name: name.endswith(SPECIFICATION)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(files[name])
    except OSError as fault:
        raise BookbuildError(f"can't write to {folder}: {fault.strerror or fault}") from None
