"""A batch, and the request to open one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registration.kit.values import Blank, Line

MOST_RESTAURANTS = 50
MOST_AT_ONCE = 1000
"""No batch has so many restaurants; a larger number is a mistake."""


class BatchOptions(BaseModel):
    """The options of a whole batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Blank[Line] = Field(default=None, description="Default: Batch DATE (N restaurants).")
    max_parallel: int | None = Field(
        default=None, ge=1, le=MOST_AT_ONCE, description="Restaurants in step 6 at once; none is no limit."
    )
    failure_threshold: float = Field(
        default=0.5, gt=0, le=1, description="The batch stops above this share of failures."
    )
    confirm_queries: bool = Field(default=False, description="Confirm name, street and city before the first search.")
    default_config: dict[str, Any] = Field(
        default_factory=dict[str, Any], description="Part of a configuration, over what the restaurants propose."
    )


class NewBatch(BaseModel):
    """A request to open a batch with 1 to 50 different restaurants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    restaurant_ids: tuple[UUID, ...]
    created_by: str
    created_by_run: UUID | None = None
    source_lead_scrape_job_id: UUID | None = None
    extractions_executed_on_creation: bool = False
    options: BatchOptions = BatchOptions()


class Batch(BaseModel):
    """A batch as it is stored."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    organisation_id: UUID
    name: str
    max_parallel: int | None
    failure_threshold: float
    confirm_queries: bool
    default_config: dict[str, Any]
    started_at: datetime | None
    cancel_requested_at: datetime | None
    cancelled_at: datetime | None
    halted_reason: str | None

    @property
    def is_halted(self) -> bool:
        """True if the failure threshold halted the batch: no run begins new work until a person continues it."""
        return self.halted_reason is not None and self.cancel_requested_at is None
