"""The words of a proof, and the check that words with names in braces can be filled.

In: a table of a language file. Out: a frozen `ProofWords`; what a file leaves out stays English.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from string import Formatter
from typing import Self

from bookbuild.settings import Field, Settings, Text, model_validator

_PLACEHOLDERS = {
    "state": {"revision", "date"},
    "page": {"page"},
    "spread": {"verso", "recto"},
    "sheet": {"number", "count"},
    "on_page": {"page"},
    "most_ink": {"ink", "page"},
    "starts": {"page"},
}
"""What each of the `ProofWords` is filled with."""


def check_wording(words: Settings, placeholders: Mapping[str, Set[str]]) -> None:
    """See that every word can be filled with what it is given.

    Raises:
        ValueError: a word has a name in braces that it doesn't know, or braces that can't be read.
    """
    faults = []
    for name, known in placeholders.items():
        try:
            wording = getattr(words, name)
            used = {field for _, field, _, _ in Formatter().parse(wording) if field is not None}
        except ValueError as fault:
            faults.append(f"{name} = “{wording}”: {fault}")
            continue
        if unknown := sorted(used - known):
            choices = ", ".join(f"{{{field}}}" for field in sorted(known))
            faults.append(f"{name} has {{{unknown[0]}}}; it knows {choices}")
    if faults:
        raise ValueError("; ".join(faults))


class AccessibilityWords(Settings):
    """Sentences of an EPUB's accessibility summary; each is said where it is true."""

    tables: Text
    """Every table has header cells."""
    notes: Text
    """Notes and their calls are linked both ways."""
    languages: Text
    """Words in other languages are marked."""
    abbreviations: Text
    """Abbreviations carry what they stand for."""
    formulas: Text
    """A formula's text alternative is its LaTeX source."""
    decoration: Text
    """Pictures that only decorate are passed over."""
    uncertified: Text
    """Nobody has certified conformance to WCAG."""


class ProofWords(Settings):
    """What a proof says to editors and authors, in the book's language."""

    title: Text = "Proof"
    draft: Text = "DRAFT"
    """Across each sheet that authors comment on."""
    state: Text = "Revision {revision}, {date}"
    sheet: Text = "Sheet {number} / {count}"
    complete: Text = "Complete"
    incomplete: Text = "Incomplete"
    for_print: Text = "Fit for print"
    not_for_print: Text = "Not for print"
    page: Text = "Page {page}"
    spread: Text = "Pages {verso} and {recto}"
    on_page: Text = "page {page}"
    starts: Text = "from page {page}"
    """Where the file begins that a finding is about."""
    pages: Text = "Pages"
    show: Text = "Show"
    trim: Text = "Trim"
    bleed: Text = "Bleed"
    safe: Text = "Safe zone"
    gutter: Text = "Least gutter"
    baselines: Text = "Baselines"
    folds: Text = "Folds"
    cover: Text = "Cover"
    front: Text = "Front"
    back: Text = "Back"
    spine: Text = "Spine"
    spine_clear: Text = "Clear of each fold"
    """How far spine text keeps from the folds."""
    sheet_size: Text = "Sheet with bleed"
    formula: Text = "Formula"
    leaf: Text = "Thickness of a leaf"
    board: Text = "Thickness of the cover"
    block: Text = "Block"
    measured: Text = "measured"
    published: Text = "published by the printer"
    assumed: Text = "assumed"
    weight: Text = "Weight of a copy"
    none: Text = "none"
    ink: Text = "Ink"
    ink_note: Text = "Share of each page that is covered, black alone, as rendered."
    mean: Text = "mean"
    most: Text = "most"
    most_ink: Text = "{ink} on page {page}"
    findings: Text = "Findings"
    nothing_found: Text = "Nothing was found."
    errors: Text = "Errors"
    warnings: Text = "Warnings"
    notes: Text = "Notes"
    fonts: Text = "Fonts"
    font: Text = "Font"
    embedded: Text = "Embedded"
    yes: Text = "yes"
    no: Text = "no"
    pictures: Text = "Pictures"
    size: Text = "Size"
    pixels: Text = "Pixels"
    resolution: Text = "Resolution"
    wanted: Text = "wanted"
    facts: Text = "Facts"
    extent: Text = "Extent"
    declared: Text = "declared"
    trimmed: Text = "Trimmed size"
    printer: Text = "Printer"
    paper: Text = "Paper"
    binding: Text = "Binding"
    identifier: Text = "Identifier"
    layout: Text = "Layout"
    tools: Text = "Made with"
    files: Text = "Files"
    previous: Text = "Previous"
    next: Text = "Next"
    close: Text = "Close"
    larger: Text = "Larger"
    typography: Text = "Typography"
    lines: Text = "Uneven lines"
    line: Text = "Line"
    line_text: Text = "Text"
    word_space: Text = "Word space"
    spread_of_lines: Text = "Spread of the lines"
    loose: Text = "Loose lines"
    tight: Text = "Tight lines"
    hyphenated: Text = "Lines ending in a hyphen"
    ladders: Text = "Three hyphens in a row"
    rectos_hyphen: Text = "Rectos ending in a hyphen"
    versos_hyphen: Text = "Versos ending in a hyphen"
    widows: Text = "Widows"
    orphans: Text = "Orphans"
    short_pages: Text = "Last pages under five lines"
    uneven_spreads: Text = "Spreads that end unevenly"
    off_grid: Text = "Lines off the grid"
    short_lines: Text = "Last lines that are too short"
    keys: Text = "Arrow keys move, Enter enlarges, + and − change the size, Esc closes."

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        check_wording(self, _PLACEHOLDERS)
        return self


