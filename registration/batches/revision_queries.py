"""Whether something of a batch has changed: cheap enough to be asked once a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.database.tables.work import ACTIVE_JOB


@dataclass(frozen=True)
class BatchRevision:
    """Differs from an earlier one if an event was recorded, or if a process took or left the batch."""

    events: int
    last_event_at: datetime | None
    worked_on: bool
    flow_run_id: UUID | None


OPEN_BATCHES = f"""
    select batch_job_id as id from registration_jobs where organisation_id = :organisation and {ACTIVE_JOB}
    union select id from registration_batch_jobs
    where organisation_id = :organisation and stop_requested_at is not null and cancelled_at is null
"""
"""The ids of an organisation's batches with a job that has not ended, or whose cancel is not complete."""

_COLUMNS = """
    (select count(*) from registration_events e where e.batch_job_id = b.id) as events,
    (select max(e.created_at) from registration_events e where e.batch_job_id = b.id) as last_event_at,
    coalesce((select l.expires_at > clock_timestamp() from registration_leases l where l.batch_job_id = b.id), false)
        as worked_on,
    (select l.flow_run_id from registration_leases l where l.batch_job_id = b.id) as flow_run_id
"""
_ONE = text(
    f"select {_COLUMNS} from registration_batch_jobs b where b.id = :batch and b.organisation_id = :organisation"
)
_OPEN = text(f"select b.id, {_COLUMNS} from ({OPEN_BATCHES}) b")


async def read_revision(transaction: Transaction, batch_id: UUID) -> BatchRevision | None:
    """The revision of one batch; None for an unknown batch and for another organisation's."""
    parameters = {"batch": batch_id, "organisation": transaction.organisation_id}
    row = (await transaction.execute(_ONE, parameters)).one_or_none()
    return BatchRevision(*row) if row else None


async def read_open_revisions(transaction: Transaction) -> Mapping[UUID, BatchRevision]:
    """The revisions of all batches that have not ended."""
    rows = await transaction.execute(_OPEN, {"organisation": transaction.organisation_id})
    return {row[0]: BatchRevision(*row[1:]) for row in rows}
