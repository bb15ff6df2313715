"""When a round of a gate opens, and for whom."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from registration.gates.rounds import Details
from registration.states import StepStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import Step
from tasks.context import Resources


@dataclass
class Arrivals:
    """Since when who waits, by this process's clock; `asked` are the questions of an earlier process."""

    asked: frozenset[tuple[UUID, int]]
    first_seen: dict[tuple[UUID, int], float] = field(default_factory=dict[tuple[UUID, int], float])
    announced: set[UUID] = field(default_factory=set[UUID])

    def __post_init__(self) -> None:
        self.announced |= {job_id for job_id, _ in self.asked}

    def asked_before(self, job: JobView, step: Step) -> bool:
        """Whether a form with this very question was open already: nobody should wait for it again."""
        return (job.id, job.steps[step].visit) in self.asked

    def note(self, step: Step, waiting: tuple[JobView, ...]) -> list[float]:
        """Seconds that each of `waiting` has been waiting for."""
        now = time.monotonic()
        keys = [(job.id, job.steps[step].visit) for job in waiting]
        return [now - self.first_seen.setdefault(key, now) for key in keys]

    def newcomers(self, waiting: tuple[JobView, ...]) -> tuple[JobView, ...]:
        """Those of `waiting` that nobody was told of; a further round for details of the same job is no news."""
        new = tuple(job for job in waiting if job.id not in self.announced)
        self.announced.update(job.id for job in new)
        return new


async def gather(context: Resources, step: Step, arrivals: Arrivals) -> tuple[JobView, ...]:
    """The jobs of the next round, in the batch's order; none when nobody can come any more.

    A round opens when everybody who is on the way has arrived, nobody came for a while, the first one has waited long,
    or somebody was promised a form for details.
    """
    settings = context.settings
    view = await context.watch.fresh()
    while True:
        if not view.open_jobs or view.stopped or view.leaving:
            return ()
        waiting = tuple(job for job in view.open_jobs if job.steps[step].status is StepStatus.ACTION_REQUIRED)
        waited = arrivals.note(step, waiting)
        if waiting and (
            not _on_the_way(view, step)
            or any(_promised_details(job, step) or arrivals.asked_before(job, step) for job in waiting)
            or min(waited) >= settings.scaled(settings.gate_gather_seconds)
            or max(waited) >= settings.scaled(settings.gate_gather_limit_seconds)
        ):
            return waiting
        view = await context.watch.next()


def _promised_details(job: JobView, step: Step) -> bool:
    """Whether somebody has just chosen to give details; a query that is to be confirmed is nobody's choice."""
    return job.steps[step].asked not in (None, Details.CONFIRM_QUERY)


def _on_the_way(view: BatchView, step: Step) -> bool:
    return any(job.steps[step].status is StepStatus.PENDING for job in view.open_jobs)
