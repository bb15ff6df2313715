"""Opening several batches at once, for more restaurants than one batch may have."""

from uuid import UUID, uuid5

from registration.batches import open_batch
from registration.errors import NotFound, Refused
from registration.models.batch import MOST_RESTAURANTS, NewBatch
from registration.store.batches import active_elsewhere, known_restaurants
from registration.store.session import Database


async def open_batches(database: Database, organisation_id: UUID, new: NewBatch) -> tuple[UUID, ...]:
    """Open as many batches of at most 50 as the restaurants need, in their order; returns the batches' ids.

    Raises Refused and NotFound like `open_batch`, before the first batch is made.
    """
    parts = parts_of(new)
    if len(parts) > 1:
        await _check_all(database, organisation_id, new)
    return tuple([await open_batch(database, organisation_id, part) for part in parts])


def parts_of(new: NewBatch, after: int = 0) -> list[NewBatch]:
    """The batches of at most 50 that the restaurants need, in their order.

    `after` is how many the flow run that asks for them has opened before.
    """
    ids = new.restaurant_ids
    chunks = [ids[start : start + MOST_RESTAURANTS] for start in range(0, len(ids), MOST_RESTAURANTS)]
    if len(chunks) <= 1:
        return [_part(new, ids, after + 1)]
    return [
        _part(new, chunk, after + number, f"{number} of {len(chunks)}") for number, chunk in enumerate(chunks, start=1)
    ]


def run_of_part(run_id: UUID, number: int) -> UUID:
    """What a flow run's batches are known by: the first by the run's own id, the others by ids derived from it."""
    return run_id if number == 1 else uuid5(run_id, str(number))


def _part(new: NewBatch, restaurant_ids: tuple[UUID, ...], number: int, which: str | None = None) -> NewBatch:
    name = f"{new.options.name} · {which}" if new.options.name and which else new.options.name
    run = run_of_part(new.created_by_run, number) if new.created_by_run else None
    options = new.options.model_copy(update={"name": name})
    return new.model_copy(update={"restaurant_ids": restaurant_ids, "options": options, "created_by_run": run})


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
