"""Snapshots of a batch for tests of the demo."""

from typing import Any
from uuid import uuid4

from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import BatchView, JobView, StepView
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS


def make_job(restaurant: str, status: JobStatus = JobStatus.COMPLETED, **values: Any) -> JobView:
    """A job with all sub-steps completed, unless its steps differ."""
    steps = {step: StepView(StepStatus.COMPLETED, 1, None, None) for step in Step}
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "position": 1,
        "restaurant_id": uuid4(),
        "restaurant": restaurant,
        "city": None,
        "status": status,
        "cancel_requested": False,
        "error_message": None,
        "undecided": frozenset[str](),
        "failed_before_continue": False,
        "steps": steps,
        "effects": dict.fromkeys(SUB_STEPS, SubStepStatus.COMPLETED),
    }
    return JobView(**defaults | values)


def make_waiting_job(restaurant: str, gate: Step) -> JobView:
    """A job at a gate, with no sub-step started."""
    steps = {
        step: StepView(StepStatus.COMPLETED if step < gate else StepStatus.PENDING, 1, None, None) for step in Step
    }
    steps[gate] = StepView(StepStatus.ACTION_REQUIRED, 1, 0.0, None)
    effects = dict.fromkeys(SUB_STEPS, SubStepStatus.PENDING)
    return make_job(restaurant, JobStatus.ACTION_REQUIRED, steps=steps, effects=effects)


def make_view(*jobs: JobView) -> BatchView:
    """A batch of these jobs that is not halted."""
    return BatchView(jobs={job.id: job for job in jobs}, cancel_requested=False, cancelled=False, halted_reason=None)
