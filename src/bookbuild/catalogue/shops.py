"""Shops that sell EPUBs: what each asks for, as data.

In: ``layouts/shops/NAME.toml``. Out: a frozen `Shop`. Every rule stands there with its source and
how sure it is; nothing in the code asks which shop it is. docs/shops.md explains each key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from bookbuild.layout import read_settings
from bookbuild.settings import Field, Settings, Text, model_validator

Fact = Literal[
    "identifier", "isbn", "printed", "form", "title", "subtitle", "people", "language",
    "description", "subjects", "published", "edition", "pages", "series", "number", "publisher",
    "website", "order_url", "price",
]  # fmt: skip
"""What a column of a shop's table can hold."""


class Rule(Settings):
    """A rule of a shop, and where it is written."""

    sure: Literal["A", "B", "C", "K"]
    """A the shop's own text, B several secondary sources, C one, K general trade knowledge."""
    source: Text


class IdentifierRule(Rule):
    """What a book is known by in the shop."""

    isbn: Literal["needed", "optional"]
    assigned: Text | None = None
    """What the shop gives to a book without ISBN."""

    @model_validator(mode="after")
    def _a_book_has_some(self) -> Self:
        if self.isbn == "optional" and self.assigned is None:
            raise ValueError("where no ISBN is needed, say what is assigned")
        return self


class LanguageRule(Rule):
    """Languages of the books that the shop takes."""

    accepted: tuple[Text, ...]
    """First parts of language tags; empty where it refuses none."""

    def accepts(self, tag: str) -> bool:
        """True for a language that the shop takes."""
        return not self.accepted or tag.split("-")[0] in self.accepted


class EpubRule(Rule):
    """The EPUB itself."""

    most_bytes: int = Field(ge=1)


class CoverRule(Rule):
    """The picture of the front cover that the shop shows, in pixels."""

    formats: tuple[Literal["jpeg", "png", "tiff"], ...] = Field(min_length=1)
    heights: tuple[int, ...] = Field(min_length=1)
    """Tried in this order: the first that gives no more than `most_bytes` is taken."""
    least_longer: int = Field(ge=1)
    least_shorter: int = Field(ge=1)
    most_side: int = Field(ge=1)
    most_bytes: int = Field(ge=1)
    ratio: float | None = Field(default=None, gt=0)
    """Height to width that the shop calls ideal."""
    leeway: float = Field(default=0.0, ge=0)
    """How far from it nothing needs to be said."""

    @model_validator(mode="after")
    def _takes_what_is_made(self) -> Self:
        if "jpeg" not in self.formats:
            raise ValueError("covers are made as JPEG, which must be among formats")
        return self


class PriceRule(Rule):
    """In which currencies the shop takes a price."""

    currencies: tuple[Text, ...]
    """Empty where it takes any."""


class FileNames(Rule):
    """What the files of a package are called, with `{identifier}`: the ISBN, else the slug."""

    epub: Text
    cover: Text
    metadata: Text

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        for name in (self.epub, self.cover, self.metadata):
            filled = name.replace("{identifier}", "x")
            if any(mark in filled for mark in "{}/\\") or filled.startswith("."):
                raise ValueError(f"“{name}” is no file name with {{identifier}} in it")
        return self


class Column(Settings):
    """A column of a shop's table."""

    name: Text
    fact: Fact


class MetadataRule(Rule):
    """In which form the shop takes what is to be known of the book."""

    form: Literal["onix", "table"]
    release: Literal["3.0", "3.1"] = "3.0"
    """Of ONIX."""
    divider: Literal["comma", "tab"] = "comma"
    encoding: Literal["utf-8", "utf-16"] = "utf-8"
    columns: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _a_table_has_columns(self) -> Self:
        if (self.form == "table") != bool(self.columns):
            raise ValueError("a table has columns, and ONIX none")
        return self


class Shop(Settings):
    """One shop."""

    name: Text
    route: Text
    """How a package gets there."""
    identifier: IdentifierRule
    language: LanguageRule
    epub: EpubRule
    cover: CoverRule
    price: PriceRule
    files: FileNames
    metadata: MetadataRule


def load_shop(folders: tuple[Path, ...], name: str) -> Shop:
    """The shop called `name`.

    Raises:
        BookFaults: it is missing (the known ones are listed) or has faults.
    """
    name = Path(name).name or "?"
    return read_settings(folders, f"shops/{name}.toml", Shop)
