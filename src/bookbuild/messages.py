"""The texts of pages that are no book's: the operator's and the catalogue's, in each language.

In: ``layouts/messages/CODE.toml``. Out: texts by language and key, the same keys in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bookbuild.layout import read_settings
from bookbuild.settings import Settings

LANGUAGES = ("id", "en")
"""Of the pages; the first is for those who ask for none of them."""

Messages = Mapping[str, Mapping[str, str]]


class _Texts(Settings):
    """``messages/id.toml``: the texts in one language."""

    words: dict[str, str]


def load_messages(folders: tuple[Path, ...]) -> Messages:
    """The texts, by language.

    Raises:
        BookFaults: a file is missing or wrong.
    """
    return {name: read_settings(folders, f"messages/{name}.toml", _Texts).words
            for name in LANGUAGES}  # fmt: skip
