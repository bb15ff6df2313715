"""Opening one batch, or several if there are more restaurants than one may have: all checks and rows in one
transaction.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from registration.batches import queries as batches
from registration.batches.models import MOST_RESTAURANTS, BatchOptions, NewBatch
from registration.batches.queries import TakenRestaurant
from registration.configuration.default_queries import over_defaults
from registration.configuration.models import ConfigLayer
from registration.database.session import Database, Transaction
from registration.errors import NotFound, Refused
from registration.kit.values import reasons
from registration.workflow.transition_queries import Attribution, record

ACTIVE_ELSEWHERE = (
    "{0} is in the active batch “{1}” ({2}), or an effect there has no outcome yet; finish or cancel that batch first"
)
"""Restaurant, name and id of the batch."""
ACTIVE_CODE = "RESTAURANT_ALREADY_IN_BATCH"


@contextmanager
def in_one_batch(restaurant: str = "the restaurant") -> Generator[None]:
    """Raises Refused if another transaction takes a restaurant into an active batch at the same moment."""
    try:
        yield
    except IntegrityError as error:
        if "active_restaurant" not in str(error.orig):
            raise
        raise Refused(
            f"{restaurant} was taken into another active batch a moment ago",
            code=ACTIVE_CODE,
            hint="finish or cancel that batch first",
        ) from error


async def open_batch(database: Database, organisation_id: UUID, new: NewBatch, *, start: bool = False) -> UUID:
    """Create the batch, or find the one that the same flow run created before; returns its id.

    With `start` it counts as started at once, so recovery goes on with it if this process dies. Raises Refused for no
    restaurant, more than 50, one named twice, one that is active in another batch, or an invalid default configuration;
    NotFound for an unknown restaurant or one of another organisation. Nothing is written in these cases.
    """
    with in_one_batch("one of the restaurants"):
        async with database.transaction(organisation_id) as transaction:
            return await open_batch_within(transaction, new, start=start)


async def open_batch_within(transaction: Transaction, new: NewBatch, *, start: bool = False) -> UUID:
    """Create or find the batch as `open_batch` does, in the caller's transaction. Postgres may raise IntegrityError."""
    _check_size(new)
    check_defaults(new.options)
    if new.created_by_run and (before := await batches.batch_of_run(transaction, new.created_by_run)):
        return before
    await _check_restaurants(transaction, new.restaurant_ids)
    config = await over_defaults(transaction, new.options.default_config)
    options = new.options.model_copy(update={"default_config": config})
    batch_id = await batches.insert_batch(transaction, new.model_copy(update={"options": options}))
    if start:
        await batches.start_batch(transaction, batch_id)
    await record(transaction, "batch opened", Attribution(new.created_by), batch_id=batch_id)
    return batch_id


def _check_size(new: NewBatch) -> None:
    count = len(new.restaurant_ids)
    if count == 0:
        raise Refused(
            "a batch needs at least one restaurant; name some, or import a CSV file first", code="EMPTY_BATCH"
        )
    if count > MOST_RESTAURANTS:
        raise Refused(
            f"a batch has at most {MOST_RESTAURANTS} restaurants, these are {count}; start several batches",
            code="TOO_MANY_RESTAURANTS",
        )
    _check_named_once(new.restaurant_ids)


def _check_named_once(ids: tuple[UUID, ...]) -> None:
    if twice := sorted({str(id_) for id_ in ids if ids.count(id_) > 1}):
        raise Refused(f"named more than once: {', '.join(twice)}; name each restaurant once", code="NAMED_TWICE")


def batch_options(**values: Any) -> BatchOptions:
    """The options from these values. Raises Refused for an invalid value."""
    try:
        return BatchOptions.model_validate(values)
    except ValidationError as error:
        raise Refused(f"such a batch cannot be made: {'; '.join(reasons(error))}") from None


def check_defaults(options: BatchOptions) -> None:
    """Raises Refused if the default configuration is invalid."""
    try:
        ConfigLayer.model_validate(options.default_config)
    except ValidationError as error:
        raise Refused(
            f"the default configuration cannot be used: {'; '.join(reasons(error))}", code="INVALID_CONFIGURATION"
        ) from error


async def taken_restaurants(transaction: Transaction, ids: tuple[UUID, ...]) -> tuple[TakenRestaurant, ...]:
    """The restaurants that no new batch may have, with the batch that has each. Raises NotFound for an unknown one."""
    known = await batches.known_restaurants(transaction, ids)
    if unknown := [str(id_) for id_ in ids if id_ not in known]:
        raise NotFound(
            f"no such restaurant in this organisation: {', '.join(unknown)}; check the ids, or import them",
            code="RESTAURANT_NOT_FOUND",
        )
    return await batches.active_elsewhere(transaction, ids)


async def _check_restaurants(transaction: Transaction, ids: tuple[UUID, ...]) -> None:
    if taken := await taken_restaurants(transaction, ids):
        first = taken[0]
        raise Refused(ACTIVE_ELSEWHERE.format(first.restaurant, first.batch, first.batch_id), code=ACTIVE_CODE)


async def open_batches(
    database: Database, organisation_id: UUID, new: NewBatch, *, start: bool = False
) -> tuple[UUID, ...]:
    """Open as many batches of at most 50 as the restaurants need, in their order; returns the batches' ids.

    Raises Refused and NotFound like `open_batch`, before the first batch is made.
    """
    parts = split_batch(new)
    if len(parts) > 1:
        # Each batch is opened in a transaction of its own: either all are opened or none.
        _check_named_once(new.restaurant_ids)
        async with database.transaction(organisation_id) as transaction:
            if not new.created_by_run or not await batches.batch_of_run(transaction, new.created_by_run):
                await _check_restaurants(transaction, new.restaurant_ids)
    return tuple([await open_batch(database, organisation_id, part, start=start) for part in parts])


def split_batch(new: NewBatch, after: int = 0) -> list[NewBatch]:
    """The batches of at most 50 restaurants each, in the order of the restaurants.

    `after` is how many batches the requesting flow run has opened before.
    """
    ids = new.restaurant_ids
    chunks = [ids[start : start + MOST_RESTAURANTS] for start in range(0, len(ids), MOST_RESTAURANTS)]
    if len(chunks) <= 1:
        return [_chunk_batch(new, ids, after + 1)]
    return [
        _chunk_batch(new, chunk, after + number, f"{number} of {len(chunks)}")
        for number, chunk in enumerate(chunks, start=1)
    ]


def run_of_part(run_id: UUID, number: int) -> UUID:
    """The run id under which each batch of a flow run is stored: the run's own id for the first, derived ids for the
    others.
    """
    return run_id if number == 1 else uuid5(run_id, str(number))


def _chunk_batch(new: NewBatch, restaurant_ids: tuple[UUID, ...], number: int, which: str | None = None) -> NewBatch:
    name = f"{new.options.name} · {which}" if new.options.name and which else new.options.name
    run = run_of_part(new.created_by_run, number) if new.created_by_run else None
    options = new.options.model_copy(update={"name": name})
    return new.model_copy(update={"restaurant_ids": restaurant_ids, "options": options, "created_by_run": run})
