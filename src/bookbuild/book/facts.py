"""Single facts of a book, as ``book.toml`` states them: people, rights, money, paper.

Frozen and checked one by one; `spec` puts them together. Owner of python-stdnum.
"""

from __future__ import annotations

import datetime as dates
import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from stdnum import isbn as isbn_rules
from stdnum.exceptions import ValidationError as IsbnFault

from bookbuild.language import is_country
from bookbuild.settings import (
    BeforeValidator,
    Field,
    LengthField,
    Settings,
    StringConstraints,
    Text,
    field_validator,
    model_validator,
)

ContributorRole = Literal["author", "contributor", "editor", "translator", "illustrator"]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Verbatim = Annotated[str, StringConstraints(min_length=1)]
"""A text kept as it stands."""
_WEB_ADDRESS = (
    r"^https://[A-Za-z0-9.-]+(:[0-9]+)?"
    r"([/?#]([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?$"
)
WebAddress = Annotated[str, StringConstraints(pattern=_WEB_ADDRESS)]
"""In the characters that an address may have (RFC 3986); any other has to be encoded."""
WORLD = "WORLD"
"""The territory of a publisher who may sell a book everywhere."""
_YEAR_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def web_address(text: str) -> bool:
    """True for what may stand as a `WebAddress`."""
    return re.fullmatch(_WEB_ADDRESS, text) is not None


def checked_isbn(value: object) -> object:
    """The ISBN-13 with its hyphens; raises ValueError where the check digit is wrong."""
    if not isinstance(value, str):
        raise ValueError("an ISBN is a text in quotes")
    try:
        number = isbn_rules.validate(value)
        if len(number) != 13:
            raise ValueError(f"“{value}” is an ISBN of 10 digits; give the one of 13")
        return isbn_rules.format(number)
    except IsbnFault as fault:
        raise ValueError(
            f"“{value}” is no ISBN of 13 digits: {str(fault).rstrip('.').lower()}"
        ) from None


Isbn = Annotated[str, BeforeValidator(checked_isbn)]
"""An ISBN-13 with hyphens, its check digit verified (ISO 2108)."""


def _amount(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("write a price as a whole number, or as a text such as “12.50”")
    if isinstance(value, str) and not re.fullmatch(r"\d+(\.\d{1,2})?", value):
        raise ValueError(f"“{value}” is no price: write 85000, or “12.50” where there are cents")
    return Decimal(value)


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0)]


class Contributor(Settings):
    """A person who made the book."""

    name: Text
    role: ContributorRole
    sort: Text | None = None
    """The name as a catalogue files it: `Baidowi, Ach.`."""


class Rights(Settings):
    """Who holds the copyright, since when, and the notice to print."""

    holder: Text
    year: int = Field(ge=1450, le=2999)
    notice: bool = False
    """Print the language's rights notice."""
    statute: Slug | None = None
    """A text of ``layouts/statutes/`` to print on the back of the half-title."""


class Publisher(Settings):
    """The publishing house."""

    name: Text
    place: Text | None = None
    address: Text | None = None
    email: Text | None = None
    website: WebAddress | None = None
    membership: Text | None = None
    """A line such as `Anggota IKAPI No. …`."""


class Credits(Settings):
    """Who did what for the book beside its authors."""

    editor: Text | None = None
    layout: Text | None = None
    cover: Text | None = None


class Isbns(Settings):
    """One ISBN for each form of the book; a form without one has none."""

    print: Isbn | None = None
    ebook: Isbn | None = None

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.print is not None and self.print == self.ebook:
            raise ValueError("the EPUB needs an ISBN of its own, not the printed book's")
        return self


class Printing(Settings):
    """One printing: `Cetakan I, Mei 2020`."""

    number: int = Field(ge=1, le=3999)
    date: Text
    """Year and month: `2020-05`."""

    @field_validator("date")
    @classmethod
    def _year_and_month(cls, value: str) -> str:
        if not _YEAR_MONTH.fullmatch(value):
            raise ValueError("write year and month: “2020-05”")
        return value

    @property
    def month(self) -> dates.date:
        """The first day of the printing's month."""
        year, month = self.date.split("-")
        return dates.date(int(year), int(month), 1)


class DeclaredExtent(Settings):
    """The extent that the specification promises, in pages."""

    roman: int = Field(ge=0)
    arabic: int = Field(ge=1)


