"""One restaurant that is registered by itself: what is asked, and how far it is, in the original's words."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from interfaces.api.models.base import Answer, Asked, Body, Timestamp
from interfaces.api.models.form_data import FormData
from interfaces.api.models.jobs import Progress, ShownJobStatus, ShownSubStep
from interfaces.api.models.restaurants import MADE_BY_US, Restaurant

RunStatus = Literal["not_started", "pending", "in_progress", "completed", "failed"]


class JobAsked(Asked):
    """One restaurant: with a configuration, as form or in parts, it goes to step 6 at once; without, from step 1."""

    restaurant_id: UUID
    form_data: FormData | None = Field(default=None, alias="formData")
    yolo_config: dict[str, Any] | None = None
    from_step: Literal[1, 6] | None = None

    @property
    def is_configured(self) -> bool:
        """Whether the restaurant goes to step 6 at once."""
        return self.form_data is not None or self.yolo_config is not None or self.from_step == 6

    def given(self) -> JsonValue:
        """The configuration that is given. Raises ValueError for hours that cannot be read."""
        return self.form_data.config() if self.form_data is not None else self.yolo_config or {}


class JobMade(Answer):
    """The job of a new batch of one restaurant."""

    job_id: UUID
    batch_id: UUID
    status: ShownJobStatus
    worked_on: bool
    note: str | None


class ExecuteAsked(Asked):
    """One restaurant with its form."""

    restaurant_id: UUID = Field(alias="restaurantId")
    form_data: FormData = Field(alias="formData")


class Executed(Answer):
    """The registration goes on."""

    job_id: UUID = Field(serialization_alias="jobId")
    batch_id: UUID = Field(serialization_alias="batchId")
    message: str
    ignored: list[str]


class ResumedRestaurant(Answer):
    """What failed is open again."""

    message: str
    job_id: UUID = Field(serialization_alias="jobId")
    resuming_from: str = Field(serialization_alias="resumingFrom")


class RunSubStep(Body):
    """One of the twelve sub-steps; its times are in epoch milliseconds."""

    status: str
    error: str | None
    attempts: int
    started_at: int | None
    completed_at: int | None

    @classmethod
    def of(cls, one: ShownSubStep) -> "RunSubStep":
        """A sub-step, in the original's words."""
        return cls(
            status=one.status,
            error=one.error or one.reason,
            attempts=one.attempt,
            started_at=epoch_milliseconds(one.started_at),
            completed_at=epoch_milliseconds(one.completed_at),
        )


class RunPhase(Body):
    """One of the four phases."""

    status: str
    description: str
    sub_steps: dict[str, RunSubStep]


class RunProgress(Body):
    """How far the newest registration of a restaurant is; its times are in epoch milliseconds."""

    status: RunStatus
    message: str | None = None
    job_id: UUID | None = Field(default=None, serialization_alias="jobId")
    batch_id: UUID | None = Field(default=None, serialization_alias="batchId")
    current_phase: str | None = Field(default=None, serialization_alias="currentPhase")
    phases: dict[str, RunPhase] | None = None
    error: str | None = None
    started_at: int | None = Field(default=None, serialization_alias="startedAt")
    completed_at: int | None = Field(default=None, serialization_alias="completedAt")
    step_status: str | None = Field(default=None, serialization_alias="stepStatus")
    is_stalled: bool = Field(default=False, serialization_alias="isStalled")


def run_phases(progress: Progress) -> dict[str, RunPhase]:
    """The four phases, in the original's words."""
    return {
        name: RunPhase(
            status=phase.status,
            description=phase.description,
            sub_steps={key: RunSubStep.of(one) for key, one in phase.sub_steps.items()},
        )
        for name, phase in progress.phases.items()
    }


def epoch_milliseconds(time: datetime | None) -> int | None:
    """The time as a browser counts it."""
    return None if time is None else int(time.timestamp() * 1000)


class AccountStatus(Body):
    """The account at the platform; a password is never in it."""

    registration_status: str
    email: str | None
    registration_date: Timestamp | None
    pumpd_dashboard_url: str | None
    user_password_hint: str = MADE_BY_US
    restaurant_count: int | None


class PlatformRestaurant(Body):
    """The restaurant at the platform."""

    registration_status: str
    pumpd_restaurant_id: str | None
    pumpd_subdomain: str | None
    pumpd_full_url: str | None
    registration_date: Timestamp | None


class RegistrationStatus(Answer):
    """What the platform has of a restaurant, as far as its newest registration tells."""

    account: AccountStatus | None
    platform_restaurant: PlatformRestaurant | None = Field(serialization_alias="pumpdRestaurant")
    restaurant: Restaurant
    has_account: bool = Field(serialization_alias="hasAccount")
    has_restaurant: bool = Field(serialization_alias="hasRestaurant")
