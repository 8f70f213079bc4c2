"""The sample: which section stands for the book, and what its last page says.

In: specification and document. Out: the section, a `Closing`; nothing is set here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bookbuild.book.document import Document, Section
from bookbuild.book.spec import BookSpec
from bookbuild.diagnostics import Diagnostic, Place, note, warning
from bookbuild.folders import MANUSCRIPT
from bookbuild.language import MADE_ROLES, Language
from bookbuild.punctuation import smart_text

_PLACE = Place(f"{MANUSCRIPT}/book.toml")


@dataclass(frozen=True, slots=True)
class Closing:
    """The last page of a sample: what it was, and where the book is to be had."""

    book: str
    """Identifier of the whole book."""
    title: str
    """Of the sample: the book's, and that it is a sample."""
    heading: str
    sentences: tuple[str, ...]
    order: str
    """What stands before the address; empty where nobody sells the book."""
    address: str


def sample_section(spec: BookSpec, document: Document) -> Section | None:
    """The named section, else the first complete chapter, else the first complete text.

    None where that one isn't written yet.
    """
    written = [section for section in document.sections if _is_text(section)]
    if spec.sample is not None:
        named = f"{MANUSCRIPT}/{spec.sample.section}"
        return next((section for section in written if section.file == named), None)
    chapters = [section for section in written if section.role == "chapter"]
    return next(iter(chapters or written), None)


def _is_text(section: Section) -> bool:
    made = section.role in ("part", "dedication", *MADE_ROLES)
    return not (made or section.outline or section.headings_only)


def sample_findings(spec: BookSpec, document: Document) -> Iterator[Diagnostic]:
    """What keeps the samples from being made."""
    if sample_section(spec, document) is not None:
        return
    if spec.sample is None:
        message = "no samples are made: no section is complete"
        yield note("sample-missing", message, _PLACE, "they come with the first one that is")
    else:
        message = f"no samples are made: “{spec.sample.section}” is no text that is written"
        hint = "write it if it is an outline; of a part or a dedication no sample is made"
        yield warning("sample-missing", message, _PLACE, hint)


def closing(spec: BookSpec, section: Section, language: Language) -> Closing:
    """The last page of the sample that holds `section`."""
    words, title = language.words, smart_text(spec.title, language)
    name = section.label or words.titled.format(title=section.text)
    people = spec.people("author") or [person.name for person in spec.contributors]
    authors = ", ".join(smart_text(name, language) for name in people)
    sentences = [words.sample_of.format(section=name, title=title, authors=authors)]
    if house := spec.publisher:
        facts = (house.name, house.place, house.website, house.email)
        known = ", ".join(smart_text(fact, language) for fact in facts if fact)
        sentences.append(words.sample_publisher.format(publisher=known))
    address = (spec.sales.order_url if spec.sales else None) or ""
    return Closing(
        spec.identifier,
        words.sample_title.format(title=spec.title),
        words.sample,
        tuple(sentences),
        words.sample_order if address else "",
        address,
    )
