"""How a job stands, as far as a retry must know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName

_BY_CHOICE = frozenset({None, "no match", "entered by hand"})
"""Why steps 2 and 4 are skipped after a person's choice, or for want of a chosen company: that is no failure."""

_UNDONE = frozenset({SubStepStatus.FAILED, SubStepStatus.CANCELLED})


@dataclass(frozen=True)
class StepState:
    """One of the six; `skipped` is the reason, where one was kept."""

    status: StepStatus
    skipped: str | None = None

    @property
    def undone(self) -> bool:
        """It ended without its work, and nobody wanted that."""
        if self.status is StepStatus.SKIPPED:
            return self.skipped not in _BY_CHOICE
        return self.status in (StepStatus.FAILED, StepStatus.CANCELLED)


@dataclass(frozen=True)
class SubStepState:
    """One of the twelve."""

    status: SubStepStatus
    skip_reason: str | None = None

    @property
    def undone(self) -> bool:
        """It failed or was cancelled; what was skipped follows from what it needs."""
        return self.status in _UNDONE


@dataclass(frozen=True)
class JobState:
    """A job's steps and sub-steps; `enabled` are the sub-steps of its frozen configuration, none before there is one.

    `email` is its account's, in lower case.
    """

    job_id: UUID
    batch_id: UUID
    restaurant_id: UUID
    restaurant: str
    status: JobStatus
    stop_requested: bool
    email: str | None
    enabled: frozenset[SubStepName]
    steps: Mapping[Step, StepState]
    sub_steps: Mapping[SubStepName, SubStepState]
