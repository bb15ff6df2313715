"""Batches with the pages of their runs; jobs with their restaurants, menus, and the candidates at the company gate."""

from collections.abc import Sequence
from uuid import UUID

from interfaces.api.models.batches import Batch
from interfaces.api.models.candidates import candidates_of, shared_companies
from interfaces.api.models.jobs import Found, Job, at, job_of
from interfaces.api.models.restaurants import Restaurant
from registration.batches.detail_queries import DetailJob
from registration.batches.overview_queries import BatchOverview
from registration.companies.queries import StoredSearch, latest_searches
from registration.database.session import Transaction
from registration.restaurants.detail_queries import shown_restaurants
from registration.settings import settings
from registration.states import StepStatus
from registration.workflow.steps import Step


def shown_batch(overview: BatchOverview) -> Batch:
    """The batch, with the page of its flow run."""
    # Prefect's client takes seconds to import; the application imports it in the background.
    from tasks.batch_runs import run_url

    return Batch.of(overview, run_url(overview.flow_run_id) if overview.flow_run_id else None)


async def shown_jobs(transaction: Transaction, stored: Sequence[DetailJob], *, slim: bool = False) -> list[Job]:
    """The jobs as the API shows them; three queries more, one without restaurants."""
    found = await found_companies(transaction, stored)
    ids = [] if slim else [job.restaurant_id for job in stored]
    restaurants = await shown_restaurants(transaction, ids) if ids else {}
    return [
        job_of(
            job,
            Restaurant.of(restaurants[job.restaurant_id]) if job.restaurant_id in restaurants else None,
            found.get(job.id),
            slim=slim,
        )
        for job in stored
    ]


async def found_companies(transaction: Transaction, stored: Sequence[DetailJob]) -> dict[UUID, Found]:
    """What was found for each job that waits for its company; nothing where the stored search cannot be read."""
    waiting = {job.id: job.restaurant for job in stored if at(job, Step.COMPANY_SELECTION)}
    if not waiting:
        return {}
    failed = {job.id for job in stored if job.steps[Step.SEARCH].status is StepStatus.FAILED}
    searches: dict[UUID, StoredSearch] = {}
    for job_id, read in (await latest_searches(transaction, list(waiting))).items():
        try:
            searches[job_id] = read()
        except ValueError:
            continue
    shared = shared_companies((waiting[job_id], search) for job_id, search in searches.items())
    return {
        job_id: Found("failed") if job_id in failed else _found(searches.get(job_id), shared, restaurant)
        for job_id, restaurant in waiting.items()
    }


def _found(search: StoredSearch | None, shared: dict[str, list[str]], restaurant: str) -> Found:
    if search is None:
        return Found("pending")
    candidates = candidates_of(search, settings().register_url, shared, restaurant)
    return Found("awaiting_selection", candidates, search.selected)
