"""Text while the citation engine works on it: XHTML in, marked text, XHTML out.

The engine joins plain strings and looks at their last letters; so markup travels through it as
single private characters, which no rule of its own can split or escape.
"""

from __future__ import annotations

import re
import unicodedata

from bookbuild import xhtml

_TAGS = ("em", "strong", "sup", "sub", "small-caps", "nocase", "foreign")
_OPEN = {tag: chr(0xE000 + 2 * at) for at, tag in enumerate(_TAGS)}
_CLOSE = {tag: chr(0xE001 + 2 * at) for at, tag in enumerate(_TAGS)}
_OPENED = {mark: tag for tag, mark in _OPEN.items()}
_CLOSED = {mark: tag for tag, mark in _CLOSE.items()}
MARKS = "".join((*_OPENED, *_CLOSED))
_M = f"[{MARKS}]*"
_ADDRESS = re.compile(
    rf"(?:https?://|(?<=doi: )10\.\d{{4,9}}/|(?<=doi:)10\.\d{{4,9}}/)[^\s<>“”{MARKS}]+"
)
_STOP_WORDS = re.compile(
    "a|an|and|as|at|but|by|down|for|from|in|into|nor|of|on|onto|or|over|so|the|till|to|up|via|with|yet"
)
_SEAMS = (
    (re.compile(rf"([.?!…]{_M}[”’»]{_M})\."), r"\1"),
    (re.compile(rf"([.?!…]{_M})\.+"), r"\1"),
    (re.compile(rf",({_M}),"), r",\1"),
    (re.compile(rf";({_M})[;,]"), r";\1"),
    (re.compile(rf":({_M})[:,;.]"), r":\1"),
    (re.compile(rf"[,;]({_M})\."), r"\1."),
    (re.compile(r" +([,;:.!?)\]])(?=\s|$)"), r"\1"),
    (re.compile(rf"([(\[]{_M}) +"), r"\1"),
    (re.compile(rf"  +({_M}) *"), r" \1"),
    (re.compile(rf" ({_M}) +"), r" \1"),
    (
        re.compile(rf"([.?!…]{_M}[”’]?{_M} )(ed|no|vol)(?=\. (ke-)?\d)"),
        lambda label: label[1] + label[2].capitalize(),
    ),
)  # fmt: skip
"""What two pieces of a citation must not leave where they meet."""


def marked(tag: str, text: str) -> str:
    """`text` inside the marks of `tag`."""
    return f"{_OPEN[tag]}{text}{_CLOSE[tag]}" if text else ""


def from_xhtml(fragment: str) -> str:
    """An XHTML fragment as marked text."""
    return _flatten(xhtml.parse(fragment)) if "<" in fragment or "&" in fragment else fragment


def _flatten(element: xhtml.Element) -> str:
    parts = [element.text or ""]
    for child in element:
        name = child.get("class") or str(child.tag)
        inner = _flatten(child)
        parts += [marked(name, inner) if name in _OPEN else inner, child.tail or ""]
    return "".join(parts)


def without_marks(text: str) -> str:
    """The text alone."""
    return re.sub(f"[{MARKS}]", "", text)


def set_case(text: str, how: str, language: str) -> str:
    """`text` in another case (CSL's `text-case`); what is marked `nocase` stays as it is."""
    if how in ("title", "sentence") and not language.startswith("en"):
        return text  # those are habits of English
    if how in ("lowercase", "uppercase"):
        change = str.lower if how == "lowercase" else str.upper
        return _outside(text, change)
    if how == "capitalize-first":
        return _first_up(text)
    words = list(re.finditer(r"[^\W_][\w’'-]*", _outside(text, lambda part: part, hide=True)))
    out = text
    for at, word in enumerate(words):
        start, end = word.span()
        before = without_marks(text[:start]).rstrip()[-1:]
        edge = at == 0 or before in ":.?!" or (how == "title" and at == len(words) - 1)
        out = out[:start] + _word(word[0], how, edge) + out[end:]
    return out


def _word(word: str, how: str, edge: bool) -> str:
    if how == "sentence":
        return word if edge or word.isupper() else word.lower()
    if not word.islower() or (how == "title" and not edge and _STOP_WORDS.fullmatch(word)):
        return word
    return word[0].upper() + word[1:]


