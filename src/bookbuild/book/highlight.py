"""Quiet highlighting of code for black ink: keywords bold, comments italic. Owner of Pygments."""

from __future__ import annotations

from functools import cache
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword
from pygments.util import ClassNotFound

from bookbuild import xhtml


@cache
def lexer(language: str) -> Lexer | None:
    """What reads code in `language`, or None if nobody does."""
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def lines(code: str, language: str) -> list[xhtml.Element]:
    """The code as `span.line` elements, each with its line end inside; `b.k` and `i.c` in them."""
    reader = lexer(language) if language else None
    tokens = reader.get_tokens(code) if reader else [(None, code)]
    current = xhtml.new("span", class_="line")
    found = [current]
    for kind, text in tokens:
        for index, piece in enumerate(text.split("\n")):
            if index:
                _add(current, "\n", "")
                current = xhtml.new("span", class_="line")
                found.append(current)
            _add(current, piece, _tag(kind))
    if len(found) > 1 and not xhtml.all_text(found[-1]):
        found.pop()
    return found


def _tag(kind: Any) -> str:
    if kind in Keyword:
        return "b"
    return "i" if kind in Comment else ""


def _add(line: xhtml.Element, text: str, tag: str) -> None:
    if not text:
        return
    if tag:
        xhtml.child(line, tag, text, **{"class": "k" if tag == "b" else "c"})
    elif len(line):
        line[-1].tail = (line[-1].tail or "") + text
    else:
        line.text = (line.text or "") + text
