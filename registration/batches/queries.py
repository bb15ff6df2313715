"""Queries about batches."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.batches.models import Batch, NewBatch
from registration.database.session import Database, Transaction
from registration.database.tables.work import Job, JobStep, SubStepRow
from registration.errors import NotFound
from registration.workflow.lease_queries import LeaseRow, lock_lease
from registration.workflow.steps import STEPS
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart
from registration.workflow.transition_queries import Attribution, record

_NEW_ZEALAND = ZoneInfo("Pacific/Auckland")
_COLUMNS = (
    "id, organisation_id, name, max_parallel, failure_threshold, confirm_queries, default_config, started_at, "
    "stop_requested_at as cancel_requested_at, cancelled_at, stopped_reason as halted_reason"
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
_RENAME = text(
    """
    update registration_batch_jobs set name = :name, updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation
    """
)
_MARK_EXTRACTIONS = text(
    """
    update registration_jobs j set extractions_executed_on_creation = true, updated_at = clock_timestamp()
    from registration_job_steps s
    where j.batch_job_id = :batch and j.organisation_id = :organisation and j.restaurant_id = any(:restaurants)
      and s.job_id = j.id and s.step_number = 1 and s.status = 'pending'
    returning j.restaurant_id
    """
)
_REQUEST_CANCEL = text(
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
_HALTED = text(
    """
    update registration_batch_jobs set stopped_reason = :reason, updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation and stopped_reason is null
    """
)
_ACTIVE_ELSEWHERE = text(
    """
    select distinct on (r.id) r.id as restaurant_id, r.name as restaurant, b.name as batch, b.id as batch_id
    from registration_jobs j
    join restaurants r on r.id = j.restaurant_id
    join registration_batch_jobs b on b.id = j.batch_job_id
    where j.organisation_id = :organisation and j.restaurant_id = any(:restaurants)
      and (j.status in ('pending', 'in_progress', 'action_required') or exists (
        select from registration_sub_steps s where s.job_id = j.id
          and (s.status = 'unknown' or (s.sent_at is not null and s.status in ('in_progress', 'retrying')))))
    order by r.id, j.created_at
    """
)
_KNOWN = text("select id from restaurants where organisation_id = :organisation and id = any(:restaurants)")


async def read_batch(transaction: Transaction, batch_id: UUID) -> Batch:
    """The batch. Raises NotFound for an unknown batch and for a batch of another organisation."""
    rows = await transaction.execute(_READ, {"batch": batch_id, "organisation": transaction.organisation_id})
    row = rows.one_or_none()
    if row is None:
        raise NotFound(
            f"there is no batch {batch_id} in this organisation",
            code="BATCH_NOT_FOUND",
        )
    return Batch.model_validate(row)


async def lock_batch(transaction: Transaction, batch_id: UUID) -> None:
    """Lock the batch's row until the transaction ends."""
    await transaction.execute(_LOCK, {"batch": batch_id, "organisation": transaction.organisation_id})


async def batch_of_run(transaction: Transaction, run_id: UUID) -> UUID | None:
    """The batch that a flow run created, if any; waits for a transaction that is creating it."""
    await transaction.execute(_ONE_AT_A_TIME, {"run": str(run_id)})
    rows = await transaction.execute(_OF_RUN, {"run": run_id, "organisation": transaction.organisation_id})
    return rows.scalar_one_or_none()


async def known_restaurants(transaction: Transaction, restaurant_ids: tuple[UUID, ...]) -> frozenset[UUID]:
    """The restaurants among `restaurant_ids` that belong to the organisation."""
    rows = await transaction.execute(
        _KNOWN, {"organisation": transaction.organisation_id, "restaurants": list(restaurant_ids)}
    )
    return frozenset(rows.scalars())


@dataclass(frozen=True)
class TakenRestaurant:
    """A restaurant that no new batch may have, and the batch that has it."""

    restaurant_id: UUID
    restaurant: str
    batch: str
    batch_id: UUID


async def active_elsewhere(transaction: Transaction, restaurant_ids: tuple[UUID, ...]) -> tuple[TakenRestaurant, ...]:
    """The restaurants that are in an active batch or have an effect in flight, in their order."""
    parameters = {"organisation": transaction.organisation_id, "restaurants": list(restaurant_ids)}
    rows = await transaction.execute(_ACTIVE_ELSEWHERE, parameters)
    found = {row["restaurant_id"]: TakenRestaurant(**row) for row in rows.mappings()}
    return tuple(found[one] for one in restaurant_ids if one in found)


