"""What an answer at the company gate does."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.companies.columns import columns_without_company
from registration.companies.queries import latest_searches, select_company
from registration.gates.decisions import (
    ChooseCompany,
    ConfirmQuery,
    EnterByHand,
    GivenAnswer,
    ManualCompany,
    NoMatch,
    SearchAgain,
)
from registration.gates.rounds import Details
from registration.restaurants.queries import last_register_entry, read_restaurant, save_restaurant
from registration.states import StepStatus
from registration.workflow.step_queries import StepAsked, advance, read_step_asked, reopen, skip_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution

_GATE = Step.COMPANY_SELECTION


async def refusal(
    connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer, asked: StepAsked
) -> str | None:
    """Why the answer cannot be taken, None if it can. Raises ValueError if what it is judged by cannot be read."""
    if asked.result.get("asked") == Details.CONFIRM_QUERY and isinstance(given.answer, ChooseCompany | NoMatch):
        return "nothing was searched yet; confirm the query first"
    if isinstance(given.answer, SearchAgain | ConfirmQuery) and given.answer.query and given.answer.query.is_empty:
        return "there is nothing to search by: give a name or a street"
    if not isinstance(given.answer, ChooseCompany):
        return None
    searching = await read_step_asked(connection, organisation_id, given.job_id, Step.SEARCH)
    if searching is None or not searching.status.ended:
        return "the register is searched once more; choose from what that finds"
    search = (await latest_searches(connection, organisation_id, [given.job_id])).get(given.job_id)
    numbers = [one.company.company_number for one in search().outcome.candidates] if search else []
    if given.answer.company_number in numbers:
        return None
    return f"company {given.answer.company_number} is not among the candidates of the latest search"


async def apply(
    connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer, asked: StepAsked, attribution: Attribution
) -> None:
    """Move the steps as the accepted answer says, in the caller's transaction."""
    job_id = given.job_id
    match given.answer:
        case ChooseCompany(company_number=number):
            await select_company(connection, organisation_id, job_id, number)
            await _close(connection, organisation_id, job_id, attribution, {"company_number": number})
        case NoMatch():
            await select_company(connection, organisation_id, job_id, None)
            await _forget_company(connection, organisation_id, asked.restaurant_id)
            await _close(connection, organisation_id, job_id, attribution, {"no_match": True})
            await _no_details(connection, organisation_id, job_id, Attribution(attribution.actor, "no match"))
        case EnterByHand(details=ManualCompany() as details):
            values = details.model_dump(exclude_none=True)
            await _forget_company(connection, organisation_id, asked.restaurant_id)
            await save_restaurant(connection, organisation_id, asked.restaurant_id, values)
            await _close(connection, organisation_id, job_id, attribution, {"entered_by_hand": True})
            await _no_details(connection, organisation_id, job_id, Attribution(attribution.actor, "entered by hand"))
        case SearchAgain(query=None):
            await _ask_for_details(connection, organisation_id, job_id, attribution, Details.SEARCH_AGAIN)
        case EnterByHand(details=None):
            await _ask_for_details(connection, organisation_id, job_id, attribution, Details.ENTER_BY_HAND)
        case SearchAgain() | ConfirmQuery():
            await _search_again(connection, organisation_id, job_id, attribution)
        case _:
            raise TypeError(f"{type(given.answer).__name__} is no answer of the company gate")


async def _forget_company(connection: AsyncConnection, organisation_id: UUID, restaurant_id: UUID) -> None:
    """What an earlier company's entry gave goes: its director's e-mail would be proposed for the account."""
    restaurant = await read_restaurant(connection, organisation_id, restaurant_id)
    written = await last_register_entry(connection, organisation_id, restaurant_id)
    columns = columns_without_company(restaurant, written)
    await save_restaurant(connection, organisation_id, restaurant_id, columns)


async def _close(
    connection: AsyncConnection,
    organisation_id: UUID,
    job_id: UUID,
    attribution: Attribution,
    result: dict[str, object],
) -> None:
    await advance(connection, organisation_id, job_id, _GATE, StepStatus.COMPLETED, attribution, result_data=result)


async def _no_details(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution
) -> None:
    """Nothing is read of the register; if nothing was searched yet, nothing will be."""
    await skip_steps(connection, organisation_id, job_id, (Step.SEARCH, Step.COMPANY_DETAILS), attribution)


async def _ask_for_details(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution, details: Details
) -> None:
    await _close(connection, organisation_id, job_id, attribution, {})
    waiting = StepStatus.ACTION_REQUIRED
    await reopen(connection, organisation_id, job_id, _GATE, waiting, attribution, {"asked": details})


async def _search_again(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution
) -> None:
    await _close(connection, organisation_id, job_id, attribution, {})
    await reopen(connection, organisation_id, job_id, _GATE, StepStatus.PENDING, attribution)
    await reopen(connection, organisation_id, job_id, Step.SEARCH, StepStatus.PENDING, attribution)
