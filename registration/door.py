"""What the doors beside the running flow need: who works on a batch, asked under the lock of its lease."""

from uuid import UUID

from registration.store.batches import read_batch
from registration.store.leases import LeaseRow, lock_lease
from registration.store.session import Database


async def lease_of(database: Database, organisation_id: UUID, batch_id: UUID) -> LeaseRow:
    """Who works on the batch, or did last. Raises NotFound for an unknown batch and for another organisation's."""
    async with database.transaction(organisation_id) as connection:
        await read_batch(connection, organisation_id, batch_id)
        return await lock_lease(connection, organisation_id, batch_id)