_TICKET_PLACEHOLDERS = {
    "stamp": {"order", "copy", "quantity", "date"},
    "copies": {"quantity"},
    "grams": {"paper", "gsm"},
    "sheet_of": {"width", "height", "grain"},
    "with_bleed": {"width", "height"},
    "hold": {"least", "most"},
    "all_copies": {"weight"},
}
"""What each of the `TicketWords` is filled with."""


class TicketWords(Settings):
    """What a job ticket says to the people in a print shop, and the line stamped on a copy."""

    stamp: Text = "Order {order} · copy {copy} of {quantity} · printed {date}"
    title: Text = "Job ticket"
    order: Text = "Order"
    job: Text = "Job"
    edition: Text = "Edition"
    ordered: Text = "Ordered"
    due: Text = "Due"
    quantity: Text = "Quantity"
    copies: Text = "{quantity} copies"
    printer: Text = "Printer"
    interior: Text = "Interior"
    cover: Text = "Cover"
    finishing: Text = "Finishing"
    finished: Text = "Finished size"
    pages: Text = "Pages"
    leaves: Text = "Leaves"
    print_: Text = Field(default="Print", alias="print")
    black: Text = "black, both sides"
    colours: Text = "four colours, outside only"
    stock: Text = "Stock"
    grams: Text = "{paper} {gsm} g"
    grain: Text = "Grain"
    along_spine: Text = "along the spine"
    open_size: Text = "Open, without bleed"
    with_bleed: Text = "{width} × {height} mm with bleed"
    spine: Text = "Spine"
    lamination: Text = "Lamination"
    sheet: Text = "Press sheet"
    sheet_of: Text = "{width} × {height} mm, grain along {grain} mm"
    binding: Text = "Binding"
    wrapping: Text = "Wrap"
    weight: Text = "Weight"
    all_copies: Text = "{weight} all copies"
    not_told: Text = "not told"
    files: Text = "Files"
    size: Text = "Size"
    digest: Text = "SHA-256"
    block: Text = "Measured block"
    reckoned: Text = "Reckoned"
    hold: Text = "Below {least} or above {most} mm: hold the job and report it before binding."
    measured_by: Text = "Measured by"
    signed: Text = "Name, date, time"
    steps: tuple[Text, Text, Text, Text, Text] = ("Print", "Cut", "Bind", "Wrap", "QC")

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        check_wording(self, _TICKET_PLACEHOLDERS)
        return self
