"""Times of the day as people and pages write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.leads.hours.spans import Clock, read_span


def _read(text: str, document: str | None = None) -> str:
    hours = read_span(text, Clock.of(document or text))
    return f"{hours.open}-{hours.close}"


@pytest.mark.parametrize(
    "text, hours",
    [
        ("5\N{EN DASH}10 PM", "17:00-22:00"),
        ("5\u202f\N{EN DASH}\u202f10\u202fPM", "17:00-22:00"),
        ("5:00\u2009\N{EN DASH}\u200910:00\u202fPM", "17:00-22:00"),
        ("5\N{EN DASH}9:30 PM", "17:00-21:30"),
        ("7\N{EN DASH}10 PM", "19:00-22:00"),
        ("8\N{EN DASH}11 AM", "08:00-11:00"),
        ("12\N{EN DASH}3 PM", "12:00-15:00"),
        ("12\N{EN DASH}2 AM", "00:00-02:00"),
        ("5 to 10 PM", "17:00-22:00"),
        ("11:30 AM\N{EN DASH}2:30 PM", "11:30-14:30"),
        ("5 PM \N{EN DASH} 12 AM", "17:00-00:00"),
        ("5 PM\N{EN DASH}2 AM", "17:00-02:00"),
        ("12 PM\N{EN DASH}12 AM", "12:00-00:00"),
    ],
)
def test_google_writes_am_and_pm_once_if_they_are_the_same(text: str, hours: str) -> None:
    """With its own dashes and blanks."""
    assert _read(text) == hours


@pytest.mark.parametrize(
    "text, hours",
    [
        ("9am-5pm", "09:00-17:00"),
        ("9.30am - 5.30 p.m.", "09:30-17:30"),
        ("9 a. m. to 5 p. m.", "09:00-17:00"),
        ("9:00:00 AM-5:00:00 PM", "09:00-17:00"),
        ("17h30-22h", "17:30-22:00"),
        ("17:00:00-22:00:00", "17:00-22:00"),
        ("1700-2200", "17:00-22:00"),
        ("9-17", "09:00-17:00"),
        ("17:00-2:00", "17:00-02:00"),
        ("05:00-10:00", "05:00-10:00"),
        ("00:00-24:00", "00:00-23:59"),
        ("noon - midnight", "12:00-00:00"),
        ("12 noon to 3pm", "12:00-15:00"),
        ("5-10pm", "17:00-22:00"),
        ("1-4pm", "13:00-16:00"),
        ("１１：００～２１：００", "11:00-21:00"),
        ("from 9am until 5pm", "09:00-17:00"),
        ("9am &ndash; 5pm", "09:00-17:00"),
    ],
)
def test_other_ways_of_writing_are_understood(text: str, hours: str) -> None:
    """Hours of twelve and of 24, with points, colons and letters, in words."""
    assert _read(text) == hours


@pytest.mark.parametrize(
    "text",
    [
        "11\N{EN DASH}9 PM", "9\N{EN DASH}5 PM", "10\N{EN DASH}12 AM", "9-10pm", "7-10pm", "9-5", "5-10", "5:00-10:00",
        "9:00-5:00", "5 PM-10", "9 AM-5", "5-midnight", "17:00-10:00", "12-12",
    ],
)  # fmt: skip
def test_a_time_of_the_morning_or_the_evening_is_refused(text: str) -> None:
    """Nobody could tell whether the restaurant is open."""
    with pytest.raises(ValueError, match="does not say whether in the morning or in the evening"):
        _read(text)


@pytest.mark.parametrize(
    "text", ["late", "5pm-late", "25:00-26:00", "9:75-10:00", "13 PM-2 PM", "12 AM-12 AM", "9-Nov", ""]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Also one that opens and closes at once."""
    with pytest.raises(ValueError, match=r"not a time span|at the same time"):
        _read(text)


@pytest.mark.parametrize(
    "text, document, hours",
    [
        ("5:00-9:00", "Mon 5:00-9:00; Tue 17:00-21:00", "05:00-09:00"),
        ("10-4", "Mon-Fri 9am-5pm; Sat 10-4", "10:00-16:00"),
        ("9-10 PM", "Mon 9-10 PM; Tue 5\N{EN DASH}10 PM", "21:00-22:00"),
    ],
)
def test_the_other_times_of_a_document_say_how_it_counts(text: str, document: str, hours: str) -> None:
    """A document that counts to 24 once does so everywhere; a restaurant that is open by day is so on Saturday too."""
    assert _read(text, document) == hours


@pytest.mark.parametrize("document", ["Fri 10pm-4am; Sat 10-4", "Mon 9am-5pm, Fri 9am-midnight; Sat 10-4"])
def test_who_is_open_into_the_night_may_mean_the_night(document: str) -> None:
    """Ten to four is then either."""
    with pytest.raises(ValueError, match="in the morning or in the evening"):
        _read("10-4", document)


@given(st.text(alphabet="0123456789apmAPM:.- \N{EN DASH}hto\u202f", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    """Only ValueError is raised."""
    try:
        hours = read_span(text, Clock.of(text))
    except ValueError:
        return
    assert hours.open != hours.close
