"""`/batches`: all batches, those that need somebody first; filters stand in the address."""

from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interfaces.api.live.readings import Readings
from interfaces.console import inbox_rows
from interfaces.console.edit_forms import FilterText
from interfaces.console.live.rail_feed import RAIL, ConsoleFeed
from interfaces.console.live.stream import StreamReader, Wanted, fragments
from interfaces.console.pages.batches.view import SHOWN, BatchLine, lines_of
from interfaces.console.rendering import asks_for_part, query_string, render, render_part, text_of
from interfaces.console.sessions import Viewer
from registration.batches.facet_queries import read_facets
from registration.batches.list_queries import BatchFilter, BatchOrder, list_batches, read_previews
from registration.batches.overview_queries import read_overviews
from registration.batches.revision_queries import BatchRevision, Revisions
from registration.database.session import Transaction

router = APIRouter(include_in_schema=False)

_PAGE: Final = 25
_Text = Annotated[FilterText, Query()]
_State = tuple[Mapping[UUID, BatchRevision], Sequence[BatchLine]]


@router.get("/batches")
async def page(
    request: Request,
    visitor: Viewer,
    *,
    q: _Text = "",
    show: _Text = "",
    city: Annotated[list[FilterText] | None, Query(max_length=50)] = None,
    cuisine: Annotated[list[FilterText] | None, Query(max_length=50)] = None,
    by: _Text = "",
    day: Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = "",
    after: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """The list; htmx asks for its table alone when a filter changes."""
    asked: Mapping[str, Any] = {
        "q": q.strip(),
        "show": show if show in SHOWN else "",
        "city": [one for one in city or () if one],
        "cuisine": [one for one in cuisine or () if one],
        "by": by,
        "day": day,
    }
    async with visitor.reading() as transaction:
        found = await list_batches(transaction, _filter(asked), order=BatchOrder.ATTENTION, limit=_PAGE, offset=after)
        previews = await read_previews(transaction, [one.id for one in found.batches])
        everything = await list_batches(transaction, BatchFilter(), limit=1)
        facets = await read_facets(transaction)
        rows = await inbox_rows.read(transaction)
    shown = {
        "lines": lines_of(found.batches, previews),
        "total": found.total,
        "of_all": everything.total,
        "asked": asked,
        "shown": SHOWN,
        "facets": facets,
        "after": after,
        "size": _PAGE,
        "query": lambda **changes: query_string(asked, **changes),
    }
    if asks_for_part(request):
        return render_part(request, "batches/parts.html", "listing", shown)
    return render(request, "batches/page.html", page=shown, inbox_count=len(rows))


@router.get("/batches/stream", response_class=EventSourceResponse)
async def stream(request: Request, visitor: StreamReader) -> AsyncIterable[ServerSentEvent]:
    """The lines of batches that change."""
    async for event in fragments(request, visitor, RAIL, _BATCHES):
        yield event


class BatchesFeed(ConsoleFeed[_State]):
    """Asks every second which open batches changed, and renders their lines."""

    interval = 1.0

    def __init__(self, readings: Readings) -> None:
        super().__init__(readings)
        self._revisions: Mapping[UUID, BatchRevision] = {}

    async def state(self, transaction: Transaction, revisions: Revisions, /) -> _State:
        """The revisions of the open batches, and the lines of those that changed or ended."""
        changed = revisions.changed_since(self._revisions)
        if not changed:
            return revisions.open_batches, ()
        overviews = await read_overviews(transaction, changed)
        previews = await read_previews(transaction, [one.id for one in overviews])
        return revisions.open_batches, lines_of(overviews, previews)

    def publish(self, state: _State, /) -> None:
        """Put the lines; a batch that has ended is put once more, and then forgotten."""
        revisions, lines = state
        ended = self._revisions.keys() - revisions.keys()
        self._revisions = revisions
        for line in lines:
            self.topic.put("batch", str(line.id), text_of("batches/parts.html", "row", line))
        for one in ended:
            self.topic.retire("batch", str(one))


_BATCHES: Final = Wanted(("console", "batches"), BatchesFeed)


def _filter(asked: Mapping[str, Any]) -> BatchFilter:
    """What the address asks for; a day is one of this machine's zone."""
    begin, end = _day(asked["day"])
    return replace(
        SHOWN[asked["show"]][1],
        search=asked["q"] or None,
        cities=tuple(asked["city"]),
        cuisines=tuple(asked["cuisine"]),
        created_by=asked["by"] or None,
        created_from=begin,
        created_to=end,
    )


def _day(typed: str) -> tuple[datetime | None, datetime | None]:
    """The beginning and the end of a day; none for a text that is no day, or the first or last of the calendar."""
    try:
        day = date.fromisoformat(typed)
        begin, end = (datetime.combine(one, time()).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    except (ValueError, OverflowError):
        return None, None
    return begin, end
