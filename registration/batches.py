"""Opening a batch: all checks and all rows in one transaction."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound, Refused
from registration.models.batch import MOST_RESTAURANTS, BatchOptions, NewBatch
from registration.models.config_layer import ConfigLayer
from registration.models.values import reasons
from registration.store import batches
from registration.store.moves import Because, record
from registration.store.session import Database


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
    await record(connection, organisation_id, "batch opened", Because(new.created_by), batch_id=batch_id)
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
