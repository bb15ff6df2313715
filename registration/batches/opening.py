"""Opening one batch, or several for more restaurants than one may have: all checks and all rows in one transaction."""

from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches import queries as batches
from registration.batches.models import MOST_RESTAURANTS, BatchOptions, NewBatch
from registration.batches.queries import active_elsewhere, known_restaurants
from registration.configuration.models import ConfigLayer
from registration.database.session import Database
from registration.errors import NotFound, Refused
from registration.kit.values import reasons
from registration.workflow.transition_queries import Attribution, record


async def open_batch(database: Database, organisation_id: UUID, new: NewBatch, *, start: bool = False) -> UUID:
    """Create the batch, or find the one that the same flow run created before; returns its id.

    With `start` it counts as started at once: recovery goes on with it if this process dies. Raises Refused when it is
    empty, has more than 50 or twice the same restaurant, one that is active elsewhere, or a default configuration that
    is none; NotFound for unknown and foreign restaurants. Nothing is written then.
    """
    try:
        async with database.transaction(organisation_id) as connection:
            return await open_batch_within(connection, organisation_id, new, start=start)
    except IntegrityError as error:
        if "active_restaurant" not in str(error.orig):
            raise
        raise Refused("one of the restaurants was taken into another active batch a moment ago; try again") from error


async def open_batch_within(
    connection: AsyncConnection, organisation_id: UUID, new: NewBatch, *, start: bool = False
) -> UUID:
    """The same in the caller's transaction; Postgres may refuse it with an IntegrityError."""
    _check_size(new)
    check_defaults(new.options)
    if new.created_by_run and (before := await batches.batch_of_run(connection, organisation_id, new.created_by_run)):
        return before
    known = await batches.known_restaurants(connection, organisation_id, new.restaurant_ids)
    _check_known(new, known)
    if active := await batches.active_elsewhere(connection, organisation_id, new.restaurant_ids):
        raise Refused(_ACTIVE.format(*active))
    batch_id = await batches.insert_batch(connection, organisation_id, new)
    if start:
        await batches.start_batch(connection, organisation_id, batch_id)
    await record(connection, organisation_id, "batch opened", Attribution(new.created_by), batch_id=batch_id)
    return batch_id


_ACTIVE = (
    "{0} is in the active batch “{1}” ({2}), or an effect there is not settled; "
    "finish or cancel that batch first (`registration show {2}`)"
)


def _check_size(new: NewBatch) -> None:
    count = len(new.restaurant_ids)
    if count == 0:
        raise Refused("a batch needs at least one restaurant; name some, or import a CSV file first")
    if count > MOST_RESTAURANTS:
        raise Refused(f"a batch has at most {MOST_RESTAURANTS} restaurants, these are {count}; start several batches")
    twice = {str(one) for one in new.restaurant_ids if new.restaurant_ids.count(one) > 1}
    if twice:
        raise Refused(f"named more than once: {', '.join(sorted(twice))}; name each restaurant once")


def batch_options(**said: Any) -> BatchOptions:
    """What is said about a batch. Raises Refused for what cannot be said."""
    try:
        return BatchOptions.model_validate(said)
    except ValidationError as error:
        raise Refused(f"such a batch cannot be made: {'; '.join(reasons(error))}") from None


def check_defaults(options: BatchOptions) -> None:
    """Raises Refused for a default configuration that is none."""
    try:
        ConfigLayer.model_validate(options.default_config)
    except ValidationError as error:
        raise Refused(f"the default configuration cannot be used: {'; '.join(reasons(error))}") from error


def _check_known(new: NewBatch, known: frozenset[UUID]) -> None:
    unknown = [str(one) for one in new.restaurant_ids if one not in known]
    if unknown:
        raise NotFound(f"no such restaurant in this organisation: {', '.join(unknown)}; check the ids, or import them")


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
