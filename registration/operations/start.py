"""Starting a batch that was opened before, and saying which of its extractions run already."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from registration.batches.queries import mark_extractions_executed, read_batch, start_batch
from registration.database.session import Database
from registration.errors import Refused
from registration.workflow.lease_queries import lock_lease
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.transition_queries import Attribution, record


async def start_opened_batch(
    database: Database, organisation_id: UUID, batch_id: UUID, attribution: Attribution
) -> bool:
    """Record that the batch is started, so that recovery starts it even if nobody else does; True if it was before.

    Raises NotFound, and Refused for a batch that has ended or is cancelled.
    """
    async with database.transaction(organisation_id) as transaction:
        await lock_lease(transaction, batch_id)
        batch = await read_batch(transaction, batch_id)
        view = await read_snapshot(transaction, batch_id)
        if batch.cancel_requested_at is not None or not view.open_jobs:
            raise Refused(f"{batch.name} has ended: there is nothing to start", code="BATCH_HAS_ENDED")
        if batch.started_at is not None:
            return True
        await start_batch(transaction, batch_id)
        await record(transaction, "batch started", attribution, batch_id=batch_id)
        return False


@dataclass(frozen=True)
class MarkedExtractions:
    """The restaurants whose step 1 only follows the extractions, and those whose step 1 began before."""

    marked: frozenset[UUID]
    too_late: frozenset[UUID]


async def extractions_are_executed(
    database: Database,
    organisation_id: UUID,
    batch_id: UUID,
    restaurant_ids: Collection[UUID],
    attribution: Attribution,
) -> MarkedExtractions:
    """Record that menus and branding of these restaurants are being extracted already: step 1 starts no second one.

    Raises NotFound for an unknown batch, and Refused for a restaurant that is not in the batch.
    """
    async with database.transaction(organisation_id) as transaction:
        await read_batch(transaction, batch_id)
        view = await read_snapshot(transaction, batch_id)
        inside = {job.restaurant_id for job in view.jobs.values()}
        asked = frozenset(restaurant_ids)
        if not asked or not asked <= inside:
            raise Refused("a named restaurant is not in this batch", code="MISSING_SELECTIONS")
        marked = await mark_extractions_executed(transaction, batch_id, asked)
        data = {"restaurants": sorted(map(str, marked))}
        await record(transaction, "extractions executed", attribution, batch_id=batch_id, data=data)
    return MarkedExtractions(marked, asked - marked)
