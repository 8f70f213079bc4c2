"""Numbers, dates and words as the book's language writes them.

In: a language file (``layouts/languages/CODE.toml``). Out: a `Language` value. Owner of Babel.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency

from bookbuild.settings import Settings, StringConstraints, Text, field_validator, model_validator
from bookbuild.wording import AccessibilityWords, ProofWords, TicketWords, check_wording

MADE_ROLES = (
    "endorsements", "daftar-gambar", "daftar-tabel", "daftar-singkatan", "daftar-pustaka", "indeks",
)  # fmt: skip
"""Roles of sections that no file brings."""
_PLACEHOLDERS = {
    "chapter": {"number"},
    "part": {"number"},
    "figure": {"number"},
    "table": {"number"},
    "note_reference": {"number"},
    "page": {"page"},
    "titled": {"title"},
    "note_number": {"number"},
    "revision": {"number"},
    "copyright": {"year", "holder"},
    "printing": {"number", "date"},
    "extent": {"roman", "arabic", "width", "height"},
    "extent_arabic": {"arabic", "width", "height"},
    "isbn_print": {"isbn"},
    "isbn_ebook": {"isbn"},
    "colophon_text": {"typeface"},
    "colophon_paper": {"name", "gsm"},
    "price": {"price"},
    "alt_cover": {"title"},
    "sample_title": {"title"},
    "sample_of": {"section", "title", "authors"},
    "sample_publisher": {"publisher"},
}
"""What each of the `Words` is filled with; a word that isn't here is taken as it stands."""


Mark = Annotated[str, StringConstraints(min_length=1)]


class Punctuation(Settings):
    """The marks that smart punctuation sets for the straight ones typed."""

    open_double: Text
    close_double: Text
    open_single: Text
    close_single: Text
    apostrophe: Text
    dash: Mark
    """With the spaces that the language sets around it."""
    range_dash: Text
    ellipsis: Text
    no_break_before_number: tuple[Text, ...]
    """Words that stay on one line with the number after them: `hlm.`, `No.`."""
    no_break_after_number: tuple[Text, ...]
    """Words that stay on one line with the number before them: `km`, `persen`."""
    elisions: tuple[Text, ...] = ()
    """Words that an apostrophe shortens at the front: `kan` for *bukan*."""


class Words(Settings):
    """The words that the book's pages and metadata need, in its language."""

    chapter: Text
    """Label of a numbered chapter, with `{number}`."""
    part: Text
    """Label of a part, with `{number}` (roman)."""
    figure: Text
    table: Text
    """Labels of numbered figures and tables, with `{number}`."""
    note_reference: Text
    """Reference to a note, with `{number}`."""
    see: Text
    see_also: Text
    """What the index says before another heading."""
    page: Text
    """Reference to a page, with `{page}`."""
    titled: Text
    """Reference to an unnumbered section, with `{title}`."""
    contents: Text
    in_this_chapter: Text
    cover: Text
    title_page: Text
    imprint: Text
    begin_reading: Text
    landmarks: Text
    page_list: Text
    print_edition: Text
    revision: Text
    """With `{number}`."""
    notes: Text
    note_number: Text
    back_to_text: Text
    copyright: Text
    """With `{year}` and `{holder}`."""
    rights_reserved: Text
    author: Text
    contributors: Text
    translator: Text
    illustrator: Text
    editor: Text
    layout: Text
    cover_design: Text
    publisher: Text
    printing: Text
    """With `{number}` (roman) and `{date}`."""
    extent: Text
    """With `{roman}`, `{arabic}`, `{width}` and `{height}` in centimetres."""
    extent_arabic: Text
    isbn_print: Text
    isbn_ebook: Text
    electronic_edition: Text
    colophon: Text
    colophon_text: Text
    """With `{typeface}`."""
    colophon_paper: Text
    """With `{name}` and `{gsm}` of the interior paper."""
    price: Text
    """With `{price}`."""
    alt_cover: Text
    """With `{title}`."""
    sample: Text
    sample_title: Text
    """Title of a sample, with `{title}` of the book."""
    sample_of: Text
    """What a sample holds, with `{section}`, `{title}` and `{authors}`."""
    sample_publisher: Text
    """With `{publisher}`."""
    sample_order: Text
    """Before the address at which the book is sold."""

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        check_wording(self, _PLACEHOLDERS)
        return self


class Language(Settings):
    """Everything that depends on the language a book is written in."""

    code: Text
    formats: Text | None = None
    """The language whose dates and numbers it shares, where CLDR doesn't know it (`id`)."""
    punctuation: Punctuation
    words: Words
    headings: dict[str, Text]
    """Default heading for a role whose file brings none."""
    accessibility: AccessibilityWords | None = None
    """Without it the EPUB has no summary in words."""
    proof: ProofWords = ProofWords()
    ticket: TicketWords = TicketWords()

    @field_validator("headings")
    @classmethod
    def _names_what_is_made(cls, value: dict[str, str]) -> dict[str, str]:
        missing = [role for role in MADE_ROLES if role not in value]
        if missing:
            raise ValueError(f"give {', '.join(missing)}: no file brings their titles")
        return value

    @model_validator(mode="after")
    def _has_formats(self) -> Self:
        _locale(self.formats or self.code)
        return self

    @property
    def _conventions(self) -> Locale:
        return _locale(self.formats or self.code)

    def month_and_year(self, day: date) -> str:
        """`Mei 2020`."""
        return format_date(day, "MMMM y", locale=self._conventions)

    def day(self, day: date) -> str:
        """`3 Februari 2026`."""
        return format_date(day, "d MMMM y", locale=self._conventions)

    def weekday(self, day: date) -> str:
        """`Selasa, 3 Februari 2026`."""
        return format_date(day, "EEEE, d MMMM y", locale=self._conventions)

    def money(self, amount: Decimal, currency: str) -> str:
        """`Rp120.000`: the currency's own sign, no decimals where there are none (EYD V)."""
        whole = amount == amount.to_integral_value()
        pattern = "¤#,##0" if whole else "¤#,##0.00"
        return format_currency(
            amount, currency, pattern, locale=self._conventions, currency_digits=False
        )

    def decimal(self, value: float) -> str:
        """A measure with the language's decimal mark and no trailing zeros: `15,5`."""
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", str(self._conventions.number_symbols["latn"]["decimal"]))


def _locale(code: str) -> Locale:
    """The conventions of a language as CLDR knows them."""
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ValueError(
            f"CLDR has no dates and numbers for “{code}”: give formats = a language that it shares"
        ) from None


def is_language(tag: str) -> bool:
    """True when a language tag (BCP 47) names a language that CLDR knows."""
    match = re.fullmatch(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", tag)
    return match is not None and match[1] in Locale("en").languages


def roman(number: int) -> str:
    """`number` (1 to 3999) in lower-case roman numerals.

    Raises:
        ValueError: the number has no roman numeral.
    """
    if not 0 < number < 4000:
        raise ValueError(f"{number} has no roman numeral")
    digits = (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    )  # fmt: skip
    written = ""
    for value, letters in digits:
        count, number = divmod(number, value)
        written += letters * count
    return written


_NO_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)
"""Two letters that Unicode knows, and ISO 3166-1 doesn't assign to a country."""


def is_country(code: str) -> bool:
    """True for a country's code by ISO 3166-1, in two capitals."""
    known = Locale("en").territories
    return len(code) == 2 and code in known and code not in _NO_COUNTRIES
