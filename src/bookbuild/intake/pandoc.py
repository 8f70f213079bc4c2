"""Pandoc, the reader of foreign manuscripts: a file in, its tree out; a tree in, its text out.

Owner of pypandoc, which brings Pandoc with it. Pandoc runs in its sandbox: it opens the file it is
given and nothing else, neither other files nor the network.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import pypandoc

from bookbuild.errors import BookbuildError, ExitCode
from bookbuild.intake.nodes import Node

FORMATS = {
    ".docx": "docx",
    ".odt": "odt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown-citations-smart",
    ".markdown": "markdown-citations-smart",
}
"""How Pandoc calls the kinds of manuscript that it reads for us, by the file's ending."""

_OPTIONS = {"docx": ("--track-changes=all",)}
_API = "pandoc-api-version"
# Pandoc's warnings are about its own readers; what was lost is found by comparing words.
logging.getLogger("pypandoc").setLevel(logging.ERROR)


class Unreadable(BookbuildError):
    """A manuscript that Pandoc can't read."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Tree:
    """A file as Pandoc reads it."""

    blocks: tuple[Node, ...]
    meta: dict[str, Node]
    """Title, author and whatever else the file says of itself, still as nodes."""
    version: tuple[int, ...]


def read(file: Path, media: Path) -> Tree:
    """The tree of `file`; pictures inside it are written to the folder `media`.

    Raises:
        Unreadable: Pandoc can't make sense of the file.
    """
    kind = FORMATS[file.suffix.lower()]
    options = [f"--extract-media={media}", *_OPTIONS.get(kind, ())]
    try:
        answer = pypandoc.convert_file(
            str(file.resolve()), "json", format=kind, extra_args=options, sandbox=True
        )
    except RuntimeError as fault:
        said = " ".join(str(fault).split())
        raise Unreadable(
            f"{file} can't be read as {file.suffix.lower()}: {said}. "
            "Open it in the program it comes from and save it again."
        ) from None
    tree = json.loads(answer)
    return Tree(tuple(tree["blocks"]), tree["meta"], tuple(tree[_API]))


def plain_text(blocks: list[Node], version: tuple[int, ...]) -> str:
    """The text of blocks as Pandoc writes it, one paragraph a line, notes at the end."""
    tree = json.dumps({_API: list(version), "meta": {}, "blocks": blocks})
    options = ["--wrap=none", "--reference-location=document", "--columns=100000"]
    return str(pypandoc.convert_text(tree, "plain", format="json", extra_args=options))
