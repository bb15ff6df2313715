"""Scraped opening hours in their many forms."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.kit.opening_hours_text import format_opening_hours
from registration.leads.hours.reading import read_scraped_hours


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
    read = read_scraped_hours(stored)
    assert (format_opening_hours(read.hours), read.problems) == (hours, ())


GOOGLE = [
    "Monday: Closed",
    "Tuesday: 5:00\u202f\N{EN DASH}\u202f10:00\u202fPM",
    "Wednesday: 11:30\u202fAM\u2009\N{EN DASH}\u20092:30\u202fPM, 5:00\u2009\N{EN DASH}\u20099:30\u202fPM",
    "Thursday: 5 PM \N{EN DASH} 12 AM",
    "Friday: 5 PM\N{EN DASH}2 AM",
    "Saturday: Open 24 hours",
    "Sunday: Closed",
]
GOOGLE_READ = "Tue 17:00-22:00; Wed 11:30-14:30, 17:00-21:30; Thu-Fri 17:00-00:00; Sat 00:00-23:59"


@pytest.mark.parametrize(
    "stored",
    [
        GOOGLE,
        "\n".join(GOOGLE),
        "; ".join(GOOGLE),
        ", ".join(GOOGLE),
        " \N{DOT OPERATOR} ".join(GOOGLE),
        {"weekday_text": GOOGLE, "open_now": True},
        {"regularOpeningHours": {"weekdayDescriptions": GOOGLE}},
        {line.partition(": ")[0]: line.partition(": ")[2] for line in GOOGLE},
        [{line.partition(": ")[0].lower(): line.partition(": ")[2]} for line in GOOGLE],
        [{"day": line.partition(": ")[0], "hours": line.partition(": ")[2]} for line in GOOGLE],
    ],
)
def test_the_texts_of_google_are_read(stored: Any) -> None:
    """In every form; hours past midnight into a day of 24 hours are not counted twice."""
    read = read_scraped_hours(stored)
    assert (format_opening_hours(read.hours), read.problems) == (GOOGLE_READ, ())


@pytest.mark.parametrize(
    "stored, hours",
    [
        (
            {"periods": [
                {"open": {"day": 0, "time": "1700"}, "close": {"day": 0, "time": "2200"}},
                {"open": {"day": 5, "time": "1700"}, "close": {"day": 6, "time": "0200"}},
            ]},
            "Fri 17:00-02:00; Sun 17:00-22:00",
        ),
        (
            {"regularOpeningHours": {"periods": [
                {"open": {"day": 1, "hour": 17, "minute": 30}, "close": {"day": 1, "hour": 22, "minute": 0}},
                {"open": {"day": 6, "hour": 0, "minute": 0}, "close": {"day": 0, "hour": 0, "minute": 0}},
            ]}},
            "Mon 17:30-22:00; Sat 00:00-23:59",
        ),
        ({"periods": [{"open": {"day": 0, "time": "0000"}}]}, "daily 00:00-23:59"),
        ("Mo-Fr 09:00-17:00", "Mon-Fri 09:00-17:00"),
        (["Mo-Fr 09:00-17:00", "Sa,Su 10:00-14:00"], "Mon-Fri 09:00-17:00; Sat-Sun 10:00-14:00"),
        (
            {"openingHoursSpecification": [
                {"@type": "OpeningHoursSpecification", "dayOfWeek": ["Monday", "https://schema.org/Tuesday"],
                 "opens": "11:00", "closes": "21:30"},
                {"dayOfWeek": "Sunday", "opens": "17:00:00", "closes": "01:00:00"},
            ]},
            "Mon-Tue 11:00-21:30; Sun 17:00-01:00",
        ),
        (
            [{"dayRange": "Monday - Friday", "sectionHours": [{"startTime": 660, "endTime": 1290}]},
             {"dayRange": "Sunday", "sectionHours": [{"startTime": 1020, "endTime": 1560}]}],
            "Mon-Fri 11:00-21:30; Sun 17:00-02:00",
        ),
        ("Every Day\n11:30 AM - 09:30 PM", "daily 11:30-21:30"),
        ("Sunday\n10:30 AM - 9:30 PM\nMonday - Thursday\n11:00 AM - 9:30 PM", "Mon-Thu 11:00-21:30; Sun 10:30-21:30"),
        ('{"Monday": "5\N{EN DASH}10 PM"}', "Mon 17:00-22:00"),
    ],
)  # fmt: skip
def test_what_is_published_is_read(stored: Any, hours: str) -> None:
    """Google counts the days from Sunday; schema.org's days are links or two letters; Uber Eats counts minutes."""
    read = read_scraped_hours(stored)
    assert (format_opening_hours(read.hours), read.problems) == (hours, ())


