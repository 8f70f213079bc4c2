"""What the imprint page says (halaman hak cipta), for print and for the EPUB.

Only given facts appear; prices, lead time and wrapping never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bookbuild.book.spec import BookSpec
from bookbuild.language import Language, roman
from bookbuild.punctuation import smart_text

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Imprint:
    """The page in its parts, top to bottom; every text ready to print."""

    copyright: str
    people: Pairs
    """Label and names: author, contributors, credits."""
    publisher: tuple[str, ...]
    editions: tuple[str, ...]
    """Printings, extent, ISBNs."""
    kdt: str
    notices: tuple[str, ...]


def imprint(
    spec: BookSpec,
    language: Language,
    form: Literal["print", "ebook"],
    extent: str = "",
    statute: tuple[str, ...] = (),
) -> Imprint:
    """The imprint of one form of the book.

    `extent` is the finished extent line (print only); `statute` the paragraphs of the law that
    the specification asks for.
    """
    words = language.words
    rights = spec.rights
    notices = (words.rights_reserved.strip(),) if rights is not None and rights.notice else ()
    return Imprint(
        copyright=words.copyright.format(
            year=rights.year, holder=smart_text(rights.holder, language)
        )
        if rights
        else "",
        people=_people(spec, language),
        publisher=_publisher(spec, language),
        editions=_editions(spec, language, form, extent),
        kdt=spec.kdt or "",
        notices=notices + statute,
    )


def _people(spec: BookSpec, language: Language) -> Pairs:
    words = language.words
    rows: list[tuple[str, str]] = [
        (words.author, ", ".join(spec.people("author"))),
        (words.contributors, ", ".join(spec.people("contributor"))),
        (words.translator, ", ".join(spec.people("translator"))),
        (words.illustrator, ", ".join(spec.people("illustrator"))),
        (words.editor, _named(spec.credits.editor, *spec.people("editor"))),
        (words.layout, spec.credits.layout or ""),
        (words.cover_design, spec.credits.cover or ""),
    ]
    return tuple((label, smart_text(names, language)) for label, names in rows if names)


def _named(*names: str | None) -> str:
    """Names one after another, each once."""
    return ", ".join(dict.fromkeys(name for name in names if name))


def _publisher(spec: BookSpec, language: Language) -> tuple[str, ...]:
    house = spec.publisher
    if house is None:
        return ()
    name = f"{house.name}, {house.place}" if house.place and not house.address else house.name
    lines = (
        language.words.publisher,
        name,
        house.address,
        house.email,
        house.website,
        house.membership,
    )
    return tuple(smart_text(line, language) for line in lines if line)


def _editions(
    spec: BookSpec, language: Language, form: Literal["print", "ebook"], extent: str
) -> tuple[str, ...]:
    words = language.words
    lines = [
        words.printing.format(
            number=roman(printing.number).upper(), date=language.month_and_year(printing.month)
        )
        for printing in spec.printings
    ]
    if form == "print":
        lines.append(extent)
    elif lines:
        lines = [words.electronic_edition, *lines]
    if spec.isbn.print:
        lines.append(words.isbn_print.format(isbn=spec.isbn.print))
    if spec.isbn.ebook:
        lines.append(words.isbn_ebook.format(isbn=spec.isbn.ebook))
    return tuple(line for line in lines if line)
