"""`/jobs/{id}`: one restaurant in a batch, as a page and as a drawer beside the batch, live."""

from collections.abc import AsyncIterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interfaces.api.evidence import evidence_response
from interfaces.api.problems import not_found
from interfaces.console import inbox_rows
from interfaces.console.live.rail_feed import RAIL
from interfaces.console.live.stream import StreamReader, fragments
from interfaces.console.pages.job.feed import digest_of, page_of, wanted
from interfaces.console.pages.job.reading import read_job
from interfaces.console.pages.job.view import asked_of
from interfaces.console.rendering import asks_for_part, render, render_part
from interfaces.console.sessions import Viewer
from registration.companies.page_evidence_queries import read_evidence
from registration.reporting.history_queries import read_history
from registration.workflow.lookup_queries import batch_of_job

router = APIRouter(prefix="/jobs/{job_id}", include_in_schema=False)


@router.get("")
async def page(request: Request, job_id: UUID, visitor: Viewer) -> Response:
    """The page; htmx gets its content for the drawer."""
    async with visitor.reading() as transaction:
        shown = page_of(await read_job(transaction, job_id))
        inbox = () if asks_for_part(request) else await inbox_rows.read(transaction)
    known = digest_of(shown)
    if asks_for_part(request):
        return render_part(request, "job/parts.html", "drawer", shown, known)
    return render(request, "job/page.html", shown=shown, known=known, inbox_count=len(inbox))


async def _batch(job_id: UUID, visitor: StreamReader) -> UUID:
    """The batch of the job, if the visitor may see it; what is wrong must be known before the stream begins."""
    async with visitor.reading() as transaction:
        return await batch_of_job(transaction, job_id)


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request,
    job_id: UUID,
    visitor: StreamReader,
    batch: Annotated[UUID, Depends(_batch)],
    known: Annotated[str, Query(max_length=40)] = "",
) -> AsyncIterable[ServerSentEvent]:
    """The parts of the page, as they change."""
    async for event in fragments(request, visitor, RAIL, wanted(job_id, batch, known or None)):
        yield event


@router.get("/evidence/{evidence_id}")
async def evidence(job_id: UUID, evidence_id: UUID, visitor: Viewer) -> Response:
    """A page of the register that was not understood: its screenshot, or its HTML as a download of text."""
    async with visitor.reading() as transaction:
        return evidence_response(*await read_evidence(transaction, job_id, evidence_id), show_pictures=True)


@router.get("/questions/{number}")
async def question(
    request: Request, job_id: UUID, number: Annotated[int, Path(ge=0, le=10_000)], visitor: Viewer
) -> Response:
    """The question of a decision, as it was shown to the person who answered it."""
    async with visitor.reading() as transaction:
        decisions = (await read_history(transaction, job_id)).decisions
    if number >= len(decisions) or not decisions[number].shown:
        raise not_found("NOT_FOUND")
    return render_part(request, "job/dialogs.html", "question", asked_of(decisions[number]))
