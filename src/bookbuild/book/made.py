"""Sections that no file brings: endorsements, abbreviations, bibliography, lists, index.

Lists of figures and tables and the index need pages or links, so their bodies stay empty here;
press and ebook fill them. A section that would hold nothing is not made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookbuild import xhtml
from bookbuild.book.document import Section
from bookbuild.book.index import sort_key
from bookbuild.book.spec import BookSpec
from bookbuild.language import Language
from bookbuild.punctuation import smart_text


@dataclass(frozen=True, slots=True)
class Listed:
    """What the made sections list."""

    spec: BookSpec
    abbreviations: Mapping[str, str]
    works: tuple[str, ...]
    """Entries of the bibliography, as XHTML."""


def has_content(role: str, listed: Listed, sections: Sequence[Section]) -> bool:
    """Whether a made section has anything to say."""
    captions = {caption.kind for section in sections for caption in section.captions}
    filled = {
        "endorsements": bool(listed.spec.endorsements),
        "daftar-singkatan": bool(listed.abbreviations),
        "daftar-pustaka": bool(listed.works),
        "daftar-gambar": "figure" in captions,
        "daftar-tabel": "table" in captions,
        "indeks": any(section.marks for section in sections),
    }
    return filled.get(role, False)


def body_of(role: str, listed: Listed, language: Language) -> xhtml.Element:
    """The text of a made section, under a root `body`."""
    root = xhtml.new("body")
    if role == "endorsements":
        _endorsements(root, listed.spec, language)
    elif role == "daftar-singkatan":
        _abbreviations(root, listed.abbreviations, language)
    elif role == "daftar-pustaka":
        for entry in listed.works:
            paragraph = xhtml.child(root, "p", **{"class": "entry"})
            xhtml.move_children(xhtml.parse(entry), paragraph)
    return root


def _endorsements(root: xhtml.Element, spec: BookSpec, language: Language) -> None:
    for entry in spec.endorsements:
        block = xhtml.child(root, "div", **{"class": "endorsement"})
        xhtml.child(block, "p", smart_text(entry.text, language))
        by = xhtml.child(block, "p", **{"class": "by"})
        name = xhtml.child(by, "span", smart_text(entry.name, language), **{"class": "name"})
        if entry.position:
            name.tail = f", {smart_text(entry.position, language)}"


def _abbreviations(
    root: xhtml.Element, abbreviations: Mapping[str, str], language: Language
) -> None:
    table = xhtml.child(root, "dl", **{"class": "abbreviations"})
    for short in sorted(abbreviations, key=lambda short: (sort_key(short), short)):
        xhtml.child(table, "dt", short)
        xhtml.child(table, "dd", smart_text(abbreviations[short], language))
