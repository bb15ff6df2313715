"""Queries about the slots for browser-heavy requests. The limit holds over all organisations of the installation.

A row either waits (`taken_at` is null) or holds a slot, in the order of `position`, and ends with the lease of its
batch. The database functions count the rows of every organisation; each organisation reads only its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

_EXCHANGE = text(
    """
    select registration_exchange_browser_slots(:organisation, :batch, :holder, cast(:tickets as uuid[]),
        cast(:jobs as uuid[]), cast(:names as text[]), :slots)
    """
)
_IN_USE = text(
    """
    select u.sub_step, r.name as restaurant, b.name as batch, u.taken_at is not null as held,
        extract(epoch from clock_timestamp() - coalesce(u.taken_at, u.created_at))::float as seconds
    from registration_browser_slots_in_use() u
    left join registration_batch_jobs b on b.id = u.batch_job_id and b.organisation_id = :organisation
    left join registration_jobs j on j.id = u.job_id and j.organisation_id = :organisation
    left join restaurants r on r.id = j.restaurant_id
    order by u.taken_at nulls last, u.created_at
    """
)


@dataclass(frozen=True)
class Ticket:
    """One request that waits for a slot or holds one."""

    id: UUID
    job_id: UUID
    name: str


@dataclass(frozen=True)
class SlotInUse:
    """A request that holds a slot or waits for one, and for how many seconds; without names if it belongs to another
    organisation.
    """

    held: bool
    seconds: float
    sub_step: str | None = None
    restaurant: str | None = None
    batch: str | None = None


async def exchange_slots(
    transaction: Transaction,
    batch_id: UUID,
    holder: UUID,
    tickets: Sequence[Ticket],
    slots: int,
) -> frozenset[UUID]:
    """Make these tickets the only ones in the table for a lease's holder; returns the ids of those that hold a slot.

    The call hands out all free slots among `slots`, also to tickets of other processes. A holder without a live lease
    gets none.
    """
    values: dict[str, Any] = {
        "organisation": transaction.organisation_id,
        "batch": batch_id,
        "holder": holder,
        "slots": slots,
    }
    listed = {
        "tickets": [ticket.id for ticket in tickets],
        "jobs": [ticket.job_id for ticket in tickets],
        "names": [ticket.name for ticket in tickets],
    }
    return frozenset((await transaction.execute(_EXCHANGE, values | listed)).scalars())


async def slots_in_use(transaction: Transaction) -> tuple[SlotInUse, ...]:
    """The requests that hold a slot, longest first, then the waiting requests in their order."""
    rows = await transaction.execute(_IN_USE, {"organisation": transaction.organisation_id})
    return tuple(SlotInUse(**row) for row in rows.mappings())
