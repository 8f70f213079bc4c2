"""The Markdown dialect: a source's text in, one well-formed XHTML tree out.

Owner of Python-Markdown and pymdown-extensions. What they leave undone, or do for browsers
(inline styles, named entities, calls to missing notes left as text), is found and reported
here, with the line of the manuscript.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator, Mapping

from bookbuild import xhtml
from bookbuild.book.dialect import FENCE, OPTION, OPTIONS, converter
from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.language import is_language

ALLOWED = frozenset(
    """
    a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure
    h1 h2 h3 h4 hr i img ins kbd li ol p pre q s samp small span strong sub sup
    table tbody td tfoot th thead tr u ul var
    """.split()  # noqa: SIM905 - a list of words reads better than quotes and commas
)
"""Elements that a book's text may hold, typed as Markdown or as raw HTML."""

ATTRIBUTES = frozenset(("class", "id", "lang", "title"))
"""What any element may carry."""
ATTRIBUTES_OF = {
    "a": ("href",),
    "img": ("src", "alt"),
    "ol": ("start", "type"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "span": ("data-index", "data-kind", "data-cite"),
}
"""What some may carry beside."""
_INLINE_ONLY = frozenset("p h1 h2 h3 h4 dt caption figcaption span em strong a q sub sup".split())  # noqa: SIM905
_BLOCKS = frozenset("p h1 h2 h3 h4 ul ol li dl dd dt div blockquote figure table pre hr".split())  # noqa: SIM905
_PARENTS = {
    "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",), "tr": ("thead", "tbody", "tfoot", "table"),
    "td": ("tr",), "th": ("tr",), "thead": ("table",), "tbody": ("table",), "tfoot": ("table",),
    "caption": ("table",), "figcaption": ("figure",),
}  # fmt: skip
"""Elements that stand in certain others only (HTML, content models)."""
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_UNRESOLVED_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_BREAK = re.compile(r"<br *>")
_CODE_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_ABBREVIATION = re.compile(r"^\*\[([^\]\n]+)\]: *(.+)$", re.MULTILINE)


def parse(
    source: Source, abbreviations: Mapping[str, str] | None = None
) -> tuple[xhtml.Element | None, tuple[Diagnostic, ...]]:
    """The source's text as a tree under `body`, and what is wrong with it."""
    faults = tuple(_check_blocks(source))
    fragment = _BREAK.sub("<br/>", _numeric_entities(converter(abbreviations).convert(source.text)))
    try:
        root = xhtml.parse(fragment)
    except xhtml.Malformed as fault:
        return None, (*faults, _malformed(source, fault))
    _lay_aside_alignment(root)
    return root, faults + tuple(_check(source, root))


def _numeric_entities(fragment: str) -> str:
    """Named HTML entities, which XML doesn't know, as the characters they stand for."""

    def character(match: re.Match[str]) -> str:
        if match[1] in _XML_ENTITIES:
            return match[0]
        return html.entities.html5.get(match[1] + ";", match[0])

    return _ENTITY.sub(character, fragment)


def _malformed(source: Source, fault: xhtml.Malformed) -> Diagnostic:
    tag = re.search(r"tag mismatch: (\w+)|tag (\w+)|Entity '(\w+)'", str(fault))
    name = next((group for group in tag.groups() if group), "") if tag else ""
    place = source.place_of(f"<{name}") if name else source.place_of("<")
    if "Entity" in str(fault):
        place = source.place_of(f"&{name};")
    hint = "close every tag that is opened; write < as &lt; where no tag is meant"
    return error("markup-html", f"raw HTML is not well-formed: {fault}", place, hint)


def _lay_aside_alignment(root: xhtml.Element) -> None:
    """Python-Markdown aligns table cells by inline style; a class says the same."""
    for cell in xhtml.elements(root, "td", "th"):
        style = cell.attrib.pop("style", "")
        match = re.fullmatch(r"text-align:\s*(left|right|center);", style)
        if match:
            xhtml.add_class(cell, f"align-{match[1]}")
        elif style:
            cell.set("style", style)


