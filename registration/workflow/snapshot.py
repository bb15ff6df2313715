"""What a batch looks like at one moment: its jobs with their steps and sub-steps, and what they wait for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from registration.states import SUB_STEP_IN_FLIGHT, Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.steps import GATE_STEPS, STEPS, Step


@dataclass(frozen=True)
class StepView:
    """One step: `arrived_at` in epoch seconds; `asked` is what details a gate waits for."""

    status: StepStatus
    visit: int
    arrived_at: float | None
    asked: str | None


@dataclass(frozen=True)
class JobView:
    """One job of the snapshot; `undecided` are the effects that wait for a person to settle them.

    `out` are the effects in flight: sent, without an outcome, which a look at the platform may still find.
    """

    id: UUID
    position: int
    restaurant_id: UUID
    restaurant: str
    city: str | None
    status: JobStatus
    stop_requested: bool
    error_message: str | None
    undecided: frozenset[str]
    failed_before_continue: bool
    steps: Mapping[Step, StepView]
    effects: Mapping[str, SubStepStatus]
    out: frozenset[str] = frozenset()
    known: Mapping[str, Assurance] = field(default_factory=dict[str, Assurance])

    @property
    def needs_person(self) -> bool:
        """Whether it waits for a person to settle an effect."""
        return bool(self.undecided)

    @property
    def decided(self) -> bool:
        """Whether no gate asks about it, or will: a person may open one again until step 6 has begun."""
        return all(self.steps[gate].status.ended for gate in GATE_STEPS.values())

    @property
    def unsettled(self) -> bool:
        """Whether the job has ended with an effect in flight, whose outcome a look at the platform may still find."""
        begun = {name for name, status in self.effects.items() if status in SUB_STEP_IN_FLIGHT}
        return self.status.ended and bool(begun - self.undecided)


@dataclass(frozen=True)
class BatchView:
    """How a whole batch stands at one moment; `leaving`: the process that looks at it is about to leave it."""

    jobs: Mapping[UUID, JobView]
    stop_requested: bool
    cancelled: bool
    stopped_reason: str | None
    leaving: bool = False

    @property
    def open_jobs(self) -> tuple[JobView, ...]:
        """The jobs that have not ended, in the batch's order."""
        return tuple(job for job in self.jobs.values() if not job.status.ended)

    @property
    def stopped(self) -> bool:
        """Whether nothing new begins in the whole batch: a person asked it to stop, or its failure threshold did."""
        return self.stop_requested or self.stopped_reason is not None

    def stops(self, job_id: UUID) -> bool:
        """Whether a person asked this job, or the whole batch, to stop."""
        return self.stop_requested or self.jobs[job_id].stop_requested

    def to_settle(self, job: JobView) -> bool:
        """Whether nothing goes on in the job, and something of it is out: only looking is left to do."""
        held_up = self.stopped_reason is not None and not self.stops(job.id)
        return job.unsettled or (held_up and not job.status.ended and bool(job.out))

    def halts(self, job_id: UUID) -> bool:
        """Whether the job must not go on here: cancelled, its batch stopped by its failure threshold, or left."""
        return self.stops(job_id) or self.stopped_reason is not None or self.leaving


def waits_for(job: JobView) -> str:
    """What a job waits for, if it waits for a person."""
    if job.needs_person:
        return "somebody to resolve an unknown effect"
    gate = waiting_gate(job)
    return STEPS[gate].name if gate else ""


def waiting_gate(job: JobView) -> Step | None:
    """The gate at which a job waits for a person, the first of several."""
    return next((step for step in Step if job.steps[step].status is StepStatus.ACTION_REQUIRED), None)
