"""Steps 2 and 4: search the companies register, and read the entry of the chosen company."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from prefect import get_run_logger
from prefect.artifacts import acreate_link_artifact
from prefect.context import TaskRunContext
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.companies import queries as searches
from registration.companies.columns import company_columns
from registration.companies.details import CompanyDetails
from registration.companies.matching.query_cleaning import clean_query
from registration.companies.matching.ranking import search_outcome
from registration.companies.models import RegisterQuery, SearchResults, SourceOutcome, SourceState
from registration.errors import PersonMustAct, ProgrammerError, Refused, RegisterPageNotUnderstood, TransientError
from registration.gates.queries import last_query
from registration.kit.markdown import address, link, plain
from registration.restaurants.models import RestaurantData
from registration.restaurants.queries import last_register_entry, read_restaurant, save_restaurant
from registration.workflow.step_queries import StepAsked
from registration.workflow.steps import Step
from tasks.context import JobRef, Resources, resources
from tasks.step_runner import StepResult, automatic_step, read, write


async def show_pages(job: JobRef, details: Mapping[str, Any]) -> None:
    """One link artifact per page that an error's details keep as evidence; nothing for other errors.

    The files lie where the batch's process runs. A Prefect server that is away is told nothing: the details are stored
    with the step in any case.
    """
    pages: list[Mapping[str, Any]] = [one for one in details.get("sources", [details]) if "evidence" in one]
    if TaskRunContext.get() is None:
        return
    for number, page in enumerate(pages, 1):
        try:
            await _show(job, number, page)
        except (httpx.HTTPError, OSError) as error:
            get_run_logger().warning("The page that was not understood cannot be shown now: %s", error)


async def _show(job: JobRef, number: int, page: Mapping[str, Any]) -> None:
    told = told_of_page(job, page)
    await acreate_link_artifact(
        told["link"],
        link_text=told["link_text"],
        key=f"register-page-{job.job_id}-{number}",
        description=told["description"],
    )


def told_of_page(job: JobRef, page: Mapping[str, Any]) -> dict[str, str]:
    """The artifact's link, its text and its description, which are Markdown in the UI."""
    kept: Mapping[str, str] = page["evidence"]
    files = {kind: kept[kind] for kind in ("screenshot", "html") if kind in kept}
    told = [f"`{path}`" for path in files.values()] or [kept.get("not_kept", "no files")]
    return {
        "link": next((Path(path).as_uri() for path in files.values()), address(str(page["url"]))),
        "link_text": f"What the register showed for {plain(job.restaurant)}",
        "description": f"{link('The page', str(page['url']))} was not understood. Kept: {', '.join(told)}",
    }


@automatic_step(Step.SEARCH)
async def search_register(job: JobRef, asked: StepAsked) -> StepResult:
    """Searches the companies register by name and by address, and ranks what it finds.

    A repeated search that fails leaves the old candidates, with its error; a first one that fails is never "no match".
    """
    context = resources(job)
    restaurant = await read(
        context, lambda connection: read_restaurant(connection, job.organisation_id, asked.restaurant_id)
    )
    query = await _query(context, job, restaurant)
    original = {"restaurant_name": restaurant.name, "street": restaurant.address, "city": restaurant.city}
    key = (job.organisation_id, job.job_id, restaurant.id, asked.visit, query, original)
    try:
        results = await context.watch.unless_stopped(_found(context, job, query), job.job_id)
    except (TransientError, PersonMustAct, ProgrammerError) as error:
        failure = error.message
        await show_pages(job, error.details)
        await write(context, lambda connection: searches.save_failed_search(connection, *key, failure))
        passing = isinstance(error, TransientError) and not asked.last_try
        if passing or not await _searched_before(context, job):
            raise
        return StepResult(f"the search failed, the earlier candidates stay: {failure}", {"error": failure})
    for source in (results.by_name, results.by_address):
        await show_pages(job, source.error_details)
    written = RegisterQuery(name=restaurant.name, street=restaurant.address or "", city=restaurant.city or "")
    found = search_outcome(query, results, written)
    await write(context, lambda connection: searches.save_search(connection, *key, found))
    count = len(found.candidates)
    return StepResult(f"{count} candidate{'' if count == 1 else 's'}", {"candidates": count})


@automatic_step(Step.COMPANY_DETAILS)
async def read_company(job: JobRef, asked: StepAsked) -> StepResult:
    """Reads the full register entry of the chosen company and saves it on the restaurant."""
    context = resources(job)
    search = await read(
        context, lambda connection: searches.latest_searches(connection, job.organisation_id, [job.job_id])
    )
    number = search[job.job_id]().selected if job.job_id in search else None
    if number is None:
        return StepResult("no company was chosen", skipped=True)
    try:
        details = await context.watch.unless_stopped(context.register.details(number), job.job_id)
    except RegisterPageNotUnderstood as error:
        await show_pages(job, error.details)
        raise

    async def save(connection: AsyncConnection) -> dict[str, dict[str, str]]:
        restaurant = await read_restaurant(connection, job.organisation_id, asked.restaurant_id)
        written = await last_register_entry(connection, job.organisation_id, restaurant.id)
        columns = company_columns(restaurant, details, written)
        await save_restaurant(connection, job.organisation_id, restaurant.id, columns.values)
        data = details.model_dump(mode="json")
        await searches.save_company_details(connection, job.organisation_id, job.job_id, data)
        return columns.conflicts

    conflicts = await write(context, save)
    result = {"company_number": number, "conflicts": conflicts, "not_shown": list(details.gaps)}
    return StepResult(_read(details), result)


def _read(details: CompanyDetails) -> str:
    """The company, and what of its entry the register did not show: that is not the same as having none."""
    gaps = f"; the register did not show: {', '.join(details.gaps)}" if details.gaps else ""
    return f"{details.company_name}{gaps}"


async def _found(context: Resources, job: JobRef, query: RegisterQuery) -> SearchResults:
    """What the register answers; nothing if a first query has nothing that the register can search by.

    The gate then asks a person, who may search by something else, or enter the company by hand.
    """
    try:
        return await context.register.search(query)
    except Refused:
        if await _searched_before(context, job):
            raise
        nothing = SourceOutcome(state=SourceState.NOT_ASKED)
        return SearchResults(by_name=nothing, by_address=nothing)


async def _searched_before(context: Resources, job: JobRef) -> bool:
    """Whether there are candidates, or the knowledge that there are none, to go on with."""
    found = await read(
        context, lambda connection: searches.latest_searches(connection, job.organisation_id, [job.job_id])
    )
    return job.job_id in found


async def _query(context: Resources, job: JobRef, restaurant: RestaurantData) -> RegisterQuery:
    """What a person asked to search with, else the restaurant's cleaned name, street and city."""
    given = await read(context, lambda connection: last_query(connection, job.organisation_id, job.job_id))
    if given is not None:
        return RegisterQuery.model_validate(given)
    return clean_query(restaurant.name, restaurant.address, restaurant.city)
