"""The statuses of batch, job, step and sub-step, and the one table of allowed moves.

A move is carried out by `registration.workflow.transition_queries` as one conditional UPDATE. Terminal states are left
only by the named move `reopen`, which is not in the tables: it raises the step's visit, or the sub-step's generation;
and, those of a sub-step, by a person's statement (`SUB_STEP_STATEMENTS`).
"""

from enum import StrEnum


class StepStatus(StrEnum):
    """The status of one of the six steps of a job."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    RETRYING = "retrying"
    ACTION_REQUIRED = "action_required"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """True for a terminal status: the step changes only if it is reopened."""
        return self in STEP_ENDED


class AccountState(StrEnum):
    """Whether an account of the platform exists, and is ours: the state of the row of its e-mail."""

    CREATING = "creating"
    COMPLETED = "completed"
    FOREIGN = "foreign"


class SubStepStatus(StrEnum):
    """The status of one effect of a job: the twelve sub-steps and the two starts of an extraction."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """True for a terminal status; `unknown` is not terminal: a probe or a person resolves it."""
        return self in SUB_STEP_ENDED


class JobStatus(StrEnum):
    """The status of a job: one restaurant of a batch."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def ended(self) -> bool:
        """True if no work is left for the job."""
        return self in JOB_ENDED


class BatchStatus(StrEnum):
    """The status of a batch: derived from its jobs in the view registration_batch_overview, never stored."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BatchOutcome(StrEnum):
    """How a batch ended; derived in the view registration_batch_status, never stored.

    COMPLETED: every restaurant is completed, or was left out by a person. FAILED: none is, or the failure threshold
    halted the batch. CANCELLED: a person cancelled the batch, or each restaurant that was not left out.
    """

    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """The outcome for people."""
        return self.value.replace("_", " ")


STEP_ENDED = frozenset({StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.CANCELLED})
SUB_STEP_ENDED = frozenset(
    {SubStepStatus.COMPLETED, SubStepStatus.FAILED, SubStepStatus.SKIPPED, SubStepStatus.CANCELLED}
)
JOB_ACTIVE = frozenset({JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.ACTION_REQUIRED})
JOB_ENDED = frozenset(JobStatus) - JOB_ACTIVE

STEP_OPEN = frozenset(StepStatus) - STEP_ENDED
SUB_STEP_OPEN = frozenset(SubStepStatus) - SUB_STEP_ENDED
SUB_STEP_IN_FLIGHT = SUB_STEP_OPEN - {SubStepStatus.PENDING}

_AUTOMATIC_WORK = frozenset({StepStatus.IN_PROGRESS, StepStatus.RETRYING})

# status -> the statuses from which it may be reached
STEP_MOVES: dict[StepStatus, frozenset[StepStatus]] = {
    StepStatus.IN_PROGRESS: frozenset({StepStatus.PENDING, StepStatus.RETRYING}),
    StepStatus.RETRYING: frozenset({StepStatus.IN_PROGRESS}),
    StepStatus.ACTION_REQUIRED: frozenset({StepStatus.PENDING}),
    StepStatus.COMPLETED: _AUTOMATIC_WORK | {StepStatus.PENDING, StepStatus.ACTION_REQUIRED},
    StepStatus.FAILED: _AUTOMATIC_WORK,
    StepStatus.SKIPPED: _AUTOMATIC_WORK | {StepStatus.PENDING, StepStatus.ACTION_REQUIRED},
    StepStatus.CANCELLED: STEP_OPEN,
}

SUB_STEP_MOVES: dict[SubStepStatus, frozenset[SubStepStatus]] = {
    SubStepStatus.IN_PROGRESS: frozenset({SubStepStatus.PENDING, SubStepStatus.RETRYING}),
    SubStepStatus.RETRYING: frozenset({SubStepStatus.IN_PROGRESS}),
    SubStepStatus.COMPLETED: frozenset({SubStepStatus.IN_PROGRESS, SubStepStatus.RETRYING, SubStepStatus.UNKNOWN}),
    SubStepStatus.FAILED: frozenset({SubStepStatus.IN_PROGRESS, SubStepStatus.RETRYING, SubStepStatus.UNKNOWN}),
    SubStepStatus.UNKNOWN: frozenset({SubStepStatus.IN_PROGRESS, SubStepStatus.RETRYING}),
    SubStepStatus.SKIPPED: frozenset({SubStepStatus.PENDING}),
    SubStepStatus.PENDING: frozenset({SubStepStatus.UNKNOWN}),
    SubStepStatus.CANCELLED: frozenset({SubStepStatus.PENDING, SubStepStatus.RETRYING}),
}

SUB_STEP_STATEMENTS: dict[SubStepStatus, frozenset[SubStepStatus]] = {
    SubStepStatus.COMPLETED: frozenset({SubStepStatus.FAILED, SubStepStatus.SKIPPED}),
    SubStepStatus.SKIPPED: frozenset({SubStepStatus.FAILED, SubStepStatus.SKIPPED}),
}
"""Moves that only a person's statement makes: a failed or skipped sub-step was done by hand, or is not needed."""

JOB_MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.IN_PROGRESS: frozenset({JobStatus.PENDING, JobStatus.ACTION_REQUIRED}),
    JobStatus.ACTION_REQUIRED: frozenset({JobStatus.PENDING, JobStatus.IN_PROGRESS}),
    JobStatus.COMPLETED: JOB_ACTIVE,
    JobStatus.PARTIALLY_COMPLETED: JOB_ACTIVE,
    JobStatus.FAILED: JOB_ACTIVE,
    JobStatus.SKIPPED: JOB_ACTIVE,
    JobStatus.CANCELLED: JOB_ACTIVE,
}


class Assurance(StrEnum):
    """How it is known that a sub-step is completed."""

    PROVEN = "proven"
    """Read back from the platform's tables or pages."""
    REPORTED = "reported"
    """The platform reported success, in its answer or in a record of its own; nothing more can be read."""
    PERSON = "by a person"
    """A person confirmed the effect, or did it by hand."""
