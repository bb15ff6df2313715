"""The stream of one batch: the batch, its jobs, its gates, and what happens, line by line."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from interfaces.api.live.feed import Feed
from interfaces.api.models.batches import Batch
from interfaces.api.models.jobs import Job
from interfaces.api.shown_jobs import shown_batch, shown_jobs
from registration.batches.detail_queries import read_job_details
from registration.batches.overview_queries import read_overview
from registration.batches.revision_queries import read_revision
from registration.database.session import Database, Transaction
from registration.reporting.narration import LogEntry, change_entries
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GATE_STEPS


class BatchFeed(Feed):
    """Asks once a second whether the batch changed, and reads it only then."""

    interval = 1.0

    def __init__(self, database: Database, organisation_id: UUID, batch_id: UUID) -> None:
        super().__init__(database, organisation_id)
        self._batch_id = batch_id
        self._view: BatchView | None = None

    async def read(self) -> None:
        """Put batch, jobs, gates and log lines; end once the batch has ended and every effect has an outcome."""
        async with self.database.transaction(self.organisation_id, read_only=True) as transaction:
            revision = await read_revision(transaction, self._batch_id)
            if revision is None:
                self.topic.end()
                return
            if not self.is_due(revision):
                return
            batch, jobs, view = await self._state(transaction)
        self.have_read(revision)
        self._publish(batch, jobs)
        self._log([] if self._view is None else change_entries(self._view, view))
        self._view = view
        if batch.outcome and not batch.worked_on and not any(job.ended_in_flight for job in view.jobs.values()):
            self.topic.put("end", "", json.dumps({"id": str(batch.id), "outcome": batch.outcome}))
            self.topic.end()

    async def _state(self, transaction: Transaction) -> tuple[Batch, list[Job], BatchView]:
        batch = shown_batch(await read_overview(transaction, self._batch_id))
        jobs = await shown_jobs(transaction, await read_job_details(transaction, self._batch_id), slim=True)
        return batch, jobs, await read_snapshot(transaction, self._batch_id)

    def _publish(self, batch: Batch, jobs: Iterable[Job]) -> None:
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
