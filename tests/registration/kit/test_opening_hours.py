"""Opening hours: order, overlaps, hours over midnight."""

import pytest
from pydantic import TypeAdapter, ValidationError

from registration.kit.opening_hours import Day, DayHours, Hours, OpeningHours, in_order
from registration.kit.values import reasons

HOURS: TypeAdapter[tuple[DayHours, ...]] = TypeAdapter(OpeningHours)


def _sitting(day: Day, opens: str, closes: str) -> DayHours:
    return DayHours(day=day, hours=Hours(open=opens, close=closes))


def test_the_platform_shape_is_read_and_written() -> None:
    """Entries are {day, hours{open, close}} with full English names of days."""
    stored = [{"day": "Monday", "hours": {"open": "11:00", "close": "21:30"}}]
    assert HOURS.dump_python(HOURS.validate_python(stored), mode="json") == stored


def test_entries_are_put_in_order() -> None:
    """Hours are kept by day and time."""
    late, early = _sitting(Day.MONDAY, "17:00", "21:00"), _sitting(Day.MONDAY, "11:00", "14:00")
    sunday = _sitting(Day.SUNDAY, "12:00", "20:00")
    assert in_order([sunday, late, early]) == (early, late, sunday)


def test_closing_after_midnight_is_one_entry() -> None:
    """A close before the open is on the next day."""
    assert _sitting(Day.SATURDAY, "18:00", "01:30").hours.minutes == 450


@pytest.mark.parametrize(
    "first,second",
    [
        (_sitting(Day.MONDAY, "11:00", "15:00"), _sitting(Day.MONDAY, "14:00", "21:00")),
        (_sitting(Day.FRIDAY, "20:00", "03:00"), _sitting(Day.SATURDAY, "02:00", "10:00")),
        (_sitting(Day.SUNDAY, "20:00", "03:00"), _sitting(Day.MONDAY, "02:00", "10:00")),
    ],
)
def test_overlaps_are_refused(first: DayHours, second: DayHours) -> None:
    """Two sittings that overlap are named, also over midnight and from Sunday to Monday."""
    with pytest.raises(ValueError, match=f"{first} and {second} overlap"):
        in_order([second, first])


def test_one_may_open_when_the_other_closes() -> None:
    """Sittings that touch do not overlap."""
    entries = (_sitting(Day.SUNDAY, "20:00", "00:00"), _sitting(Day.MONDAY, "00:00", "02:00"))
    assert set(in_order(entries)) == set(entries)


@pytest.mark.parametrize("time", ["24:00", "9:00", "11.30", "11:60", ""])
def test_times_of_another_form_are_refused(time: str) -> None:
    """Times are HH:MM, 00:00 to 23:59."""
    with pytest.raises(ValidationError):
        Hours(open=time, close="12:00")


def test_hours_that_end_when_they_begin_are_refused() -> None:
    """The same open and close could mean never or all day."""
    with pytest.raises(ValidationError) as caught:
        Hours(open="11:00", close="11:00")
    assert reasons(caught.value) == ("opens and closes at 11:00; all day is 00:00-23:59",)