def _outside(text: str, change: object, hide: bool = False) -> str:
    """`text` with `change` done to what isn't `nocase`; or that hidden behind underscores."""
    parts = re.split(f"({_OPEN['nocase']}[^{_CLOSE['nocase']}]*{_CLOSE['nocase']})", text)
    for at, part in enumerate(parts):
        if at % 2:
            parts[at] = "_" * len(part) if hide else part
        elif callable(change):
            parts[at] = str(change(part))
    return "".join(parts)


def _first_up(text: str) -> str:
    for at, char in enumerate(text):
        if char == _OPEN["nocase"]:
            break
        if char.isalnum():
            return text[:at] + char.upper() + text[at + 1 :]
    return text


def finished(text: str, close_quote: str, comma_inside: bool) -> str:
    """Marked text as XHTML: seams mended, addresses linked.

    With `comma_inside`, a full stop or comma after the closing quotation mark goes before it.
    """
    parts: list[str] = []
    for kind, part in _split_addresses(text):
        parts.append(part if kind else _mend(part, close_quote, comma_inside))
    written = _tags("".join(parts))
    return _link(written)


def _split_addresses(text: str) -> list[tuple[bool, str]]:
    parts: list[tuple[bool, str]] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?’'\"")
        while address.endswith((")", "]")) and address.count(")") + address.count("]") > (
            address.count("(") + address.count("[")
        ):
            address = address[:-1].rstrip(".,;:")
        parts += [(False, text[end : match.start()]), (True, f"\ue100{address}\ue101")]
        end = match.start() + len(address)
    return [*parts, (False, text[end:])]


def _mend(text: str, close_quote: str, comma_inside: bool) -> str:
    text = text.replace("&#160;", "\u00a0")  # as some styles write it
    for _ in range(3):  # a seam mended may lie at another
        for pattern, better in _SEAMS:
            text = pattern.sub(better, text)
    if comma_inside and close_quote:
        quote = re.escape(close_quote)
        text = re.sub(rf"({quote}{_M})([.,])(?![.\w])", r"\2\1", text)
        text = re.sub(rf"([.?!…])({_M})\.({_M}{quote})", r"\1\2\3", text)
    return text


def _tags(text: str) -> str:
    """Marks as elements; emphasis inside emphasis stands upright; lone marks are left out."""
    out: list[str] = []
    pending: list[tuple[str, int, bool]] = []
    for char in text:
        if char in _OPENED:
            tag = _OPENED[char]
            flipped = tag == "em" and bool(pending) and pending[-1][0] == "em"
            pending.append((tag, len(out), flipped))
            out.append("</em>" if flipped else _start(tag))
        elif char in _CLOSED:
            if pending and pending[-1][0] == _CLOSED[char]:
                tag, _, flipped = pending.pop()
                out.append("<em>" if flipped else _stop(tag))
        else:
            out.append(char if char in "\ue100\ue101" else xhtml.escape(char))
    for _, at, _ in pending:
        out[at] = ""
    return re.sub(r"<(em|strong|sup|sub|foreign)></\1>", "", "".join(out))


def _start(tag: str) -> str:
    return {"nocase": "", "small-caps": '<span class="small-caps">'}.get(tag, f"<{tag}>")


def _stop(tag: str) -> str:
    return {"nocase": "", "small-caps": "</span>"}.get(tag, f"</{tag}>")


def _link(written: str) -> str:
    def anchor(match: re.Match[str]) -> str:
        shown = match[1]
        target = shown if shown.startswith("http") else f"https://doi.org/{shown}"
        return f'<a href="{target}">{shown}</a>'

    return re.sub("\ue100(.*?)\ue101", anchor, written)


def folded(text: str) -> str:
    """`text` as it is sorted: no accents, no marks, no case, nothing before its first letter."""
    letters = unicodedata.normalize("NFKD", without_marks(text)).lower()
    letters = "".join(char for char in letters if not unicodedata.combining(char))
    return re.sub(r"^[^\w]+", "", letters)
