"""What the list of batches shows: a line per batch, with a tick per restaurant. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from interfaces.presenting.batches import batch_state, waits_in_words
from interfaces.presenting.marks import JOB_TONES, Tone
from registration.batches.list_queries import BatchFilter, JobPreview
from registration.batches.overview_queries import BatchOverview
from registration.states import BatchStatus, JobStatus

_ORDER: Final = (
    JobStatus.COMPLETED,
    JobStatus.PARTIALLY_COMPLETED,
    JobStatus.FAILED,
    JobStatus.ACTION_REQUIRED,
    JobStatus.IN_PROGRESS,
    JobStatus.PENDING,
    JobStatus.SKIPPED,
    JobStatus.CANCELLED,
)
SHOWN: Final[Mapping[str, tuple[str, BatchFilter]]] = {
    "": ("all", BatchFilter()),
    "needs": ("needs me", BatchFilter(needs_person=True)),
    "running": (
        "running",
        BatchFilter(statuses=frozenset({BatchStatus.PENDING, BatchStatus.IN_PROGRESS, BatchStatus.ACTION_REQUIRED})),
    ),
    "ended": (
        "ended",
        BatchFilter(statuses=frozenset({BatchStatus.COMPLETED, BatchStatus.FAILED, BatchStatus.CANCELLED})),
    ),
    "failures": ("with failures", BatchFilter(with_failures=True)),
    "cancelled": ("cancelled", BatchFilter(statuses=frozenset({BatchStatus.CANCELLED}))),
}
"""The chips of the list: what stands in the address, on the chip, and the filter."""


@dataclass(frozen=True)
class Tick:
    """One restaurant in the bar of a batch."""

    tone: Tone
    name: str


@dataclass(frozen=True)
class BatchLine:
    """One batch in the list."""

    id: UUID
    name: str
    status: str
    tone: Tone
    ticks: tuple[Tick, ...]
    counts: str
    waits: str
    done: int
    failed: int
    total: int
    created_by: str
    created_at: datetime
    changed_at: datetime


def line_of(batch: BatchOverview, jobs: Sequence[JobPreview]) -> BatchLine:
    """The line of one batch."""
    status, tone = batch_state(batch)
    counts = Counter(job.status for job in jobs)
    return BatchLine(
        id=batch.id,
        name=batch.name,
        status=status,
        tone=tone,
        ticks=tuple(
            Tick(JOB_TONES[job.status], job.name) for job in sorted(jobs, key=lambda job: _ORDER.index(job.status))
        ),
        counts=", ".join(f"{counts[one]} {one.replace('_', ' ')}" for one in _ORDER if counts[one]),
        waits=waits_in_words(batch),
        done=batch.jobs_completed,
        failed=batch.jobs_failed + batch.jobs_partially_completed,
        total=batch.jobs_total,
        created_by=batch.created_by,
        created_at=batch.created_at,
        changed_at=batch.changed_at,
    )


def lines_of(batches: Iterable[BatchOverview], previews: Mapping[UUID, Sequence[JobPreview]]) -> list[BatchLine]:
    """The lines of a page of the list."""
    return [line_of(batch, previews[batch.id]) for batch in batches]
