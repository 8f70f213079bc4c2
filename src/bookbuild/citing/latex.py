r"""LaTeX as bibliographies hold it: a value in, an XHTML fragment out.

Owner of pylatexenc. Accents and signs become Unicode, `\emph` and its kin markup, a group in
braces keeps its capitals (`span.nocase`). Commands that nobody knows leave their text behind.
"""

from __future__ import annotations

import re

from pylatexenc import latexwalker
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.macrospec import MacroSpec

from bookbuild import xhtml

_TAGS = {
    "emph": ("<em>", "</em>"),
    "textit": ("<em>", "</em>"),
    "textsl": ("<em>", "</em>"),
    "mkbibemph": ("<em>", "</em>"),
    "textbf": ("<strong>", "</strong>"),
    "textsc": ('<span class="small-caps">', "</span>"),
    "textsuperscript": ("<sup>", "</sup>"),
    "textsubscript": ("<sub>", "</sub>"),
    "enquote": ("“", "”"),
    "mkbibquote": ("“", "”"),
}
_NOCASE = ('<span class="nocase">', "</span>")
_FIRST_MARK = 0xE100
_MARKS = {
    chr(_FIRST_MARK + 2 * index + side): tag
    for index, tags in enumerate([*_TAGS.values(), _NOCASE])
    for side, tag in enumerate(tags)
}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_DEEPEST = 30
_SIMPLE_MATHS = re.compile(r"\$([_^])(?:\{([^{}$]*)\}|(\w))\$")
_ADDRESS = re.compile(r"\\url\{(.*)\}")


class BadLatex(ValueError):
    """A value whose braces don't match or that LaTeX itself could not read."""


def _reader() -> LatexNodes2Text:
    database = get_default_latex_context_db()
    specs = [
        MacroTextSpec(name, f"{chr(_FIRST_MARK + 2 * at)}%s{chr(_FIRST_MARK + 2 * at + 1)}")
        for at, name in enumerate(_TAGS)
    ]
    database.add_context_category("book", macros=specs, prepend=True)
    return LatexNodes2Text(latex_context=database, keep_braced_groups=True, math_mode="text")


def _walker(value: str) -> latexwalker.LatexWalker:
    database = latexwalker.get_default_latex_context_db()
    macros = [MacroSpec(name, "{") for name in _TAGS]
    database.add_context_category("book", macros=macros, prepend=True)
    return latexwalker.LatexWalker(value, latex_context=database, tolerant_parsing=False)


def fragment(value: str) -> str:
    """`value` as XHTML.

    Raises:
        BadLatex: the value can't be read.
    """
    value = _PRIVATE.sub("", " ".join(value.split()))
    if not re.search(r"[\\{}$~]|--|``|''", value):
        return xhtml.escape(value)
    text = _text(value)
    opening, closing = list(_MARKS)[-2:]
    text = text.replace("{", opening).replace("}", closing)
    return _marked_up(" ".join(re.sub(r"[ \t\n]+", " ", text).split(" ")).strip())


def plain(value: str) -> str:
    """`value` as text without markup; raises as `fragment` does."""
    return xhtml.text_of(xhtml.parse(fragment(value)))


def address(value: str) -> str:
    """A URL, DOI or other code: only what LaTeX made its writer escape is undone."""
    value = _ADDRESS.sub(r"\1", value.strip())
    return re.sub(r"\\([_%&#~{}$])", r"\1", value).strip("{}<> ")


def _text(value: str) -> str:
    if _depth(value) > _DEEPEST:
        raise BadLatex("too many braces inside one another")
    value = re.sub(r"(?<!\\)([%#&])", r"\\\1", value)  # plain characters in a bibliography
    value = _SIMPLE_MATHS.sub(
        lambda m: rf"\text{'sub' if m[1] == '_' else 'super'}script{{{m[2] or m[3] or ''}}}", value
    )
    try:
        nodes, _, _ = _walker(value).get_latex_nodes()
        return str(_reader().nodelist_to_text(nodes))
    except (
        latexwalker.LatexWalkerError,
        IndexError,
        TypeError,
        AttributeError,
        ValueError,
    ) as fault:
        said = str(getattr(fault, "msg", fault)).split("\n")[0]
        raise BadLatex(said or "not LaTeX") from None


def _depth(value: str) -> int:
    depth = deepest = 0
    for char in re.sub(r"\\.", "", value):
        depth += (char in "{[") - (char in "}]")
        deepest = max(deepest, depth)
    return deepest + value.count("$") // 40 + len(re.findall(r"\\begin", value))


def _marked_up(text: str) -> str:
    """The text with its marks as tags; one that closes nothing, or is never closed, is left out."""
    out: list[str] = []
    pending: list[tuple[str, int]] = []
    for char in text:
        tag = _MARKS.get(char)
        if tag is None:
            out.append(xhtml.escape(char))
        elif not tag.startswith("<"):
            out.append(tag)
        elif not tag.startswith("</"):
            pending.append((tag, len(out)))
            out.append(tag)
        elif pending and tag == f"</{re.split('[ >]', pending[-1][0][1:])[0]}>":
            pending.pop()
            out.append(tag)
    for _, at in pending:
        out[at] = ""
    return "".join(out)
