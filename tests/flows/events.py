"""Events of batches as the Prefect server has stored them."""

from tests.flows.records import Records


async def end_is_stored(prefect: Records, resource: str) -> bool:
    """True if the server has stored the last event of the batch."""
    found = await prefect.query(
        "select 1 from events where event = 'registration-batch.completed' and resource_id = %(id)s", id=resource
    )
    return bool(found)
