"""Running text: inline nodes in, one line of Markdown out.

What a line can't carry is remarked on the chapter's `Pen`, which also gathers notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from bookbuild.book.markup import ALLOWED
from bookbuild.diagnostics import Severity
from bookbuild.intake.dialect import escape, fold, knows, quoted
from bookbuild.intake.media import Album, Unusable
from bookbuild.intake.nodes import Node, Remark, attributes, inlines_of, short, text

_WEB = re.compile(r"(https?://|mailto:)\S+")
_SAFE = ":/?#@!$&',;=%~_.+-"
"""What stays as it is in a web address; the rest would end it, or mean something in Markdown."""
_BREAKS_AT_EDGE = re.compile(r"^(?:\s*<br />)+|(?:<br />\s*)+$")
_TAG = re.compile(r"</?(\w+)(\s[^<>]*)?/?>")
_CALL = re.compile(r"\\\[\^(?=\S)")
"""What looks like the call of a note but is the author's text; an element parts it."""
_MARKS = {"Emph": ("*", "em"), "Strong": ("**", "strong")}
_TAGS = {"Superscript": "sup", "Subscript": "sub", "Strikeout": "del", "Underline": "u"}
_QUOTES = {"DoubleQuote": "“”", "SingleQuote": "‘’"}
_SMALL_CAPS = ("smallcaps", "small-caps")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(slots=True)
class Pen:
    """What one chapter gathers while it is written; the only thing here that changes."""

    anchors: Mapping[str, str]
    """Ids of the source, and the heading of the book that stands for each."""
    album: Album
    folders: tuple[Path, ...]
    write_note: Callable[[Sequence[Node], Pen], str]
    notes: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    in_heading: bool = False
    inside: frozenset[str] = frozenset()
    """Kinds of formatting that the text being written already has."""

    def remark(self, code: str, message: str, hint: str = "", lost: str = "") -> None:
        """Note something; the same thing is noted once for each place in the text."""
        self.remarks.append(Remark(code, message, hint, Severity.WARNING, lost))


def line(inlines: Sequence[Node], pen: Pen) -> str:
    """The inlines as one line of Markdown, its beginning not yet guarded."""
    return _BREAKS_AT_EDGE.sub("", fold(raw(inlines, pen)).strip(" ")).strip(" ")


def raw(inlines: Sequence[Node], pen: Pen) -> str:
    """The inlines as Markdown, white space at the ends kept."""
    out = ""
    for position, item in enumerate(inlines):
        following = inlines[position + 1 :][:1]
        after = "*" if following and following[0]["t"] in _MARKS else text(following)[:1]
        piece = _inline(item, pen, out[-1:], after)
        apart = out.endswith("`") and piece.startswith("`")
        out += f"<span></span>{piece}" if apart else piece
    return out


def _inline(item: Node, pen: Pen, before: str, after: str) -> str:
    kind = item["t"]
    if kind == "Str":
        return _CALL.sub(r"\\[<span>^</span>", escape(item["c"]))
    if kind in ("Space", "SoftBreak"):
        return " "
    if kind == "LineBreak":
        return " " if pen.in_heading else "<br />"
    if kind in _WRITERS:
        return _WRITERS[kind](item, pen)
    if kind in _MARKS:
        return _marked(item, pen, before, after)
    if kind in _TAGS:
        return _tagged(item, pen, _TAGS[kind])
    pen.remark("import-lost", f"something of the kind “{kind}” was left out", lost=text([item]))
    return ""


def _within(pen: Pen, kind: str, inlines: Sequence[Node]) -> str:
    outer, pen.inside = pen.inside, pen.inside | {kind}
    inner = raw(inlines, pen)
    pen.inside = outer
    return inner


def _marked(item: Node, pen: Pen, before: str, after: str) -> str:
    """Italics and bold; white space at their edges is moved out, where marks would fail."""
    kind = item["t"]
    if kind in pen.inside:
        return raw(item["c"], pen)
    inner = _within(pen, kind, item["c"])
    core = inner.strip()
    if not core:
        return inner
    left = inner[: len(inner) - len(inner.lstrip())]
    right = inner[len(inner.rstrip()) :]
    mark, tag = _MARKS[kind]
    if pen.inside & {*_MARKS} or not _clear(left or before, core, right or after):
        return f"{left}<{tag}>{core}</{tag}>{right}"
    return f"{left}{mark}{core}{mark}{right}"


def _clear(before: str, core: str, after: str) -> bool:
    """True when asterisks round `core` can only be read one way."""
    if "*" in (before, after, core[0], core[-1]):
        return False
    opens = core[0].isalnum() or not before.strip()
    return opens and (core[-1].isalnum() or not after.strip())


