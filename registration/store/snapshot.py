"""One query that says how every job of a batch stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.known import Known
from registration.states import SUB_STEP_OUT, JobStatus, StepStatus, SubStepStatus
from registration.steps import GATE_STEPS, STEPS, Step

_SNAPSHOT = text(
    """
    select j.id, j.position, j.restaurant_id, r.name, r.city, j.status, j.error_message,
        j.stop_requested_at is not null as stop_requested,
        coalesce(j.completed_at < b.continued_at, false) as failed_before_continue,
        b.stop_requested_at is not null as batch_stop_requested, b.cancelled_at is not null as cancelled,
        b.stopped_reason,
        (select array_agg(array[s.status, s.visit::text, coalesce(extract(epoch from s.arrived_at)::text, ''),
                coalesce(s.result_data ->> 'asked', '')] order by s.step_number)
            from registration_job_steps s where s.job_id = j.id) as steps,
        (select jsonb_object_agg(u.name, u.status) from registration_sub_steps u where u.job_id = j.id) as effects,
        (select jsonb_object_agg(u.name, u.known) from registration_sub_steps u
            where u.job_id = j.id and u.known is not null) as known,
        (select array_agg(u.name) from registration_sub_steps u
            where u.job_id = j.id and u.needs_person) as undecided,
        (select array_agg(u.name) from registration_sub_steps u where u.job_id = j.id and not u.needs_person
            and (u.status = 'unknown' or (u.sent_at is not null and u.status in ('in_progress', 'retrying')))) as out
    from registration_jobs j
    join registration_batch_jobs b on b.id = j.batch_job_id
    join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = :batch and j.organisation_id = :organisation
    order by j.position
    """
)


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
    known: Mapping[str, Known] = field(default_factory=dict[str, Known])

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
        begun = {name for name, status in self.effects.items() if status in SUB_STEP_OUT}
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


async def read_snapshot(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> BatchView:
    """How the batch stands now; one query."""
    rows = (await connection.execute(_SNAPSHOT, {"batch": batch_id, "organisation": organisation_id})).all()
    first = rows[0] if rows else None
    return BatchView(
        jobs={row.id: _job(row) for row in rows},
        stop_requested=bool(first and first.batch_stop_requested),
        cancelled=bool(first and first.cancelled),
        stopped_reason=first.stopped_reason if first else None,
    )


def _job(row: Any) -> JobView:
    return JobView(
        id=row.id,
        position=row.position,
        restaurant_id=row.restaurant_id,
        restaurant=row.name,
        city=row.city,
        status=JobStatus(row.status),
        stop_requested=row.stop_requested,
        error_message=row.error_message,
        undecided=frozenset(row.undecided or ()),
        failed_before_continue=row.failed_before_continue,
        steps={step: _step(*cells) for step, cells in zip(Step, row.steps, strict=True)},
        effects={name: SubStepStatus(status) for name, status in row.effects.items()},
        out=frozenset(row.out or ()),
        known={name: Known(known) for name, known in (row.known or {}).items()},
    )


def _step(status: str, visit: str, arrived_at: str, asked: str) -> StepView:
    return StepView(StepStatus(status), int(visit), float(arrived_at) if arrived_at else None, asked or None)


def waits_for(job: JobView) -> str:
    """What a job waits for, if it waits for a person."""
    if job.needs_person:
        return "somebody to settle an unknown effect"
    gate = waiting_gate(job)
    return STEPS[gate].name if gate else ""


def waiting_gate(job: JobView) -> Step | None:
    """The gate at which a job waits for a person, the first of several."""
    return next((step for step in Step if job.steps[step].status is StepStatus.ACTION_REQUIRED), None)
