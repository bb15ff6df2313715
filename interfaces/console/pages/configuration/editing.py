"""The editor of one configuration: opening it, checking a field that was left, and going ahead with what it says."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from interfaces.api.answering import Said as Submitted
from interfaces.api.answering import asked_at
from interfaces.api.problems import ProblemError
from interfaces.console import inbox_rows
from interfaces.console.edit_forms import Form, read_layer
from interfaces.console.pages.configuration.answers import answer, answered
from interfaces.console.pages.configuration.asked import proposed_of, read_question, read_shown
from interfaces.console.pages.configuration.changes import changes_between
from interfaces.console.pages.configuration.editor import Opened, editor_of, filled_from, opened
from interfaces.console.pages.configuration.feed import GATE, digest_of, read_listing
from interfaces.console.pages.configuration.said import Said, said_of
from interfaces.console.rendering import asks_for_part, render, render_part
from interfaces.console.sessions import Operator, Viewer
from registration.configuration.models import ConfigLayer, YoloConfig
from registration.configuration.preflight import Obstacle, obstacles
from registration.configuration.proposals import with_contact
from registration.configuration.state import read_config_state
from registration.database.session import Transaction
from registration.gates.decisions import Change, GoAhead, Verdict
from registration.gates.questions.config_section import try_change
from registration.gates.questions.for_all import FOR_ALL_FIELDS
from registration.restaurants.detail_queries import shown_restaurants

router = APIRouter(prefix="/batches/{batch_id}/configuration", include_in_schema=False)

_PARTS: Final = "configuration/editor.html"


@router.get("/{job_id}")
async def editor(request: Request, batch_id: UUID, job_id: UUID, visitor: Viewer) -> Response:
    """The editor; an address of its own opens the page with it."""
    async with visitor.reading() as transaction:
        job, one = await read_question(transaction, batch_id, job_id)
        begun = opened(proposed_of(one), read_layer(request.query_params))
        stored = await shown_restaurants(transaction, [job.restaurant_id])
        filled = begun.question.prefilled
        config, wrong = try_change(begun.question, filled)
        found = await _obstacles(transaction, job_id, config)
        typed = {name for name, value in filled.items() if value != begun.base[name]}
        said, others = said_of(begun.origins, typed, wrong, found, config)
        shown = editor_of(batch_id, begun, said, others, stored.get(job.restaurant_id))
        if asks_for_part(request):
            return render_part(request, _PARTS, "editor", shown, visitor)
        listing, _ = await read_listing(transaction, batch_id)
        inbox = await inbox_rows.read(transaction)
    return render(
        request,
        "configuration/page.html",
        listing=listing,
        known=digest_of(listing),
        inbox_count=len(inbox),
        editor=shown,
        for_all=FOR_ALL_FIELDS,
    )


@router.get("/{job_id}/check")
async def check(request: Request, batch_id: UUID, job_id: UUID, visitor: Viewer) -> Response:
    """What is wrong with the fields as they are, by the validators of every channel; nothing is written."""
    async with visitor.reading() as transaction:
        _, one = await read_question(transaction, batch_id, job_id)
        begun = opened(proposed_of(one), read_layer_of(request.query_params))
        _, said, others = await _checked(transaction, job_id, begun, request.query_params)
    return render_part(request, _PARTS, "checked", said, others)


@router.post("/{job_id}/change")
async def change(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """Register the restaurant with what the editor says; refused if another proposal was shown."""
    form = await request.form()
    [shown] = read_shown(form.getlist("shown")).values()
    if shown.job != job_id:
        raise ProblemError(422, "INVALID_REQUEST", "the form is of another restaurant")
    async with visitor.reading() as transaction:
        _, one = await read_question(transaction, batch_id, job_id)
        begun = opened(proposed_of(one), read_layer_of(form))
        config, said, others = await _checked(transaction, job_id, begun, form)
    changes = changes_between(shown.config, one.context)
    if changes or shown.visit != one.question.visit:
        reason = "it has changed since the editor was opened"
        verdict = Verdict(accepted=False, code="PROPOSAL_CHANGED", reason=reason)
        return await answered(request, visitor, batch_id, {job_id: verdict}, "", {job_id: "; ".join(changes)})
    filled = filled_from(form, begun)
    if config is None:
        reason = "; ".join([*(each.wrong for each in said.values() if each.wrong), *others])
        verdict = Verdict(accepted=False, code="INVALID_CONFIGURATION", reason=reason)
        return await answered(request, visitor, batch_id, {job_id: verdict}, "")
    said_so = (
        Change(config=config, contact=filled.contact or None)
        if filled.typed
        else GoAhead(proposed=shown.config, for_all=begun.layer)
    )
    verdicts = await answer(visitor, await asked_at(visitor, batch_id, GATE), {job_id: Submitted(said_so, shown.visit)})
    return await answered(request, visitor, batch_id, verdicts, "goes ahead")


async def _checked(
    transaction: Transaction, job_id: UUID, begun: Opened, form: Form
) -> tuple[YoloConfig | None, dict[str, Said], tuple[str, ...]]:
    """The configuration that a form says, None if it cannot be read; and what stands under its fields."""
    filled = filled_from(form, begun)
    config, wrong = try_change(begun.question, filled.values)
    if filled.contact and filled.contact not in [person.value for person in begun.people]:
        config, wrong = None, wrong | {"contact_name": "is not offered any more"}
    found = await _obstacles(transaction, job_id, config and with_contact(config, filled.contact or None))
    said, others = said_of(begun.origins, filled.typed, wrong, found, config)
    return config, said, others


async def _obstacles(transaction: Transaction, job_id: UUID, config: YoloConfig | None) -> tuple[Obstacle, ...]:
    if config is None:
        return ()
    state = await read_config_state(transaction, job_id)
    return obstacles(config, await state.facts(transaction, config))


def read_layer_of(form: Form) -> ConfigLayer:
    """The values for all restaurants with which the editor was opened. Raises ProblemError (422)."""
    try:
        return ConfigLayer.model_validate_json(str(form.get("layer", "{}")))
    except ValueError:
        raise ProblemError(422, "INVALID_REQUEST", "the page is of another version", hint="load it again") from None
