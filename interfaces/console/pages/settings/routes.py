"""`/settings`: policies with what they would have decided, and what new batches begin with; for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import StringConstraints

from interfaces.console import inbox_rows
from interfaces.console.edit_forms import read_layer
from interfaces.console.rendering import moved, render, render_part
from interfaces.console.sessions import Admin
from registration.configuration.default_queries import read_default_layer, set_default_layer
from registration.configuration.models import ConfigLayer
from registration.gates.policies import organisation_settings, set_auto_select
from registration.gates.policy_history_queries import DAYS, read_policy_history
from registration.gates.questions.for_all import FOR_ALL_FIELDS, filled_for_all
from registration.kit.values import Blank, Line

router = APIRouter(prefix="/settings", include_in_schema=False)

_TEMPLATE = "settings/dialogs.html"
Why = Annotated[Annotated[Blank[Line], StringConstraints(max_length=500)], Form()]


@router.get("")
async def page(request: Request, visitor: Admin) -> Response:
    """The policies as they are, and the default configuration in words."""
    current = await organisation_settings(visitor.database, visitor.organisation_id)
    async with visitor.reading() as transaction:
        history = await read_policy_history(transaction)
        layer = await read_default_layer(transaction)
        inbox = await inbox_rows.read(transaction)
    filled = filled_for_all(layer)
    shown: dict[str, Any] = {
        "current": current,
        "history": history,
        "days": DAYS,
        "fields": FOR_ALL_FIELDS,
        "filled": filled,
    }
    shown["as_proposed"] = layer == ConfigLayer()
    return render(request, "settings/page.html", **shown, inbox_count=len(inbox))


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


@router.get("/default-configuration")
async def default_form(request: Request, visitor: Admin) -> Response:
    """What new batches begin with, to be changed."""
    async with visitor.reading() as transaction:
        filled = filled_for_all(await read_default_layer(transaction))
    return render_part(request, _TEMPLATE, "default_configuration", FOR_ALL_FIELDS, filled, visitor)


@router.post("/default-configuration")
async def change_default(request: Request, visitor: Admin, *, why: Why = None) -> Response:
    """Set what new batches begin with."""
    layer = read_layer(await request.form())
    key = (visitor.database, visitor.organisation_id, layer)
    await set_default_layer(*key, visitor.attribution(why))
    return moved(request, "/settings")
