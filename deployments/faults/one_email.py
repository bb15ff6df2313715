"""Restaurants that share an e-mail, and with it an account: within a batch, or in two batches of one organisation."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from deployments.faults.lab import Lab
from deployments.local.prepared_batches import Next, PreparedBatch
from registration.csv_import import NumberedRow
from registration.models.batch import BatchOptions


def sharing(first: NumberedRow, *others: NumberedRow) -> tuple[NumberedRow, ...]:
    """The same restaurants, all with the e-mail of the first."""
    return first, *(
        replace(row, restaurant=row.restaurant.model_copy(update={"email": first.restaurant.email})) for row in others
    )


async def in_batches(
    lab: Lab, batches: Sequence[Sequence[NumberedRow]], options: BatchOptions | None = None
) -> list[PreparedBatch]:
    """Batches of one organisation, right before step 6."""
    organisation_id = uuid4()
    return [await lab.batch(rows, Next.SET_UP, options, organisation_id) for rows in batches]
