"""Cross-references: what in the text points to a place, and which places there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bookbuild import xhtml
from bookbuild.book.document import Section, Target
from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, error
from bookbuild.language import Language

_WEB = re.compile(r"(https?://|mailto:)\S+")


def without_notes(fragment: str) -> str:
    """A title as contents repeat it: its note calls left out."""
    root = xhtml.parse(fragment)
    _drop_notes(root)
    return xhtml.write(root)


def plain_text(element: xhtml.Element) -> str:
    """The text of a title, its note calls left out."""
    copy = xhtml.parse(xhtml.inner(element))
    _drop_notes(copy)
    return xhtml.text_of(copy)


def _drop_notes(root: xhtml.Element) -> None:
    for call in xhtml.elements(root, "a"):
        if call.get("data-note"):
            xhtml.remove(call)


def mark(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    """Links inside the book become references; links to the web stay links."""
    for link in xhtml.elements(root, "a"):
        href = link.get("href")
        if href is None:
            continue
        if href.startswith("#"):
            text = bool(xhtml.text_of(link))
            unknown_forms = set((link.get("class") or "").split()) - {"label", "page"}
            for form in sorted(unknown_forms):
                hint = "write {.label} or {.page}"
                place = source.place_of(f".{form}")
                yield error("markup-link", f"a reference has no form “{form}”", place, hint)
            forms = [form for form in ("label", "page") if xhtml.has_class(link, form)]
            link.set("data-form", "text" if text else forms[0] if forms else "full")
            link.set("data-target", href[1:])
            link.set("class", "reference")
            del link.attrib["href"]
        elif not _WEB.fullmatch(href):
            hint = "link to a place in the book with [](#id), or to https://…"
            place = source.place_of(f"({href}")
            yield error("markup-link", f"“{href}” leads nowhere a reader can go", place, hint)
        elif not xhtml.text_of(link):
            yield error("markup-link", f"the link to {href} has no text", source.place_of(href))


def targets(section: Section, language: Language) -> Iterator[Target]:
    """The places of a section that references can lead to."""
    quoted = language.words.titled.format(title=section.text)
    yield Target(section.id, section.id, "chapter", section.label or quoted)
    for heading in section.headings:
        label = language.words.titled.format(title=heading.text)
        yield Target(heading.id, section.id, "section", label)
    for caption in section.captions:
        title = xhtml.text_of(xhtml.parse(caption.title))
        label = caption.label or language.words.titled.format(title=title)
        yield Target(caption.id, section.id, caption.kind, label)
    for note in section.notes:
        label = language.words.note_reference.format(number=note.number)
        yield Target(note_id(section.id, note.number), section.id, "note", label)
    for term, text in section.terms:
        yield Target(term, section.id, "term", language.words.titled.format(title=text))


def note_id(section: str, number: int) -> str:
    """The id of a note through the whole book."""
    return f"{section}.note.{number}"


def point_to_notes(root: xhtml.Element, section: str, numbers: Mapping[str, int]) -> None:
    """Turn references to a note's key (`[](#^tanah)`) into references to its id."""
    for link in xhtml.elements(root, "a"):
        target = link.get("data-target", "")
        if target.startswith("^") and target[1:] in numbers:
            link.set("data-target", note_id(section, numbers[target[1:]]))


def unknown(
    source: Source, trees: Sequence[xhtml.Element], known: Mapping[str, Target]
) -> Iterator[Diagnostic]:
    """An error for each reference of a section's trees that leads nowhere."""
    for link in (link for tree in trees for link in xhtml.elements(tree, "a")):
        target = link.get("data-target")
        if target is not None and target not in known:
            yield error(
                "reference-unknown",
                f"nothing in the book has the id “{target}”",
                source.place_of(f"(#{target})"),
                "name the id of a chapter or a section, or give one: ## Heading {#id}",
            )
