"""What a check says, and how bad it is."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from registration.health.finding import Level, error, fine, warning, worst
from registration.health.installation import check_disk
from registration.health.reach import judge_clock, judge_date


def test_the_worst_finding_counts() -> None:
    """Nothing found is fine."""
    assert worst([]) is Level.OK
    assert worst([fine("a", "b"), warning("a", "b", "c")]) is Level.WARNING
    assert worst([error("a", "b", "c"), fine("a", "b"), warning("a", "b", "c")]) is Level.ERROR


@pytest.mark.parametrize(
    "seconds, level", [(0, Level.OK), (-4, Level.OK), (6, Level.WARNING), (-29, Level.WARNING), (-90, Level.ERROR)]
)
def test_clocks_may_be_seconds_apart(seconds: float, level: Level) -> None:
    """Ahead or behind."""
    assert judge_clock("the database", datetime.now(UTC) + timedelta(seconds=seconds)).level is level


@pytest.mark.parametrize(
    "seconds, level", [(0, Level.OK), (-0.8, Level.OK), (1.5, Level.ERROR), (-1.5, Level.ERROR), (3, Level.ERROR)]
)
def test_clocks_that_decide_must_agree(seconds: float, level: Level) -> None:
    """Within a second, since they decide whether something happened before a request or after it."""
    theirs = datetime.now(UTC) + timedelta(seconds=seconds)
    assert judge_clock("the database", theirs, decides=True).level is level


def test_an_answer_that_took_long_is_no_wrong_clock() -> None:
    """It was right at some moment between question and answer; a Date may be a second later than it says."""
    begun = datetime.now(UTC) - timedelta(seconds=10)
    theirs = begun + timedelta(seconds=4)
    assert judge_clock("the database", theirs, decides=True, since=begun).says == "0 s from this machine's"
    date = {"date": format_datetime(datetime.now(UTC) - timedelta(seconds=0.9))}
    assert [one.level for one in judge_date("the platform", date, decides=True)] == [Level.OK]


def test_an_answer_without_a_time_says_nothing() -> None:
    """None, or one that cannot be read."""
    assert judge_date("the platform", {}) == []
    assert judge_date("the platform", {"date": "yesterday"}) == []


def test_there_is_room_on_this_disk() -> None:
    """The folder of this process has room."""
    assert "GB free" in check_disk().says
