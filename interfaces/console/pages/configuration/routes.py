"""`/batches/{id}/configuration`: the restaurants of a batch that wait for their configuration, and their pictures."""

from collections.abc import AsyncIterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interfaces.console import inbox_rows
from interfaces.console.inbox_rows import gate_path
from interfaces.console.live.presence import Presence
from interfaces.console.live.rail_feed import RAIL
from interfaces.console.live.stream import StreamReader, fragments
from interfaces.console.pages.configuration.feed import digest_of, read_listing, wanted
from interfaces.console.pictures import Pictures, picture_response
from interfaces.console.rendering import asks_for_part, render, render_part, static_path
from interfaces.console.sessions import Viewer
from registration.batches.detail_queries import read_job_detail
from registration.batches.overview_queries import read_overview
from registration.errors import NotFound
from registration.gates.questions.for_all import FOR_ALL_FIELDS
from registration.restaurants.detail_queries import read_image
from registration.restaurants.models import ImageName
from registration.workflow.steps import GateName

router = APIRouter(prefix="/batches/{batch_id}/configuration", include_in_schema=False)


@router.get("")
async def page(request: Request, batch_id: UUID, visitor: Viewer) -> Response:
    """The page; htmx asks for its table alone."""
    async with visitor.reading() as transaction:
        listing, _ = await read_listing(transaction, batch_id)
        inbox = await inbox_rows.read(transaction)
    if asks_for_part(request):
        return render_part(request, "configuration/parts.html", "listing", listing)
    known = digest_of(listing)
    return render(
        request,
        "configuration/page.html",
        listing=listing,
        known=known,
        inbox_count=len(inbox),
        editor=None,
        for_all=FOR_ALL_FIELDS,
    )


async def _readable(batch_id: UUID, visitor: StreamReader) -> UUID:
    """The batch, if the visitor may see it; what is wrong must be known before the stream begins."""
    async with visitor.reading() as transaction:
        await read_overview(transaction, batch_id)
    return batch_id


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request,
    visitor: StreamReader,
    batch: Annotated[UUID, Depends(_readable)],
    known: Annotated[str, Query(max_length=200)] = "",
) -> AsyncIterable[ServerSentEvent]:
    """The head and the lines, as they change, and who else looks at them."""
    presence: Presence = request.app.state.presence
    place = (visitor.organisation_id, gate_path(batch, GateName.YOLO_CONFIG))
    with presence.at(place, visitor.name):
        async for event in fragments(request, visitor, RAIL, wanted(batch, known or None), presence.wanted(place)):
            yield event


@router.get("/{job_id}/images/{name}")
async def picture(request: Request, batch_id: UUID, job_id: UUID, name: ImageName, visitor: Viewer) -> Response:
    """A picture of the restaurant of a job; a drawing instead of one that is not to be had."""
    pictures: Pictures = request.app.state.pictures
    async with visitor.reading() as transaction:
        job = await read_job_detail(transaction, job_id)
        if job.batch_id != batch_id:
            raise NotFound(f"there is no job {job_id} in this batch", code="JOB_NOT_FOUND")
        stored = await read_image(transaction, job.restaurant_id, name)
    image = await pictures.read(stored)
    if image is None:
        return Response(status_code=303, headers={"Location": static_path("no-picture.svg")})
    return picture_response(request, image)
