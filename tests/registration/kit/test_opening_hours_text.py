"""Opening hours as text: the written forms, the errors, and that writing and reading come back to the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from registration.kit.opening_hours import Day, DayHours, Hours, in_order
from registration.kit.opening_hours_text import format_opening_hours, parse_opening_hours, read_opening_hours

TIMES = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
HOURS = st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1])
SITTINGS = st.builds(
    lambda day, pair: DayHours(day=day, hours=Hours(open=pair[0], close=pair[1])), st.sampled_from(Day), HOURS
)


def _without_overlaps(entries: list[DayHours]) -> tuple[DayHours, ...]:
    kept: tuple[DayHours, ...] = ()
    for entry in entries:
        try:
            kept = in_order((*kept, entry))
        except ValueError:
            continue
    return kept


WEEKS = st.lists(SITTINGS, max_size=14).map(_without_overlaps)


@given(WEEKS)
def test_written_hours_are_read_back(week: tuple[DayHours, ...]) -> None:
    """Every week of hours survives being written and read."""
    assert parse_opening_hours(format_opening_hours(week)) == week


@given(st.text(alphabet="MonTueFridailyclosed 0123456789:-,;\n", max_size=60))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    """The parser raises ValueError only, and what it reads can be written."""
    try:
        week = parse_opening_hours(text)
    except ValueError:
        return
    assert parse_opening_hours(format_opening_hours(week)) == week


@pytest.mark.parametrize(
    "written,normal",
    [
        (
            "Mon-Fri 11:00-21:30; Sat 11:00-23:00; Sun 12:00-01:00",
            "Mon-Fri 11:00-21:30; Sat 11:00-23:00; Sun 12:00-01:00",
        ),
        ("Mon,Wed 9:00-17:00", "Mon 09:00-17:00; Wed 09:00-17:00"),
        ("daily 10:00-22:00", "daily 10:00-22:00"),
        ("Every day: 10:00 – 22:00", "daily 10:00-22:00"),
        ("Mon-Sun 10:00-22:00", "daily 10:00-22:00"),
        ("Fri-Mon 17:00-22:00; Tue-Thu closed", "Mon 17:00-22:00; Fri-Sun 17:00-22:00"),
        ("Tues & Thurs 11:30-14:30, 17:00-21:00", "Tue 11:30-14:30, 17:00-21:00; Thu 11:30-14:30, 17:00-21:00"),
        ("Monday to Wednesday 11:00 to 15:00\nSundays 10:00-12:00", "Mon-Wed 11:00-15:00; Sun 10:00-12:00"),
        ("Sat 18:00-03:00; Sun closed;", "Sat 18:00-03:00"),
        ("closed", "closed"),
        ("Mon 9:00:00 AM-5:00:00 PM", "Mon 09:00-17:00"),
        ("Mon 9am-5pm; Tue 17:00:00-22:00:00", "Mon 09:00-17:00; Tue 17:00-22:00"),
        ("Mon\u202f9:00\u2009\N{MINUS SIGN}\u200917:00", "Mon 09:00-17:00"),
        ("Mon １１：００－２１：００", "Mon 11:00-21:00"),
        ("Mon 9:00&ndash;17:00", "Mon 09:00-17:00"),
    ],
)
def test_written_forms_are_understood(written: str, normal: str) -> None:
    """Ranges, lists, daily, closed, several sittings, full names of days."""
    assert format_opening_hours(parse_opening_hours(written)) == normal


@pytest.mark.parametrize(
    "written,reason",
    [
        ("", "no opening hours given"),
        ("whenever", "'whenever' is not understood"),
        ("11:00-21:00", "'11:00-21:00' names no day"),
        ("Funday 11:00-21:00", "'Funday' in 'Funday 11:00-21:00' is not a day"),
        ("T 11:00-21:00", "'T' in 'T 11:00-21:00' is not a day"),
        ("Mon 11-21", "'11-21' in 'Mon 11-21' is not a time span"),
        ("Mon 5:00-10:00 PM", "'5:00-10:00 PM' in 'Mon 5:00-10:00 PM' is not a time span"),
        ("9-Nov", "'9-Nov'"),
        ("Mon 11:00-24:00", "24:00 in 'Mon 11:00-24:00' is not a time of the day"),
        ("Mon 11:00-11:00", "'Mon 11:00-11:00' opens and closes at 11:00"),
        ("Mon-Wed-Fri 11:00-12:00", "'Mon-Wed-Fri' in 'Mon-Wed-Fri 11:00-12:00' is not a range of days"),
        ("Mon 11:00-12:00; Mon closed", "Monday is given twice: in 'Mon 11:00-12:00' and in 'Mon closed'"),
        ("Mon 11:00-15:00, 14:00-20:00", "Monday 11:00-15:00 and Monday 14:00-20:00 overlap"),
    ],
)
def test_what_is_not_understood_is_named(written: str, reason: str) -> None:
    """The reason quotes the part that is wrong."""
    with pytest.raises(ValueError, match=r".+") as caught:
        parse_opening_hours(written)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    "stored",
    [
        [{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}],
        {"monday": {"open": "11:00", "close": "21:00"}, "tuesday": None},
        "Mon 11:00-21:00",
    ],
)
def test_every_stored_form_is_read(stored: JsonValue) -> None:
    """Hours stored as a list, as an object by day, or as text are the same hours."""
    assert format_opening_hours(read_opening_hours(stored)) == "Mon 11:00-21:00"


def test_another_stored_form_is_refused() -> None:
    """A number is no opening hours."""
    with pytest.raises(ValueError, match="tuple"):
        read_opening_hours(5)
