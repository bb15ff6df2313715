"""Batches as the API shows them: the original's fields with its meaning, and what we know better beside them.

A batch that waits at a gate is `in_progress` to the original's client, which offers Cancel for no other status; what it
waits for stands in `waiting`. How it ended stands in `outcome`.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from typing_extensions import TypedDict

from interfaces.api.models.base import Answer, Body, Page, Timestamp
from interfaces.api.models.jobs import Job, ShownJobStatus, shown_job_status
from registration.batches.list_queries import JobPreview
from registration.batches.overview_queries import BatchOverview
from registration.states import BatchOutcome, BatchStatus, JobStatus
from registration.workflow.steps import STEPS, Step

UuidText = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
"""An id as the database writes it, for lists of thousands."""
ShownBatchStatus = Literal["pending", "in_progress", "completed", "failed", "cancelled"]


def shown_batch_status(status: BatchStatus) -> ShownBatchStatus:
    """The original's word: a batch that waits for people is in progress."""
    return "in_progress" if status is BatchStatus.ACTION_REQUIRED else status.value


class JobCounts(Body):
    """The jobs of a batch by status."""

    pending: int
    in_progress: int
    action_required: int
    completed: int
    partially_completed: int
    failed: int
    skipped: int
    cancelled: int


class Waiting(Body):
    """How many jobs wait for a person, by what for; `since` is when the first arrived at a gate."""

    company_selection: int
    yolo_config: int
    effects: int
    since: Timestamp | None


class BatchSettings(Body):
    """What was set for the whole batch."""

    max_parallel: int | None
    failure_threshold: float
    confirm_queries: bool
    default_config: dict[str, Any]


class Batch(Body):
    """A batch. `completed_restaurants` and `failed_restaurants` are derived from the jobs."""

    id: UUID
    name: str
    organisation_id: UUID
    source_lead_scrape_job_id: UUID | None
    status: ShownBatchStatus
    outcome: BatchOutcome | None = Field(description="How it ended; null until it has.")
    total_restaurants: int
    completed_restaurants: int
    failed_restaurants: int
    current_step: int
    total_steps: int
    percent: int = Field(description="Ended steps of all steps.")
    counts: JobCounts
    waiting: Waiting
    needs_person: bool
    halted_reason: str | None = Field(description="Why the failure threshold halted it.")
    worked_on: bool = Field(description="Whether a process works on it now.")
    run_url: str | None = Field(description="The page of its flow run.")
    options: BatchSettings
    created_by: str
    created_at: Timestamp
    started_at: Timestamp | None
    completed_at: Timestamp | None
    cancelled_at: Timestamp | None
    updated_at: Timestamp
    metadata: dict[str, Any] = {}

    @classmethod
    def of(cls, batch: BatchOverview, run_url: str | None) -> "Batch":
        """The batch as it stands."""
        counts = {status.value: getattr(batch, f"jobs_{status}") for status in JobStatus}
        return cls(
            id=batch.id,
            name=batch.name,
            organisation_id=batch.organisation_id,
            source_lead_scrape_job_id=batch.source_lead_scrape_job_id,
            status=shown_batch_status(batch.status),
            outcome=batch.outcome,
            total_restaurants=batch.jobs_total,
            completed_restaurants=batch.jobs_completed,
            failed_restaurants=batch.jobs_failed + batch.jobs_partially_completed,
            current_step=batch.current_step or Step.SET_UP,
            total_steps=len(STEPS),
            percent=batch.percent,
            counts=JobCounts(**counts),
            waiting=waiting_of(batch),
            needs_person=batch.jobs_action_required > 0,
            halted_reason=batch.stopped_reason,
            worked_on=batch.worked_on,
            run_url=run_url,
            options=BatchSettings.model_validate(batch),
            created_by=batch.created_by,
            created_at=batch.created_at,
            started_at=batch.started_at,
            completed_at=batch.completed_at,
            cancelled_at=batch.cancelled_at,
            updated_at=batch.changed_at,
        )


