"""What an answer at the configuration gate does."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.models import YoloConfig
from registration.configuration.preflight import refusals
from registration.configuration.proposals import changed_since, header_images, laid_over
from registration.configuration.state import ConfigState, read_config_state
from registration.database.session import database_now
from registration.effects.queries import renew
from registration.effects.set_up_queries import save_config
from registration.gates.decisions import Change, ExtractAgain, GivenAnswer, GoAhead
from registration.gates.rounds import Details
from registration.restaurants.queries import save_restaurant
from registration.states import StepStatus
from registration.workflow.step_queries import StepAsked, advance, reopen
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart
from registration.workflow.transition_queries import Attribution

_GATE = Step.YOLO_CONFIG


async def refusal(
    connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer, asked: StepAsked
) -> str | None:
    """Why the answer cannot be taken, None if it can. Raises ValueError if what it is judged by cannot be read."""
    if isinstance(given.answer, ExtractAgain) or (isinstance(given.answer, Change) and given.answer.config is None):
        return None
    state = await read_config_state(connection, organisation_id, given.job_id)
    if isinstance(given.answer, GoAhead) and given.answer.proposed is not None:
        changed = changed_since(given.answer.proposed, state.proposal.config)
        if changed is not None:
            return changed
    config = _config(state, given)
    found = refusals(config, await state.facts(connection, config))
    return "; ".join(found) or None


async def apply(
    connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer, asked: StepAsked, attribution: Attribution
) -> None:
    """Move the steps as the accepted answer says, in the caller's transaction."""
    job_id = given.job_id
    match given.answer:
        case ExtractAgain():
            await _extract_again(connection, organisation_id, job_id, attribution)
        case Change(config=None, for_all=layer):
            await _close(connection, organisation_id, job_id, attribution)
            result = {"asked": Details.CHANGE, "for_all": layer.model_dump(mode="json", exclude_none=True)}
            await reopen(connection, organisation_id, job_id, _GATE, StepStatus.ACTION_REQUIRED, attribution, result)
        case GoAhead() | Change():
            state = await read_config_state(connection, organisation_id, job_id)
            config = _config(state, given)
            if isinstance(given.answer, Change):
                changed = restaurant_columns(config, state.proposal.config)
                await save_restaurant(connection, organisation_id, asked.restaurant_id, changed)
            await save_config(connection, organisation_id, job_id, config)
            await _close(connection, organisation_id, job_id, attribution)
        case _:
            raise TypeError(f"{type(given.answer).__name__} is no answer of the configuration gate")


def restaurant_columns(config: YoloConfig, proposed: YoloConfig) -> dict[str, object]:
    """The columns of the restaurant in which `config` differs from what was proposed; the next batch proposes them."""
    columns = all_restaurant_columns(config)
    before = all_restaurant_columns(proposed)
    return {name: value for name, value in columns.items() if value != before[name]}


def all_restaurant_columns(config: YoloConfig) -> dict[str, object]:
    """What a configuration says about columns of the restaurant that the platform reads or that are proposed from."""
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


def _config(state: ConfigState, given: GivenAnswer) -> YoloConfig:
    """What the answer registers: the shown proposal itself, whatever was written since it was compared."""
    match given.answer:
        case Change(config=YoloConfig() as config):
            return config
        case GoAhead(proposed=shown, for_all=layer):
            return laid_over(shown or state.proposal.config, layer, header_images(state.restaurant))
        case _:
            raise TypeError(f"{given.answer.kind} says no configuration")


async def _close(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution) -> None:
    await advance(connection, organisation_id, job_id, _GATE, StepStatus.COMPLETED, attribution)


async def _extract_again(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution
) -> None:
    since = {"since": (await database_now(connection)).isoformat()}
    await _close(connection, organisation_id, job_id, attribution)
    await reopen(connection, organisation_id, job_id, _GATE, StepStatus.PENDING, attribution)
    await reopen(connection, organisation_id, job_id, Step.EXTRACTION, StepStatus.PENDING, attribution, since)
    await renew(connection, organisation_id, job_id, list(ExtractionStart))
