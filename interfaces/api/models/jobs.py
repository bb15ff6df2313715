"""Jobs, steps and sub-steps as the API shows them: the original's fields with its meaning, our own beside them.

The original's client can only confirm gate 3 when every job there has candidates, and has the form for a new search at
step 2. So a job whose search found nothing is shown at step 2; `gate` says at which gate it waits here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from interfaces.api.models.base import Answer, Body, Timestamp
from interfaces.api.models.candidates import Candidate
from interfaces.api.models.restaurants import Restaurant
from registration.batches.detail_queries import DetailJob, DetailStep, SubStepProgress
from registration.states import JobStatus, StepStatus
from registration.workflow.steps import GATE_STEPS, STEPS, GateName, Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

ShownJobStatus = Literal["pending", "in_progress", "action_required", "completed", "failed", "skipped", "cancelled"]


def shown_job_status(status: JobStatus) -> ShownJobStatus:
    """The original's word: a job that is completed in part has failed, so that a retry is offered."""
    return "failed" if status is JobStatus.PARTIALLY_COMPLETED else status.value


class ShownSubStep(Body):
    """One of the twelve sub-steps."""

    status: str
    attempt: int
    generation: int
    needs_person: bool
    reason: str | None = None
    error: str | None = None
    started_at: Timestamp | None = None
    completed_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class Phase(Body):
    """One of the four phases of step 6."""

    status: str
    description: str
    sub_steps: dict[SubStepName, ShownSubStep]


_PHASES = TypeAdapter(dict[str, Phase])


class Progress(Body):
    """The sub-steps of step 6."""

    current_phase: str
    phases: dict[str, Phase] = Field(description="By `phase1` to `phase4`.")
    total_sub_steps: int
    sub_steps_completed: int
    sub_steps_ended: int
    current_sub_step: SubStepName | None

    @classmethod
    def of(cls, stored: SubStepProgress) -> "Progress":
        """As the view has it."""
        phases = _PHASES.validate_python(dict(sorted(stored.phases.items())))
        every = {key: one for phase in phases.values() for key, one in phase.sub_steps.items()}
        running = (name for name in SUB_STEPS if every[name].status in ("in_progress", "retrying"))
        return cls(
            current_phase=stored.current_phase,
            phases=phases,
            total_sub_steps=len(SUB_STEPS),
            sub_steps_completed=stored.completed,
            sub_steps_ended=stored.ended,
            current_sub_step=next(running, None),
        )


class JobStep(Body):
    """One of the six steps of a job; `sub_step_progress` is null but for step 6, and there until it has begun."""

    id: UUID
    job_id: UUID
    step_number: int
    step_name: str
    step_description: str
    step_type: str
    status: StepStatus
    visit: int = Field(description="The revision of the step: raised when it is opened again.")
    started_at: Timestamp | None
    completed_at: Timestamp | None
    arrived_at: Timestamp | None = Field(description="When it last began to wait for a person.")
    duration_ms: int | None
    error_message: str | None
    retry_count: int
    max_retries: int
    result_data: dict[str, Any]
    sub_step_progress: Progress | None

    @classmethod
    def of(cls, stored: DetailStep, status: StepStatus, progress: Progress | None) -> "JobStep":
        """The step, with the status that is shown of it."""
        return cls(
            id=stored.id,
            job_id=stored.job_id,
            step_number=stored.step,
            step_name=stored.name,
            step_description=STEPS[stored.step].description,
            step_type=stored.kind,
            status=status,
            visit=stored.visit,
            started_at=stored.started_at,
            completed_at=stored.completed_at,
            arrived_at=stored.arrived_at,
            duration_ms=_milliseconds(stored.started_at, stored.completed_at),
            error_message=stored.error_message,
            retry_count=stored.retry_count,
            max_retries=stored.max_retries,
            result_data=stored.result_data,
            sub_step_progress=progress,
        )


def _milliseconds(begin: datetime | None, end: datetime | None) -> int | None:
    """None, never 0: the original's client prints a nought."""
    return int(1000 * (end - begin).total_seconds()) or None if begin and end else None


