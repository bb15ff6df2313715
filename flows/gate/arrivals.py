"""When a round of a gate opens, and for which jobs."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from registration.gates.rounds import Details
from registration.workflow.snapshot import JobView
from registration.workflow.steps import GATE_STEPS, GateName
from tasks.context import Resources


@dataclass
class Arrivals:
    """Since when each job waits, by this process's clock; `earlier_questions` are the questions of earlier
    processes.
    """

    earlier_questions: frozenset[tuple[UUID, int]]
    first_seen: dict[tuple[UUID, int | None], float] = field(default_factory=dict[tuple[UUID, int | None], float])
    announced: set[UUID] = field(default_factory=set[UUID])

    def __post_init__(self) -> None:
        self.announced |= {job_id for job_id, _ in self.earlier_questions}

    def had_question(self, job: JobView, gate: GateName) -> bool:
        """True if a form with this question was open before: the job is then asked again without further waiting."""
        return (job.id, job.visit_at(gate)) in self.earlier_questions

    def seconds_waited(self, gate: GateName, waiting: tuple[JobView, ...]) -> list[float]:
        """How long each job in `waiting` has waited, in seconds."""
        now = time.monotonic()
        keys = [(job.id, job.visit_at(gate)) for job in waiting]
        return [now - self.first_seen.setdefault(key, now) for key in keys]

    def unannounced(self, waiting: tuple[JobView, ...]) -> tuple[JobView, ...]:
        """The jobs in `waiting` that no notice has named yet; a further round for details of a job needs no notice."""
        new = tuple(job for job in waiting if job.id not in self.announced)
        self.announced.update(job.id for job in new)
        return new


async def collect_arrivals(context: Resources, gate: GateName, arrivals: Arrivals) -> tuple[JobView, ...]:
    """The jobs of the next round, in the batch's order; none once no further job can arrive.

    A round opens when all jobs that can arrive have arrived, no job arrived for a while, the first job has waited long,
    or a person has asked for a form with details.
    """
    settings = context.settings
    view = await context.watch.fresh()
    while True:
        if not view.open_jobs or view.winding_down or view.releasing:
            return ()
        waiting = tuple(job for job in view.open_jobs if job.visit_at(gate) is not None)
        waited = arrivals.seconds_waited(gate, waiting)
        if waiting and (
            not any(job.can_arrive_at(gate) for job in view.open_jobs)
            or any(_requested_details(job, gate) or arrivals.had_question(job, gate) for job in waiting)
            or min(waited) >= settings.scaled(settings.gate_gather_seconds)
            or max(waited) >= settings.scaled(settings.gate_gather_limit_seconds)
        ):
            return waiting
        view = await context.watch.next()


def _requested_details(job: JobView, gate: GateName) -> bool:
    """True if a person has just chosen to give details; the confirmation of a query is no such choice."""
    step = GATE_STEPS.get(gate)
    return step is not None and job.steps[step].requested_details not in (None, Details.CONFIRM_QUERY)
