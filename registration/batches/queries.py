"""Queries about batches."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.models import Batch, NewBatch
from registration.database.session import Database
from registration.database.tables.work import Job, JobStep, SubStepRow
from registration.errors import NotFound
from registration.workflow.lease_queries import LeaseRow, lock_lease
from registration.workflow.steps import STEPS
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart
from registration.workflow.transition_queries import Attribution, record

_NEW_ZEALAND = ZoneInfo("Pacific/Auckland")
_COLUMNS = (
    "id, organisation_id, name, max_parallel, failure_threshold, confirm_queries, default_config, started_at, "
    "stop_requested_at, cancelled_at, stopped_reason"
)
_READ = text(f"select {_COLUMNS} from registration_batch_jobs where id = :batch and organisation_id = :organisation")
_LOCK = text(
    "select from registration_batch_jobs where id = :batch and organisation_id = :organisation for no key update"
)
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(cast(:run as text), 0))")
_OF_RUN = text("select id from registration_batch_jobs where created_by_run = :run and organisation_id = :organisation")
_INSERT = text(
    """
    insert into registration_batch_jobs (organisation_id, name, source_lead_scrape_job_id, created_by, created_by_run,
        max_parallel, failure_threshold, confirm_queries, default_config)
    values (:organisation, :name, :source_lead_scrape_job_id, :created_by, :created_by_run,
        :max_parallel, :failure_threshold, :confirm_queries, :default_config)
    returning id
    """
).bindparams(bindparam("default_config", type_=JSONB))
_START = text(
    """
    update registration_batch_jobs set started_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation and started_at is null
    """
)
_STOP = text(
    """
    update registration_batch_jobs set stop_requested_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation and stop_requested_at is null
    """
)
_CANCELLED = text(
    """
    update registration_batch_jobs set cancelled_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation and cancelled_at is null
    """
)
_STOPPED = text(
    """
    update registration_batch_jobs set stopped_reason = :reason, updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation and stopped_reason is null
    """
)
_ACTIVE_ELSEWHERE = text(
    """
    select r.name as restaurant, b.name as batch, b.id as batch_id
    from registration_jobs j
    join restaurants r on r.id = j.restaurant_id
    join registration_batch_jobs b on b.id = j.batch_job_id
    where j.organisation_id = :organisation and j.restaurant_id = any(:restaurants)
      and (j.status in ('pending', 'in_progress', 'action_required') or exists (
        select from registration_sub_steps s where s.job_id = j.id
          and (s.status = 'unknown' or (s.sent_at is not null and s.status in ('in_progress', 'retrying')))))
    order by j.created_at limit 1
    """
)
_KNOWN = text("select id from restaurants where organisation_id = :organisation and id = any(:restaurants)")


async def read_batch(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> Batch:
    """Raises NotFound for an unknown batch and for another organisation's."""
    found = await connection.execute(_READ, {"batch": batch_id, "organisation": organisation_id})
    row = found.one_or_none()
    if row is None:
        raise NotFound(f"there is no batch {batch_id} in this organisation; `registration batches` lists them")
    return Batch.model_validate(row)


