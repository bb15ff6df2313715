"""The story of a batch, line by line."""

from datetime import UTC, datetime

from registration.gates.queries import DecisionRow
from registration.reporting.narration import LogEntry, change_entries, decision_entry, start_entry
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.steps import Step
from tests.registration.views import make_job, make_view


def test_it_begins_with_what_is_left() -> None:
    """A batch that was interrupted has done some of it."""
    view = make_view(make_job(1, JobStatus.COMPLETED), make_job(2))
    assert start_entry(view) == LogEntry("started: 2 restaurants, 1 of them unfinished")


def test_who_came_to_a_gate_is_one_line() -> None:
    """Everybody who came since the last look; who waits already is not told again."""
    waiting = {Step.COMPANY_SELECTION: StepStatus.ACTION_REQUIRED}
    before = make_view(make_job(1), make_job(2, steps=waiting), make_job(3))
    after = make_view(*(make_job(number, steps=waiting) for number in (1, 2, 3)))
    assert list(change_entries(before, after)) == [LogEntry("Company Selection: 2 wait for a person: Kai 1, Kai 3")]


def test_an_outage_is_told_once() -> None:
    """The line has the number of restaurants that wait; the end of the outage has a line too."""
    well = make_view(make_job(1), make_job(2))
    away = make_view(make_job(1, platform_unanswered_since=0.0), make_job(2))
    longer = make_view(*(make_job(number, platform_unanswered_since=0.0) for number in (1, 2)))
    [told] = change_entries(well, away)
    assert told.serious
    assert told.line.startswith("the platform has not answered since ")
    assert told.line.endswith("; 1 of 2 restaurants wait for it")
    assert list(change_entries(away, longer)) == []
    assert list(change_entries(longer, well)) == [LogEntry("nobody waits for the platform any more")]


def test_a_restaurants_end_says_how_and_why() -> None:
    """With its sub-steps if all is well, else with the reason in one line."""
    before = make_view(make_job(1), make_job(2))
    failed = make_job(2, JobStatus.FAILED, error_message="menuImport:\nno category")
    after = make_view(make_job(1, JobStatus.COMPLETED), failed)
    assert list(change_entries(before, after)) == [
        LogEntry("Kai 1 · completed, 0 of 12 sub-steps"),
        LogEntry("Kai 2 · failed: menuImport: no category", serious=True),
    ]


def test_troubles_of_sub_steps_are_told_with_their_names() -> None:
    """What goes well is not: the restaurant's own run shows it."""
    effects = {
        "itemTags": SubStepStatus.RETRYING,
        "menuImport": SubStepStatus.UNKNOWN,
        "codeGeneration": SubStepStatus.COMPLETED,
    }
    lines = [one.line for one in change_entries(make_view(make_job(1)), make_view(make_job(1, effects=effects)))]
    assert lines == [
        "Kai 1 · menuImport: was sent without an answer; a probe follows",
        "Kai 1 · itemTags: will be retried",
    ]


def test_a_cancelled_or_stopped_batch_is_told_once() -> None:
    """When it happens, not at every look."""
    stopped = make_view(make_job(1), cancel_requested=True, halted_reason="3 of 4 failed")
    assert [one.serious for one in change_entries(make_view(make_job(1)), stopped)] == [True, True]
    assert list(change_entries(stopped, stopped)) == []


def test_a_decision_has_a_name_and_a_door() -> None:
    """One that was not taken says why."""
    at = datetime.now(UTC)
    taken = DecisionRow(at, "Kai 1", "company-selection", "no_match", "Mere", "prefect", accepted=True, reason=None)
    assert decision_entry(taken) == LogEntry("Kai 1 · company-selection: Mere (prefect) answered no match")
    refused = DecisionRow(at, "Kai 1", "yolo-config", "change", "Mere", "cli", accepted=False, reason="no such menu")
    assert decision_entry(refused).serious
    assert decision_entry(refused).line.endswith("answered change, which was refused: no such menu")
