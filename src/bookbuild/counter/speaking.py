"""In which language a page is: the one that was chosen, else the one that the browser asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request

from bookbuild.layout import read_settings
from bookbuild.settings import Settings

LANGUAGES = ("id", "en")
"""The first is for those who ask for neither."""
CHOICE = "bookbuild_language"
"""The cookie that keeps the choice; it holds two letters."""


class PageWords(Settings):
    """``desk/id.toml``: the texts of the pages in one language."""

    words: dict[str, str]


def load_words(folders: tuple[Path, ...]) -> Mapping[str, Mapping[str, str]]:
    """The texts of the pages, by language.

    Raises:
        BookFaults: a file is missing or wrong.
    """
    return {
        name: read_settings(folders, f"desk/{name}.toml", PageWords).words for name in LANGUAGES
    }


def language_of(request: Request) -> str:
    """The language for a request."""
    chosen = request.cookies.get(CHOICE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = request.headers.get("accept-language", "")[:200].lower()
    for part in wanted.split(","):
        tag = part.split(";")[0].strip().split("-")[0]
        if tag in LANGUAGES:
            return tag
    return LANGUAGES[0]
