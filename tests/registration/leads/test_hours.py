"""Scraped opening hours in their many forms."""

from typing import Any

import pytest

from registration.leads.hours import read_scraped_hours
from registration.models.opening_hours_text import format_opening_hours


@pytest.mark.parametrize(
    "stored, hours",
    [
        ([{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}], "Mon 11:00-21:00"),
        ([{"day": "monday", "open": "9:00", "close": "17:30"}], "Mon 09:00-17:30"),
        (
            [
                {"day": "Friday", "open": "11:00", "close": "14:00"},
                {"day": "Friday", "open": "17:00", "close": "01:00"},
            ],
            "Fri 11:00-14:00, 17:00-01:00",
        ),
        ([{"day": "Monday", "hours": "11:30 AM – 9 PM"}], "Mon 11:30-21:00"),
        ({"monday": {"open": "12:00 pm", "close": "12:00 am"}, "tuesday": None}, "Mon 12:00-00:00"),
        ({"Monday": "11 a.m. to 9 p.m.", "Tuesday": "Closed"}, "Mon 11:00-21:00"),
        ({"Saturday": ["11:00-14:00", {"open": "17:00", "close": "22:00"}]}, "Sat 11:00-14:00, 17:00-22:00"),
        ("Mon-Fri 11:00-21:00; Sat Open 24 hours", "Mon-Fri 11:00-21:00; Sat 00:00-23:59"),
        ([{"day": "Monday", "hours": None}], "closed"),
    ],
)
def test_hours_are_read(stored: Any, hours: str) -> None:
    """Lists, maps and texts, of 24 or of 12 hours."""
    assert format_opening_hours(read_scraped_hours(stored)) == hours


@pytest.mark.parametrize(
    "stored, why",
    [
        ([1, 2], "neither a text nor a list of days"),
        ([{"open": "11:00", "close": "21:00"}], "neither a text nor a list of days"),
        ([{"day": "Monday", "from": "11:00"}], "the times of Monday are not understood"),
        ({"Someday": "11:00-21:00"}, "'Someday'"),
        ("11-9 PM", "names no day"),
        ({"Monday": "11-9 PM"}, "is not a time span"),
        (7, "neither a text nor a list of days"),
    ],
)
def test_what_is_not_understood_is_said(stored: Any, why: str) -> None:
    """The part that is not, in words."""
    with pytest.raises(ValueError, match=why):
        read_scraped_hours(stored)
