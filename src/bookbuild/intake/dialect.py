"""Plain text made safe in the Markdown dialect, and which of its forms the dialect has.

In: text as an author typed it. Out: Markdown that `book.markup` reads as that same text. Whether
a form is known (verse, maths, definition lists) is asked of the parser itself.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from bookbuild import xhtml
from bookbuild.book import markup
from bookbuild.book.manuscript import Head, Source
from bookbuild.book.spec import Entry

_ALWAYS = re.compile(r"[\\`*_\[\]|{$<]|&(?=[#\w])")
_REFERENCES = {"{": "&#123;", "$": "&#36;", "<": "&lt;", "&": "&amp;"}
"""Characters that a backslash doesn't guard."""
_NUMBER = re.compile(r"(\d+)([.)])(?=\s|$)")
_START = re.compile(r"#|>|[-+](?=\s|$)|\+{2}|-{2}")
_START_REFERENCE = re.compile(r"/(?=/)|:(?=\s)|~(?=~)|=(?==)|!(?=!)|\?(?=\?)")
_CALL_THEN_COLON = re.compile(r"^(\[\^[^\]\s]+\]):")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_SAMPLES = {
    "verse": ("/// verse\nbaris\n///\n", ""),
    "definitions": ("Istilah\n:   arti\n", "dl"),
    "fences": ("```\nkode\n```\n", "pre"),
    "table": ("/// table | judul\n\n| a | b |\n|---|---|\n| c | d |\n///\n", "table"),
    "maths": ("x $a$ y\n", ""),
}


def escape(text: str) -> str:
    """`text` with every mark guarded that means something inside a line; white space folded."""
    return _ALWAYS.sub(lambda match: _REFERENCES.get(match[0], "\\" + match[0]), fold(text))


def fold(text: str) -> str:
    """Line ends and runs of spaces as one space; no-break spaces stay."""
    return _SPACE.sub(" ", text)


def printable(text: str) -> tuple[str, int]:
    """Text in composed form without control characters, and how many of these there were."""
    clean, count = _CONTROL.subn("", text)
    return unicodedata.normalize("NFC", clean), count


def guard(line: str) -> str:
    """A line of Markdown, its beginning guarded so that it stays running text."""
    line = _CALL_THEN_COLON.sub(r"\1&#58;", line.strip(" "), count=1)
    if number := _NUMBER.match(line):
        return f"{number[1]}\\{line[number.end(1) :]}"
    if _START.match(line):
        return "\\" + line
    if _START_REFERENCE.match(line):
        return f"&#{ord(line[0])};{line[1:]}"
    return line


def guard_heading(text: str) -> str:
    """The text of a heading: a `#` at its end would be taken for a fence."""
    text = text.strip(" ")
    return f"{text[:-1]}\\#" if text.endswith("#") and not text.endswith("\\#") else text


def quoted(text: str) -> str:
    """Text for a picture's alternative or title, without formatting."""
    return escape(text).replace('"', "&quot;").strip(" ")


@functools.cache
def knows(form: str) -> bool:
    """True when the dialect has the form; the answer is the parser's own."""
    sample, tag = _SAMPLES[form]
    root, faults = markup.parse(sample_source(sample))
    if root is None or faults:
        return False
    return bool(xhtml.elements(root, tag)) if tag else "$" not in xhtml.all_text(root)


def sample_source(text: str, file: str = "manuscript/contoh.md") -> Source:
    """A chapter that holds `text`, as the parser wants it."""
    name = file.removeprefix("manuscript/")
    return Source(Entry(matter="body", role="chapter", file=name), file, Head(), text, 1)
