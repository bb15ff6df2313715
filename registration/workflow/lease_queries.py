"""Queries about leases. All times are the database's clock."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.errors import NotFound

_MAKE = text(
    """
    insert into registration_leases (organisation_id, batch_job_id)
    select organisation_id, id from registration_batch_jobs where id = :batch and organisation_id = :organisation
    on conflict (batch_job_id) do nothing
    """
)
_LOCK = text(
    """
    select holder, flow_run_id, runs, expires_at > clock_timestamp() as live from registration_leases
    where batch_job_id = :batch and organisation_id = :organisation for update
    """
)
_SHARE = text(
    """
    select holder, flow_run_id, runs, expires_at > clock_timestamp() as live from registration_leases
    where batch_job_id = :batch and organisation_id = :organisation for key share
    """
)
_LIVE = text(
    """
    select expires_at > clock_timestamp() from registration_leases
    where batch_job_id = :batch and organisation_id = :organisation
    """
)
_END_WAITING = text(
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
_EXTEND = text(
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
    """The last holder of a batch; `live` is true while that holder's lease has not expired."""

    holder: UUID | None
    flow_run_id: UUID | None
    runs: int
    live: bool

    def is_of(self, holder: UUID) -> bool:
        """Whether this process holds the batch."""
        return self.live and self.holder == holder


async def lock_lease(transaction: Transaction, batch_id: UUID) -> LeaseRow:
    """Lock the batch's lease row until the transaction ends; insert the row if it does not exist.

    Raises NotFound for an unknown batch, and for a batch of another organisation.
    """
    parameters = {"organisation": transaction.organisation_id, "batch": batch_id}
    await transaction.execute(_MAKE, parameters)
    row = (await transaction.execute(_LOCK, parameters)).one_or_none()
    if row is None:
        raise NotFound(f"there is no batch {batch_id} in this organisation", code="BATCH_NOT_FOUND")
    return LeaseRow(row.holder, row.flow_run_id, row.runs, bool(row.live))


async def is_worked_on(transaction: Transaction, batch_id: UUID) -> bool:
    """True if a process holds the batch now; nothing is locked, so nothing may be decided on it."""
    parameters = {"batch": batch_id, "organisation": transaction.organisation_id}
    return bool((await transaction.execute(_LIVE, parameters)).scalar_one_or_none())


async def share_lease_lock(transaction: Transaction, batch_id: UUID) -> LeaseRow:
    """Take a shared lock on the lease row until the transaction ends: others may share it, none can lock the row alone.

    The lease can be extended meanwhile. The row must exist, as it does once any process has taken the batch.
    """
    row = (await transaction.execute(_SHARE, {"organisation": transaction.organisation_id, "batch": batch_id})).one()
    return LeaseRow(row.holder, row.flow_run_id, row.runs, bool(row.live))


async def lock_leases(transaction: Transaction, batch_ids: Collection[UUID]) -> dict[UUID, LeaseRow]:
    """Lock the lease rows of several batches in a fixed order, so that concurrent transactions cannot deadlock."""
    ordered = sorted(set(batch_ids), key=str)
    return {batch_id: await lock_lease(transaction, batch_id) for batch_id in ordered}


async def end_waiting(transaction: Transaction, batch_ids: Collection[UUID]) -> None:
    """Clear the mark that these batches wait for people, so that recovery starts them. Their lease rows
    must be locked.
    """
    await transaction.execute(_END_WAITING, {"organisation": transaction.organisation_id, "batches": list(batch_ids)})


async def take_lease(transaction: Transaction, batch_id: UUID, holder: UUID, run_id: UUID, seconds: float) -> None:
    """Write the new holder; the row must be locked."""
    parameters = {"organisation": transaction.organisation_id, "batch": batch_id, "holder": holder, "run": run_id}
    await transaction.execute(_TAKE, parameters | {"seconds": seconds})


async def extend_lease(transaction: Transaction, batch_id: UUID, holder: UUID, seconds: float) -> bool:
    """Move the expiry; False if the lease expired or has another holder."""
    parameters = {"organisation": transaction.organisation_id, "batch": batch_id, "holder": holder, "seconds": seconds}
    return (await transaction.execute(_EXTEND, parameters)).rowcount == 1


async def release_lease(
    transaction: Transaction,
    batch_id: UUID,
    holder: UUID,
    *,
    waiting_for_people: bool = False,
) -> None:
    """End the lease at once; the row keeps the flow run that held it last.

    With `waiting_for_people` recovery does not start the batch until a person has acted.
    """
    parameters = {
        "organisation": transaction.organisation_id,
        "batch": batch_id,
        "holder": holder,
        "waiting": waiting_for_people,
    }
    await transaction.execute(_RELEASE, parameters)
