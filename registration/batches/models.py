"""A batch and how it is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registration.kit.values import Blank, Line

MOST_RESTAURANTS = 50
MOST_AT_ONCE = 1000
"""No batch has so many restaurants; a larger number is a mistake, or a test of what the database takes."""


class BatchOptions(BaseModel):
    """What may be set for a whole batch."""

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
    """A batch that is asked for: 1 to 50 different restaurants."""

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
    stop_requested_at: datetime | None
    cancelled_at: datetime | None
    stopped_reason: str | None
