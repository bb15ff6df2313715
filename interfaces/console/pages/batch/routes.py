"""`/batches/{id}`: one batch, all its restaurants on one screen, live; its results as a file."""

from collections.abc import AsyncIterable, Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interfaces.console import inbox_rows
from interfaces.console.live.rail_feed import RAIL
from interfaces.console.live.stream import StreamReader, fragments
from interfaces.console.pages.batch.feed import digest_of, read_batch, wanted
from interfaces.console.pages.batch.view import HEADS, SHOWN, SORTS, chosen, counts_of
from interfaces.console.rendering import asks_for_part, query_string, render, render_part
from interfaces.console.sessions import Viewer
from interfaces.presenting.marks import LEGEND, PHASES
from registration.batches.overview_queries import read_overview
from registration.reporting.result_queries import read_results
from registration.reporting.results import csv_of
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS

router = APIRouter(include_in_schema=False)

_Text = Annotated[str, Query(max_length=200)]
_STEP_NAMES: Final = ", ".join(f"{int(step)} {STEPS[step].name}" for step in Step if step is not Step.SET_UP)


@router.get("/batches/{batch_id}")
async def page(
    request: Request, batch_id: UUID, visitor: Viewer, *, show: _Text = "", sort: _Text = "", q: _Text = ""
) -> Response:
    """The page; htmx asks for its table alone when a filter changes."""
    asked = {"show": show if show in SHOWN else "", "sort": sort if sort in SORTS else "", "q": q.strip()}
    async with visitor.reading() as transaction:
        head, rows, _ = await read_batch(transaction, batch_id)
        inbox = await inbox_rows.read(transaction)
    here = f"/batches/{batch_id}"
    shown: Mapping[str, Any] = {
        "id": batch_id,
        "rows": chosen(rows, **asked),
        "counts": counts_of(rows),
        "total": len(rows),
        "asked": asked,
        "sorts": SORTS,
        "here": here + query_string(asked),
        "query": lambda **changes: here + query_string(asked, **changes),
        "phases": PHASES,
        "heads": dict(zip(SUB_STEPS, HEADS, strict=True)),
        "step_names": _STEP_NAMES,
        "legend": LEGEND,
    }
    if asks_for_part(request):
        return render_part(request, "batch/parts.html", "listing", shown)
    known = digest_of(head, rows)
    return render(request, "batch/page.html", summary=head, page=shown, known=known, inbox_count=len(inbox))


async def _readable(batch_id: UUID, visitor: StreamReader) -> UUID:
    """The batch, if the visitor may see it; what is wrong must be known before the stream begins."""
    async with visitor.reading() as transaction:
        await read_overview(transaction, batch_id)
    return batch_id


@router.get("/batches/{batch_id}/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, visitor: StreamReader, batch: Annotated[UUID, Depends(_readable)], known: _Text = ""
) -> AsyncIterable[ServerSentEvent]:
    """The head and the rows, as they change."""
    async for event in fragments(request, visitor, RAIL, wanted(batch, known or None)):
        yield event


@router.get("/batches/{batch_id}/results.csv")
async def results(batch_id: UUID, visitor: Viewer) -> Response:
    """What became of each restaurant, as a file for a spreadsheet."""
    async with visitor.reading() as transaction:
        await read_overview(transaction, batch_id)
        found = await read_results(transaction, batch_id)
    disposition = f'attachment; filename="batch-{batch_id}.csv"'
    return Response(csv_of(found), media_type="text/csv", headers={"Content-Disposition": disposition})
