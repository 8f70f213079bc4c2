"""When a copy is due: working days of a printer in Indonesia, counted from the payment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.desk.calendar import (
    Calendar,
    Terms,
    WorkingTime,
    calendar,
    due_date,
    read_terms,
)
from bookbuild.errors import BookFaults
from bookbuild.store.record import canonical
from bookbuild.units import mm

WIB = timezone(timedelta(hours=7))
KEPT = calendar(WorkingTime(), 2026)
LAW_ALONE = calendar(WorkingTime(collective_leave=False), 2026)


def paid(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of 2026 in Jakarta."""
    return datetime(2026, month, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (paid(11, 23), date(2026, 11, 26)),  # Monday morning: Thursday
        (paid(11, 23, 14, 59), date(2026, 11, 26)),
        (paid(11, 23, 15), date(2026, 11, 27)),  # at the cut-off: as if on Tuesday
        (paid(11, 25), date(2026, 11, 30)),  # a weekend between
        (paid(11, 28), date(2026, 12, 3)),  # on Saturday: as if on Monday
        (paid(11, 27, 20), date(2026, 12, 3)),  # on Friday evening: the same
        (paid(8, 13), date(2026, 8, 19)),  # Independence Day on a Monday
    ],
)
def test_about_three_days_after_payment_are_three_working_days(moment: datetime, due: date) -> None:
    assert due_date(KEPT, moment, 3) == due


@pytest.mark.parametrize(
    ("moment", "with_leave", "without"),
    [
        # Nyepi on 19 March with leave on the 18th; Lebaran on 21 and 22 March, a weekend, with
        # leave on the 20th, 23rd and 24th.
        (paid(3, 13), date(2026, 3, 25), date(2026, 3, 18)),
        (paid(3, 16), date(2026, 3, 26), date(2026, 3, 20)),
        (paid(3, 17), date(2026, 3, 27), date(2026, 3, 23)),
        (paid(3, 21), date(2026, 3, 30), date(2026, 3, 26)),  # on the day itself
        (paid(5, 13), date(2026, 5, 20), date(2026, 5, 19)),  # Ascension, leave the day after
        (paid(12, 22), date(2026, 12, 29), date(2026, 12, 28)),  # Christmas, leave the day before
    ],
)
def test_nothing_is_printed_at_lebaran_nor_on_days_of_collective_leave_that_are_kept(
    moment: datetime, with_leave: date, without: date
) -> None:
    assert due_date(KEPT, moment, 3) == with_leave
    assert due_date(LAW_ALONE, moment, 3) == without


def test_a_day_is_the_printers_day_not_the_servers() -> None:
    late_on_sunday = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # Monday, 01:00 in Jakarta
    assert due_date(KEPT, late_on_sunday, 3) == date(2026, 11, 26)
    jayapura = calendar(WorkingTime(time_zone="Asia/Jayapura"), 2026)
    at_two = paid(11, 23, 14)  # 16:00 in Jayapura: after its cut-off
    assert due_date(KEPT, at_two, 3) == date(2026, 11, 26)
    assert due_date(jayapura, at_two, 3) == date(2026, 11, 27)


def test_a_printers_own_closures_and_weekdays_count() -> None:
    closed = calendar(WorkingTime(closures=(date(2026, 11, 25),)), 2026)
    assert due_date(closed, paid(11, 23), 3) == date(2026, 11, 27)
    six = WorkingTime(
        working_days=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    )
    assert due_date(calendar(six, 2026), paid(11, 25), 3) == date(2026, 11, 28)


def test_no_lead_time_is_the_same_working_day() -> None:
    assert due_date(KEPT, paid(11, 23), 0) == date(2026, 11, 23)
    assert due_date(KEPT, paid(11, 28), 0) == date(2026, 11, 30)


@given(minutes=st.integers(0, 364 * 24 * 60), days=st.integers(0, 365))
def test_between_payment_and_due_date_lie_that_many_working_days(minutes: int, days: int) -> None:
    moment = paid(1, 1, 0) + timedelta(minutes=minutes)
    due = due_date(KEPT, moment, days)
    assert KEPT.works(due)
    first = moment.date()
    if not KEPT.works(first) or (moment.hour, moment.minute) >= (15, 0):
        first = due_date(KEPT, moment, 0)
        assert first > moment.date()
    after = [first + timedelta(days=n) for n in range(1, (due - first).days + 1)]
    assert sum(map(KEPT.works, after)) == days


def test_a_calendar_is_known_by_its_digest_and_comes_back_from_its_record() -> None:
    assert Calendar.model_validate_json(canonical(KEPT)) == KEPT
    assert calendar(WorkingTime(), 2026).version == KEPT.version
    others = [
        LAW_ALONE,
        calendar(WorkingTime(), 2027),
        calendar(WorkingTime(cut_off="14:00"), 2026),
        calendar(WorkingTime(closures=(date(2026, 11, 25),)), 2026),
        calendar(WorkingTime(country="SG"), 2026),
    ]
    assert len({KEPT.version, *(other.version for other in others)}) == 6


def test_the_order_in_which_weekdays_and_closures_are_written_makes_no_other_calendar() -> None:
    one = WorkingTime(
        closures=(date(2026, 6, 3), date(2026, 6, 2)), working_days=("monday", "friday")
    )
    two = WorkingTime(
        closures=(date(2026, 6, 2), date(2026, 6, 3)), working_days=("friday", "monday")
    )
    assert calendar(one, 2026).version == calendar(two, 2026).version


def test_a_country_without_collective_leave_has_its_public_holidays() -> None:
    singapore = calendar(WorkingTime(country="SG"), 2026)
    assert not singapore.works(date(2026, 8, 10))  # National Day, a Sunday, kept on Monday


TERMS = b"""
lead_days = 5
block_tolerance = "0.5 mm"

[calendar]
time_zone = "Asia/Makassar"
working_days = ["monday", "saturday"]
cut_off = "12:30"
collective_leave = false
closures = [2026-12-28]
"""


def test_terms_are_read_from_toml() -> None:
    terms = read_terms(TERMS, "mitra.toml")
    assert (terms.lead_days, terms.block_tolerance) == (5, mm(0.5))
    assert terms.calendar.closures == (date(2026, 12, 28),)
    assert Terms.model_validate_json(canonical(terms)) == terms
    assert read_terms(b"", "mitra.toml") == Terms()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'[calendar]\ntime_zone = "Asia/Atlantis"', "Asia/Atlantis"),
        (b'[calendar]\ncountry = "XX"', "XX"),
        (b'[calendar]\ncut_off = "25:00"', "cut_off"),
        (b"[calendar]\nworking_days = []", "working_days"),
        (b'[calendar]\nholiday = "ID"', "unknown key"),
        (b"lead_days = -1", "lead_days"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_terms_that_mean_nothing_are_refused(text: bytes, said: str) -> None:
    with pytest.raises(BookFaults) as refused:
        read_terms(text, "mitra.toml")
    assert said in refused.value.findings[0].message
