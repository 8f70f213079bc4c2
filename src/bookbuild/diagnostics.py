"""What the pipeline has to say about a book: findings with a code, a place and a remedy.

A finding is a value, collected and handed on; nothing here prints. Codes are permanent:
`CODES` lists every one, and docs/diagnostics.md explains them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bookbuild.preflight_codes import PREFLIGHT_CODES


class Severity(StrEnum):
    """How much a finding weighs: only an error can stop the writing, or part of it."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is: a file relative to the book's folder, and a line if known."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, and what to do."""

    code: str
    severity: Severity
    message: str
    place: Place | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES and self.code not in PREFLIGHT_CODES:
            raise KeyError(f"diagnostic code {self.code} is not registered in CODES")


CODES: dict[str, str] = {
    "spec-syntax": "book.toml, or the head of a chapter, is not valid TOML.",
    "spec-unknown-key": "The specification has a key that bookbuild doesn't know.",
    "spec-missing-key": "A key without which no book can be made is missing.",
    "spec-value": "A value of the specification has the wrong type or form.",
    "spec-language": "There is no language file for the book's language.",
    "spec-absent": "A fact is not given, so an output leaves something out.",
    "manuscript-file": "A file of the manuscript is missing, unreadable or outside the book.",
    "text-encoding": "A text file is not clean UTF-8.",
    "manuscript-empty": "A file of the manuscript holds no text.",
    "manuscript-title": "A section has no title, or more than one.",
    "manuscript-unlisted": "A Markdown file lies in manuscript/ but the specification omits it.",
    "manuscript-twice": "The specification lists one file twice.",
    "manuscript-order": "The matters are out of order: front, then body, then back.",
    "markup-html": "Raw HTML that is not well-formed, or not allowed in a book.",
    "markup-block": "A /// block that is unknown, or never closed.",
    "markup-table": "A row of a table that would lose a cell.",
    "markup-list": "An item of a list that is not nested.",
    "markup-attributes": "Braces that can't be read.",
    "markup-literal": "Markup that this dialect doesn't know and would print as typed.",
    "markup-code": "A code fence never closed, or a language that cannot be highlighted.",
    "markup-math": "A formula that can't be read.",
    "index-mark": "An index mark that is incomplete or never closed.",
    "note-long": "A note too long for the foot of a page.",
    "note-lost": "A note that is called on a page and stands on none.",
    "lines-unplanned": "Justified paragraphs whose lines were filled one after another.",
    "page-ending": "A page ends otherwise than it should, and nothing could be done.",
    "table-wide": "A table wider than the type area, even in the smallest size.",
    "head-long": "A running head wider than the type area.",
    "note-content": "A note holds what can't stand at the foot of a page.",
    "note-many": "More notes in one section than can be set.",
    "markup-heading": "A heading skips a level.",
    "markup-link": "A link that a printed book can't carry or that leaves the book.",
    "reference-unknown": "A cross-reference or note call that leads nowhere.",
    "reference-duplicate": "Two places of the book carry the same id.",
    "reference-unused": "A note that nothing calls.",
    "library-syntax": "The bibliography's file, or one of its entries, can't be read.",
    "library-entry": "A work of the bibliography lacks something or is there twice.",
    "citation-style": "A citation style is unknown, or asks for what can't be done.",
    "picture-file": "A picture is missing, unreadable or broken.",
    "picture-inline": "A picture inside a paragraph, where it gets no caption.",
    "picture-changed": "A picture can't be shown quite as its file says.",
    "picture-text": "A drawing holds text that needs a font.",
    "picture-coarse": "A picture is too coarse for the size it is set at.",
    "picture-set": "A picture with its pixels, its size on the page and its resolution.",
    "picture-alt": "A picture without a text alternative, so no EPUB can be made.",
    "layout-file": "A file of the layout is missing, or a template or settings file is wrong.",
    "layout-engine": "The page engine could not use a rule or a file of the layout.",
    "font-missing": "A font of the layout is missing or can't be read.",
    "font-character": "A character that no font of the layout has.",
    "font-foreign": "The pages use a font that is not one of the layout's.",
    "interior-unstable": "Page references did not settle.",
    "interior-overflow": "Something on a page runs out of the text block.",
    "extent-differs": "The measured extent is not the declared one.",
    "book-incomplete": "A section is still an outline.",
    "book-unmade": "One of several books can't be made at all.",
    "caliper-assumed": "A paper's thickness is assumed, not measured.",
    "spine-text": "The spine can't carry text.",
    "block-differs": "A measured block is not as thick as its paper makes it.",
    "printer-trim": "The printer doesn't trim books of this size.",
    "printer-extent": "The printer doesn't bind so few pages, or so many.",
    "printer-margin": "A margin of the layout is narrower than the printer asks for.",
    "printer-type": "Type of the layout is smaller than the printer prints.",
    "printer-thickness": "The book is too thin or too thick for the printer's binding.",
    "printer-barcode": "The barcode is larger than the printer's zone for it.",
    "cover-sheet": "The cover fits no sheet of the printer with the grain along the spine.",
    "impose-not-for-print": "Sheets were made from a file that its printer would refuse.",
    "cover-text": "Text on the cover does not fit its panel.",
    "icc-profile": "An ICC profile can't be a press file's output intent.",
    "layout-press": "The layout asks for what a press file can't hold.",
    "ink-limit": "A colour of the layout has more ink than the printer allows.",
    "press-transparency": "Something shows through where the press file's standard forbids it.",
    "press-colour": "A press file holds a colour that is no ink.",
    "import-lost": "Something of an imported manuscript is not in the book's text.",
    "import-changed": "Something of an imported manuscript stands in another form, or other words.",
    "import-guess": "An import took something for what its source doesn't say it is.",
    "accessibility-claim": "A certificate that the EPUB, as it stands, contradicts.",
    "sample-missing": "There is no sample, because no section of the book is complete.",
    "ebook-long": "A file of the EPUB is longer than old readers take, and can't be parted.",
    "ebook-document": "A document of the EPUB could not be made from the text.",
    "epubcheck": "EPUBCheck has something to say about the EPUB.",
    "epubcheck-missing": "EPUBCheck was not run, because the machine lacks it or a Java.",
    "epubcheck-failed": "EPUBCheck was run and came to no answer.",
    "edition-outdated": "A build is not what its manuscript gives now.",
    "edition-file": "A file of a build is missing, or not the one that was built.",
    "edition-parts": "Parts of an edition are missing, or don't belong together.",
    "edition-extent": "A complete book has another extent than it declares.",
    "edition-incomplete": "An edition of which sections are still outlines, which is never sold.",
    "edition-changed": "An edition of that name is in the store, with other content.",
    "store-damaged": "Something in the store is lost, or not what its digest says.",
    "shop-epub": "A shop gets no EPUB, or a larger one than it takes.",
    "shop-identifier": "A shop needs an ISBN for the EPUB, or assigns a number of its own.",
    "shop-language": "A shop takes no books in the book's language.",
    "shop-cover": "A shop takes the cover not at all, or finds its shape odd.",
    "shop-price": "A shop gets no price, or none in a currency that it takes.",
    "shop-cell": "A shop's table has a cell that spreadsheets would take for a formula.",
    "shop-metadata": "A shop's metadata can't be written.",
    "sale-over": "A sale that was over when the edition was approved, and is shown nowhere.",
    "onix-sender": "No ONIX is written, because nobody is known who sends it.",
    "onix-isbn": "An ONIX record without ISBN.",
    "onix-publisher": "An ONIX record without publisher.",
    "onix-date": "An ONIX record without date of publication.",
    "onix-language": "An ONIX record without language.",
    "onix-price": "An ONIX record without price.",
    "onix-sale": "A sale price without its days, which ONIX can't tell.",
    "onix-sales": "An ONIX record that doesn't tell how the book is sold.",
    "onix-territory": "An ONIX record that doesn't tell where the book may be sold.",
    "onix-binding": "An ONIX record without binding.",
    "onix-description": "An ONIX record without description.",
    "onix-subjects": "An ONIX record without subjects.",
    "onix-thema": "An ONIX record without Thema codes.",
    "onix-address": "An ONIX record without cover and sample, which need addresses.",
    "onix-certificate": "An ONIX record of an EPUB whose accessibility nobody certified.",
    "opds-order": "An EPUB with a price and no place where it can be bought.",
    "opds-nothing": "A book that reading apps are not shown.",
    "page-list": "A printed page doesn't begin where the EPUB's page-list says.",
}
"""Every code with its meaning in one sentence."""


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    """True when at least one finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def error(code: str, message: str, place: Place | None = None, hint: str = "") -> Diagnostic:
    """A finding that must be mended before the book is written."""
    return Diagnostic(code, Severity.ERROR, message, place, hint)


def warning(code: str, message: str, place: Place | None = None, hint: str = "") -> Diagnostic:
    """A finding that deserves a look but stops nothing."""
    return Diagnostic(code, Severity.WARNING, message, place, hint)


def note(code: str, message: str, place: Place | None = None, hint: str = "") -> Diagnostic:
    """A finding that is only good to know."""
    return Diagnostic(code, Severity.NOTE, message, place, hint)