async def insert_batch(transaction: Transaction, new: NewBatch) -> UUID:
    """Write a batch with its jobs, their six steps and fourteen effects; returns the batch's id."""
    name = new.options.name or f"Batch {datetime.now(_NEW_ZEALAND):%Y-%m-%d} ({_count(len(new.restaurant_ids))})"
    values = new.model_dump(exclude={"options", "restaurant_ids", "extractions_executed_on_creation"})
    values |= new.options.model_dump() | {"organisation": transaction.organisation_id, "name": name}
    batch_id: UUID = (await transaction.execute(_INSERT, values)).scalar_one()
    jobs = [
        {
            "organisation_id": transaction.organisation_id,
            "batch_job_id": batch_id,
            "restaurant_id": restaurant_id,
            "position": position,
            "extractions_executed_on_creation": new.extractions_executed_on_creation,
        }
        for position, restaurant_id in enumerate(new.restaurant_ids, start=1)
    ]
    # Insert in a fixed order so that concurrent batches with the same restaurants cannot deadlock.
    jobs.sort(key=lambda job: str(job["restaurant_id"]))
    job_ids = (await transaction.execute(insert(Job).returning(Job.id), jobs)).scalars().all()
    await _insert_steps_and_effects(transaction, job_ids)
    return batch_id


async def start_batch(transaction: Transaction, batch_id: UUID) -> None:
    """Record when the batch was started; a second call changes nothing."""
    await transaction.execute(_START, {"batch": batch_id, "organisation": transaction.organisation_id})


async def store_name(transaction: Transaction, batch_id: UUID, name: str) -> None:
    """Give the batch this name."""
    values = {"batch": batch_id, "organisation": transaction.organisation_id, "name": name}
    await transaction.execute(_RENAME, values)


async def mark_extractions_executed(
    transaction: Transaction, batch_id: UUID, restaurant_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Record that menus and branding of restaurants are being extracted already, where step 1 has not begun; returns
    those restaurants.
    """
    values = {"batch": batch_id, "organisation": transaction.organisation_id, "restaurants": list(restaurant_ids)}
    return frozenset((await transaction.execute(_MARK_EXTRACTIONS, values)).scalars())


async def request_cancel(transaction: Transaction, batch_id: UUID, attribution: Attribution) -> None:
    """Cancel a batch: no effect starts once this is committed."""
    parameters = {"batch": batch_id, "organisation": transaction.organisation_id}
    if (await transaction.execute(_REQUEST_CANCEL, parameters)).rowcount == 1:
        await record(transaction, "batch stop requested", attribution, batch_id=batch_id)


async def mark_cancelled(transaction: Transaction, batch_id: UUID) -> None:
    """Record that every job of a cancelled batch has ended."""
    await transaction.execute(_CANCELLED, {"batch": batch_id, "organisation": transaction.organisation_id})


async def mark_halted(transaction: Transaction, batch_id: UUID, reason: str) -> None:
    """Record that the failure threshold was exceeded, and why."""
    await transaction.execute(
        _HALTED, {"batch": batch_id, "organisation": transaction.organisation_id, "reason": reason}
    )


async def _insert_steps_and_effects(transaction: Transaction, job_ids: Any) -> None:
    keys = [{"organisation_id": transaction.organisation_id, "job_id": job_id} for job_id in job_ids]
    steps = [
        row | {"step_number": int(step), "step_name": definition.name, "step_type": definition.kind}
        for row in keys
        for step, definition in STEPS.items()
    ]
    effects = [row | {"name": name} for row in keys for name in (*SUB_STEPS, *ExtractionStart)]
    await transaction.execute(insert(JobStep), steps)
    await transaction.execute(insert(SubStepRow), effects)


def _count(restaurants: int) -> str:
    return f"{restaurants} restaurant" if restaurants == 1 else f"{restaurants} restaurants"


async def lease_of(database: Database, organisation_id: UUID, batch_id: UUID) -> LeaseRow:
    """The lease of the batch. Raises NotFound for an unknown batch and for a batch of another organisation."""
    async with database.transaction(organisation_id) as transaction:
        await read_batch(transaction, batch_id)
        return await lock_lease(transaction, batch_id)
