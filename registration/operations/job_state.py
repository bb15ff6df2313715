"""The state of a job, as far as a retry needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.skips import StepSkip, SubStepSkip
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName

_UNDONE = frozenset({SubStepStatus.FAILED, SubStepStatus.CANCELLED})


@dataclass(frozen=True)
class StepState:
    """The state of one step; `skip_reason` is None unless it was skipped."""

    status: StepStatus
    skip_reason: StepSkip | None = None

    @property
    def undone(self) -> bool:
        """True if the step ended without doing its work, and no person chose that."""
        if self.skip_reason is not None:
            return not self.skip_reason.by_choice
        return self.status in (StepStatus.FAILED, StepStatus.CANCELLED)


@dataclass(frozen=True)
class SubStepState:
    """The state of one sub-step."""

    status: SubStepStatus
    skip_reason: SubStepSkip | None = None

    @property
    def undone(self) -> bool:
        """True if it failed or was cancelled; a skipped sub-step follows from the one that it needs."""
        return self.status in _UNDONE


@dataclass(frozen=True)
class JobState:
    """A job's steps and sub-steps; `enabled` are the sub-steps of its frozen configuration, none before there is one.

    `email` is the address of its account, in lower case. `without_company`: a person decided to go on without an entry
    of the register.
    """

    job_id: UUID
    batch_id: UUID
    restaurant_id: UUID
    restaurant: str
    status: JobStatus
    cancel_requested: bool
    email: str | None
    enabled: frozenset[SubStepName]
    steps: Mapping[Step, StepState]
    sub_steps: Mapping[SubStepName, SubStepState]
    without_company: bool = False

    def gone_without(self, step: Step) -> bool:
        """True if the step failed at the register, and a person decided to go on without its result."""
        of_register = step in (Step.SEARCH, Step.COMPANY_DETAILS)
        return of_register and self.without_company and self.steps[step].status is StepStatus.FAILED

    def undone(self, step: Step) -> bool:
        """True if the step ended without doing its work, and no person chose that."""
        return self.steps[step].undone and not self.gone_without(step)
