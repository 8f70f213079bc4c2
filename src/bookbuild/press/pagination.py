"""Where the pages of set sections fall: rectos and versos, blanks, folios, the extent.

In: parts with what was set of each. Out: a frozen `Placed`. Nothing is set or drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bookbuild.book.facts import Trim
from bookbuild.book.places import Begin
from bookbuild.language import roman
from bookbuild.press.geometry import padding
from bookbuild.press.pagemap import PageMap
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.sheets import Part
from bookbuild.press.typeset import Typeset


@dataclass(frozen=True, slots=True)
class Extent:
    """The measured extent, in pages. A blank verso before arabic 1 is a roman page."""

    roman: int
    arabic: int
    trailing_blanks: int

    def label(self, number: int) -> str:
        """The folio of page `number`, counted from 0."""
        return roman(number + 1) if number < self.roman else str(number - self.roman + 1)

    @property
    def pages(self) -> int:
        """Every page of the block: what leaves, spine and weight are reckoned from."""
        return self.roman + self.arabic + self.trailing_blanks

    def __str__(self) -> str:
        front = f"{roman(self.roman)} + " if self.roman else ""
        return f"{front}{self.arabic}"


@dataclass(frozen=True, slots=True)
class Placed:
    """Every page of the block in order: (part, page within it), None for a blank."""

    pages: tuple[tuple[int, int] | None, ...]
    extent: Extent
    page_map: PageMap


def paginate(planned: tuple[Part, ...], results: Sequence[Typeset]) -> Placed:
    """Put the parts one after another, each on the side it asks for."""
    pages: list[tuple[int, int] | None] = []
    anchors: dict[str, int] = {}
    roman_pages = 0
    in_front = True
    for index, (part, result) in enumerate(zip(planned, results, strict=True)):
        is_recto = len(pages) % 2 == 0
        if in_front and part.numbering == "arabic":  # arabic 1 is always a recto
            if not is_recto:
                pages.append(None)
                is_recto = True
            in_front, roman_pages = False, len(pages)
        if is_recto != (part.side == "recto"):
            pages.append(None)
        anchors.update({name: len(pages) + page for name, page in result.anchors.items()})
        pages.extend((index, page) for page in range(result.page_count))
    if in_front:
        roman_pages = len(pages)
    extent = Extent(roman_pages, len(pages) - roman_pages, 0)
    labels = tuple(extent.label(number) for number in range(len(pages)))
    singles = frozenset(
        number for number, place in enumerate(pages) if place and planned[place[0]].single
    )
    files = tuple(planned[place[0]].file if place else "" for place in pages)
    begins = tuple(_begin(place, planned, results) for place in pages)
    return Placed(tuple(pages), extent, PageMap(labels, anchors, files, singles, begins))


def _begin(
    place: tuple[int, int] | None, planned: tuple[Part, ...], results: Sequence[Typeset]
) -> Begin | None:
    """Where the page at `place` begins; the first page of a section, before its heading."""
    if place is None or not planned[place[0]].section:
        return None
    part, page = place
    begin = results[part].begins[page] if page else Begin("", 0)
    return begin and replace(begin, section=planned[part].section)


def with_blanks(placed: Placed, printer: PrinterProfile, trim: Trim) -> Placed:
    """The pages with the blank ones that this printer's block ends with."""
    rule = printer.interior
    multiple = rule.page_multiple(trim.width, trim.height)
    count = len(placed.pages)
    least = 1 if rule.last_page_blank and placed.pages[-1] is not None else 0
    blanks = least + padding(count + least, multiple)
    extent = replace(placed.extent, trailing_blanks=blanks)
    labels = tuple(extent.label(number) for number in range(count + blanks))
    page_map = replace(
        placed.page_map, labels=labels, files=(*placed.page_map.files, *[""] * blanks)
    )
    return Placed((*placed.pages, *[None] * blanks), extent, page_map)
