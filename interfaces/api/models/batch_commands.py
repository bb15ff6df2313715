"""What is asked of batches, and what became of it."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from interfaces.api.models.base import Answer, Asked, Body, Timestamp, WithReason
from interfaces.api.models.batches import Batch, ShownBatchStatus
from interfaces.api.models.jobs import ShownJobStatus
from registration.batches.models import MOST_AT_ONCE
from registration.kit.values import Blank, Line
from registration.operations.cancel_queries import InFlight

MOST_NAMED = 1000
RestaurantIds = Annotated[list[UUID], Field(max_length=MOST_NAMED)]


class NewBatchAsked(Asked):
    """A batch of 1 to 50 restaurants; with `split` as many batches as the restaurants need."""

    name: Blank[Line] = Field(default=None, description="Default: Batch DATE (N restaurants).")
    restaurant_ids: RestaurantIds
    source_lead_scrape_job_id: UUID | None = None
    auto_start: StrictBool = False
    execution_config: dict[str, Any] = Field(
        default_factory=dict[str, Any], description="Part of a configuration, over what the restaurants propose."
    )
    max_parallel: StrictInt | None = Field(default=None, ge=1, le=MOST_AT_ONCE)
    failure_threshold: float = Field(default=0.5, gt=0, le=1)
    confirm_queries: StrictBool = False
    extractions_executed_on_creation: StrictBool = False
    split: StrictBool = False


class MadeJob(Body):
    """One job of a new batch."""

    id: UUID
    restaurant_id: UUID
    status: ShownJobStatus


class BatchMade(Answer):
    """The new batch; `batches` are all of them where the restaurants were split."""

    batch_job: Batch
    batches: list[Batch]
    registration_jobs: list[MadeJob]
    auto_started: bool
    auto_start_error: str | None = Field(description="Why no process works on it yet; recovery starts it.")
    worked_on: bool


class StartedBatch(Body):
    """The batch that was started."""

    id: UUID
    status: ShownBatchStatus
    started_at: Timestamp | None


class BatchStarted(Answer):
    """The batch is started; `already` says that it was before."""

    started: bool = True
    already: bool
    batch_id: UUID
    batch_job: StartedBatch
    worked_on: bool = Field(description="False while the Prefect server does not answer: recovery starts the batch.")
    run_url: str | None
    note: str | None


class EffectInFlight(Body):
    """An effect that was sent and has no outcome yet; its outcome is still recorded."""

    job_id: UUID
    restaurant: str
    sub_step: str
    status: str
    sent_at: Timestamp
    needs_person: bool

    @classmethod
    def of(cls, effect: InFlight) -> "EffectInFlight":
        """One effect."""
        values = vars(effect)
        return cls(**{name: value for name, value in values.items() if name != "name"}, sub_step=effect.name)


class CancelledBatch(Body):
    """The batch that was cancelled."""

    id: UUID
    status: ShownBatchStatus
    cancelled_at: Timestamp | None


class Cancelled(Answer):
    """What every cancel is answered: the effects whose outcome is still recorded, and whether nothing is left to do."""

    in_flight: list[EffectInFlight]
    settled: bool
    worked_on: bool


class BatchCancelled(Cancelled):
    """No further effect of the batch starts."""

    batch_job: CancelledBatch
    cancelled_jobs: int
    already_completed: int


class BatchContinued(Answer):
    """A batch that its failure threshold halted goes on."""

    batch_id: UUID
    worked_on: bool
    run_url: str | None
    note: str | None


class LeaveAsked(WithReason):
    """Failed restaurants that need nobody any more; all of the batch if none is named."""

    job_ids: Annotated[list[UUID], Field(max_length=50)] | None = None


class FailedLeft(Answer):
    """The failed jobs that stay as they are; each can be retried all the same."""

    batch_id: UUID
    job_ids: list[UUID]


class ExtractionsAsked(Asked):
    """Restaurants of the batch whose menu and branding are being extracted already."""

    restaurant_ids: RestaurantIds


class ExtractionsMarked(Answer):
    """Step 1 of these restaurants starts no second extraction; that of `too_late` began before."""

    updated_count: int
    restaurant_ids: list[UUID]
    too_late: list[UUID]
