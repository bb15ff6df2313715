"""Whether something of a batch has changed: cheap enough to be asked once a second."""

from collections.abc import Collection, Mapping
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
_REVISIONS = text(
    f"""
    with requested as (
        select id, bool_or(is_open) as is_open from (
            select id, true as is_open from ({OPEN_BATCHES}) o where :open_too
            union all select id, false from unnest(cast(:batches as uuid[])) id
        ) both_kinds group by id
    )
    select b.id, r.is_open, {_COLUMNS}
    from requested r join registration_batch_jobs b on b.id = r.id and b.organisation_id = :organisation
    """
)


@dataclass(frozen=True)
class Revisions:
    """Revisions by batch id: of the requested batches that exist and of all open ones, and of the open ones alone."""

    batches: Mapping[UUID, BatchRevision]
    open_batches: Mapping[UUID, BatchRevision]

    def changed_since(self, earlier: Mapping[UUID, BatchRevision]) -> list[UUID]:
        """The open batches whose revision differs from the earlier one, then those that are not open any more."""
        changed = [one for one, revision in self.open_batches.items() if revision != earlier.get(one)]
        return changed + [one for one in earlier if one not in self.open_batches]


async def read_revisions(
    transaction: Transaction, batch_ids: Collection[UUID] = (), *, open_too: bool = False
) -> Revisions:
    """The revisions of these batches, and with `open_too` of all batches that have not ended; one query."""
    parameters = {"batches": list(batch_ids), "open_too": open_too, "organisation": transaction.organisation_id}
    rows = (await transaction.execute(_REVISIONS, parameters)).all()
    found = {row[0]: BatchRevision(*row[2:]) for row in rows}
    return Revisions(found, {row[0]: found[row[0]] for row in rows if row.is_open})