class Trim(Settings):
    """The size of the finished page."""

    width: LengthField
    height: LengthField

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        for name, side in (("width", self.width), ("height", self.height)):
            if not 70 <= side.mm <= 450:
                raise ValueError(f"{name} {side.mm:g} mm is not a book's: 70 to 450 mm")
        return self


class Stock(Settings):
    """A paper or board."""

    name: Text
    gsm: int = Field(ge=20, le=600)
    ink: Text | None = None
    """How it is printed: `hitam putih`, `full colour`."""
    caliper: LengthField | None = None
    """Thickness of one sheet. Without it the printer's profile supplies an assumption."""
    measured: bool = False
    """True when somebody measured the caliper on the stock itself."""

    @model_validator(mode="after")
    def _measured_needs_caliper(self) -> Self:
        if self.caliper is not None and not 0.03 <= self.caliper.mm <= 1:
            raise ValueError(f"a sheet {self.caliper.mm:g} mm thick is neither paper nor board")
        if self.measured and self.caliper is None:
            raise ValueError("measured = true needs the caliper that was measured")
        return self


class CoverStock(Stock):
    """The cover's board, and what is printed on it."""

    picture: Text | None = None
    """A JPEG, PNG or WebP in ``manuscript/`` for the front."""


class Prices(Settings):
    """What the book costs, shipping apart."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    list: Amount | None = None
    sale: Amount | None = None
    sale_from: dates.date | None = None
    sale_until: dates.date | None = None
    ebook: Amount | None = None
    on_cover: bool = False
    """Print the list price on the back cover."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.sale is not None and self.list is not None and self.sale > self.list:
            raise ValueError("the sale price is above the list price")
        if self.on_cover and self.list is None:
            raise ValueError("on_cover needs a list price")
        if self.sale_from and self.sale_until and self.sale_until < self.sale_from:
            raise ValueError("the sale ends before it begins")
        return self


class Sales(Settings):
    """How the book is sold."""

    model: Literal["print-on-demand", "stock"]
    lead_days: int | None = Field(default=None, ge=0, le=365)
    """Days from payment to the finished copy."""
    order_url: WebAddress | None = None
    territory: tuple[Text, ...] = ()
    """Where the publisher may sell the book: `WORLD`, or countries by ISO 3166-1."""
    exclusive: bool | None = None
    """True where nobody else may sell it there."""

    @field_validator("territory")
    @classmethod
    def _known_countries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value != (WORLD,) and (wrong := [code for code in value if not is_country(code)]):
            raise ValueError(
                f"“{wrong[0]}” is no country's code: [“ID”, “MY”], or [“{WORLD}”] alone"
            )
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _rights_are_whole(self) -> Self:
        if bool(self.territory) != (self.exclusive is not None):
            raise ValueError("territory and exclusive go together: which rights, and where")
        return self


class Sample(Settings):
    """What of the book is shown to those who haven't bought it."""

    section: Text
    """Its file in ``manuscript/``."""


class Endorsement(Settings):
    """A recommendation printed in the book."""

    text: Text
    name: Text
    position: Text | None = None


class Series(Settings):
    """The series that the book belongs to, or the set that it is a volume of."""

    name: Text
    kind: Literal["series", "set"] = "series"
    """A set is whole some day, a series goes on (EPUB 3.3, D.3.3.1)."""
    number: int | None = Field(default=None, ge=0)


class Certificate(Settings):
    """Who checked the EPUB against EPUB Accessibility 1.1 and WCAG 2.2 AA, and when."""

    certified_by: Text
    date: dates.date
    credential: Text | None = None
    """What entitles the certifier: a name, or an address."""
    report: WebAddress | None = None


class Bibliography(Settings):
    """The works that the book may cite, and how it cites them."""

    file: Text
    """BibTeX (``.bib``) or CSL-JSON (``.json``), in ``manuscript/``."""
    style: Text = "chicago-author-date"
    """A CSL style by its name, or a ``.csl`` file in ``manuscript/``."""
    all: bool = False
    """List also the works that nobody cites."""

    @field_validator("file")
    @classmethod
    def _known_form(cls, value: str) -> str:
        if not value.endswith((".bib", ".json")):
            raise ValueError("a bibliography is BibTeX (.bib) or CSL-JSON (.json)")
        return value

    @property
    def style_file(self) -> str | None:
        """The style's file, when it isn't one known by its name."""
        return self.style if self.style.endswith(".csl") else None