async def lock_batch(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> None:
    """Hold the batch's row until the transaction ends."""
    await connection.execute(_LOCK, {"batch": batch_id, "organisation": organisation_id})


async def batch_of_run(connection: AsyncConnection, organisation_id: UUID, run_id: UUID) -> UUID | None:
    """The batch that a flow run created, if it did; a transaction that is about to create it is waited for."""
    await connection.execute(_ONE_AT_A_TIME, {"run": str(run_id)})
    found = await connection.execute(_OF_RUN, {"run": run_id, "organisation": organisation_id})
    return found.scalar_one_or_none()


async def known_restaurants(
    connection: AsyncConnection, organisation_id: UUID, restaurant_ids: tuple[UUID, ...]
) -> frozenset[UUID]:
    """Those of `restaurant_ids` that belong to the organisation."""
    found = await connection.execute(_KNOWN, {"organisation": organisation_id, "restaurants": list(restaurant_ids)})
    return frozenset(found.scalars())


async def active_elsewhere(
    connection: AsyncConnection, organisation_id: UUID, restaurant_ids: tuple[UUID, ...]
) -> tuple[str, str, UUID] | None:
    """The first restaurant that is in an active batch or has an unsettled effect: its name, the batch's name and id."""
    parameters = {"organisation": organisation_id, "restaurants": list(restaurant_ids)}
    row = (await connection.execute(_ACTIVE_ELSEWHERE, parameters)).one_or_none()
    return (row.restaurant, row.batch, row.batch_id) if row else None


async def insert_batch(connection: AsyncConnection, organisation_id: UUID, new: NewBatch) -> UUID:
    """Write a batch with its jobs, their six steps and fourteen effects; returns the batch's id."""
    name = new.options.name or f"Batch {datetime.now(_NEW_ZEALAND):%Y-%m-%d} ({_count(len(new.restaurant_ids))})"
    values = new.model_dump(exclude={"options", "restaurant_ids", "extractions_executed_on_creation"})
    values |= new.options.model_dump() | {"organisation": organisation_id, "name": name}
    batch_id: UUID = (await connection.execute(_INSERT, values)).scalar_one()
    jobs = [
        {
            "organisation_id": organisation_id,
            "batch_job_id": batch_id,
            "restaurant_id": restaurant_id,
            "position": position,
            "extractions_executed_on_creation": new.extractions_executed_on_creation,
        }
        for position, restaurant_id in enumerate(new.restaurant_ids, start=1)
    ]
    # In one order for everybody: two batches that name the same restaurants must not wait for each other.
    jobs.sort(key=lambda job: str(job["restaurant_id"]))
    job_ids = (await connection.execute(insert(Job).returning(Job.id), jobs)).scalars().all()
    await _insert_parts(connection, organisation_id, job_ids)
    return batch_id


async def start_batch(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> None:
    """Note when the batch began; the first time counts."""
    await connection.execute(_START, {"batch": batch_id, "organisation": organisation_id})


async def request_stop(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, attribution: Attribution
) -> None:
    """Cancel a batch: no effect starts once this is committed."""
    parameters = {"batch": batch_id, "organisation": organisation_id}
    if (await connection.execute(_STOP, parameters)).rowcount == 1:
        await record(connection, organisation_id, "batch stop requested", attribution, batch_id=batch_id)


async def cancel_settled(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> None:
    """Every job of a cancelled batch has ended."""
    await connection.execute(_CANCELLED, {"batch": batch_id, "organisation": organisation_id})


async def stop_on_failures(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, reason: str) -> None:
    """The failure threshold was passed."""
    await connection.execute(_STOPPED, {"batch": batch_id, "organisation": organisation_id, "reason": reason})


async def _insert_parts(connection: AsyncConnection, organisation_id: UUID, job_ids: Any) -> None:
    shared = [{"organisation_id": organisation_id, "job_id": job_id} for job_id in job_ids]
    steps = [
        row | {"step_number": int(step), "step_name": definition.name, "step_type": definition.kind}
        for row in shared
        for step, definition in STEPS.items()
    ]
    effects = [row | {"name": name} for row in shared for name in (*SUB_STEPS, *ExtractionStart)]
    await connection.execute(insert(JobStep), steps)
    await connection.execute(insert(SubStepRow), effects)


def _count(restaurants: int) -> str:
    return f"{restaurants} restaurant" if restaurants == 1 else f"{restaurants} restaurants"


async def lease_of(database: Database, organisation_id: UUID, batch_id: UUID) -> LeaseRow:
    """Who works on the batch, or did last. Raises NotFound for an unknown batch and for another organisation's."""
    async with database.transaction(organisation_id) as connection:
        await read_batch(connection, organisation_id, batch_id)
        return await lock_lease(connection, organisation_id, batch_id)
