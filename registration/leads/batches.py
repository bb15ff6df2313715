"""The batches of converted leads, opened in the transaction that converts them."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.models import MOST_RESTAURANTS, NewBatch
from registration.batches.opening import open_batch_within, parts_of, run_of_part
from registration.batches.run_queries import OpenedBatch, batches_of_runs, count_opened_by, opened_batches
from registration.leads.models import MOST_LEADS, BatchOfLeads, ConversionAsked
from registration.leads.outcome import Conversion
from registration.leads.queries import scrape_jobs_of

_MOST_OF_A_RUN = 200
_NIGHT_HOURS = 12


async def opened_before(
    connection: AsyncConnection, organisation_id: UUID, run_id: UUID | None
) -> tuple[OpenedBatch, ...]:
    """The batches that the same flow run opened when it ran before."""
    if run_id is None:
        return ()
    known_by = [run_of_part(run_id, number) for number in range(1, _MOST_OF_A_RUN + 1)]
    return await batches_of_runs(connection, organisation_id, known_by)


async def room_for(connection: AsyncConnection, organisation_id: UUID, asked: ConversionAsked) -> int:
    """How many restaurants may be made: as many as fit into the batches that are left of the night's.

    What the same one opened in the last twelve hours counts, by whatever run: a night's schedule, and one by hand.
    """
    if asked.batch is None or asked.batch.most is None:
        return MOST_LEADS
    opened = await count_opened_by(connection, organisation_id, asked.by, _NIGHT_HOURS)
    return max(0, asked.batch.most - opened) * MOST_RESTAURANTS


async def open_batches_of(
    connection: AsyncConnection,
    organisation_id: UUID,
    asked: ConversionAsked,
    wanted: BatchOfLeads,
    made: Conversion,
    before: tuple[OpenedBatch, ...],
) -> Conversion:
    """The conversion with its batches: those opened before, and new ones of the restaurants that were made now."""
    restaurants = tuple(one.restaurant_id for one in made.converted if one.restaurant_id is not None)
    if not restaurants:
        return replace(made, batches=before)
    sources = await scrape_jobs_of(connection, organisation_id, [one.lead_id for one in made.converted])
    new = NewBatch(
        restaurant_ids=restaurants,
        created_by=asked.by,
        created_by_run=asked.run_id,
        source_lead_scrape_job_id=sources[0] if len(sources) == 1 else None,
        extractions_executed_on_creation=wanted.extractions_executed_on_creation,
        options=wanted.options,
    )
    batch_ids = [
        await open_batch_within(connection, organisation_id, part, start=wanted.start)
        for part in parts_of(new, after=len(before))
    ]
    return replace(made, batches=before + await opened_batches(connection, organisation_id, batch_ids))
