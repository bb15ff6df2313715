"""The stream of one batch: the batch, its jobs, its gates, and what happens, line by line."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from interfaces.api.live.feed import RevisedFeed
from interfaces.api.live.readings import Readings
from interfaces.api.models.batches import Batch
from interfaces.api.models.jobs import Job
from interfaces.api.shown_jobs import shown_batch, shown_jobs
from registration.batches.detail_queries import read_job_details
from registration.batches.overview_queries import read_overview
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.reporting.narration import LogEntry, change_entries
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GATE_STEPS

_State = tuple[Batch, list[Job], BatchView]


class BatchFeed(RevisedFeed[_State]):
    """Puts batch, jobs, gates and log lines; ends once the batch has ended and every effect has an outcome."""

    interval = 1.0

    def __init__(self, readings: Readings, batch_id: UUID) -> None:
        super().__init__(readings, batch_id)
        self._view: BatchView | None = None

    async def state(self, transaction: Transaction, _revisions: Revisions, /) -> _State:
        """The batch, its jobs, and the view that the log compares with the one before."""
        batch = shown_batch(await read_overview(transaction, self.batch))
        jobs = await shown_jobs(transaction, await read_job_details(transaction, self.batch), slim=True)
        return batch, jobs, await read_snapshot(transaction, self.batch)

    def publish(self, state: _State, /) -> None:
        """Put them, and the end."""
        batch, jobs, view = state
        self._put(batch, jobs)
        self._log([] if self._view is None else change_entries(self._view, view))
        self._view = view
        settled = batch.outcome and not batch.worked_on and not any(job.ended_in_flight for job in view.jobs.values())
        if settled and not self.awaited:
            self.topic.put("end", "", json.dumps({"id": str(batch.id), "outcome": batch.outcome}))
            self.topic.end()

    def _put(self, batch: Batch, jobs: Iterable[Job]) -> None:
        self.topic.put("batch", "", batch.model_dump_json())
        for job in jobs:
            self.topic.put("job", str(job.id), job.model_dump_json())
        for gate in GATE_STEPS:
            waiting = getattr(batch.waiting, gate.name.lower())
            self.topic.put("gate", gate, json.dumps({"gate": gate, "waiting": waiting}))

    def _log(self, entries: Iterable[LogEntry]) -> None:
        at = datetime.now(UTC).isoformat()
        for entry in entries:
            self.topic.log("told", json.dumps({"at": at, "line": entry.line, "serious": entry.serious}))
