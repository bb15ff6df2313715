"""Views of batches to judge: a keyword for all that matters."""

from typing import Any
from uuid import UUID

from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import BatchView, JobView, StepView
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart


def make_job(position: int, status: JobStatus = JobStatus.IN_PROGRESS, **fields: Any) -> JobView:
    """One job; `steps` and `effects` name what is not pending."""
    steps: dict[Step, StepStatus] = fields.pop("steps", {})
    effects: dict[str, SubStepStatus] = fields.pop("effects", {})
    values: dict[str, Any] = {
        "restaurant": f"Kai {position}",
        "city": None,
        "cancel_requested": False,
        "error_message": None,
        "undecided": frozenset[str](),
        "failed_before_continue": False,
    }
    return JobView(
        id=UUID(int=position),
        position=position,
        restaurant_id=UUID(int=1000 + position),
        status=status,
        steps={step: StepView(steps.get(step, StepStatus.PENDING), 1, None, None) for step in Step},
        effects=dict.fromkeys((*SUB_STEPS, *ExtractionStart), SubStepStatus.PENDING) | effects,
        **values | fields,
    )


def make_view(*jobs: JobView, **fields: Any) -> BatchView:
    """A batch of these jobs."""
    values: dict[str, Any] = {"cancel_requested": False, "cancelled": False, "halted_reason": None}
    return BatchView(jobs={job.id: job for job in jobs}, **values | fields)
