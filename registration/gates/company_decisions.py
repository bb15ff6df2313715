"""The effect of an answer at the company gate."""

from uuid import UUID

from registration.companies.columns import columns_without_company
from registration.companies.queries import latest_searches, select_company
from registration.database.session import Transaction
from registration.gates.decisions import (
    ChooseCompany,
    ConfirmQuery,
    EnterByHand,
    ManualCompany,
    NoMatch,
    Refusal,
    SearchAgain,
    SubmittedAnswer,
)
from registration.gates.rounds import Details
from registration.restaurants.queries import last_register_entry, read_restaurant, save_restaurant
from registration.states import StepStatus
from registration.workflow.skips import StepSkip
from registration.workflow.step_data import NOTHING, StepData
from registration.workflow.step_queries import StepRow, advance, read_step, reopen, skip_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution

_GATE = Step.COMPANY_SELECTION


async def refusal(transaction: Transaction, submitted: SubmittedAnswer, step: StepRow) -> Refusal | None:
    """Why the answer is refused, None if it is accepted. Raises ValueError if the stored data cannot be read."""
    if step.data.asked == Details.CONFIRM_QUERY and isinstance(submitted.answer, ChooseCompany | NoMatch):
        return Refusal(code="INVALID_STATUS", reason="nothing was searched yet; confirm the query first")
    if (
        isinstance(submitted.answer, SearchAgain | ConfirmQuery)
        and submitted.answer.query
        and submitted.answer.query.is_empty
    ):
        return Refusal(code="NOTHING_TO_SEARCH_BY", reason="there is nothing to search by: give a name or a street")
    if not isinstance(submitted.answer, ChooseCompany):
        return None
    search_step = await read_step(transaction, submitted.job_id, Step.SEARCH)
    if search_step is None or not search_step.status.ended:
        return Refusal(code="INVALID_STATUS", reason="the register is searched once more; choose from what that finds")
    search = (await latest_searches(transaction, [submitted.job_id])).get(submitted.job_id)
    numbers = [candidate.company.company_number for candidate in search().outcome.candidates] if search else []
    if submitted.answer.company_number in numbers:
        return None
    number = submitted.answer.company_number
    return Refusal(code="NOT_A_CANDIDATE", reason=f"company {number} is not among the candidates of the latest search")


async def apply(transaction: Transaction, submitted: SubmittedAnswer, step: StepRow, attribution: Attribution) -> None:
    """Move the steps as the accepted answer says, in the caller's transaction."""
    job_id = submitted.job_id
    match submitted.answer:
        case ChooseCompany(company_number=number):
            await select_company(transaction, job_id, number)
            await _close(transaction, job_id, attribution, StepData(company_number=number))
            # Its entry, or another company's, could not be read before.
            await reopen(transaction, job_id, Step.COMPANY_DETAILS, StepStatus.PENDING, attribution)
        case NoMatch():
            await select_company(transaction, job_id, None)
            await _forget_company(transaction, step.restaurant_id)
            await _close(transaction, job_id, attribution, StepData(no_match=True))
            await _no_details(transaction, job_id, attribution.actor, StepSkip.NO_MATCH)
        case EnterByHand(details=ManualCompany() as details):
            values = details.model_dump(exclude_none=True)
            await _forget_company(transaction, step.restaurant_id)
            await save_restaurant(transaction, step.restaurant_id, values)
            await _close(transaction, job_id, attribution, StepData(entered_by_hand=True))
            await _no_details(transaction, job_id, attribution.actor, StepSkip.ENTERED_BY_HAND)
        case SearchAgain(query=None):
            await _ask_for_details(transaction, job_id, attribution, Details.SEARCH_AGAIN)
        case EnterByHand(details=None):
            await _ask_for_details(transaction, job_id, attribution, Details.ENTER_BY_HAND)
        case SearchAgain() | ConfirmQuery():
            await _search_again(transaction, job_id, attribution)
        case _:
            raise TypeError(f"{type(submitted.answer).__name__} is no answer of the company gate")


async def ask_again(transaction: Transaction, job_id: UUID, attribution: Attribution) -> None:
    """Ask for the company once more, because the entry of the chosen company could not be read."""
    await reopen(transaction, job_id, _GATE, StepStatus.ACTION_REQUIRED, attribution)


async def _forget_company(transaction: Transaction, restaurant_id: UUID) -> None:
    """Remove what an earlier company's entry set: else the e-mail of its director would be proposed for the account."""
    restaurant = await read_restaurant(transaction, restaurant_id)
    written = await last_register_entry(transaction, restaurant_id)
    columns = columns_without_company(restaurant, written)
    await save_restaurant(transaction, restaurant_id, columns)


async def _close(transaction: Transaction, job_id: UUID, attribution: Attribution, data: StepData = NOTHING) -> None:
    await advance(transaction, job_id, _GATE, StepStatus.COMPLETED, attribution, data)


async def _no_details(transaction: Transaction, job_id: UUID, actor: str, why: StepSkip) -> None:
    """Skip the reading of the register, and the search if it has not run; what has failed stays failed."""
    await skip_steps(transaction, job_id, (Step.SEARCH, Step.COMPANY_DETAILS), actor, why)


async def _ask_for_details(transaction: Transaction, job_id: UUID, attribution: Attribution, details: Details) -> None:
    await _close(transaction, job_id, attribution)
    waiting = StepStatus.ACTION_REQUIRED
    await reopen(transaction, job_id, _GATE, waiting, attribution, StepData(asked=details))


async def _search_again(transaction: Transaction, job_id: UUID, attribution: Attribution) -> None:
    await _close(transaction, job_id, attribution)
    await reopen(transaction, job_id, _GATE, StepStatus.PENDING, attribution)
    await reopen(transaction, job_id, Step.SEARCH, StepStatus.PENDING, attribution)
    # A failed reading of an earlier choice says nothing about what is found now.
    await reopen(transaction, job_id, Step.COMPANY_DETAILS, StepStatus.PENDING, attribution)
