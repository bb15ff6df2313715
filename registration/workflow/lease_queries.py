"""Queries about leases. All times are the database's clock."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_MAKE = text(
    """
    insert into registration_leases (organisation_id, batch_job_id) values (:organisation, :batch)
    on conflict (batch_job_id) do nothing
    """
)
_LOCK = text(
    """
    select holder, flow_run_id, runs, expires_at > clock_timestamp() as live from registration_leases
    where batch_job_id = :batch and organisation_id = :organisation for update
    """
)
_HOLD = text(
    """
    select holder, flow_run_id, runs, expires_at > clock_timestamp() as live from registration_leases
    where batch_job_id = :batch and organisation_id = :organisation for key share
    """
)
_GO_ON = text(
    """
    update registration_leases set waiting_since = null, updated_at = clock_timestamp()
    where batch_job_id = any(:batches) and organisation_id = :organisation and waiting_since is not null
    """
)
_TAKE = text(
    """
    update registration_leases set holder = :holder, flow_run_id = :run, runs = runs + 1, waiting_since = null,
        expires_at = clock_timestamp() + make_interval(secs => :seconds), updated_at = clock_timestamp()
    where batch_job_id = :batch and organisation_id = :organisation
    """
)
_RENEW = text(
    """
    update registration_leases set expires_at = clock_timestamp() + make_interval(secs => :seconds),
        updated_at = clock_timestamp()
    where batch_job_id = :batch and organisation_id = :organisation and holder = :holder
      and expires_at > clock_timestamp()
    """
)
_RELEASE = text(
    """
    update registration_leases set holder = null, expires_at = null, updated_at = clock_timestamp(),
        waiting_since = case when :waiting then clock_timestamp() end
    where batch_job_id = :batch and organisation_id = :organisation and holder = :holder
    """
)


@dataclass(frozen=True)
class LeaseRow:
    """Who held a batch last; `live` says whether they still do."""

    holder: UUID | None
    flow_run_id: UUID | None
    runs: int
    live: bool

    def is_of(self, holder: UUID) -> bool:
        """Whether this process holds the batch."""
        return self.live and self.holder == holder


async def lock_lease(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> LeaseRow:
    """Hold the batch's lease row until the transaction ends; makes it if it was never there."""
    parameters = {"organisation": organisation_id, "batch": batch_id}
    await connection.execute(_MAKE, parameters)
    row = (await connection.execute(_LOCK, parameters)).one()
    return LeaseRow(row.holder, row.flow_run_id, row.runs, bool(row.live))


async def hold_lease(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> LeaseRow:
    """Share the lock of the lease's row until the transaction ends: others may share it, nobody can lock it alone.

    The lease can be renewed meanwhile. The row must exist, as it does once somebody has taken the batch.
    """
    row = (await connection.execute(_HOLD, {"organisation": organisation_id, "batch": batch_id})).one()
    return LeaseRow(row.holder, row.flow_run_id, row.runs, bool(row.live))


async def lock_leases(
    connection: AsyncConnection, organisation_id: UUID, batch_ids: Collection[UUID]
) -> dict[UUID, LeaseRow]:
    """Lock the lease rows of several batches, in one order for everybody, so that no two transactions deadlock."""
    ordered = sorted(set(batch_ids), key=str)
    return {batch_id: await lock_lease(connection, organisation_id, batch_id) for batch_id in ordered}


async def end_waiting(connection: AsyncConnection, organisation_id: UUID, batch_ids: Collection[UUID]) -> None:
    """Batches that were left to people can go on without them: recovery starts them. Their rows must be locked."""
    await connection.execute(_GO_ON, {"organisation": organisation_id, "batches": list(batch_ids)})


async def take_lease(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, holder: UUID, run_id: UUID, seconds: float
) -> None:
    """Write the new holder; the row must be locked."""
    parameters = {"organisation": organisation_id, "batch": batch_id, "holder": holder, "run": run_id}
    await connection.execute(_TAKE, parameters | {"seconds": seconds})


async def renew_lease(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, holder: UUID, seconds: float
) -> bool:
    """Prolong it; False if it is no longer ours."""
    parameters = {"organisation": organisation_id, "batch": batch_id, "holder": holder, "seconds": seconds}
    return (await connection.execute(_RENEW, parameters)).rowcount == 1


async def release_lease(
    connection: AsyncConnection,
    organisation_id: UUID,
    batch_id: UUID,
    holder: UUID,
    *,
    waiting_for_people: bool = False,
) -> None:
    """Give it back at once, keeping who held it last; a batch that waits for people is left alone until they act."""
    parameters = {"organisation": organisation_id, "batch": batch_id, "holder": holder, "waiting": waiting_for_people}
    await connection.execute(_RELEASE, parameters)