@pytest.mark.parametrize(
    "text, hours",
    [
        ("Mon-Fri 9am-5pm; Sat 10-4", "Mon-Fri 09:00-17:00; Sat 10:00-16:00"),
        ("closed Mondays; Tue-Sun 5pm-9pm", "Tue-Sun 17:00-21:00"),
        ("Tue-Sun 5pm-9pm, closed Monday", "Tue-Sun 17:00-21:00"),
        (
            "Hours: Mon-Thu: 11am - 9pm | Fri & Sat: 11am - 10pm | Sun: Closed",
            "Mon-Thu 11:00-21:00; Fri-Sat 11:00-22:00",
        ),
        ("Mon-Fri lunch 11:30am-2:30pm, dinner 5pm-9pm", "Mon-Fri 11:30-14:30, 17:00-21:00"),
        ("weekdays 17h30-22h, weekends 17h-23h", "Mon-Fri 17:30-22:00; Sat-Sun 17:00-23:00"),
        ("Mon &amp; Tue 5&ndash;10 PM", "Mon-Tue 17:00-22:00"),
        ("24/7", "daily 00:00-23:59"),
        ("Closed", "closed"),
    ],
)
def test_texts_of_people_are_read(text: str, hours: str) -> None:
    """In one line or in several."""
    assert format_opening_hours(read_scraped_hours(text).hours) == hours


def test_times_that_a_spreadsheet_kept_are_read() -> None:
    """A part of a day is a time, whatever shows it as a number; a date that it made is none."""
    read = read_scraped_hours({
        "Monday": {"open": 0.375, "close": 0.875}, "Tuesday": {"open": "0.5", "close": "1"},
        "Wednesday": {"open": "9:00:00 AM", "close": "5:00:00 PM"}, "Thursday": "9-Nov",
        "Friday": {"open": 9, "close": 17},
    })  # fmt: skip
    assert format_opening_hours(read.hours) == "Mon 09:00-21:00; Tue 12:00-00:00; Wed 09:00-17:00"
    assert [problem.partition(":")[0] for problem in read.problems] == ["Thursday", "Friday"]


@pytest.mark.parametrize(
    "stored, hours, lost",
    [
        ({"Monday": "11-9 PM", "Tuesday": "5\N{EN DASH}10 PM"}, "Tue 17:00-22:00", ["Monday"]),
        ("Monday: 5pm till late; Tuesday: 5pm-9pm", "Tue 17:00-21:00", ["Monday"]),
        ("Monday (Labour Day): 9 AM-5 PM; Tuesday: 9 AM-5 PM", "Tue 09:00-17:00", ["Monday"]),
        ("Mon 11:00-15:00, 14:00-20:00; Tue 9:00-17:00", "Tue 09:00-17:00", ["Monday"]),
        ("Mon 11:00-02:00; Tue 01:00-09:00; Wed 11:00-14:00", "Wed 11:00-14:00", ["Monday", "Tuesday"]),
        ("Mon closed; Mon 9am-5pm; Tue 9am-5pm", "Tue 09:00-17:00", ["Monday"]),
        ({"Monday": {"open": "9:00", "close": "5:00"}, "Tuesday": "9:00-17:00"}, "Tue 09:00-17:00", ["Monday"]),
        (
            {"periods": [
                {"open": {"day": 3, "time": "0900"}},
                {"open": {"day": 4, "time": "0900"}, "close": {"day": 4, "time": "1700"}},
            ]},
            "Thu 09:00-17:00",
            ["Wednesday"],
        ),
        (
            [{"day": "Monday", "from": "11:00"}, {"day": "Tuesday", "open": "11:00", "close": "14:00"}],
            "Tue 11:00-14:00",
            ["Monday"],
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_loses_its_day_alone(stored: Any, hours: str, lost: list[str]) -> None:
    """The other days stay; each lost day is reported."""
    read = read_scraped_hours(stored)
    assert format_opening_hours(read.hours) == hours
    assert [problem.partition(":")[0] for problem in read.problems] == lost


@pytest.mark.parametrize(
    "stored, why",
    [
        ([1, 2], "neither a text nor a list of days"),
        ([{"open": "11:00", "close": "21:00"}], "neither a text nor a list of days"),
        ([{"day": 0, "open": "11:00", "close": "21:00"}], "neither a text nor a list of days"),
        ({"Someday": "11:00-21:00"}, "'Someday'"),
        ("11-9 PM", "names no day"),
        ("9am-5pm Mon-Fri, 10am-4pm Sat", "names no day"),
        ("whenever", "names no day"),
        (7, "neither a text nor a list of days"),
        ([], "no opening hours given"),
    ],
)
def test_what_is_not_understood_at_all_is_said(stored: Any, why: str) -> None:
    """In words."""
    with pytest.raises(ValueError, match=why):
        read_scraped_hours(stored)


def test_hours_that_are_nested_without_end_are_refused() -> None:
    """A scraped document may be anything."""
    nested: Any = "9am-5pm"
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(ValueError, match=r"nested too deeply|neither a text"):
        read_scraped_hours({"Monday": nested})


@given(st.text(alphabet="MonTueSaWecldyfi24/7apm 0123456789:,;-\n\N{EN DASH}", max_size=80))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    """Only ValueError is raised."""
    with suppress(ValueError):
        read_scraped_hours(text)
