"""Opens the batches of converted leads, in the transaction that converts them."""

from dataclasses import replace
from uuid import UUID

from registration.batches.models import MOST_RESTAURANTS, NewBatch
from registration.batches.opening import open_batch_within, run_of_part, split_batch
from registration.batches.run_queries import OpenedBatch, batches_of_runs, count_opened_by, opened_batches
from registration.database.session import Transaction
from registration.leads.models import MOST_LEADS, BatchOfLeads, ConversionRequest
from registration.leads.outcome import Conversion
from registration.leads.queries import scrape_jobs_of

_MOST_OF_A_RUN = 200
_NIGHT_HOURS = 12


async def opened_before(transaction: Transaction, run_id: UUID | None) -> tuple[OpenedBatch, ...]:
    """The batches that an earlier attempt of the flow run opened."""
    if run_id is None:
        return ()
    known_by = [run_of_part(run_id, number) for number in range(1, _MOST_OF_A_RUN + 1)]
    return await batches_of_runs(transaction, known_by)


async def room_for(transaction: Transaction, request: ConversionRequest) -> int:
    """How many restaurants may be created: the capacity of the batches that remain of the limit per night.

    Batches that the requester opened in the last twelve hours count, from scheduled and manual runs.
    """
    if request.batch is None or request.batch.most is None:
        return MOST_LEADS
    opened = await count_opened_by(transaction, request.by, _NIGHT_HOURS)
    return max(0, request.batch.most - opened) * MOST_RESTAURANTS


async def open_batches_of(
    transaction: Transaction,
    request: ConversionRequest,
    batch_options: BatchOfLeads,
    conversion: Conversion,
    before: tuple[OpenedBatch, ...],
) -> Conversion:
    """The conversion with its batches: the earlier ones, and new ones for the restaurants created now."""
    restaurants = tuple(
        converted.restaurant_id for converted in conversion.converted if converted.restaurant_id is not None
    )
    if not restaurants:
        return replace(conversion, batches=before)
    sources = await scrape_jobs_of(transaction, [converted.lead_id for converted in conversion.converted])
    new = NewBatch(
        restaurant_ids=restaurants,
        created_by=request.by,
        created_by_run=request.run_id,
        source_lead_scrape_job_id=sources[0] if len(sources) == 1 else None,
        extractions_executed_on_creation=batch_options.extractions_executed_on_creation,
        options=batch_options.options,
    )
    batch_ids = [
        await open_batch_within(transaction, part, start=batch_options.start)
        for part in split_batch(new, after=len(before))
    ]
    return replace(conversion, batches=before + await opened_batches(transaction, batch_ids))
