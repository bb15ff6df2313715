"""What people do to batches: create, start, cancel, continue, retry what failed, name extractions that run already."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from interfaces.api.auth import Caller, Operator
from interfaces.api.idempotency import IdempotencyKey, KeyedRoute
from interfaces.api.models.base import WithReason, reason_of
from interfaces.api.models.batch_commands import (
    BatchCancelled,
    BatchContinued,
    BatchMade,
    BatchStarted,
    CancelledBatch,
    ExtractionsAsked,
    ExtractionsMarked,
    FailedLeft,
    LeaveAsked,
    MadeJob,
    NewBatchAsked,
    StartedBatch,
)
from interfaces.api.models.batches import Batch
from interfaces.api.models.jobs import shown_job_status
from interfaces.api.models.retries import FailedRetried, Opened, RefusedRetry
from interfaces.api.routes.batches import shown_batch
from interfaces.api.runs import GoingOn, go_on, settle
from registration.batches.detail_queries import read_job_details
from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch, open_batches
from registration.batches.overview_queries import read_overview
from registration.operations.cancel import cancel_batch, continue_batch
from registration.operations.leave_failed import leave_failed
from registration.operations.platform_checks import PlatformChecks
from registration.operations.retry import retry_failed
from registration.operations.start import extractions_are_executed, start_opened_batch

router = APIRouter(prefix="/registration-batches", tags=["batches"], route_class=KeyedRoute)
start_router = APIRouter(prefix="/registration-batches", tags=["batches"])


@router.post("", operation_id="CreateRegistrationBatch", status_code=201)
async def create(asked: NewBatchAsked, caller: Operator, key: IdempotencyKey, response: Response) -> BatchMade:
    """Open a batch, and start it with `auto_start`; with `split` several, of at most 50 restaurants each."""
    options = BatchOptions(
        name=asked.name,
        max_parallel=asked.max_parallel,
        failure_threshold=asked.failure_threshold,
        confirm_queries=asked.confirm_queries,
        default_config=asked.execution_config,
    )
    new = NewBatch(
        restaurant_ids=tuple(asked.restaurant_ids),
        created_by=caller.name,
        created_by_run=key.run_id,
        source_lead_scrape_job_id=asked.source_lead_scrape_job_id,
        extractions_executed_on_creation=asked.extractions_executed_on_creation,
        options=options,
    )
    opened = (caller.database, caller.organisation_id, new)
    batch_ids = (
        await open_batches(*opened, start=asked.auto_start)
        if asked.split
        else (await open_batch(*opened, start=asked.auto_start),)
    )
    going_on = [await go_on(caller, batch_id) for batch_id in batch_ids] if asked.auto_start else []
    response.headers["Location"] = f"/api/registration-batches/{batch_ids[0]}"
    return await _made(caller, batch_ids, going_on)


async def _made(caller: Caller, batch_ids: tuple[UUID, ...], going_on: list[GoingOn]) -> BatchMade:
    async with caller.reading() as transaction:
        overviews = [await read_overview(transaction, batch_id) for batch_id in batch_ids]
        jobs = [job for batch_id in batch_ids for job in await read_job_details(transaction, batch_id)]
    shown = list(map(shown_batch, overviews))
    made_jobs = [
        MadeJob(id=job.id, restaurant_id=job.restaurant_id, status=shown_job_status(job.status)) for job in jobs
    ]
    return BatchMade(
        batch_job=shown[0],
        batches=shown,
        registration_jobs=made_jobs,
        auto_started=bool(going_on),
        auto_start_error=next((one.note for one in going_on if one.note), None),
        worked_on=bool(going_on) and all(one.worked_on for one in going_on),
    )


@start_router.post("/{batch_id}/start", operation_id="StartRegistrationBatch", status_code=202)
async def start(batch_id: UUID, caller: Operator) -> BatchStarted:
    """Start a batch; a second start is no error."""
    key = (caller.database, caller.organisation_id, batch_id)
    already = await start_opened_batch(*key, caller.attribution())
    going_on = await go_on(caller, batch_id)
    batch = await _overview(caller, batch_id)
    return BatchStarted(
        already=already,
        batch_id=batch_id,
        batch_job=StartedBatch(id=batch_id, status=batch.status, started_at=batch.started_at),
        worked_on=going_on.worked_on,
        run_url=going_on.run_url,
        note=going_on.note,
    )


@router.post("/{batch_id}/cancel", operation_id="CancelRegistrationBatch")
async def cancel(batch_id: UUID, caller: Operator, asked: WithReason | None = None) -> BatchCancelled:
    """Cancel a batch: no further effect of it starts, and the outcomes of those in flight are recorded."""
    attribution = caller.attribution(reason_of(asked))
    cancelled = await cancel_batch(caller.database, caller.organisation_id, batch_id, attribution)
    answer = await settle(caller, cancelled)
    batch = await _overview(caller, batch_id)
    return BatchCancelled(
        **dict(answer),
        batch_job=CancelledBatch(id=batch_id, status=batch.status, cancelled_at=batch.cancelled_at),
        cancelled_jobs=cancelled.open_jobs,
        already_completed=cancelled.ended_jobs,
    )


@router.post("/{batch_id}/continue", operation_id="ContinueRegistrationBatch")
async def continue_halted(batch_id: UUID, caller: Operator, asked: WithReason | None = None) -> BatchContinued:
    """Continue a batch that its failure threshold halted; its failures until now no longer count."""
    attribution = caller.attribution(reason_of(asked))
    await continue_batch(caller.database, caller.organisation_id, batch_id, attribution)
    going_on = await go_on(caller, batch_id)
    return BatchContinued(batch_id=batch_id, worked_on=going_on.worked_on, run_url=going_on.run_url, note=going_on.note)


@router.post("/{batch_id}/retry-failed", operation_id="RetryFailedJobs")
async def retry_all_failed(
    request: Request, batch_id: UUID, caller: Operator, asked: WithReason | None = None
) -> FailedRetried:
    """Reopen what failed of every failed restaurant of a batch; one that cannot be opened stops no other."""
    attribution = caller.attribution(reason_of(asked))
    async with PlatformChecks(caller.database, caller.organisation_id, request.app.state.settings) as platform:
        key = (caller.database, caller.organisation_id, batch_id)
        outcomes = await retry_failed(*key, attribution, platform.still_there)
    opened = [Opened.of(one.retried) for one in outcomes if one.retried]
    going_on = await go_on(caller, batch_id) if opened else GoingOn(worked_on=False)
    refused = [
        RefusedRetry(job_id=one.job_id, code=one.refused.code, detail=one.refused.message)
        for one in outcomes
        if one.refused
    ]
    return FailedRetried(opened=opened, refused=refused, worked_on=going_on.worked_on, note=going_on.note)


@router.post("/{batch_id}/leave-failed", operation_id="LeaveFailedJobs")
async def leave_all_failed(batch_id: UUID, caller: Operator, asked: LeaveAsked | None = None) -> FailedLeft:
    """Say that failed restaurants of a batch need nobody any more; they leave the inbox of the console."""
    key = (caller.database, caller.organisation_id, batch_id)
    jobs = asked.job_ids if asked else None
    return FailedLeft(
        batch_id=batch_id, job_ids=list(await leave_failed(*key, caller.attribution(reason_of(asked)), jobs))
    )


@router.post("/{batch_id}/mark-extractions-executed", operation_id="MarkExtractionsExecuted")
async def mark_extractions(batch_id: UUID, asked: ExtractionsAsked, caller: Operator) -> ExtractionsMarked:
    """Say that menus and branding of restaurants are being extracted already: step 1 only follows the extractions."""
    key = (caller.database, caller.organisation_id, batch_id)
    found = await extractions_are_executed(*key, asked.restaurant_ids, caller.attribution())
    marked = [one for one in dict.fromkeys(asked.restaurant_ids) if one in found.marked]
    return ExtractionsMarked(updated_count=len(marked), restaurant_ids=marked, too_late=sorted(found.too_late))


async def _overview(caller: Caller, batch_id: UUID) -> Batch:
    async with caller.reading() as transaction:
        return shown_batch(await read_overview(transaction, batch_id))
