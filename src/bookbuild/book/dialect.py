"""What a book needs beyond Markdown: blocks between ///, index marks, citations, attributes.

Extensions for Python-Markdown, put together by `converter`. They only mark what was typed;
`elements` and `transforms` give it its form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from xml.etree import ElementTree

import markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block, type_string
from pymdownx.slugs import slugify

from bookbuild.book.typed import ITEM, TABLE_RULE, starts_list

FENCE = re.compile(r" {0,3}(/{3,})(?: +(.*))?$")
OPTION = re.compile(r" {4,}([a-z]+): *(.*)$")
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "epigraph": (),
    "quote": (),
    "verse": (),
    "dialogue": (),
    "letter": (),
    "signature": (),
    "figure": ("id", "credit", "size"),
    "table": ("id",),
}
"""Every block with the options that it takes."""
SIZES = ("column", "page", "spread")
"""Sizes of a figure: in the text column, alone on a page, across two pages."""

INDEX_KINDS = {"": "point", "from": "from", "to": "to", "see": "see", "also": "also"}
_SLUG = slugify(case="lower")


def slug(text: str) -> str:
    """A title as an id: lower case, words joined by hyphens."""
    return str(_SLUG(text, "-"))


def converter(abbreviations: Mapping[str, str] | None = None) -> markdown.Markdown:
    """A fresh Markdown converter with the whole dialect, and abbreviations it shall know."""
    return markdown.Markdown(
        output_format="xhtml",
        extensions=[
            _ShortAttributes(),
            "footnotes",
            "tables",
            "sane_lists",
            "def_list",
            AbbrExtension(glossary=dict(abbreviations or {})),
            "pymdownx.betterem",
            "pymdownx.highlight",
            "pymdownx.superfences",
            "pymdownx.arithmatex",
            _Blocks(),
            _Marks(),
        ],
        extension_configs={
            "footnotes": {"BACKLINK_TEXT": "", "SEPARATOR": ":"},
            "pymdownx.highlight": {"use_pygments": False},
            "pymdownx.arithmatex": {"generic": True},
        },
    )


def _add_line(block: ElementTree.Element, name: str, text: str | None) -> None:
    """Close a block with a paragraph of the class `name`, if there is something to say."""
    if text:
        ElementTree.SubElement(block, "p", {"class": name}).text = text


class _Passage(Block):  # type: ignore[misc]
    """Words of somebody else, with `| attribution` after them."""

    ARGUMENT = None

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        return ElementTree.SubElement(parent, "blockquote", {"class": self.NAME})

    def on_end(self, block: ElementTree.Element) -> None:
        _add_line(block, "attribution", self.argument)


class _Epigraph(_Passage):
    NAME = "epigraph"


class _Quote(_Passage):
    NAME = "quote"


class _Lines(Block):  # type: ignore[misc]
    """Text whose line ends count; an empty line parts its paragraphs."""

    ARGUMENT = None

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        return ElementTree.SubElement(parent, "div", {"class": self.NAME})

    def on_markdown(self) -> str:
        return "inline"

    def on_end(self, block: ElementTree.Element) -> None:
        text, block.text = block.text or "", None
        for stanza in re.split(r"\n\s*\n", text.strip("\n")):
            paragraph = ElementTree.SubElement(block, "p", {"class": "stanza"})
            for typed in stanza.split("\n"):
                line = ElementTree.SubElement(paragraph, "span", {"class": "line"})
                line.text, line.tail = typed.strip(), "\n"
                if depth := len(typed) - len(typed.lstrip()):
                    line.set("class", f"line indent-{min(depth, 8)}")
        _add_line(block, "attribution", self.argument)


class _Verse(_Lines):
    NAME = "verse"


class _Signature(_Lines):
    NAME = "signature"


class _Letter(Block):  # type: ignore[misc]
    NAME = "letter"

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        return ElementTree.SubElement(parent, "div", {"class": "letter"})


class _Dialogue(Block):  # type: ignore[misc]
    """Speeches, each a paragraph that begins with `Name:`."""

    NAME = "dialogue"

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        return ElementTree.SubElement(parent, "div", {"class": "dialogue"})

    def on_end(self, block: ElementTree.Element) -> None:
        for paragraph in block.findall("p"):
            name, colon, speech = (paragraph.text or "").partition(":")
            paragraph.set("class", "speech")
            if colon and len(name) <= 60 and "\n" not in name:
                paragraph.text = None
                speaker = ElementTree.Element("span", {"class": "speaker"})
                speaker.text, speaker.tail = name + colon, speech
                paragraph.insert(0, speaker)


class _Captioned(Block):  # type: ignore[misc]
    """Something with `| caption` and an id of its own."""

    ARGUMENT = None

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        attributes = {"class": f"captioned {self.NAME}"}
        if self.options["id"]:
            attributes["id"] = self.options["id"]
        return ElementTree.SubElement(parent, "div", attributes)

    def on_end(self, block: ElementTree.Element) -> None:
        _add_line(block, "caption", self.argument)


class _Figure(_Captioned):
    NAME = "figure"
    OPTIONS: ClassVar = {
        "id": ("", type_string),
        "credit": ("", type_string),
        "size": ("column", type_string),
    }

    def on_end(self, block: ElementTree.Element) -> None:
        super().on_end(block)
        block.set("class", f"captioned figure {self.options['size']}")
        _add_line(block, "credit", self.options["credit"])


class _Table(_Captioned):
    NAME = "table"
    OPTIONS: ClassVar = {"id": ("", type_string)}


class _QuotedOptions(Preprocessor):  # type: ignore[misc]
    """Options are plain text to an author; the library wants them quoted as YAML."""

    def run(self, lines: list[str]) -> list[str]:
        in_head = False
        quoted = []
        for line in lines:
            match = OPTION.match(line) if in_head else None
            if match:
                line = f"    {match[1]}: {json.dumps(match[2].strip(), ensure_ascii=False)}"
            fence = FENCE.match(line)
            in_head = bool(match) or bool(fence and fence[2])
            quoted.append(line)
        return quoted


class _EmptyLines(Preprocessor):  # type: ignore[misc]
    """Lists and tables that run on from a paragraph get the empty line that Markdown wants."""

    def run(self, lines: list[str]) -> list[str]:
        spaced: list[str] = []
        in_list = False
        for index, line in enumerate(lines):
            before = spaced[-1] if spaced else ""
            item = ITEM.match(line)
            following = lines[index + 1] if index + 1 < len(lines) else ""
            rule = "|" in line and "|" in following and TABLE_RULE.match(following)
            begins = item and not item[1] and not in_list and starts_list(lines, index)
            if before.strip() and not FENCE.match(before) and (begins or (rule and not in_list)):
                spaced.append("")
            if line.strip():
                lazy = bool(before.strip()) or line.startswith(" ")
                in_list = bool(item and (in_list or begins or not before.strip())) or (
                    item is None and in_list and lazy
                )
            spaced.append(line)
        return spaced


class _Blocks(BlocksExtension):  # type: ignore[misc]
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        super().extendMarkdown(md)
        md.preprocessors.register(_QuotedOptions(md), "book-options", 35)
        md.preprocessors.register(_EmptyLines(md), "book-empty-lines", 24)  # code is set aside

    def extendMarkdownBlocks(  # noqa: N802 - the library's name
        self, md: markdown.Markdown, block_mgr: Any
    ) -> None:
        kinds = (_Epigraph, _Quote, _Verse, _Signature, _Letter, _Dialogue, _Figure, _Table)
        for kind in kinds:
            block_mgr.register(kind, self.getConfigs())


class _IndexMark(InlineProcessor):  # type: ignore[misc]
    """`{index: kebun > bedengan}`: an invisible mark; `[bedengan]{index}` marks a word itself."""

    def handleMatch(  # noqa: N802 - the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        attributes = {"class": "index", "data-kind": INDEX_KINDS.get(m["kind"] or "", "unknown")}
        mark = ElementTree.Element("span", attributes)
        mark.set("data-index", (m["term"] or m["shown"]).strip())
        if m["shown"]:
            mark.text = m["shown"]
        return mark, m.start(0), m.end(0)


class _Citation(InlineProcessor):  # type: ignore[misc]
    """`[@key, hlm. 5; @other]`: a citation, its inside kept as typed."""

    def handleMatch(  # noqa: N802 - the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        attributes = {"class": "citation", "data-cite": m[1]}
        return ElementTree.Element("span", attributes), m.start(0), m.end(0)


class _Marks(Extension):  # type: ignore[misc]
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        index = (
            r"\{index(?:-(?P<kind>\w+))?: *(?P<term>[^{}]+)\}"
            r"|\[(?P<shown>[^\[\]\n]+)\]\{index\}"
        )
        md.inlinePatterns.register(_IndexMark(index, md), "book-index", 176)
        cite = r"\[((?=[^\[\]]*(?<![\w.])@\w)[^\[\]]+)\](?![(\[{])"
        md.inlinePatterns.register(_Citation(cite, md), "book-citation", 175)


class _ShortAttributes(AttrListExtension):  # type: ignore[misc]
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        super().extendMarkdown(md)
        md.treeprocessors.register(_ShortAttributeLists(md), "attr_list", 8)


class _ShortAttributeLists(AttrListTreeprocessor):  # type: ignore[misc]
    """Attribute lists that end at their first brace: `*a*{lang=en} {b}`."""

    BASE_RE = r"\{:?[ ]*([^}\n ][^}\n]*)\}"
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")
    INLINE_RE = re.compile(rf"^{BASE_RE}")
