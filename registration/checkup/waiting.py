"""What in the database waits for somebody."""

from uuid import UUID

from registration.checkup.finding import Finding, fine, warning
from registration.store.recovery import batches_to_recover
from registration.store.session import NOBODY, Database
from registration.store.what_waits import what_waits


async def check_waiting(database: Database, organisation_id: UUID | None) -> list[Finding]:
    """Batches without a process, of everybody, and effects of an organisation that nobody knows of."""
    async with database.transaction(organisation_id or NOBODY) as connection:
        left = await batches_to_recover(connection)
        waiting = await what_waits(connection, organisation_id) if organisation_id else ()
    undecided = [one for one in waiting if not one.is_gate]
    return [_left(left), *(_undecided(one.batch, one.batch_id, one.count) for one in undecided)]


def _left(batches: list[tuple[UUID, UUID]]) -> Finding:
    if not batches:
        return fine("batches", "none is left without a process")
    named = ", ".join(str(batch_id)[:8] for _, batch_id in batches[:5])
    says = f"{len(batches)} with work left and no process: {named}"
    step = "recover-batches takes them up within a minute, unless they are suspended: see `registration show BATCH`"
    return warning("batches", says, step)


def _undecided(batch: str, batch_id: UUID, count: int) -> Finding:
    says = f"{count} in {batch} wait for somebody to say whether an effect happened"
    return warning("unknown effects", says, f"see `registration show {str(batch_id)[:8]}`, then `registration resolve`")
