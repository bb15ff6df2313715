"""Marks and words that command line and console share."""

import pytest

from interfaces.presenting.marks import JOB_TONES, LESS_THAN_PROVEN, PHASES, SHORT_NAMES, STEP_MARKS, SUB_STEP_MARKS
from interfaces.presenting.words import counted, duration, listed
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS


def test_every_status_has_a_mark() -> None:
    """Of one character; those of different meaning differ in shape, not only in colour."""
    assert set(SUB_STEP_MARKS) == set(SubStepStatus)
    assert set(STEP_MARKS) == set(StepStatus)
    assert set(JOB_TONES) == set(JobStatus)
    every = [*SUB_STEP_MARKS.values(), *STEP_MARKS.values()]
    assert all(len(mark.sign) == 1 for mark in every)
    assert len({mark.sign for mark in every}) == len({mark.word for mark in every})
    assert {mark.sign for mark in LESS_THAN_PROVEN.values()} == {"✓"}


def test_the_twelve_have_short_names_in_the_order_of_their_table() -> None:
    """The head of a column has place for eight letters."""
    assert [name for phase in PHASES for name in phase] == list(SUB_STEPS)
    assert set(SHORT_NAMES) == set(SUB_STEPS)
    assert max(map(len, SHORT_NAMES.values())) <= 8


@pytest.mark.parametrize(
    "seconds, words",
    [
        (-1, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (312, "5 min 12 s"),
        (1800, "30 min"),
        (7500, "2 h 5 min"),
        (36_000, "10 h"),
        (86_400, "1 day"),
        (300_000, "3 days"),
    ],
)
def test_durations_are_said_in_words(seconds: float, words: str) -> None:
    """In the two largest parts, where the smaller one still says something."""
    assert duration(seconds) == words


def test_counts_and_lists_are_said_in_words() -> None:
    """With the right number, and what is left out."""
    assert (counted(1, "restaurant"), counted(0, "batch", "batches")) == ("1 restaurant", "0 batches")
    assert (listed(["a", "b"]), listed("abcd")) == ("a, b", "a, b, c and 1 more")
