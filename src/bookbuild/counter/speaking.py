"""In which language a page is: the one that was chosen, else the one that the browser asks for."""

from __future__ import annotations

from starlette.requests import Request

from bookbuild.messages import LANGUAGES

CHOICE = "bookbuild_language"
"""The cookie that keeps the choice; it holds two letters."""


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
