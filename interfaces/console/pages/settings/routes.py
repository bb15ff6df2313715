"""`/settings`: the policies of an organisation, and what they would have decided; for administrators."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import StringConstraints

from interfaces.console import inbox_rows
from interfaces.console.rendering import moved, render, render_part
from interfaces.console.sessions import Admin
from registration.gates.policies import organisation_settings, set_auto_select
from registration.gates.policy_history_queries import DAYS, read_policy_history
from registration.kit.values import Blank, Line

router = APIRouter(prefix="/settings", include_in_schema=False)

_TEMPLATE = "settings/dialogs.html"
Why = Annotated[Annotated[Blank[Line], StringConstraints(max_length=500)], Form()]


@router.get("")
async def page(request: Request, visitor: Admin) -> Response:
    """The policies as they are."""
    current = await organisation_settings(visitor.database, visitor.organisation_id)
    async with visitor.reading() as transaction:
        history = await read_policy_history(transaction)
        inbox = await inbox_rows.read(transaction)
    return render(request, "settings/page.html", current=current, history=history, days=DAYS, inbox_count=len(inbox))


@router.get("/clear-matches")
async def preview(request: Request, visitor: Admin, *, on: Annotated[bool, Query()] = False) -> Response:
    """What switching the policy means."""
    async with visitor.reading() as transaction:
        history = await read_policy_history(transaction)
    return render_part(request, _TEMPLATE, "switch", on, history, DAYS, visitor)


@router.post("/clear-matches")
async def switch(request: Request, visitor: Admin, *, on: Annotated[bool, Form()] = False, why: Why = None) -> Response:
    """Switch the policy; a second switch to the same is no change, and recorded."""
    await set_auto_select(visitor.database, visitor.organisation_id, on=on, attribution=visitor.attribution(why))
    return moved(request, "/settings")
