"""Opening several batches at once, for more restaurants than one batch may have."""

from uuid import UUID

from registration.batches import open_batch
from registration.errors import NotFound, Refused
from registration.models.batch import MOST_RESTAURANTS, NewBatch
from registration.store.batches import active_elsewhere, known_restaurants
from registration.store.session import Database


async def open_batches(database: Database, organisation_id: UUID, new: NewBatch) -> tuple[UUID, ...]:
    """Open as many batches of at most 50 as the restaurants need, in their order; returns the batches' ids.

    Raises Refused and NotFound like `open_batch`, before the first batch is made.
    """
    parts = _parts(new)
    if len(parts) > 1:
        await _check_all(database, organisation_id, new)
    return tuple([await open_batch(database, organisation_id, part) for part in parts])


def _parts(new: NewBatch) -> list[NewBatch]:
    ids = new.restaurant_ids
    chunks = [ids[start : start + MOST_RESTAURANTS] for start in range(0, len(ids), MOST_RESTAURANTS)]
    if len(chunks) <= 1:
        return [new]
    return [_part(new, chunk, f"{number} of {len(chunks)}") for number, chunk in enumerate(chunks, start=1)]


def _part(new: NewBatch, restaurant_ids: tuple[UUID, ...], which: str) -> NewBatch:
    name = f"{new.options.name} · {which}" if new.options.name else None
    options = new.options.model_copy(update={"name": name})
    return new.model_copy(update={"restaurant_ids": restaurant_ids, "options": options})


async def _check_all(database: Database, organisation_id: UUID, new: NewBatch) -> None:
    """What `open_batch` checks of one batch, for all of them: nothing is to be half opened."""
    ids = new.restaurant_ids
    if twice := sorted({str(one) for one in ids if ids.count(one) > 1}):
        raise Refused(f"named more than once: {', '.join(twice)}; name each restaurant once")
    async with database.transaction(organisation_id) as connection:
        known = await known_restaurants(connection, organisation_id, ids)
        if unknown := [str(one) for one in ids if one not in known]:
            raise NotFound(
                f"no such restaurant in this organisation: {', '.join(unknown)}; check the ids, or import them"
            )
        if active := await active_elsewhere(connection, organisation_id, ids):
            restaurant, batch, batch_id = active
            raise Refused(
                f"{restaurant} is in the active batch “{batch}” ({batch_id}); finish or cancel that batch first"
            )
