"""Retries: what is asked to be done again, and what was opened."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from interfaces.api.models.base import Answer, Body, WithReason
from interfaces.api.models.jobs import ShownJobStatus
from registration.operations.retry import Retried
from registration.operations.retry_plan import Plan

_Names = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)]


class RetryAsked(WithReason):
    """All that failed if nothing is named. `redo` names completed work, steps by number and sub-steps by name, that may
    be done again; `reset_config` is `redo` of step 5.
    """

    from_step: StrictInt | None = Field(default=None, ge=1, le=6)
    reset_config: StrictBool = False
    sub_steps: _Names = []
    redo: Annotated[list[StrictInt | Annotated[str, Field(max_length=100)]], Field(max_length=20)] = []
    dry_run: StrictBool = False

    @property
    def redone(self) -> list[str]:
        """What may be done again, as texts."""
        return [*map(str, self.redo), *(["5"] if self.reset_config else [])]


class RetriedJob(Body):
    """The job after the retry."""

    id: UUID
    batch_job_id: UUID
    status: ShownJobStatus
    current_step: int


class Opened(Body):
    """What was opened of one job."""

    job_id: UUID
    batch_job_id: UUID
    restaurant: str
    steps: list[int]
    sub_steps: list[str]

    @classmethod
    def of(cls, retried: Retried) -> "Opened":
        """The steps and sub-steps that are open again."""
        return cls(
            job_id=retried.job_id,
            batch_job_id=retried.batch_id,
            restaurant=retried.restaurant,
            steps=opened_steps(retried.plan),
            sub_steps=list(retried.plan.sub_steps),
        )


def opened_steps(plan: Plan) -> list[int]:
    """The steps that a retry opens, those whose question it withdraws among them."""
    return sorted({int(step) for step in (*plan.steps, *plan.withdrawn_questions)})


class JobRetried(Answer):
    """What is open again; with `dry_run` what would be."""

    message: str
    job_id: UUID
    from_step: int | None
    job: RetriedJob
    steps: list[int]
    sub_steps: list[str]
    dry_run: bool
    worked_on: bool
    note: str | None


class RefusedRetry(Body):
    """A job that was not opened, and why."""

    job_id: UUID
    code: str
    detail: str


class FailedRetried(Answer):
    """What became of each failed job of a batch."""

    opened: list[Opened]
    refused: list[RefusedRetry]
    worked_on: bool
    note: str | None
