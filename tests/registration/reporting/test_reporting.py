"""How a batch is told to people."""

from uuid import UUID

import pytest

from registration.reporting.summary import current_step, job_rows, percent, sub_steps_done, summary
from registration.states import Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import waits_for
from registration.workflow.steps import GateName, Step
from registration.workflow.sub_steps import SubStepName
from tests.registration.views import make_job, make_view

DONE = dict.fromkeys(Step, StepStatus.COMPLETED)
BATCH = UUID(int=9)


def test_the_current_step_is_the_lowest_that_has_not_ended() -> None:
    """Step 1 may run beside step 3; after the end it is the last."""
    assert current_step(make_job(1)) is Step.EXTRACTION
    assert current_step(make_job(1, steps={Step.EXTRACTION: StepStatus.FAILED})) is Step.SEARCH
    assert current_step(make_job(1, steps=DONE)) is Step.SET_UP


def test_skipped_sub_steps_are_done() -> None:
    """Of the twelve; the extractions are not among them."""
    effects = {
        "cloudwaitressAccount": SubStepStatus.COMPLETED,
        "itemTags": SubStepStatus.SKIPPED,
        "menuImport": SubStepStatus.FAILED,
        "menuExtraction": SubStepStatus.COMPLETED,
    }
    assert sub_steps_done(make_job(1, effects=effects)) == 2


@pytest.mark.parametrize(
    "status, undecided, gate, text",
    [
        (StepStatus.PENDING, (), None, ""),
        (StepStatus.ACTION_REQUIRED, (), Step.YOLO_CONFIG, "Yolo Mode Configuration"),
        (StepStatus.ACTION_REQUIRED, ("menuImport",), Step.YOLO_CONFIG, "a person to resolve an unknown effect"),
        (StepStatus.PENDING, ("menuImport",), None, "a person to resolve an unknown effect"),
    ],
)
def test_it_says_what_a_job_waits_for(
    status: StepStatus, undecided: tuple[str, ...], gate: Step | None, text: str
) -> None:
    """The gate by the name of its step; an unknown effect before everything."""
    job = make_job(1, steps={Step.YOLO_CONFIG: status}, undecided=frozenset(undecided))
    assert (job.waiting_gate, job.waits_for_people, waits_for(job)) == (gate, bool(text), text)


def test_a_row_per_restaurant() -> None:
    """Step, sub-steps and the error in one line."""
    job = make_job(1, JobStatus.PARTIALLY_COMPLETED, steps=DONE, error_message="itemTags:\n2 of 5 failed")
    assert job_rows(make_view(job)) == [
        {
            "restaurant": "Kai 1",
            "status": "partially completed",
            "step": "6/6",
            "sub-steps": "0/12",
            "waits for": "",
            "error": "itemTags\\: 2 of 5 failed",
        }
    ]


def test_a_row_says_in_short_what_it_waits_for() -> None:
    """So that the error beside it is not cut off; the gate where it is answered is one click away."""
    at = {Step.COMPANY_SELECTION: StepStatus.ACTION_REQUIRED}
    waiting, stuck = make_job(1, steps=at), make_job(2, steps=at, undecided=frozenset({"menuImport"}))
    view = make_view(waiting, stuck)
    assert [row["waits for"] for row in job_rows(view)] == ["company", "a person"]
    gates = {GateName.COMPANY_SELECTION: "http://here/3"}
    assert [row["waits for"] for row in job_rows(view, gates=gates)] == ["[company](<http://here/3>)", "a person"]


def test_a_row_leads_to_the_run_of_its_restaurant() -> None:
    """The UI shows a link; a name cannot make one of its own."""
    job = make_job(1, restaurant="Kai [free](x) <b>")
    assert job_rows(make_view(job))[0]["restaurant"] == "Kai \\[free\\]\\(x\\) \\<b\\>"
    [row] = job_rows(make_view(job), {job.id: "http://here/1"})
    assert row["restaurant"] == "[Kai (free)(x) ‹b›](<http://here/1>)"


def test_percent_counts_ended_steps() -> None:
    """Of six for each job."""
    half = {
        Step.EXTRACTION: StepStatus.COMPLETED,
        Step.SEARCH: StepStatus.SKIPPED,
        Step.COMPANY_SELECTION: StepStatus.FAILED,
    }
    assert percent(make_view(make_job(1, steps=half), make_job(2))) == 25.0
    assert percent(make_view(make_job(1, steps=DONE))) == 100.0
    assert percent(make_view()) == 0


def test_the_summary_counts_and_says_what_to_do() -> None:
    """Successful are the completed ones; whoever failed is named with the way on."""
    view = make_view(
        make_job(1, JobStatus.COMPLETED),
        make_job(2, JobStatus.FAILED, error_message="Pumpd Account Setup: menuImport: no category"),
        make_job(3, JobStatus.PARTIALLY_COMPLETED),
        make_job(4, JobStatus.SKIPPED),
    )
    told = summary("Monday", BATCH, view)
    assert told.status == "completed"
    assert told.counts == {"total": 4, "successful": 1, "failed": 2}
    assert told.line == "Monday: 1 completed, 1 failed, 1 partially completed, 1 skipped"
    assert "menuImport\\: no category" in told.markdown
    assert [str(job.id) in told.markdown for job in view.jobs.values()] == [False, True, True, False]


def test_a_stopped_or_cancelled_batch_says_so() -> None:
    """Cancelled wins; the reason of the threshold is told."""
    stopped = summary("Monday", BATCH, make_view(make_job(1, JobStatus.FAILED), halted_reason="3 of 4 failed"))
    assert stopped.status == "failed"
    assert "3 of 4 failed" in stopped.markdown
    assert summary("Monday", BATCH, make_view(cancel_requested=True, halted_reason="x")).status == "cancelled"


def test_sub_steps_that_are_only_reported_are_counted_in_row_and_summary() -> None:
    """Who reads "completed" sees whether somebody has read it back."""
    known = {SubStepName.UPLOAD_IMAGES: Assurance.PROVEN, SubStepName.MENU_IMPORT: Assurance.REPORTED}
    effects = dict.fromkeys(known, SubStepStatus.COMPLETED)
    view = make_view(make_job(1, JobStatus.COMPLETED, known=known, effects=effects))
    assert job_rows(view)[0]["sub-steps"] == "2/12, 1 reported"
    told = summary("Monday", BATCH, view)
    assert told.line == "Monday: 1 completed"
    assert told.markdown.splitlines()[0].endswith(": 1 proven, 1 reported")
    assert "- **Kai 1** (1 proven, 1 reported)" in told.markdown
