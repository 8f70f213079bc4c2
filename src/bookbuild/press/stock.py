"""Sheets as they go into the press: their sizes by name, as data, or as somebody writes them.

In: ``layouts/sheets.toml`` and a name or a size. Out: a frozen `Stock`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bookbuild.errors import BookbuildError, ExitCode
from bookbuild.layout import read_settings
from bookbuild.settings import Field, LengthField, Settings, Text
from bookbuild.units import Length, mm, parse

_TWO_LENGTHS = re.compile(r"\s*([\d.]+)\s*(mm|cm|in)?\s*[x×X]\s*([\d.]+)\s*(mm|cm|in)\s*")
_SMALLEST, _LARGEST = mm(50), mm(2000)
"""Nobody prints books on less, and no sheetfed press takes more (KBA Rapida 205: 1510 × 2050)."""


class CannotImpose(BookbuildError):
    """The file, the sheet or the wishes don't go together."""

    exit_code = ExitCode.USAGE


class NamedSheet(Settings):
    """One sheet of the list."""

    name: Text
    width: LengthField
    height: LengthField
    margin: LengthField | None = None
    """Not printable, on every edge; None where the list's own holds."""


class NamedSheets(Settings):
    """The list of sheets."""

    margin: LengthField
    """Not printable on every edge of a sheet for which nothing else is said."""
    sheets: tuple[NamedSheet, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Stock:
    """A sheet of paper or board, whichever way it is turned."""

    name: str
    short: Length
    long: Length
    margin: Length
    """Not printable, on every edge."""


def read_stock(folders: tuple[Path, ...], wanted: str) -> Stock:
    """The sheet called `wanted`, or of the size that it gives, such as ``330 x 487 mm``.

    Raises:
        CannotImpose: it is neither, or no sheet of a press; the known names are listed.
        BookFaults: the list has faults.
    """
    listed = read_settings(folders, "sheets.toml", NamedSheets)
    for sheet in listed.sheets:
        if _plain(sheet.name) == _plain(wanted):
            return _stock(sheet.name, sheet.width, sheet.height, sheet.margin or listed.margin)
    match = _TWO_LENGTHS.fullmatch(wanted)
    if match is None:
        known = ", ".join(sheet.name for sheet in listed.sheets)
        raise CannotImpose(
            f"“{wanted}” is no sheet. Known: {known}; or write its size: 330 x 487 mm"
        )
    try:
        width, height = parse(match[1] + (match[2] or match[4])), parse(match[3] + match[4])
    except ValueError as fault:
        raise CannotImpose(str(fault)) from None
    if min(width, height) < _SMALLEST or max(width, height) > _LARGEST:
        raise CannotImpose(f"“{wanted}”: a sheet has sides of 50 to 2000 mm")
    return _stock(f"{width.mm:g} × {height.mm:g} mm", width, height, listed.margin)


def _stock(name: str, width: Length, height: Length, margin: Length) -> Stock:
    return Stock(name, min(width, height), max(width, height), margin)


def _plain(name: str) -> str:
    return "".join(name.lower().replace("×", "x").split())
