"""The book's specification: every fact about it that isn't its text.

In: ``manuscript/book.toml``. Out: a frozen `BookSpec`, or every fault with its line.
Nothing is inferred here: a fact that nobody gave is None or empty.
Each key is explained in docs/specification.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from bookbuild.book.facts import (
    Bibliography,
    Certificate,
    Contributor,
    ContributorRole,
    CoverStock,
    Credits,
    DeclaredExtent,
    Endorsement,
    Isbns,
    Prices,
    Printing,
    Publisher,
    Rights,
    Sales,
    Sample,
    Series,
    Slug,
    Stock,
    Trim,
    Verbatim,
    checked_isbn,
)
from bookbuild.language import MADE_ROLES
from bookbuild.settings import (
    AwareDatetime,
    Field,
    Settings,
    StringConstraints,
    Text,
    field_validator,
    model_validator,
)
from bookbuild.units import Length

Matter = Literal["front", "body", "back"]
Role = Literal[
    "dedication", "sambutan", "kata-pengantar", "prakata", "pendahuluan", "endorsements",
    "part", "chapter", "penutup", "ucapan-terima-kasih", "lampiran", "tentang-penulis",
    "daftar-gambar", "daftar-tabel", "daftar-singkatan", "daftar-pustaka", "glosarium", "indeks",
]  # fmt: skip
"""What a section is: decides its EPUB semantics and the heading it gets by default."""


LanguageCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")
]
Identifier = Annotated[
    str,
    StringConstraints(
        pattern=r"^urn:(uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|isbn:97[89][0-9]{10})$"
    ),
]
ThemaCode = Annotated[str, StringConstraints(pattern=r"^[A-Y1-6][A-Z0-9]{0,9}(-[A-Z0-9]{1,4})*$")]
"""A code of Thema: subjects begin with a letter, what qualifies them with a figure."""


class Entry(Settings):
    """One section of the book, in reading order."""

    matter: Matter
    role: Role
    file: Text | None = None
    """A Markdown file in ``manuscript/``; sections that are made go without."""

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if self.file is None and self.role not in MADE_ROLES:
            raise ValueError("a section needs its file = “….md”")
        if self.file is not None and self.role in MADE_ROLES:
            raise ValueError(f"“{self.role}” is made, not written: take out its file")
        if self.role == "part" and self.matter != "body":
            raise ValueError("a part belongs to the body")
        return self


class BookSpec(Settings):
    """Everything known about the book beside its text."""

    slug: Slug
    identifier: Identifier
    """What reading apps know the book by; never changes once the book is out."""
    title: Text
    short_title: Text | None = None
    """The title as the running head prints it; without it, the title itself."""
    sort_title: Text | None = None
    """The title as a catalogue files it: `Rumah Kaca, Sebuah`."""
    subtitle: Text | None = None
    tagline: Text | None = None
    language: LanguageCode
    revision: int = Field(ge=1)
    """Counts the states of the book; raised with every change that goes out."""
    modified: AwareDatetime
    """When this state was made, in UTC."""
    contributors: tuple[Contributor, ...] = Field(min_length=1)
    rights: Rights | None = None
    publisher: Publisher | None = None
    credits: Credits = Credits()
    isbn: Isbns = Isbns()
    kdt: Verbatim | None = None
    """Katalog Dalam Terbitan, verbatim as the national library issued it."""
    subjects: tuple[Text, ...] = ()
    thema: tuple[ThemaCode, ...] = ()
    """Subjects by EDItEUR's scheme, the main one first, then what qualifies them."""
    description: Text | None = None
    printings: tuple[Printing, ...] = ()
    extent: DeclaredExtent | None = None
    trim: Trim
    paper: Stock
    cover: CoverStock
    lamination: Text | None = None
    binding: Text | None = None
    wrapping: Text | None = None
    prices: Prices | None = None
    sales: Sales | None = None
    series: Series | None = None
    accessibility: Certificate | None = None
    sample: Sample | None = None
    bibliography: Bibliography | None = None
    endorsements: tuple[Endorsement, ...] = ()
    manuscript: tuple[Entry, ...] = Field(min_length=1)
    layout: Slug = "default"
    printer: Slug = "digital-id"

    @field_validator("identifier")
    @classmethod
    def _true_isbn(cls, value: str) -> str:
        scheme, _, number = value.removeprefix("urn:").partition(":")
        if scheme == "isbn":
            checked_isbn(number)
        return value

    @model_validator(mode="after")
    def _identifier_is_not_the_printed_books(self) -> Self:
        printed = (self.isbn.print or "").replace("-", "")
        if printed and self.identifier == f"urn:isbn:{printed}":
            raise ValueError("identifier is the EPUB's own: not the printed book's ISBN")
        return self

    @field_validator("modified")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        if value.utcoffset() != timedelta(0):
            raise ValueError("give the time in UTC, with a Z: 2026-11-24T08:00:00Z")
        if not 1980 <= value.year <= 2107:
            raise ValueError("the files of an EPUB can carry dates from 1980 to 2107 only")
        return value.astimezone(UTC)

    @field_validator("printings")
    @classmethod
    def _ascending(cls, value: tuple[Printing, ...]) -> tuple[Printing, ...]:
        if list(value) != sorted(value, key=lambda printing: (printing.number, printing.date)):
            raise ValueError("list the printings in order, the first one first")
        return value

    @field_validator("thema")
    @classmethod
    def _subjects_first(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value and not value[0][0].isalpha():
            raise ValueError(f"“{value[0]}” only qualifies: list the main subject first")
        return value

    @model_validator(mode="after")
    def _endorsements_have_a_place(self) -> Self:
        if self.endorsements and not any(item.role == "endorsements" for item in self.manuscript):
            raise ValueError(
                "[[endorsements]] are given, but no [[manuscript]] entry says where they stand: "
                "add one with role = “endorsements”"
            )
        return self

    @model_validator(mode="after")
    def _sample_is_of_the_book(self) -> Self:
        files = [entry.file for entry in self.manuscript if entry.file]
        if self.sample is not None and self.sample.section not in files:
            raise ValueError(
                f"[sample] section “{self.sample.section}” is no file of [[manuscript]]; "
                f"known are {', '.join(files)}"
            )
        return self

    @property
    def trim_size(self) -> tuple[Length, Length]:
        """Width and height of the trimmed page."""
        return self.trim.width, self.trim.height

    def people(self, role: ContributorRole) -> tuple[str, ...]:
        """The names of those with `role`, in the given order."""
        return tuple(person.name for person in self.contributors if person.role == role)
