"""`/batches/new`: a batch of chosen restaurants, after a preview of what would be refused and why."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import JsonValue

from interfaces.api.problems import problem_of
from interfaces.console.new_batches import MOST_CHOSEN, MOST_NAMED, ChosenIds, FormKey, make_batches, run_of
from interfaces.console.pages.new_batch.view import NewBatchView, Typed, view_of
from interfaces.console.rendering import moved, render_part
from interfaces.console.sessions import Operator, Visitor
from registration.batches.models import MOST_AT_ONCE, MOST_RESTAURANTS, NewBatch
from registration.batches.opening import batch_options, taken_restaurants
from registration.errors import Refused
from registration.kit.documents import read_json
from registration.restaurants.list_queries import RestaurantFilter, list_restaurants

router = APIRouter(include_in_schema=False)

_TEMPLATE = "new_batch/dialogs.html"
AskedIds = Annotated[list[UUID] | None, Query(alias="restaurants", max_length=MOST_NAMED)]
SentIds = Annotated[ChosenIds, Form(alias="restaurants")]


@dataclass(frozen=True)
class Options:
    """The options of the form. A box that is not ticked is not sent."""

    name: Annotated[str, Form(max_length=300)] = ""
    start: Annotated[bool, Form()] = False
    split: Annotated[bool, Form()] = False
    threshold: Annotated[int, Form(ge=1, le=100)] = 50
    max_parallel: Annotated[int | None, Form(ge=1, le=MOST_AT_ONCE)] = None
    confirm_queries: Annotated[bool, Form()] = False
    extractions: Annotated[bool, Form()] = False
    defaults: Annotated[str, Form(max_length=20_000)] = ""


@router.get("/batches/new")
async def preview(request: Request, visitor: Operator, restaurants: AskedIds = None) -> Response:
    """The dialog: what the batch has, and what another batch has; without restaurants the ways to choose some."""
    if not restaurants:
        return render_part(request, _TEMPLATE, "ways", visitor)
    return await _dialog(request, visitor, restaurants)


@router.post("/batches/new/dialog")
async def preview_of_many(request: Request, visitor: Operator, restaurants: SentIds) -> Response:
    """The dialog of more restaurants than an address can name; it changes nothing."""
    return await _dialog(request, visitor, restaurants)


async def _dialog(request: Request, visitor: Visitor, restaurants: list[UUID]) -> Response:
    shown = await _view(visitor, uuid4(), restaurants)
    return render_part(request, _TEMPLATE, "new_batch", shown, visitor)


@router.post("/batches/new")
async def make(
    request: Request, visitor: Operator, form: FormKey, restaurants: SentIds, options: Annotated[Options, Depends()]
) -> Response:
    """Open the batch and start it if that is ticked; what is refused is said in the dialog, as it was typed."""
    typed = Typed(**vars(options))
    try:
        new = NewBatch(
            restaurant_ids=tuple(restaurants),
            created_by=visitor.name,
            created_by_run=run_of(visitor, form),
            extractions_executed_on_creation=typed.extractions,
            options=batch_options(
                name=typed.name,
                max_parallel=typed.max_parallel,
                failure_threshold=typed.threshold / 100,
                confirm_queries=typed.confirm_queries,
                default_config=_defaults(typed.defaults),
            ),
        )
        made = await make_batches(visitor, new, split=typed.split, start=typed.start)
    except Refused as refused:
        problem = problem_of(refused)
        said = refused.message + (f"; {refused.hint}" if refused.hint else "")
        shown = await _view(visitor, form, restaurants, typed, said)
        return render_part(request, _TEMPLATE, "new_batch", shown, visitor, status=problem.status)
    if len(made) == 1:
        return moved(request, f"/batches/{made[0].id}")
    return render_part(request, _TEMPLATE, "made", made, typed.start)


async def _view(
    visitor: Visitor, form: UUID, asked: list[UUID], typed: Typed | None = None, problem: str = ""
) -> NewBatchView:
    """The dialog. Raises NotFound for a restaurant that is unknown, or another organisation's."""
    async with visitor.reading() as transaction:
        taken = await taken_restaurants(transaction, tuple(asked))
        found, _ = await list_restaurants(transaction, RestaurantFilter(ids=tuple(asked)), limit=MOST_CHOSEN)
    typed = typed or Typed(split=len(asked) > MOST_RESTAURANTS)
    return view_of(form, asked, found, taken, typed, problem)


def _defaults(typed: str) -> dict[str, Any]:
    """Part of a configuration as JSON. Raises Refused for what is no JSON object."""
    if not typed.strip():
        return {}
    try:
        read: JsonValue = read_json(typed.encode())
    except ValueError as error:
        raise Refused(f"the configuration for all is not JSON: {error}", code="INVALID_CONFIGURATION") from None
    if not isinstance(read, dict):
        raise Refused("the configuration for all is no JSON object", code="INVALID_CONFIGURATION")
    return dict(read)
