"""Smart punctuation: typed marks in, the language's marks out.

Works on whole blocks, across inline markup, so that a quotation mark beside emphasis is judged
by the letters that a reader sees beside it. Code is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bookbuild import xhtml
from bookbuild.language import Language, Punctuation

NO_BREAK = "\u00a0"
_OPAQUE = "\ufffc"
"""Stands for code and other matter that is not running text."""
_BLOCKS = frozenset(
    "body p h1 h2 h3 h4 li td th caption figcaption blockquote dd dt div ul ol table".split()  # noqa: SIM905
)
_OPAQUE_TAGS = frozenset(
    ("code", "pre", "kbd", "samp", "var", "img", "{http://www.w3.org/1998/Math/MathML}math")
)
_NUMBER = r"\d{1,3}(?:\.\d{3})+|\d{1,4}"
_RANGE = re.compile(rf"(?<![\w.,/-])(?:Rp)?({_NUMBER})-({_NUMBER})(?![\w/-]|[.,]\d)")
_OPENERS = "([{“‘«‹—–-/" + NO_BREAK


@dataclass(slots=True)
class _Run:
    """The text of one block: characters, and the slot that each came from."""

    slots: list[tuple[xhtml.Element, str]]
    lengths: list[int]
    characters: list[str]


def smarten(root: xhtml.Element, language: Language) -> None:
    """Set the language's quotes, dashes, ellipses and no-break spaces in `root`, in place."""
    for run in _runs(root):
        text = "".join(run.characters)
        for rule in (_dashes, _ellipses, _ranges, _quotes, _no_breaks):
            rule(text, run.characters, language.punctuation)
        _write_back(run)


def smart_text(text: str, language: Language) -> str:
    """Plain text with the language's marks."""
    root = xhtml.new("p", text)
    smarten(root, language)
    return root.text or ""


def _runs(root: xhtml.Element) -> list[_Run]:
    runs = [_Run([], [], [])]

    def visit(element: xhtml.Element) -> None:
        block = element.tag in _BLOCKS
        if block:
            runs.append(_Run([], [], []))
        if element.tag in _OPAQUE_TAGS or element.get("data-note"):
            _take(runs[-1], element, "", _OPAQUE)
        else:
            _take(runs[-1], element, "text", element.text or "")
            if element.tag == "br":
                _take(runs[-1], element, "", "\n")
            for child in element:
                visit(child)
                _take(runs[-1], child, "tail", child.tail or "")
        if block:
            runs.append(_Run([], [], []))

    visit(root)
    return [run for run in runs if run.characters]


def _take(run: _Run, element: xhtml.Element, slot: str, text: str) -> None:
    run.slots.append((element, slot))
    run.lengths.append(len(text))
    run.characters.extend(text)


def _write_back(run: _Run) -> None:
    start = 0
    for (element, slot), length in zip(run.slots, run.lengths, strict=True):
        text = "".join(run.characters[start : start + length])
        start += length
        if slot == "text":
            element.text = text or None
        elif slot == "tail":
            element.tail = text or None


def _put(out: list[str], start: int, end: int, text: str) -> None:
    """Replace the characters from `start` to `end` by `text`, keeping the count of places."""
    out[start:end] = [text] + [""] * (end - start - 1)


def _dashes(text: str, out: list[str], marks: Punctuation) -> None:
    for match in re.finditer(r"[ \n]?(?<!-)---(?!-)[ \n]?", text):
        _put(out, *match.span(), marks.dash)
    for match in re.finditer(r"(?<!-)--(?!-)", text):
        _put(out, *match.span(), "–")


def _ellipses(text: str, out: list[str], marks: Punctuation) -> None:
    for match in re.finditer(r"([ \n]?)(?<!\.)\.\.\.(?=\.?(?!\.))", text):
        _put(out, *match.span(), (NO_BREAK if match[1] else "") + marks.ellipsis)


def _ranges(text: str, out: list[str], marks: Punctuation) -> None:
    for match in _RANGE.finditer(text):
        if _is_range(match[1], match[2]):
            _put(out, match.end(1), match.start(2), marks.range_dash)


def _is_range(first: str, last: str) -> bool:
    """True for `2016-2019`, `5.000-6.000`, `1998-99`; not for telephone and part numbers."""
    if first.startswith("0") or last.startswith("0"):
        return False
    begin, end = int(first.replace(".", "")), int(last.replace(".", ""))
    if len(first) == 4 and len(last) == 2:
        return end > begin % 100
    return end > begin


def _quotes(text: str, out: list[str], marks: Punctuation) -> None:
    for index, char in enumerate(text):
        if char not in "\"'" or out[index] != char:
            continue
        before = next((done[-1] for done in reversed(out[max(index - 8, 0) : index]) if done), "")
        after = text[index + 1 : index + 2]
        opens = (not before or before.isspace() or before in _OPENERS) and not after.isspace()
        if char == '"':
            out[index] = marks.open_double if opens and after else marks.close_double
        elif opens and after and not _is_elision(text[index + 1 :], marks):
            out[index] = marks.open_single
        elif before and not before.isspace() and not before.isalnum():
            out[index] = marks.close_single
        else:
            out[index] = marks.close_single if not after.isalnum() else marks.apostrophe


def _is_elision(rest: str, marks: Punctuation) -> bool:
    """True for what an apostrophe shortens: '98, '90s, 'kan."""
    word = re.match(r"\w+", rest)
    if word is None:
        return False
    return re.fullmatch(r"\d\ds?", word[0]) is not None or word[0] in marks.elisions


def _no_breaks(text: str, out: list[str], marks: Punctuation) -> None:
    words = tuple(marks.no_break_before_number), tuple(marks.no_break_after_number)
    for pattern in _no_break_patterns(*words):
        for match in pattern.finditer(text):
            out[match.start(1)] = NO_BREAK


@lru_cache(maxsize=8)
def _no_break_patterns(
    before_numbers: tuple[str, ...], after_numbers: tuple[str, ...]
) -> tuple[re.Pattern[str], ...]:
    before = "|".join(map(re.escape, before_numbers))
    after = "|".join(map(re.escape, after_numbers))
    patterns = (
        rf"(?<!\w)(?:{before})([ \n])(?=\d|[IVXLC]+\b|(?:{before})[ \n])",
        rf"\d([ \n])(?=(?:{after})(?!\w))",
        r"(?<!\w)[A-Z]\.([ \n])(?=[A-Z])",
        r"\w([ \n])(?=\d[\d.,]{0,3}[.?!]?\s*\Z)",  # a number never ends a block alone
    )
    return tuple(map(re.compile, patterns))
