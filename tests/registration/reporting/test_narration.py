"""The story of a batch, line by line."""

from datetime import UTC, datetime

from registration.gates.decided_queries import Decided
from registration.reporting.narration import Told, changes, decided, taken_up
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.steps import Step
from tests.registration.views import make_job, make_view


def test_it_begins_with_what_is_left() -> None:
    """A batch that was interrupted has done some of it."""
    view = make_view(make_job(1, JobStatus.COMPLETED), make_job(2))
    assert taken_up(view) == Told("taken up: 2 restaurants, 1 of them to be carried on")


def test_who_came_to_a_gate_is_one_line() -> None:
    """Everybody who came since the last look; who waits already is not told again."""
    waiting = {Step.COMPANY_SELECTION: StepStatus.ACTION_REQUIRED}
    before = make_view(make_job(1), make_job(2, steps=waiting), make_job(3))
    after = make_view(*(make_job(number, steps=waiting) for number in (1, 2, 3)))
    assert list(changes(before, after)) == [Told("Company Selection: 2 wait for a person: Kai 1, Kai 3")]


def test_a_restaurants_end_says_how_and_why() -> None:
    """With its sub-steps if all is well, else with the reason in one line."""
    before = make_view(make_job(1), make_job(2))
    failed = make_job(2, JobStatus.FAILED, error_message="menuImport:\nno category")
    after = make_view(make_job(1, JobStatus.COMPLETED), failed)
    assert list(changes(before, after)) == [
        Told("Kai 1 · completed, 0 of 12 sub-steps"),
        Told("Kai 2 · failed: menuImport: no category", serious=True),
    ]


def test_troubles_of_sub_steps_are_told_with_their_names() -> None:
    """What goes well is not: the restaurant's own run shows it."""
    effects = {
        "itemTags": SubStepStatus.RETRYING,
        "menuImport": SubStepStatus.UNKNOWN,
        "codeGeneration": SubStepStatus.COMPLETED,
    }
    lines = [one.line for one in changes(make_view(make_job(1)), make_view(make_job(1, effects=effects)))]
    assert lines == [
        "Kai 1 · menuImport: was sent and never answered; the platform is looked at",
        "Kai 1 · itemTags: is tried again soon",
    ]


def test_a_cancelled_or_stopped_batch_is_told_once() -> None:
    """When it happens, not at every look."""
    stopped = make_view(make_job(1), stop_requested=True, stopped_reason="3 of 4 failed")
    assert [one.serious for one in changes(make_view(make_job(1)), stopped)] == [True, True]
    assert list(changes(stopped, stopped)) == []


def test_a_decision_has_a_name_and_a_door() -> None:
    """One that was not taken says why."""
    at = datetime.now(UTC)
    taken = Decided(at, "Kai 1", "company-selection", "no_match", "Mere", "prefect", accepted=True, reason=None)
    assert decided(taken) == Told("Kai 1 · company-selection: Mere (prefect) answered no match")
    refused = Decided(at, "Kai 1", "yolo-config", "change", "Mere", "cli", accepted=False, reason="no such menu")
    assert decided(refused).serious
    assert decided(refused).line.endswith("answered change, which was not taken: no such menu")
