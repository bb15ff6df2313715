"""What the page of a batch shows above its rows: the batch in words, and what can be done with all of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from interfaces.console.inbox_rows import gate_path
from interfaces.console.pages.batch.view import Row
from interfaces.presenting.batches import batch_state
from interfaces.presenting.marks import Tone
from interfaces.presenting.words import agreeing
from registration.batches.overview_queries import BatchOverview
from registration.states import JobStatus
from registration.workflow.snapshot import BatchView
from registration.workflow.steps import GateName


@dataclass(frozen=True)
class Head:
    """The lines above the rows: the batch in words, and what can be done with all of it.

    `answers` are the gates at which restaurants wait: the word, the number, and where it is answered.
    """

    id: UUID
    name: str
    status: str
    tone: Tone
    percent: int
    total: int
    counts: tuple[tuple[str, Tone, int], ...]
    answers: tuple[tuple[str, int, str], ...]
    undecided: int
    failed: int
    halted_reason: str | None
    outages: tuple[str, ...]
    worked_on: bool
    run_url: str | None
    idle: str
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    cancelled: bool
    open_jobs: int
    settled: bool


_COUNTED: Final = (
    (("done", "done"), (JobStatus.COMPLETED,), Tone.GOOD),
    (("partly", "partly"), (JobStatus.PARTIALLY_COMPLETED,), Tone.PARTLY),
    (("failed", "failed"), (JobStatus.FAILED,), Tone.BAD),
    (("wait for you", "waits for you"), (JobStatus.ACTION_REQUIRED,), Tone.WAITING),
    (("run", "runs"), (JobStatus.IN_PROGRESS,), Tone.RUNNING),
    (("not begun", "not begun"), (JobStatus.PENDING,), Tone.QUIET),
    (("left out", "left out"), (JobStatus.SKIPPED,), Tone.QUIET),
    (("cancelled", "cancelled"), (JobStatus.CANCELLED,), Tone.QUIET),
)


def head_of(batch: BatchOverview, view: BatchView, rows: Sequence[Row], run_url: str | None) -> Head:
    """The head of the page."""
    status, tone = batch_state(batch)
    counted = [(words, of, sum(row.status in statuses for row in rows)) for words, statuses, of in _COUNTED]
    gates = (
        ("company", "companies", batch.waiting_company_selection, GateName.COMPANY_SELECTION),
        ("configuration", "configurations", batch.waiting_yolo_config, GateName.YOLO_CONFIG),
    )
    jobs = view.jobs.values()
    return Head(
        id=batch.id,
        name=batch.name,
        status=status,
        tone=tone,
        percent=batch.percent,
        total=batch.jobs_total,
        counts=tuple((agreeing(count, *words), of, count) for words, of, count in counted if count),
        answers=tuple(
            (one if count == 1 else many, count, gate_path(batch.id, gate)) for one, many, count, gate in gates if count
        ),
        undecided=sum(job.needs_person for job in jobs),
        failed=sum(row.retryable for row in rows),
        halted_reason=None if view.cancel_requested else view.halted_reason,
        outages=tuple(f"{outage.text}; {count} of {len(view.jobs)} wait for it" for outage, count in view.outages),
        worked_on=batch.worked_on,
        run_url=run_url,
        idle=_idle(batch, view),
        created_by=batch.created_by,
        created_at=batch.created_at,
        started_at=batch.started_at,
        completed_at=batch.completed_at,
        cancelled=view.cancel_requested,
        open_jobs=len(view.open_jobs),
        settled=bool(batch.outcome) and not batch.worked_on and not any(job.ended_in_flight for job in jobs),
    )


def _idle(batch: BatchOverview, view: BatchView) -> str:
    """Why no process works on a batch that has not ended; empty if one does, or none is needed."""
    if batch.worked_on or batch.outcome or batch.stopped_reason:
        return ""
    if batch.started_at is None:
        return "not started"
    if not view.being_cancelled and all(job.waits_for_people for job in view.open_jobs):
        return "only people can go on; an answer starts it"
    return "no process works on it; it is started again within a minute"
