"""Sections that no file brings: endorsements, abbreviations, bibliography, lists, index.

Lists of figures and tables and the index need pages or links, so their bodies stay empty here;
press and ebook fill them. A section that would hold nothing is not made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bookbuild import xhtml
from bookbuild.book.document import Section
from bookbuild.book.index import sort_key
from bookbuild.book.spec import BookSpec
from bookbuild.language import Language
from bookbuild.punctuation import smart_text


def has_content(
    role: str, spec: BookSpec, abbreviations: Mapping[str, str], sections: Sequence[Section]
) -> bool:
    """Whether a made section has anything to say."""
    captions = {caption.kind for section in sections for caption in section.captions}
    filled = {
        "endorsements": bool(spec.endorsements),
        "daftar-singkatan": bool(abbreviations),
        "daftar-gambar": "figure" in captions,
        "daftar-tabel": "table" in captions,
        "indeks": any(section.marks for section in sections),
    }
    return filled.get(role, False)


def body(
    role: str, spec: BookSpec, abbreviations: Mapping[str, str], language: Language
) -> xhtml.Element:
    """The text of a made section, under a root `body`."""
    root = xhtml.new("body")
    if role == "endorsements":
        _endorsements(root, spec, language)
    elif role == "daftar-singkatan":
        _abbreviations(root, abbreviations, language)
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
