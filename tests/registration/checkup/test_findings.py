"""What a check says, and how bad it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registration.checkup.clock import judge_clock, judge_date
from registration.checkup.finding import Level, error, fine, warning, worst
from registration.checkup.machine import check_disk
from registration.settings import Settings


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


def test_an_answer_without_a_time_says_nothing() -> None:
    """None, or one that cannot be read."""
    assert judge_date("the platform", {}) == []
    assert judge_date("the platform", {"date": "yesterday"}) == []


def test_there_is_room_on_this_disk(tmp_path: Path) -> None:
    """A folder that does not exist yet counts as where it will be."""
    assert "GB free" in check_disk(Settings.model_validate({"evidence_folder": tmp_path / "not" / "yet"})).says
