"""When a copy is due: a printer's working days, counted. Owner of `holidays`.

In: a printer's terms (a TOML file), a moment, a number of days. Out: a frozen `Calendar`, which
names every day off of its years and so has a version, its digest; and a date counted by it. Law and
package may change what is a holiday; what was counted by one version stays explained by it.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from bookbuild.errors import BookFaults
from bookbuild.settings import Field, LengthField, Settings, field_validator, read
from bookbuild.store.record import canonical
from bookbuild.textfile import decode
from bookbuild.units import mm

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = Weekday.__args__  # type: ignore[attr-defined]
PUBLIC, COLLECTIVE = "public", "government"
"""The package's words: holidays by law, and Indonesia's days of collective leave (cuti bersama)."""
YEARS = 3
"""A calendar names the days off of the year it is counted in and the next two. Later than any due
date; beyond them the weekdays alone would count."""


class WorkingTime(Settings):
    """When a printer works."""

    time_zone: str = "Asia/Jakarta"
    working_days: tuple[Weekday, ...] = Field(default=WEEKDAYS[:5], min_length=1)
    cut_off: str = Field(default="15:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    """What is paid at this hour or later counts as paid on the next working day."""
    country: str = Field(default="ID", pattern=r"^[A-Z]{2}$")
    """Whose public holidays are kept, as ISO 3166 has it."""
    collective_leave: bool = True
    """Keep cuti bersama, too."""
    closures: tuple[date, ...] = ()
    """Days off of its own."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no time zone “{name}” here: Asia/Jakarta") from None
        return name

    @field_validator("country")
    @classmethod
    def _known_country(cls, name: str) -> str:
        if name not in holidays.list_supported_countries():
            raise ValueError(f"no holidays are known of “{name}”")
        return name


class Terms(Settings):
    """What is agreed with a printer."""

    lead_days: int = Field(default=3, ge=0, le=90)
    """Working days from payment to the finished copy, of an edition that doesn't say it."""
    block_tolerance: LengthField = Field(default_factory=lambda: mm(1))
    """How far a measured block may be from what the cover was made for. 1 mm: local advice calls
    an error of 1 to 2 mm fatal."""
    calendar: WorkingTime = Field(default_factory=WorkingTime)


class Calendar(Settings):
    """Working days, with every day off of its years by name of the date: nothing is looked up."""

    form: Literal["bookbuild-calendar-1"] = "bookbuild-calendar-1"
    time_zone: str
    working_days: tuple[Weekday, ...]
    cut_off: str
    first_year: int
    last_year: int
    days_off: tuple[date, ...]

    @property
    def version(self) -> str:
        """The digest of all of it."""
        return hashlib.sha256(canonical(self)).hexdigest()

    def works(self, day: date) -> bool:
        """True where the printer works on that day."""
        return WEEKDAYS[day.weekday()] in self.working_days and day not in self.days_off

    def today(self, moment: datetime) -> date:
        """The date at the printer's."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()


def read_terms(data: bytes, file: str) -> Terms:
    """A printer's terms from TOML; `file` names it in findings.

    Raises:
        BookFaults: it isn't what it should be; with every fault and its line.
    """
    text, faults = decode(data, file)
    terms = None
    if text is not None:
        terms, faults = read(Terms, text, file)
    if terms is None:
        raise BookFaults(faults)
    return terms


def calendar(working: WorkingTime, year: int) -> Calendar:
    """The calendar of a printer for the year and the next two, as the holidays are known today."""
    years = tuple(range(year, year + YEARS))
    kinds = (PUBLIC, COLLECTIVE) if working.collective_leave else (PUBLIC,)
    free = {*_holidays(working.country, kinds, years), *working.closures}
    days = tuple(sorted(day for day in free if day.year in years))
    worked = tuple(day for day in WEEKDAYS if day in working.working_days)
    return Calendar(
        time_zone=working.time_zone,
        working_days=worked,
        cut_off=working.cut_off,
        first_year=years[0],
        last_year=years[-1],
        days_off=days,
    )


def due_date(kept: Calendar, paid: datetime, lead_days: int) -> date:
    """The last day on which a copy paid at that moment is in time.

    The day of payment isn't counted: what is paid before the cut-off of a working day is due
    `lead_days` working days after that day, anything else as if paid on the next working day.
    """
    local = paid.astimezone(ZoneInfo(kept.time_zone))
    day = local.date()
    if not kept.works(day) or local.time() >= time.fromisoformat(kept.cut_off):
        day = _next_working_day(kept, day)
    for _ in range(lead_days):
        day = _next_working_day(kept, day)
    return day


def _next_working_day(kept: Calendar, day: date) -> date:
    day += timedelta(days=1)
    while not kept.works(day):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=16)
def _holidays(country: str, kinds: tuple[str, ...], years: tuple[int, ...]) -> frozenset[date]:
    supported = holidays.country_holidays(country).supported_categories
    kept = tuple(kind for kind in kinds if kind in supported)
    return frozenset(holidays.country_holidays(country, years=years, categories=kept))
