"""The statuses of batch, job, step and sub-step, and the one table of allowed moves.

A move is carried out by `registration.workflow.transition_queries` as one conditional UPDATE. Terminal states are left
only by the named move `reopen`, which is not in the tables: it raises the step's visit, or the sub-step's generation.
"""

from enum import StrEnum


class StepStatus(StrEnum):
    """Where one of the six steps of a job stands."""

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
        """Nothing more will happen to it by itself."""
        return self in STEP_ENDED


class SubStepStatus(StrEnum):
    """Where one effect of a job stands: the twelve sub-steps and the two extraction starts."""

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
        """Nothing more will happen to it by itself; `unknown` is settled by looking or by a person."""
        return self in SUB_STEP_ENDED


class JobStatus(StrEnum):
    """Where one restaurant of a batch stands."""

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
        """The restaurant has left the batch's work."""
        return self in JOB_ENDED


class BatchStatus(StrEnum):
    """Derived from the jobs in the view registration_batch_overview, never stored."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


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

# to -> from
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
    """The evidence of a completed sub-step."""

    PROVEN = "proven"
    """Read back from the platform's tables or pages."""
    REPORTED = "reported"
    """The platform said success, in its answer or in a record of its own; nothing more can be read."""
    PERSON = "by a person"
    """A person looked at the platform, and said that it is there."""
