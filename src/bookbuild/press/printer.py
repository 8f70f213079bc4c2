"""Printer profiles: what a press can do and asks for, as data.

In: ``layouts/printers/NAME.toml``. Out: a frozen `PrinterProfile`. Every number in a profile
stands there with its source and how sure it is; nothing in the code asks which printer it is.
docs/printing.md explains each key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from bookbuild.layout import read_settings
from bookbuild.settings import Field, LengthField, Settings, Text, model_validator
from bookbuild.units import Length, mm

Standard = Literal["PDF/X-1a:2003", "PDF/X-4"]


class Condition(Settings):
    """A printing condition: how inks look on this stock, and its ICC profile."""

    identifier: Text
    """As registered with the ICC: `FOGRA39`."""
    name: Text
    """In words, for the operator."""
    profile: Text
    """A file of ``layouts/profiles/``."""


class Conditions(Settings):
    """The printing condition of each part of the book."""

    interior: Condition
    cover: Condition


class Sides(Settings):
    """A measure at each side of a page."""

    top: LengthField
    bottom: LengthField
    outside: LengthField
    inside: LengthField


class Gutter(Settings):
    """The least inside margin of books up to an extent."""

    pages: int = Field(ge=1)
    inside: LengthField


class Resolution(Settings):
    """Pixels per inch at the size printed: below `wanted` a warning, below `least` an error."""

    wanted: int = Field(ge=1)
    least: int = Field(ge=1)


class Resolutions(Settings):
    """Resolution of pictures with tones, and of line art."""

    tones: Resolution
    line_art: Resolution


class Marks(Settings):
    """Crop marks: their length, and how far from the trimmed edge they begin."""

    length: LengthField
    offset: LengthField


class Multiple(Settings):
    """Pages come in multiples of `pages`, for trims no larger than width and height."""

    pages: int = Field(ge=2)
    width: LengthField | None = None
    height: LengthField | None = None

    def holds_for(self, width: Length, height: Length) -> bool:
        """True when a trim of this size falls under the rule."""
        return (self.width is None or width <= self.width) and (
            self.height is None or height <= self.height
        )


class TrimLimits(Settings):
    """The smallest and the largest page that the printer trims."""

    narrowest: LengthField
    widest: LengthField
    shortest: LengthField
    tallest: LengthField


class InteriorRule(Settings):
    """What the block of pages must keep to."""

    multiples: tuple[Multiple, ...] = Field(min_length=1)
    """The first one that holds for the trim counts."""
    trim: TrimLimits
    fewest_pages: int = Field(ge=2)
    most_pages: int = Field(ge=2)
    last_page_blank: bool
    """True when the printer's own mark goes on the last page."""
    bleed: Sides
    """Where something runs off the page; an interior without has none."""
    safe: LengthField
    """Nothing that matters comes nearer to the top, the foot or the fore-edge."""
    gutters: tuple[Gutter, ...] = Field(min_length=1)
    ink_limit: int = Field(ge=100, le=400)
    """Most ink on one spot, in percent of all four together."""

    @model_validator(mode="after")
    def _gutters_reach_the_most_pages(self) -> Self:
        pages = [gutter.pages for gutter in self.gutters]
        if pages != sorted(set(pages)) or pages[-1] < self.most_pages:
            raise ValueError("list the gutters by pages, ascending, up to most_pages")
        return self

    def gutter(self, pages: int) -> Length:
        """The least inside margin of a book of so many pages."""
        fitting = (gutter.inside for gutter in self.gutters if pages <= gutter.pages)
        return next(fitting, self.gutters[-1].inside)

    def page_multiple(self, width: Length, height: Length) -> int:
        """The number of pages that an extent is rounded up to, for this trim."""
        fitting = (rule.pages for rule in self.multiples if rule.holds_for(width, height))
        return next(fitting, self.multiples[-1].pages)


