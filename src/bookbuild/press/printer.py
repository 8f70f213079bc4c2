"""Printer profiles: what a press can do, as data.

In: ``layouts/printers/NAME.toml``. Out: a frozen `PrinterProfile`. Every number in a profile
stands there with its source; nothing in the code asks which printer it is.
"""

from __future__ import annotations

from pathlib import Path

from bookbuild.layout import read_settings
from bookbuild.settings import Field, LengthField, Settings, Text


class SpineRule(Settings):
    """How thick the spine gets, and when it may carry text."""

    paper_caliper: LengthField
    """Assumed for the interior paper when the specification gives none."""
    cover_caliper: LengthField
    """Assumed for the cover stock when the specification gives none."""
    glue: LengthField
    text_pages: int = Field(ge=0)
    """Fewest pages with which the spine may carry text."""
    text_clearance: LengthField
    """Clear space between spine text and each fold."""


class PrinterProfile(Settings):
    """What one printer asks for."""

    name: Text
    bleed: LengthField
    """On every outer edge of the cover."""
    page_multiple: int = Field(ge=2)
    cover_safe: LengthField
    """Nothing that matters comes nearer to a trimmed edge or a fold of the cover."""
    spine: SpineRule


def load_printer(folders: tuple[Path, ...], name: str) -> PrinterProfile:
    """The profile called `name`.

    Raises:
        BookFaults: it is missing (the known ones are listed) or has faults.
    """
    return read_settings(folders, f"printers/{name}.toml", PrinterProfile)
