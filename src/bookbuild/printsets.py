"""Print sets: interior and cover for each printer, and what keeps them from the press.

In: the ingredients and the pages, set. Out: `Made`, one for each printer. What takes long is done
aside: a cover is set while its interior is bound, and other things made while both are examined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.diagnostics import Diagnostic
from bookbuild.press.acceptance import accept
from bookbuild.press.compositors import Compositors
from bookbuild.press.cover import Cover, cover
from bookbuild.press.interior import Interior, SetPages, at_the_binder, interior
from bookbuild.press.preflight.model import Preflight
from bookbuild.press.preflighted import Preflighted, checking, preflighted
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.sheets import Ingredients
from bookbuild.units import Length


@dataclass(frozen=True, slots=True)
class InHand:
    """Interior and cover for one printer, while the interior is examined."""

    name: str
    printer: PrinterProfile
    inside: Interior
    outside: Cover
    pages_checked: Callable[[], Preflight]
    """Waits for what was found in the interior."""


@dataclass(frozen=True, slots=True)
class Made:
    """Interior and cover for one printer, and the errors that keep them from the press."""

    name: str
    printer: PrinterProfile
    inside: Interior
    outside: Cover
    faults: tuple[Diagnostic, ...]
    preflight: Preflighted


def in_hand(
    made_from: Ingredients,
    pages: SetPages,
    profiles: Mapping[str, PrinterProfile],
    block: Length | None,
    compositors: Compositors,
) -> tuple[InHand, ...]:
    """Bind an interior for each printer, and set its cover.

    Raises:
        BookFaults: the layout asks for what no press file can hold.
    """
    sent = [at_the_binder(made_from, pages, item, compositors) for item in profiles.values()]
    covers = [
        cover(made_from, item.placed.extent, item.printer, compositors.alone(), block)
        for item in sent
    ]
    insides = [interior(made_from, item) for item in sent]
    return tuple(
        InHand(name, printer, inside, outside, checking(made_from, printer, inside, compositors))
        for (name, printer), inside, outside in zip(profiles.items(), insides, covers, strict=True)
    )


def counted(sets: Sequence[InHand], printer: str) -> InHand:
    """The set whose pages count: the specification's printer's, else the first that was asked for.

    Printers differ in the blank leaves at the end alone, which the EPUB doesn't list.
    """
    return next((item for item in sets if item.name == printer), sets[0])


def finished(made_from: Ingredients, item: InHand, compositors: Compositors) -> Made:
    """The set with all that was found in its files."""
    inside, outside = item.inside, item.outside
    faults = accept(made_from, item.printer, inside.extent.pages, outside)
    faults += inside.faults + outside.faults
    found = preflighted(item.printer, inside, item.pages_checked(), outside, compositors.cache)
    return Made(item.name, item.printer, inside, outside, faults + found.findings, found)