class BarcodeZone(Settings):
    """The symbol on the back cover."""

    width: LengthField
    """Of the white box."""
    height: LengthField
    edge: LengthField
    """Least distance of the box from trim and fold."""
    magnification: float = Field(ge=0.8, le=2)
    """1 is a module of 0.330 mm (GS1 General Specifications)."""


class CoverRule(Settings):
    """What the cover must keep to."""

    bleed: LengthField
    """On every outer edge."""
    safe: LengthField
    """Nothing that matters comes nearer to a trimmed edge or a fold."""
    ink_limit: int = Field(ge=100, le=400)
    barcode: BarcodeZone


class Paper(Settings):
    """A paper that the printer keeps, and how thick it is."""

    name: Text
    gsm: int | None = None
    caliper: LengthField
    """Of one leaf."""
    basis: Literal["published", "assumed"]
    """Published by the printer for its own stock, or assumed by us."""


class SpineRule(Settings):
    """How thick the spine gets, and when it may carry text."""

    stock: Literal["book", "printer"]
    """Whose paper it is: the specification's calipers hold, or the printer's alone."""
    cover_caliper: LengthField
    glue: LengthField
    tolerance: LengthField
    """How far the bound block may differ from the reckoned one."""
    text_pages: int = Field(ge=0)
    """Fewest pages with which the spine may carry text."""
    text_clearance: LengthField
    """Clear space between spine text and each fold."""
    thinnest: LengthField
    """Below this the binding doesn't hold."""
    thickest: LengthField


class Smallest(Settings):
    """What the press still prints cleanly."""

    type_size: LengthField
    line: LengthField
    """A thinner line is a warning."""
    hairline: LengthField
    """A thinner line is an error."""


class PressSheet(Settings):
    """A sheet of board or paper as it goes into the press."""

    name: Text
    width: LengthField
    height: LengthField
    margin: LengthField
    """Not printable, on every edge."""
    grain: Literal["width", "height"]
    """The side that the fibres run along."""

    @property
    def along(self) -> Length:
        """The side that the fibres run along."""
        return self.width if self.grain == "width" else self.height

    @property
    def across(self) -> Length:
        """The other side."""
        return self.height if self.grain == "width" else self.width

    def holds(self, width: Length, height: Length) -> bool:
        """True when a cover of this size fits with its spine along the fibres."""
        room = self.margin * 2
        return height <= self.along - room and width <= self.across - room


class PrinterProfile(Settings):
    """What one printer asks for."""

    name: Text
    standard: Standard
    text_as_outlines: bool
    """True where the shop's workflow can't be trusted with fonts."""
    conditions: Conditions
    marks: Marks | None = None
    """Without them the file has none."""
    interior: InteriorRule
    cover: CoverRule
    resolution: Resolutions
    smallest: Smallest
    spine: SpineRule
    papers: tuple[Paper, ...] = Field(min_length=1)
    """The first one is taken for a paper that isn't listed."""
    sheets: tuple[PressSheet, ...] = ()
    """Sheets that the cover may be printed on."""

    def paper(self, name: str, gsm: int) -> Paper:
        """The listed paper of this name and weight, else the nearest there is."""
        named = [paper for paper in self.papers if paper.name.lower() == name.lower()]
        exact = [paper for paper in named if paper.gsm in (None, gsm)]
        return (exact or self.papers)[0]


MARKS = Marks(length=mm(5), offset=mm(4))
"""Where a profile has none and marks are asked for: off any bleed of 3 mm, as cutters like them."""


def with_marks(printer: PrinterProfile) -> PrinterProfile:
    """The profile with crop marks, its own or the usual ones."""
    return printer.model_copy(update={"marks": printer.marks or MARKS})


def load_printer(folders: tuple[Path, ...], name: str) -> PrinterProfile:
    """The profile called `name`.

    Raises:
        BookFaults: it is missing (the known ones are listed) or has faults.
    """
    name = Path(name).name or "?"
    return read_settings(folders, f"printers/{name}.toml", PrinterProfile)
