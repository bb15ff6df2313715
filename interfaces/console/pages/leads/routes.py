"""`/leads`: the leads that can be converted, newest first, with filters; what is done with them is in `commands`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from interfaces.console import inbox_rows
from interfaces.console.edit_forms import FilterText
from interfaces.console.new_batches import MOST_CHOSEN, MOST_NAMED, ids_answer
from interfaces.console.pages.leads.view import line_of
from interfaces.console.rendering import asks_for_part, query_string, render, render_part
from interfaces.console.sessions import Viewer
from registration.errors import MisconfiguredInstallation, TransientError
from registration.leads.pending_queries import LeadFilter, lead_choices, pending_leads

router = APIRouter(include_in_schema=False)

_PAGE: Final = 100
_INTAKE_SECONDS: Final = 5.0
_Text = Annotated[FilterText, Query()]
_Several = Annotated[list[FilterText] | None, Query(max_length=50)]


@dataclass(frozen=True)
class Filters:
    """The filters in the address of the list."""

    q: _Text = ""
    platform: _Several = None
    city: _Several = None
    cuisine: _Several = None

    @property
    def asked(self) -> Mapping[str, Any]:
        """What is asked for, as it stands in an address."""
        several = {"platform": self.platform, "city": self.city, "cuisine": self.cuisine}
        return {"q": self.q.strip(), **{name: [one for one in values or () if one] for name, values in several.items()}}

    @property
    def only(self) -> LeadFilter:
        """The leads that are asked for."""
        search, platforms, cities, cuisines = self.asked.values()
        return LeadFilter(
            search=search or None, platforms=tuple(platforms), cities=tuple(cities), cuisines=tuple(cuisines)
        )


@router.get("/leads/fitting")
async def fitting(visitor: Viewer, filters: Annotated[Filters, Depends()]) -> Response:
    """The ids of all leads that fit the filters, as many as a form takes; to select those of other pages too."""
    async with visitor.reading() as transaction:
        found, _ = await pending_leads(transaction, filters.only, limit=MOST_CHOSEN)
    return ids_answer(one.data.id for one in found)


@router.get("/leads")
async def page(
    request: Request,
    visitor: Viewer,
    filters: Annotated[Filters, Depends()],
    after: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """The list; htmx asks for its table alone when a filter changes."""
    asked, only = filters.asked, filters.only
    async with visitor.reading() as transaction:
        found, total = await pending_leads(transaction, only, limit=_PAGE, offset=after)
        _, of_all = await pending_leads(transaction, LeadFilter(), limit=1)
        choices = await lead_choices(transaction)
        inbox = await inbox_rows.read(transaction)
    shown = {
        "lines": [line_of(one) for one in found],
        "total": total,
        "of_all": of_all,
        "choices": choices,
        "asked": asked,
        "after": after,
        "size": _PAGE,
        "most": MOST_CHOSEN,
        "named": MOST_NAMED,
        "fitting": "/leads/fitting" + query_string(asked),
        "query": lambda **changes: "/leads" + (query_string(asked, **changes) or "?"),
    }
    if asks_for_part(request):
        return render_part(request, "leads/parts.html", "listing", shown)
    return render(request, "leads/page.html", page=shown, inbox_count=len(inbox))


@router.get("/leads/intake")
async def intake(request: Request, visitor: Viewer) -> Response:
    """Whether leads are taken in by night, and when next; only the Prefect server knows, so the list does not wait."""
    # Prefect's client takes seconds to import; the application imports it in the background.
    from tasks.batch_runs import read_intake

    try:
        async with asyncio.timeout(_INTAKE_SECONDS):
            found = await read_intake()
    except (TransientError, MisconfiguredInstallation, TimeoutError):
        return render_part(request, "leads/parts.html", "intake", None, False)
    own = found if found and found.organisation_id == str(visitor.organisation_id) else None
    return render_part(request, "leads/parts.html", "intake", own, True)