def _tagged(item: Node, pen: Pen, tag: str, attribute: str = "") -> str:
    inner = _within(pen, item["t"], inlines_of(item) or [])
    return f"<{tag}{attribute}>{inner}</{tag}>" if inner.strip() else inner


def _small_caps(item: Node, pen: Pen) -> str:
    return _tagged(item, pen, "span", ' class="small-caps"')


def _quoted(item: Node, pen: Pen) -> str:
    marks = _QUOTES[item["c"][0]["t"]]
    return marks[0] + raw(item["c"][1], pen) + marks[1]


def _span(item: Node, pen: Pen) -> str:
    _, classes, more = attributes(item)
    if any(name in _SMALL_CAPS for name in classes):
        return _small_caps(item, pen)
    language = more.get("lang", "")
    if _LANGUAGE.fullmatch(language):
        return _tagged(item, pen, "span", f' lang="{language}"')
    return raw(item["c"][1], pen)


def _code(item: Node, pen: Pen) -> str:
    return code_span(item["c"][1])


def code_span(content: str) -> str:
    """Text between backticks; as an element where backticks would be misread."""
    content = fold(content).strip(" ")
    if re.search(r"[`\\]", content):
        return f"<code>{escape(content)}</code>"
    return f"`{content}`" if content else ""


def _maths(item: Node, pen: Pen) -> str:
    tex = fold(item["c"][1]).strip(" ")
    if not tex:
        return ""
    if knows("maths") and "$" not in tex:
        return f"${tex}$"
    hint = "maths is kept as LaTeX source until the dialect sets it"
    pen.remark("import-changed", f"the formula “{short(tex, 40)}” became code", hint)
    return code_span(tex) + "{.math}"


def _link(item: Node, pen: Pen) -> str:
    inner, target = raw(item["c"][1], pen), item["c"][2][0]
    if not inner.strip() or "Link" in pen.inside:
        return inner
    if target.startswith("#"):
        anchor = pen.anchors.get(target[1:])
        if anchor is not None and not pen.in_heading:
            return f"[{inner.strip()}](#{anchor})"
    elif _WEB.fullmatch(address := target.strip().replace(" ", "%20")):
        return f"[{inner.strip()}]({quote(address, safe=_SAFE)})"
    shown = short(text(item["c"][1]), 40)
    hint = "the words are there; link them with [words](#id) or to https://…"
    pen.remark("import-lost", f"the link of “{shown}” to “{target}” leads nowhere", hint)
    return inner


def _note(item: Node, pen: Pen) -> str:
    pen.notes.append("")
    number = len(pen.notes)
    inner = replace(pen, in_heading=False, inside=frozenset())
    inner.notes, inner.remarks = pen.notes, pen.remarks
    pen.notes[number - 1] = pen.write_note(item["c"], inner)
    return f"[^{number}]"


def _image(item: Node, pen: Pen) -> str:
    return picture(item, pen, text(item["c"][1]), item["c"][2][1])


def picture(item: Node, pen: Pen, alternative: str, caption: str) -> str:
    """A picture with its alternative and its caption; its words alone if it can't be used."""
    target = item["c"][2][0]
    try:
        path = pen.album.add(target, pen.folders)
    except Unusable as fault:
        hint = "put a JPEG or PNG into manuscript/gambar/ and name it here"
        name = short(target, 40)
        twice = alternative if alternative == caption else ""
        pen.remark("import-lost", f"the picture “{name}” was left out: {fault}", hint, lost=twice)
        caption = "" if twice else caption
        return " ".join(escape(words) for words in (alternative, caption) if words.strip())
    title = f' "{quoted(caption)}"' if caption.strip() else ""
    return f"![{quoted(alternative)}]({path}{title})"


def _raw(item: Node, pen: Pen) -> str:
    """Raw HTML passes if a book may hold it; the rest is remarked."""
    kind, content = item["c"]
    tag = _TAG.fullmatch(content.strip())
    if kind == "html" and tag and tag[1] in ALLOWED and not tag[2]:
        return str(content.strip())
    pen.remark("import-lost", f"raw {kind} was left out: “{short(content, 40)}”")
    return ""


def _cite(item: Node, pen: Pen) -> str:
    return raw(item["c"][1], pen)


_WRITERS: dict[str, Callable[[Node, Pen], str]] = {
    "SmallCaps": _small_caps,
    "Quoted": _quoted,
    "Span": _span,
    "Code": _code,
    "Math": _maths,
    "Link": _link,
    "Note": _note,
    "Image": _image,
    "RawInline": _raw,
    "Cite": _cite,
}
