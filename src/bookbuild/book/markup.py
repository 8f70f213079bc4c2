"""The Markdown dialect: a source's text in, one well-formed XHTML tree out.

Owner of Python-Markdown and pymdown-extensions. What they leave undone, or do for browsers
(inline styles, named entities, calls to missing notes left as text), is found and reported
here, with the line of the manuscript.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import markdown
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block
from pymdownx.slugs import slugify

from bookbuild import xhtml
from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, Place, error

ALLOWED = frozenset(
    """
    a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure
    h1 h2 h3 h4 hr i img ins kbd li ol p pre q s samp small span strong sub sup
    table tbody td tfoot th thead tr u ul var
    """.split()  # noqa: SIM905 - a list of words reads better than quotes and commas
)
"""Elements that a book's text may hold, typed as Markdown or as raw HTML."""

ATTRIBUTES = frozenset(
    "alt class colspan href id lang rowspan scope src start title type".split()  # noqa: SIM905
)
_SLUG = slugify(case="lower")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_UNRESOLVED_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_BLOCK_FENCE = re.compile(r" {0,3}/{3,}(?: +(.*))?$")
_BLOCKS = ("epigraph",)


class _Epigraph(Block):  # type: ignore[misc]
    """`/// epigraph | attribution` … `///`: words before a chapter begins."""

    NAME = "epigraph"
    ARGUMENT = None

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        return ElementTree.SubElement(parent, "blockquote", {"class": "epigraph"})

    def on_end(self, block: ElementTree.Element) -> None:
        if self.argument:
            line = ElementTree.SubElement(block, "p", {"class": "attribution"})
            line.text = self.argument


class _ShortAttributes(AttrListTreeprocessor):  # type: ignore[misc]
    """Attribute lists that end at their first brace: `*a*{lang=en} {b}`."""

    BASE_RE = r"\{:?[ ]*([^}\n ][^}\n]*)\}"
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")
    INLINE_RE = re.compile(rf"^{BASE_RE}")


class _BookAttributes(AttrListExtension):  # type: ignore[misc]
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        super().extendMarkdown(md)
        md.treeprocessors.register(_ShortAttributes(md), "attr_list", 8)


class _BookBlocks(BlocksExtension):  # type: ignore[misc]
    def extendMarkdownBlocks(  # noqa: N802 - the library's name
        self, md: markdown.Markdown, block_mgr: Any
    ) -> None:
        block_mgr.register(_Epigraph, self.getConfigs())


def parse(source: Source) -> tuple[xhtml.Element | None, tuple[Diagnostic, ...]]:
    """The source's text as a tree under `body`, and what is wrong with it."""
    converter = markdown.Markdown(
        output_format="xhtml",
        extensions=[
            _BookAttributes(),
            "footnotes",
            "tables",
            "sane_lists",
            "pymdownx.betterem",
            _BookBlocks(),
        ],
        extension_configs={"footnotes": {"BACKLINK_TEXT": "", "SEPARATOR": ":"}},
    )
    faults = tuple(_check_blocks(source))
    fragment = _numeric_entities(converter.convert(source.text))
    try:
        root = xhtml.parse(fragment)
    except xhtml.Malformed as fault:
        return None, (*faults, _malformed(source, fault))
    _lay_aside_alignment(root)
    return root, faults + tuple(_check(source, root))


def slug(text: str) -> str:
    """A title as an id: lower case, words joined by hyphens."""
    return str(_SLUG(text, "-"))


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
        for attribute in element.attrib:
            if str(attribute) not in ATTRIBUTES:
                message = f"the attribute “{attribute}” is not allowed on <{name}>"
                place = source.place_of(str(attribute))
                yield error("markup-html", message, place, "delete it")
    for element, slot in xhtml.texts(root):
        parent = element if slot == "text" else xhtml.parent_of(element)
        text = getattr(element, slot) or ""
        if parent.tag in ("code", "pre"):
            continue
        for match in _UNRESOLVED_NOTE.finditer(text):
            message = f"the note “{match[1]}” is called but not written"
            place = source.place_of(match[0])
            yield error("reference-unknown", message, place, f"write {match[0]}: and its text")


def _check_blocks(source: Source) -> Iterator[Diagnostic]:
    """Blocks that are unknown, or never closed and so would swallow the rest of the file."""
    opened: list[tuple[str, int]] = []
    for number, line in enumerate(source.text.split("\n"), source.first_line):
        match = _BLOCK_FENCE.match(line)
        if match is None:
            continue
        place = Place(source.file, number)
        name = (match[1] or "").partition("|")[0].strip()
        if not name and opened:
            opened.pop()
        elif not name:
            yield error("markup-block", "/// closes no block", place, "delete it")
        else:
            opened.append((name, number))
            if name not in _BLOCKS:
                known = "known blocks: " + ", ".join(_BLOCKS)
                yield error("markup-block", f"there is no block “{name}”", place, known)
    for name, number in opened:
        message = f"the block “{name}” is never closed"
        yield error("markup-block", message, Place(source.file, number), "close it with ///")
