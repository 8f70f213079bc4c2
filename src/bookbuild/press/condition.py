"""What a press file is made for: its standard, its printing condition, its marks.

In: a printer's profile and the ICC profile that it names. Out: a frozen `Target`, or what is wrong
with the ICC profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.errors import BookFaults
from bookbuild.folders import FOLDER
from bookbuild.layout import find
from bookbuild.press.printer import Condition, Marks, PrinterProfile, Standard

_HEADER = 128
"""Bytes of an ICC profile's header (ICC.1:2001-04, 6.1)."""
_TAG = 12
"""Bytes of an entry in the tag table behind it (6.2)."""
_HIGHEST_VERSION: dict[Standard, int] = {"PDF/X-1a:2003": 2, "PDF/X-4": 4}
"""Of the ICC format: PDF 1.4 knows version 2, PDF 1.6 version 4 (PDF Reference, 4.5.4)."""
_HINT = "bring an ICC output profile for CMYK that fits the printing condition"


@dataclass(frozen=True, slots=True)
class OutputCondition:
    """A printing condition, with its ICC profile."""

    identifier: str
    """As registered with the ICC."""
    name: str
    profile: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """How a press file is to be made."""

    standard: Standard
    condition: OutputCondition
    marks: Marks | None = None
    text_as_outlines: bool = False

    @property
    def flat(self) -> bool:
        """True when the standard forbids transparency (ISO 15930-4, 6.4)."""
        return self.standard == "PDF/X-1a:2003"


def target(
    folders: tuple[Path, ...], printer: PrinterProfile, part: Literal["interior", "cover"]
) -> Target:
    """How this printer wants that part of the book; raises as `output_condition` does."""
    conditions = printer.conditions
    wanted = conditions.interior if part == "interior" else conditions.cover
    condition = output_condition(folders, wanted, printer.standard)
    return Target(printer.standard, condition, printer.marks, printer.text_as_outlines)


def output_condition(
    folders: tuple[Path, ...], condition: Condition, standard: Standard
) -> OutputCondition:
    """The condition with its ICC profile read and checked.

    Raises:
        BookFaults: the profile is missing, or is none that the standard allows.
    """
    name = f"profiles/{condition.profile}"
    data = find(folders, name).read_bytes()
    faults = tuple(_faults(data, Place(f"{FOLDER}/{name}"), standard))
    if faults:
        raise BookFaults(faults)
    return OutputCondition(condition.identifier, condition.name, data)


def _faults(data: bytes, place: Place, standard: Standard) -> Iterator[Diagnostic]:
    """What keeps the profile from being an output intent (ISO 15930-4 and -7, 6.2)."""
    if len(data) < _HEADER + 4 or data[36:40] != b"acsp":
        yield error("icc-profile", "it is no ICC profile", place, _HINT)
        return
    stated = int.from_bytes(data[:4])
    if stated != len(data):
        message = f"it is cut off or padded: {len(data)} bytes, and its header says {stated}"
        yield error("icc-profile", message, place, "copy it anew")
    kind, space = (data[at : at + 4].decode("latin-1").strip() for at in (12, 16))
    if kind != "prtr" or space != "CMYK":
        message = f"it is a profile of class “{kind}” for {space}, not of a press (prtr, CMYK)"
        yield error("icc-profile", message, place, _HINT)
    highest = _HIGHEST_VERSION[standard]
    if data[8] > highest:
        message = f"it is of ICC version {data[8]}; {standard} takes up to {highest}"
        yield error("icc-profile", message, place, _HINT)
    lacking = sorted({"A2B0", "B2A0"} - set(_tags(data)))
    if lacking:
        yield error("icc-profile", f"it lacks the table {', '.join(lacking)}", place, _HINT)


def _tags(data: bytes) -> Iterator[str]:
    """The names of the tables that lie inside the file."""
    count = int.from_bytes(data[_HEADER : _HEADER + 4])
    for number in range(min(count, (len(data) - _HEADER - 4) // _TAG)):
        start = _HEADER + 4 + number * _TAG
        offset, size = (int.from_bytes(data[start + at : start + at + 4]) for at in (4, 8))
        if offset + size <= len(data):
            yield data[start : start + 4].decode("latin-1")
