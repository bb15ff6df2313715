"""Steps 2 and 4: search the companies register, and read the entry of the chosen company."""

from registration.companies import queries as searches
from registration.companies.columns import company_columns
from registration.companies.details import CompanyDetails
from registration.companies.matching.query_cleaning import clean_query
from registration.companies.matching.ranking import search_outcome
from registration.companies.models import RegisterQuery, SearchResults, SourceOutcome, SourceState
from registration.database.session import Transaction
from registration.database.shared_transaction import Reader
from registration.errors import PersonMustAct, ProgrammerError, Refused, RegisterPageNotUnderstood
from registration.gates.queries import last_query
from registration.restaurants.models import RestaurantData
from registration.restaurants.queries import last_register_entry, read_restaurant, save_restaurant
from registration.workflow.step_data import StepData
from registration.workflow.step_queries import StepRow
from registration.workflow.steps import Step
from tasks.context import JobRef, Resources, resources
from tasks.page_evidence import keep, keep_pages_of
from tasks.register_answers import answer_of_register
from tasks.step_runner import StepResult, automatic_step, read, write


@automatic_step(Step.SEARCH)
async def search_register(job: JobRef, step: StepRow) -> StepResult:
    """Searches the companies register by name and by address, and ranks the companies found. A register that does not
    answer is waited for.

    If a repeated search fails, the old candidates stay, with the error. A search that fails without them fails the
    step, and never becomes "no match".
    """
    context = resources(job)
    restaurant = await read(context, lambda transaction: read_restaurant(transaction, step.restaurant_id))
    query = await _query(context, job, restaurant)
    original = {"restaurant_name": restaurant.name, "street": restaurant.address, "city": restaurant.city}
    key = (job.job_id, restaurant.id, step.visit, query, original)
    try:
        results = await answer_of_register(job, Step.SEARCH, lambda: _search(context, job, query))
    except (PersonMustAct, ProgrammerError) as error:
        failure = error.message
        await keep_pages_of(error, job, Step.SEARCH, step)
        await write(context, lambda transaction: searches.save_failed_search(transaction, *key, failure))
        if not await _has_candidates(context, job):
            raise
        return StepResult(f"the search failed, the earlier candidates stay: {failure}", StepData(error=failure))
    await keep(results.pages, job, Step.SEARCH, step)
    written = RegisterQuery(name=restaurant.name, street=restaurant.address or "", city=restaurant.city or "")
    found = search_outcome(query, results, written)
    await write(context, lambda transaction: searches.save_search(transaction, *key, found))
    count = len(found.candidates)
    return StepResult(f"{count} candidate{'' if count == 1 else 's'}", StepData(candidates=count))


@automatic_step(Step.COMPANY_DETAILS)
async def read_company(job: JobRef, step: StepRow) -> StepResult:
    """Reads the full register entry of the chosen company and saves it on the restaurant."""
    context = resources(job)
    search = await read(context, lambda transaction: searches.latest_searches(transaction, [job.job_id]))
    number = search[job.job_id]().selected if job.job_id in search else None
    if number is None:
        return StepResult("no company was chosen", skipped=True)
    try:
        details = await answer_of_register(job, Step.COMPANY_DETAILS, lambda: _details(context, number))
    except RegisterPageNotUnderstood as error:
        await keep_pages_of(error, job, Step.COMPANY_DETAILS, step)
        raise

    async def save(transaction: Transaction) -> dict[str, dict[str, str]]:
        restaurant = await read_restaurant(transaction, step.restaurant_id)
        written = await last_register_entry(transaction, restaurant.id)
        columns = company_columns(restaurant, details, written)
        await save_restaurant(transaction, restaurant.id, columns.values)
        data = details.model_dump(mode="json")
        await searches.save_company_details(transaction, job.job_id, data)
        return columns.conflicts

    conflicts = await write(context, save)
    data = StepData(company_number=number, conflicts=conflicts, not_shown=details.gaps)
    return StepResult(_describe(details), data)


def _describe(details: CompanyDetails) -> str:
    """The company's name, and which parts of its entry the register did not show, which differs from having none."""
    gaps = f"; the register did not show: {', '.join(details.gaps)}" if details.gaps else ""
    return f"{details.company_name}{gaps}"


async def _details(context: Resources, company_number: str) -> CompanyDetails:
    return await context.register.details(company_number)


async def _search(context: Resources, job: JobRef, query: RegisterQuery) -> SearchResults:
    """The register's answer. A first query that the register cannot search by gives an empty result.

    The gate then asks a person, who can search by other words, or enter the company by hand.
    """
    try:
        return await context.register.search(query)
    except Refused:
        if await _searched_before(context, job):
            raise
        nothing = SourceOutcome(state=SourceState.NOT_ASKED)
        return SearchResults(by_name=nothing, by_address=nothing)


async def _searched_before(context: Resources, job: JobRef) -> bool:
    """True if an earlier search was stored, with or without candidates."""
    return await _earlier_search(context, job) is not None


async def _has_candidates(context: Resources, job: JobRef) -> bool:
    """True if an earlier search found companies, from which a person can still choose."""
    earlier = await _earlier_search(context, job)
    try:
        return earlier is not None and bool(earlier().outcome.candidates)
    except ValueError:
        return False


async def _earlier_search(context: Resources, job: JobRef) -> Reader[searches.StoredSearch] | None:
    found = await read(context, lambda transaction: searches.latest_searches(transaction, [job.job_id]))
    return found.get(job.job_id)


async def _query(context: Resources, job: JobRef, restaurant: RestaurantData) -> RegisterQuery:
    """The query that a person asked for, else the restaurant's cleaned name, street and city."""
    stored = await read(context, lambda transaction: last_query(transaction, job.job_id))
    if stored is not None:
        return RegisterQuery.model_validate(stored)
    return clean_query(restaurant.name, restaurant.address, restaurant.city)
