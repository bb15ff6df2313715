"""Batches and their jobs: the list, one in detail, its progress, its results, one job; the definitions of steps."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from interfaces.api.answers import TaggedRoute, paginate
from interfaces.api.auth import Caller, Viewer
from interfaces.api.evidence import Evidence, evidence_response
from interfaces.api.models.batches import (
    BatchDetail,
    BatchList,
    BatchProgress,
    BatchWithJobs,
)
from interfaces.api.models.gates import counts_of
from interfaces.api.models.history import JobDetail, JobHistory
from interfaces.api.models.meta import Definitions, definitions
from interfaces.api.models.results import ResultRow, Results
from interfaces.api.routes.parameters import MOST_BATCHES, CommaList, Moment, Offset, Search, members, stripped, words
from interfaces.api.shown_jobs import shown_batch, shown_jobs
from registration.batches.detail_queries import read_job_detail, read_job_details
from registration.batches.list_queries import BatchFilter, BatchOrder, list_batches, read_previews
from registration.batches.overview_queries import BatchOverview, read_overview
from registration.companies.page_evidence_queries import list_evidence, read_evidence
from registration.reporting.history_queries import read_history
from registration.reporting.result_queries import read_results
from registration.reporting.results import csv_of
from registration.states import BatchStatus
from registration.workflow.steps import Step

router = APIRouter(prefix="/registration-batches", tags=["batches"], route_class=TaggedRoute)
jobs_router = APIRouter(tags=["jobs"], route_class=TaggedRoute)

_TEXT = {"schema": {"type": "string"}}
_BYTES = {"schema": {"type": "string", "format": "binary"}}


class Direction(StrEnum):
    """In which direction a list is sorted."""

    ASCENDING = "asc"
    DESCENDING = "desc"


@router.get("", operation_id="RegistrationBatches")
async def batches(
    request: Request,
    caller: Viewer,
    *,
    search: Search = None,
    status: CommaList = None,
    current_step: CommaList = None,
    city: CommaList = None,
    cuisine: CommaList = None,
    needs: Literal["person"] | None = None,
    created_from: Moment | None = None,
    created_to: Moment | None = None,
    created_by: Search = None,
    sort_by: BatchOrder = BatchOrder.CREATED_AT,
    sort_direction: Direction = Direction.DESCENDING,
    limit: Annotated[int, Query(ge=1, le=MOST_BATCHES)] = MOST_BATCHES,
    offset: Offset = 0,
) -> BatchList:
    """The batches of the organisation, with their restaurants. City and cuisine are those of any restaurant."""
    only = BatchFilter(
        search=stripped(search),
        statuses=_statuses(members("status", status, BatchStatus)),
        current_steps=frozenset(int(step) for step in members("current_step", current_step, _step)),
        cities=words(city),
        cuisines=words(cuisine),
        needs_person=needs == "person",
        created_from=created_from,
        created_to=created_to,
        created_by=stripped(created_by),
    )
    descending = sort_direction is Direction.DESCENDING
    async with caller.reading() as transaction:
        page = await list_batches(transaction, only, order=sort_by, descending=descending, limit=limit, offset=offset)
        previews = await read_previews(transaction, [one.id for one in page.batches])
    pagination = paginate(request, page.total, limit, offset)
    return BatchList(
        batch_jobs=[BatchWithJobs.with_jobs(shown_batch(one), previews[one.id]) for one in page.batches],
        total_count=page.total,
        pagination=pagination,
    )


@router.get("/step-definitions", operation_id="RegistrationStepDefinitions")
async def step_definitions() -> Definitions:
    """The six steps, and the twelve sub-steps of the last."""
    return definitions()


@router.get("/{batch_id}", operation_id="RegistrationBatch")
async def batch(batch_id: UUID, caller: Viewer, fields: Literal["full", "slim"] = "full") -> BatchDetail:
    """A batch with its jobs. A slim answer has neither restaurants nor candidates."""
    async with caller.reading() as transaction:
        overview = await read_overview(transaction, batch_id)
        stored = await read_job_details(transaction, batch_id)
        jobs = await shown_jobs(transaction, stored, slim=fields == "slim")
    by_step = {step: [job.steps[step - 1].status for job in jobs] for step in Step}
    return BatchDetail(
        batch_job=shown_batch(overview),
        registration_jobs=jobs,
        step_summary={f"step_{step}": counts_of(statuses) for step, statuses in by_step.items()},
    )


@router.get("/{batch_id}/progress", operation_id="RegistrationBatchProgress")
async def progress(batch_id: UUID, caller: Viewer) -> BatchProgress:
    """How far a batch is, for those who ask often."""
    return BatchProgress.of(await _overview(caller, batch_id))


@router.get(
    "/{batch_id}/results",
    operation_id="RegistrationBatchResults",
    response_model=Results,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def results(request: Request, batch_id: UUID, caller: Viewer) -> Results | Response:
    """What became of each restaurant: as JSON, or as CSV for `Accept: text/csv`."""
    async with caller.reading() as transaction:
        overview = await read_overview(transaction, batch_id)
        found = await read_results(transaction, batch_id)
    request.state.headers["Vary"] = "Accept"
    if request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip() == "text/csv":
        disposition = f'attachment; filename="batch-{batch_id}.csv"'
        return Response(csv_of(found), media_type="text/csv", headers={"Content-Disposition": disposition})
    return Results(batch_id=batch_id, batch_name=overview.name, results=list(map(ResultRow.of, found)))


@jobs_router.get("/registration-batches/jobs/{job_id}", include_in_schema=False)
@jobs_router.get("/registration-jobs/{job_id}", operation_id="RegistrationJob")
async def job(job_id: UUID, caller: Viewer, *, story: bool = False) -> JobDetail:
    """A job with its steps, restaurant, candidates and evidence; with `story` what happened to it, by whom."""
    async with caller.reading() as transaction:
        stored = await read_job_detail(transaction, job_id)
        [shown] = await shown_jobs(transaction, [stored])
        history = JobHistory.of(await read_history(transaction, job_id)) if story else None
        kept = await list_evidence(transaction, job_id)
    return JobDetail(job=shown, story=history, evidence=list(map(Evidence.of, kept)))


@jobs_router.get(
    "/registration-jobs/{job_id}/evidence/{evidence_id}",
    operation_id="RegistrationJobEvidence",
    response_class=Response,
    responses={200: {"content": {"text/plain": _TEXT, "image/png": _BYTES}}},
)
async def evidence(job_id: UUID, evidence_id: UUID, caller: Viewer) -> Response:
    """A page of the register that was not understood, as a download: its HTML as text, or its screenshot."""
    async with caller.reading() as transaction:
        return evidence_response(*await read_evidence(transaction, job_id, evidence_id))


async def _overview(caller: Caller, batch_id: UUID) -> BatchOverview:
    async with caller.reading() as transaction:
        return await read_overview(transaction, batch_id)


def _statuses(asked: Iterable[BatchStatus]) -> frozenset[BatchStatus]:
    """A batch that waits for people is shown as in progress, so it is found as such."""
    found = frozenset(asked)
    return found | {BatchStatus.ACTION_REQUIRED} if BatchStatus.IN_PROGRESS in found else found


def _step(number: str) -> Step:
    return Step(int(number))