class JobOutage(Body):
    """An outside service that does not answer, so that the job waits."""

    service: Literal["register", "platform"]
    since: Timestamp

    @classmethod
    def of(cls, job: DetailJob) -> "JobOutage | None":
        """The service that the job has waited for longest; None if it waits for none."""
        waits = [
            cls(service="register", since=one.unanswered_since) for one in job.steps.values() if one.unanswered_since
        ]
        if job.platform_unanswered_since is not None:
            waits.append(cls(service="platform", since=job.platform_unanswered_since))
        return min(waits, key=lambda one: one.since, default=None)


class Job(Body):
    """One restaurant in one batch."""

    id: UUID
    batch_job_id: UUID
    restaurant_id: UUID
    restaurant_name: str
    organisation_id: UUID
    position: int
    status: ShownJobStatus
    outcome: JobStatus | None = Field(description="How it ended; null until it has.")
    current_step: int
    gate: GateName | None = Field(description="The gate at which it waits for a person.")
    needs_person: bool
    undecided: list[str] = Field(description="Effects of which only a person can tell whether they happened.")
    execution_config: dict[str, Any]
    pumpd_user_id: str | None
    pumpd_restaurant_id: str | None
    error_message: str | None
    outage: JobOutage | None = Field(description="The outside service that it waits for, because it does not answer.")
    created_at: Timestamp
    started_at: Timestamp | None
    completed_at: Timestamp | None
    steps: list[JobStep]
    restaurant: Restaurant | None = Field(description="Left out of a slim answer.")
    company_candidates: list[Candidate] | None = Field(description="While the company is to be chosen.")
    company_search_status: str | None
    selected_company_number: str | None


@dataclass(frozen=True)
class Found:
    """What the latest search of a job's company found."""

    status: str
    candidates: tuple[Candidate, ...] = ()
    selected: str | None = None


def job_of(stored: DetailJob, restaurant: Restaurant | None, found: Found | None, *, slim: bool = False) -> Job:
    """The job as the API shows it. `found` is given for a job at the company gate, and only that one needs it."""
    statuses = shown_statuses(stored, found)
    begun = stored.steps[Step.SET_UP].started_at is not None
    progress = Progress.of(stored.progress) if begun else None
    gate = waiting_gate(stored)
    return Job(
        id=stored.id,
        batch_job_id=stored.batch_id,
        restaurant_id=stored.restaurant_id,
        restaurant_name=stored.restaurant,
        organisation_id=stored.organisation_id,
        position=stored.position,
        status=shown_job_status(stored.status),
        outcome=stored.status if stored.status.ended else None,
        current_step=next((step for step, status in statuses.items() if not status.ended), Step.SET_UP),
        gate=gate,
        needs_person=gate is not None or bool(stored.undecided),
        undecided=list(stored.undecided),
        execution_config=stored.execution_config or {},
        pumpd_user_id=stored.platform_account_id,
        pumpd_restaurant_id=stored.platform_restaurant_id,
        error_message=stored.error_message,
        outage=JobOutage.of(stored),
        created_at=stored.created_at,
        started_at=stored.started_at,
        completed_at=stored.completed_at,
        steps=[
            JobStep.of(one, statuses[step], progress if step is Step.SET_UP else None)
            for step, one in stored.steps.items()
        ],
        restaurant=None if slim else restaurant,
        company_candidates=list(found.candidates) if found and not slim else None,
        company_search_status=found.status if found else None,
        selected_company_number=found.selected if found else None,
    )


def waiting_gate(job: DetailJob) -> GateName | None:
    """The gate at which the job waits for a person, the first of several."""
    return next((gate for gate, step in GATE_STEPS.items() if at(job, step)), None)


def at(job: DetailJob, step: Step) -> bool:
    """Whether the job waits for a person at this step."""
    return job.steps[step].status is StepStatus.ACTION_REQUIRED


def shown_statuses(job: DetailJob, found: Found | None) -> Mapping[Step, StepStatus]:
    """The six statuses: one that waits for its company without any candidate is shown at step 2."""
    statuses = {step: one.status for step, one in job.steps.items()}
    if at(job, Step.COMPANY_SELECTION) and not (found and found.candidates):
        statuses |= {Step.SEARCH: StepStatus.ACTION_REQUIRED, Step.COMPANY_SELECTION: StepStatus.PENDING}
    return statuses


class JobAnswer(Answer):
    """One job."""

    job: Job


class RestaurantJobs(Answer):
    """The registrations of one restaurant."""

    jobs: list[Job]


class RestaurantActiveJob(Answer):
    """The registration of one restaurant that has not ended, if there is one."""

    job: Job | None
