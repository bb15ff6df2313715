"""The effect of an answer at the configuration gate."""

from typing import Any
from uuid import UUID

from registration.configuration.models import ConfigLayer, YoloConfig
from registration.configuration.preflight import refusals
from registration.configuration.proposals import changed_since, header_images, merged_layers, with_contact, with_layer
from registration.configuration.queries import has_menu
from registration.configuration.state import ConfigState, read_config_state
from registration.database.session import Transaction, database_now
from registration.effects.queries import reopen_effects
from registration.effects.set_up_queries import save_config
from registration.gates.decisions import Change, ExtractAgain, GoAhead, Refusal, SubmittedAnswer
from registration.gates.rounds import Details
from registration.restaurants.queries import save_restaurant
from registration.states import StepStatus
from registration.workflow.step_data import StepData
from registration.workflow.step_queries import StepRow, advance, reopen
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart
from registration.workflow.transition_queries import Attribution

_GATE = Step.YOLO_CONFIG


async def refusal(transaction: Transaction, submitted: SubmittedAnswer, step: StepRow) -> Refusal | None:
    """Why the answer is refused, None if it is accepted. Raises ValueError if the stored data cannot be read."""
    if isinstance(submitted.answer, ExtractAgain) or (
        isinstance(submitted.answer, Change) and submitted.answer.config is None
    ):
        return None
    state = await read_config_state(transaction, submitted.job_id)
    if isinstance(submitted.answer, GoAhead) and submitted.answer.proposed is not None:
        changed = changed_since(submitted.answer.proposed, state.proposal.config)
        if changed is not None:
            return Refusal(code="PROPOSAL_CHANGED", reason=changed)
    config = _config(state, submitted)
    reasons = refusals(config, await state.facts(transaction, config))
    return Refusal(code="INVALID_CONFIGURATION", reason="; ".join(reasons)) if reasons else None


async def apply(transaction: Transaction, submitted: SubmittedAnswer, step: StepRow, attribution: Attribution) -> None:
    """Move the steps as the accepted answer says, in the caller's transaction."""
    job_id = submitted.job_id
    match submitted.answer:
        case ExtractAgain(for_all=layer):
            await _extract_again(transaction, job_id, attribution, _kept(step, layer))
        case Change(config=None, for_all=layer, contact=contact):
            await _close(transaction, job_id, attribution)
            data = StepData(asked=Details.CHANGE, for_all=_kept(step, layer))
            if contact is not None:
                data = data.model_copy(update={"contact": contact})
            if not await has_menu(transaction, job_id):
                data = data.model_copy(update={"without_menu": True})
            await reopen(transaction, job_id, _GATE, StepStatus.ACTION_REQUIRED, attribution, data)
        case GoAhead() | Change():
            state = await read_config_state(transaction, job_id)
            config = _config(state, submitted)
            if isinstance(submitted.answer, Change):
                changed = restaurant_columns(config, state.proposal.config)
                if submitted.answer.contact is not None:
                    # Preflight stores it, with its source: another company's entry then removes it.
                    changed.pop("contact_name", None)
                await save_restaurant(transaction, step.restaurant_id, changed)
            await save_config(transaction, job_id, config)
            await _close(transaction, job_id, attribution)
        case _:
            raise TypeError(f"{type(submitted.answer).__name__} is no answer of the configuration gate")


def restaurant_columns(config: YoloConfig, proposed: YoloConfig) -> dict[str, object]:
    """The restaurant's columns in which `config` differs from the proposal; the next batch proposes the new values."""
    columns = all_restaurant_columns(config)
    before = all_restaurant_columns(proposed)
    return {name: value for name, value in columns.items() if value != before[name]}


def all_restaurant_columns(config: YoloConfig) -> dict[str, object]:
    """The restaurant's columns that a configuration sets; the platform reads them, and proposals are made from them."""
    return {
        "name": config.restaurant.name,
        "address": config.restaurant.address,
        "city": config.restaurant.city,
        "phone": config.restaurant.phone,
        "opening_hours": [day.model_dump(mode="json") for day in config.restaurant.opening_hours],
        "user_email": config.account.email,
        "contact_name": config.onboarding.user_name,
        "theme": config.website.theme,
        "cuisine": list(config.website.cuisines),
        "primary_color": config.website.primary_color,
        "secondary_color": config.website.secondary_color,
    }


def _config(state: ConfigState, submitted: SubmittedAnswer) -> YoloConfig:
    """The configuration that the answer registers: for "go ahead" the proposal as it was shown, whatever was written
    since.
    """
    match submitted.answer:
        case Change(config=YoloConfig() as config, contact=contact):
            return with_contact(config, contact)
        case GoAhead(proposed=shown, for_all=layer, contact=contact):
            config = with_layer(shown or state.proposal.config, layer, header_images(state.restaurant))
            return with_contact(config, contact)
        case _:
            raise TypeError(f"{submitted.answer.kind} says no configuration")


async def _close(transaction: Transaction, job_id: UUID, attribution: Attribution) -> None:
    await advance(transaction, job_id, _GATE, StepStatus.COMPLETED, attribution)


def _kept(step: StepRow, layer: ConfigLayer) -> dict[str, Any]:
    """What was answered for all restaurants, in this answer and before it, as it is stored."""
    merged = merged_layers(ConfigLayer.model_validate(step.data.for_all), layer)
    return merged.model_dump(mode="json", exclude_none=True)


async def _extract_again(
    transaction: Transaction, job_id: UUID, attribution: Attribution, for_all: dict[str, Any]
) -> None:
    since = StepData(since=await database_now(transaction))
    await _close(transaction, job_id, attribution)
    await reopen(transaction, job_id, _GATE, StepStatus.PENDING, attribution, StepData(for_all=for_all))
    await reopen(transaction, job_id, Step.EXTRACTION, StepStatus.PENDING, attribution, since)
    await reopen_effects(transaction, job_id, list(ExtractionStart))