def waiting_of(batch: BatchOverview) -> Waiting:
    """What waits in the batch."""
    return Waiting(
        company_selection=batch.waiting_company_selection,
        yolo_config=batch.waiting_yolo_config,
        effects=batch.waiting_unknown_effects,
        since=batch.waiting_since,
    )


class PreviewedRestaurant(TypedDict):
    """A restaurant in a list of batches."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # pyright: ignore[reportGeneralTypeIssues]

    id: UuidText
    name: str
    city: str | None
    cuisine: Sequence[str]


class Preview(TypedDict):
    """A job in a list of batches."""

    # A list has 2,500: as models, or checked while they are written, they take three times as long.
    __pydantic_config__ = ConfigDict(extra="forbid")  # pyright: ignore[reportGeneralTypeIssues]

    id: UuidText
    restaurant_id: UuidText
    status: ShownJobStatus
    current_step: int
    error_message: str | None
    restaurant: PreviewedRestaurant


def _as_it_is(value: Any, _: ValidatorFunctionWrapHandler) -> Any:
    return value


Previews = Annotated[SerializeAsAny[list[Preview]], WrapValidator(_as_it_is)]
"""Jobs that are neither checked nor, as `SkipValidation` would have it, copied before they are written."""


def preview_of(job: JobPreview) -> Preview:
    """One of the first jobs of a batch."""
    return {
        "id": job.id,
        "restaurant_id": job.restaurant_id,
        "status": shown_job_status(job.status),
        "current_step": job.current_step,
        "error_message": job.error_message,
        "restaurant": {"id": job.restaurant_id, "name": job.name, "city": job.city, "cuisine": job.cuisine},
    }


class BatchWithJobs(Batch):
    """A batch in the list, with its restaurants in its order."""

    jobs: Previews

    @classmethod
    def with_jobs(cls, batch: Batch, jobs: Iterable[JobPreview]) -> "BatchWithJobs":
        """The batch, with its first jobs."""
        return cls(**dict(batch), jobs=list(map(preview_of, jobs)))


class BatchList(Page):
    """One page of the batches."""

    batch_jobs: list[BatchWithJobs]


class StepCounts(Body):
    """The jobs of a batch by the status of one step."""

    total: int = 0
    pending: int = 0
    in_progress: int = 0
    retrying: int = 0
    action_required: int = 0
    completed: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0


class BatchDetail(Answer):
    """A batch with its jobs, and how many stand where at each step."""

    batch_job: Batch
    registration_jobs: list[Job]
    step_summary: dict[str, StepCounts] = Field(description="By `step_1` to `step_6`.")


class RestaurantsSummary(Body):
    """The jobs of a batch in groups: those at a gate are in progress, those completed in part have failed."""

    total: int
    completed: int
    in_progress: int
    failed: int
    pending: int
    skipped: int
    cancelled: int


class BatchProgress(Answer):
    """How far a batch is. `progress_percent` counts restaurants that have ended, `percent_of_steps` steps."""

    status: ShownBatchStatus
    outcome: BatchOutcome | None
    progress_percent: int
    percent_of_steps: int
    current_step: int
    step_requiring_action: int | None
    restaurants_summary: RestaurantsSummary
    waiting: Waiting
    last_updated: Timestamp

    @classmethod
    def of(cls, batch: BatchOverview) -> "BatchProgress":
        """How far it is now."""
        return cls(
            status=shown_batch_status(batch.status),
            outcome=batch.outcome,
            progress_percent=100 * batch.jobs_ended // max(1, batch.jobs_total),
            percent_of_steps=batch.percent,
            current_step=batch.current_step or Step.SET_UP,
            step_requiring_action=batch.step_that_needs_action,
            restaurants_summary=RestaurantsSummary(
                total=batch.jobs_total,
                completed=batch.jobs_completed,
                in_progress=batch.jobs_in_progress + batch.jobs_action_required,
                failed=batch.jobs_failed + batch.jobs_partially_completed,
                pending=batch.jobs_pending,
                skipped=batch.jobs_skipped,
                cancelled=batch.jobs_cancelled,
            ),
            waiting=waiting_of(batch),
            last_updated=batch.changed_at,
        )
