"""`/batches/{id}/company-selection`: the restaurants that wait for their company, live, and the evidence for each."""

from collections.abc import AsyncIterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interfaces.console import inbox_rows
from interfaces.console.inbox_rows import gate_path
from interfaces.console.live.presence import Presence
from interfaces.console.live.rail_feed import RAIL
from interfaces.console.live.stream import StreamReader, fragments
from interfaces.console.pages.company_selection.evidence import evidence_of
from interfaces.console.pages.company_selection.feed import digest_of, wanted
from interfaces.console.pages.company_selection.reading import read_companies
from interfaces.console.pages.company_selection.view import first_shown, head_of, rows_of
from interfaces.console.rendering import query_string, render, render_part
from interfaces.console.sessions import Viewer
from registration.batches.overview_queries import read_overview
from registration.workflow.steps import GateName

router = APIRouter(prefix="/batches/{batch_id}/company-selection", include_in_schema=False)

_Text = Annotated[str, Query(max_length=200)]
_SHOWN = {"": "open", "needs": "need me", "all": "all"}
"""What stands in the address, and its word. The page has every row; its style hides those that are not asked for."""


@router.get("")
async def page(request: Request, batch_id: UUID, visitor: Viewer, show: _Text = "") -> Response:
    """The page, with the evidence for the first restaurant that needs a person."""
    async with visitor.reading() as transaction:
        found = await read_companies(transaction, batch_id)
        inbox = await inbox_rows.read(transaction)
    rows = rows_of(found)
    head, first = head_of(found, rows), first_shown(rows)
    here = f"/batches/{batch_id}/company-selection"
    asked = show if show in _SHOWN else ""
    shown: dict[str, Any] = {
        "here": here,
        "show": asked,
        "chips": [(word, here + query_string({"show": name}), name == asked) for name, word in _SHOWN.items()],
        "rows": rows,
        "first": evidence_of(found, first.id) if first else None,
    }
    known = digest_of(head, rows)
    context: dict[str, Any] = {"gate": head, "shown": shown, "known": known, "inbox_count": len(inbox)}
    return render(request, "company_selection/page.html", **context)


async def _readable(batch_id: UUID, visitor: StreamReader) -> UUID:
    """The batch, if the visitor may see it; what is wrong must be known before the stream begins."""
    async with visitor.reading() as transaction:
        await read_overview(transaction, batch_id)
    return batch_id


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, visitor: StreamReader, batch: Annotated[UUID, Depends(_readable)], known: _Text = ""
) -> AsyncIterable[ServerSentEvent]:
    """The head and the rows, as they change, and who else looks at them."""
    presence: Presence = request.app.state.presence
    place = (visitor.organisation_id, gate_path(batch, GateName.COMPANY_SELECTION))
    with presence.at(place, visitor.name):
        async for event in fragments(request, visitor, RAIL, wanted(batch, known or None), presence.wanted(place)):
            yield event


@router.get("/{job_id}")
async def evidence(request: Request, batch_id: UUID, job_id: UUID, visitor: Viewer) -> Response:
    """The evidence for one restaurant, for the pane beside the rows."""
    async with visitor.reading() as transaction:
        found = await read_companies(transaction, batch_id)
    return render_part(request, "company_selection/evidence.html", "evidence", evidence_of(found, job_id))
