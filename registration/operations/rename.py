"""Renaming a batch. The name is for people only: nothing finds a batch by it, so a batch can be renamed at any time."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from registration.batches.queries import lock_batch, read_batch, store_name
from registration.database.session import Database
from registration.errors import Refused
from registration.kit.values import Line
from registration.workflow.transition_queries import Attribution, record

_NAME: Final[TypeAdapter[str]] = TypeAdapter(Line)


@dataclass(frozen=True)
class Renamed:
    """A batch, its name until now and its name from now on; both are the same if nothing was to be changed."""

    batch_id: UUID
    before: str
    name: str


async def rename_batch(
    database: Database, organisation_id: UUID, batch_id: UUID, name: str, attribution: Attribution
) -> Renamed:
    """Give the batch another name, and record both.

    Raises NotFound, and Refused for a name that is no line of text.
    """
    try:
        new_name = _NAME.validate_python(name)
    except ValidationError:
        raise Refused(
            "the name of a batch is one line of 1 to 300 characters, without control characters",
            hint="shorten or retype it",
        ) from None
    async with database.transaction(organisation_id) as transaction:
        await lock_batch(transaction, batch_id)
        before = (await read_batch(transaction, batch_id)).name
        if before != new_name:
            await store_name(transaction, batch_id, new_name)
            names = {"before": before, "name": new_name}
            await record(transaction, "batch renamed", attribution, batch_id=batch_id, data=names)
    return Renamed(batch_id, before, new_name)
