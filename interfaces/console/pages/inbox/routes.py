"""`/`: everything that waits for somebody, longest waiting first."""

import re
from collections.abc import AsyncIterable
from contextlib import suppress
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interfaces.console import inbox_rows
from interfaces.console.live.presence import Presence
from interfaces.console.live.rail_feed import RAIL
from interfaces.console.live.stream import StreamReader, fragments
from interfaces.console.rendering import render, render_part
from interfaces.console.sessions import Viewer
from registration.errors import NotFound, Refused
from registration.workflow.lookup_queries import Kind, find

router = APIRouter(include_in_schema=False)

_ID: Final = re.compile(r"[0-9a-fA-F]{8}[0-9a-fA-F-]{0,28}")


@router.get("/")
async def page(request: Request, visitor: Viewer) -> Response:
    """The lines of the inbox."""
    async with visitor.reading() as transaction:
        rows = await inbox_rows.read(transaction)
    pages = _presence(request).open_pages(visitor.organisation_id)
    return render(request, "inbox/page.html", rows=rows, pages=pages, inbox_count=len(rows))


@router.get("/inbox/open")
async def open_pages(request: Request, visitor: Viewer) -> Response:
    """The pages of gates that somebody has open now, with the names; read from memory."""
    pages = _presence(request).open_pages(visitor.organisation_id)
    return render_part(request, "inbox/parts.html", "open_pages", pages)


def _presence(request: Request) -> Presence:
    return request.app.state.presence


@router.get("/stream", response_class=EventSourceResponse)
async def stream(request: Request, visitor: StreamReader) -> AsyncIterable[ServerSentEvent]:
    """The number of the inbox and its lines, as they change; for every page that has no stream of its own."""
    async for event in fragments(request, visitor, RAIL):
        yield event


@router.get("/search")
async def search(visitor: Viewer, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Where the search box leads: to the batch or job whose id is typed, else to the batches that are found."""
    path = await _page_of_id(visitor, q.strip()) or f"/batches?{urlencode({'q': q.strip()})}"
    return Response(status_code=303, headers={"Location": path})


async def _page_of_id(visitor: Viewer, typed: str) -> str | None:
    """The page of a batch or job by its id, or the beginning of it."""
    if not _ID.fullmatch(typed):
        return None
    async with visitor.reading() as transaction:
        with suppress(NotFound, Refused):
            kind, found = await find(transaction, typed, Kind.BATCH, Kind.JOB)
            return f"/batches/{found}" if kind is Kind.BATCH else f"/jobs/{found}"
    return None