def _check(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    for element in xhtml.elements(root, "*"):
        name = str(element.tag)
        if name not in ALLOWED:
            hint = "write it in Markdown; docs/manuscript.md lists what raw HTML may hold"
            place = source.place_of(f"<{name}")
            yield error("markup-html", f"<{name}> is not allowed in a book's text", place, hint)
        yield from _check_place(source, element)
        for attribute in element.attrib:
            if str(attribute) not in (*ATTRIBUTES, *ATTRIBUTES_OF.get(name, ())):
                message = f"the attribute “{attribute}” is not allowed on <{name}>"
                place = source.place_of(str(attribute))
                yield error("markup-html", message, place, "delete it")
        if (tag := element.get("lang")) is not None and not is_language(tag):
            hint = "write a tag such as en, ar or zh-Hant"
            place = source.place_of(f"lang={tag}")
            yield error("markup-attributes", f"there is no language “{tag}”", place, hint)
    for element, slot in xhtml.texts(root):
        parent = element if slot == "text" else xhtml.parent_of(element)
        text = getattr(element, slot) or ""
        if parent.tag in ("code", "pre"):
            continue
        for match in _UNRESOLVED_NOTE.finditer(text):
            message = f"the note “{match[1]}” is called but not written"
            place = source.place_of(match[0])
            yield error("reference-unknown", message, place, f"write {match[0]}: and its text")


def _check_place(source: Source, element: xhtml.Element) -> Iterator[Diagnostic]:
    """An element where HTML doesn't allow it."""
    name, parent = str(element.tag), str(xhtml.parent_of(element).tag)
    wrong = (name in _BLOCKS and parent in _INLINE_ONLY) or parent not in _PARENTS.get(
        name, (parent,)
    )
    if wrong:
        message = (
            f"<{name}> can't stand inside <{parent}>"
            if parent != "body"
            else (f"<{name}> can't stand alone")
        )
        place = source.place_of(f"<{name}")
        yield error("markup-html", message, place, "write it in Markdown, between empty lines")


def _check_blocks(source: Source) -> Iterator[Diagnostic]:
    """Blocks that are unknown, or never closed and so would swallow the rest of the file."""
    opened: list[tuple[str, int, int]] = []
    head = ""
    code = ""
    for number, line in enumerate(source.text.split("\n"), source.first_line):
        fence = _CODE_FENCE.match(line)
        if fence and (not code or (fence[1].startswith(code) and not fence[2].strip())):
            code = "" if code else fence[1]
        if code:
            continue
        place = Place(source.file, number)
        if head and (option := OPTION.match(line)):
            if option[1] not in OPTIONS[head]:
                known = ", ".join(OPTIONS[head]) or "none"
                message = f"the block “{head}” has no option “{option[1]}”"
                yield error("markup-block", message, place, f"its options: {known}")
            continue
        match = FENCE.match(line)
        head = ""
        if match is None:
            continue
        name = (match[2] or "").partition("|")[0].strip()
        slashes = len(match[1])
        if not name and opened:
            if opened[-1][1] != slashes:
                hint = f"close “{opened[-1][0]}” with {'/' * opened[-1][1]}"
                yield error("markup-block", "the fence closes another block", place, hint)
            opened.pop()
        elif not name:
            yield error("markup-block", "/// closes no block", place, "delete it")
        elif name not in OPTIONS:
            opened.append((name, slashes, number))
            known = "known blocks: " + ", ".join(OPTIONS)
            yield error("markup-block", f"there is no block “{name}”", place, known)
        else:
            if opened and opened[-1][1] <= slashes:
                hint = f"give the outer one more slashes: {'/' * (slashes + 1)} {opened[-1][0]}"
                yield error("markup-block", "a block inside a block like it", place, hint)
            opened.append((name, slashes, number))
            head = name
    for name, slashes, number in opened:
        message = f"the block “{name}” is never closed"
        hint = f"close it with {'/' * slashes}"
        yield error("markup-block", message, Place(source.file, number), hint)


def abbreviations(source: Source) -> dict[str, str]:
    """What `*[KPK]: …` lines of the source define."""
    return {match[1]: match[2].strip() for match in _ABBREVIATION.finditer(source.text)}
