"""What is known about jobs that wait for their company."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from registration.companies.matching.query_cleaning import clean_query
from registration.companies.models import RegisterQuery
from registration.companies.queries import StoredSearch, latest_searches
from registration.database.session import Transaction
from registration.database.shared_transaction import Reader
from registration.gates.config_contexts import or_unreadable
from registration.gates.failure_queries import failed_readings
from registration.gates.questions.contexts import CompanyContext, FailedReading, UnreadableContext
from registration.gates.round_queries import LastRefusal, last_refusals
from registration.gates.rounds import Details
from registration.restaurants.models import RestaurantData
from registration.restaurants.queries import restaurants_of_jobs
from registration.settings import settings
from registration.workflow.snapshot import JobView
from registration.workflow.steps import GateName, Step

_GATE, _NAME = Step.COMPANY_SELECTION, GateName.COMPANY_SELECTION
_KNOWN = (
    "contact_name",
    "company_name",
    "company_number",
    "nzbn",
    "gst_number",
    "contact_email",
    "contact_phone",
    "full_legal_name",
)


async def company_contexts(
    transaction: Transaction, waiting: tuple[JobView, ...]
) -> tuple[CompanyContext | UnreadableContext, ...]:
    """What is known about each waiting job, in their order; four queries."""
    ids = [job.id for job in waiting]
    searches_by_job = await latest_searches(transaction, ids)
    refusals = await last_refusals(transaction, {job.id: job.steps[_GATE].visit for job in waiting}, _NAME)
    failures = await failed_readings(transaction, ids)
    restaurants = await restaurants_of_jobs(transaction, ids)
    searches = {
        job.id: or_unreadable(job, _GATE, searches_by_job[job.id]) for job in waiting if job.id in searches_by_job
    }
    shared = _shared(waiting, searches)
    return tuple(
        _context_of(job, restaurants[job.id], searches.get(job.id), failures.get(job.id), refusals.get(job.id), shared)
        for job in waiting
    )


def _context_of(
    job: JobView,
    restaurant: Reader[RestaurantData],
    search: StoredSearch | UnreadableContext | None,
    failure: FailedReading | None,
    refusal: LastRefusal | None,
    shared: Mapping[str, tuple[JobView, ...]],
) -> CompanyContext | UnreadableContext:
    if isinstance(search, UnreadableContext):
        return search
    return or_unreadable(job, _GATE, lambda: _context(job, restaurant(), search, failure, refusal, shared))


def _context(
    job: JobView,
    restaurant: RestaurantData,
    search: StoredSearch | None,
    failure: FailedReading | None,
    refusal: LastRefusal | None,
    shared: Mapping[str, tuple[JobView, ...]],
) -> CompanyContext:
    step = job.steps[_GATE]
    if failure is not None and failure.step is Step.SEARCH:
        # An earlier search found nothing, or there was none: neither is the result of the failed one.
        search = None
    return CompanyContext(
        job_id=job.id,
        position=job.position,
        visit=step.visit,
        restaurant_name=restaurant.name,
        city=restaurant.city,
        register_url=settings().register_url,
        address=restaurant.address,
        website_url=restaurant.website_url,
        asked=Details(step.requested_details) if step.requested_details else None,
        query=search.query if search else (failure and failure.query) or _cleaned(restaurant),
        outcome=search.outcome if search else None,
        search_error=search.last_error if search else None,
        failure=failure,
        refused=refusal.reason if refusal else None,
        typed=refusal.typed if refusal else {},
        shared={
            number: tuple(other.restaurant for other in jobs if other.id != job.id) for number, jobs in shared.items()
        },
        known={name: getattr(restaurant, name) for name in _KNOWN},
    )


def _cleaned(restaurant: RestaurantData) -> RegisterQuery | None:
    try:
        return clean_query(restaurant.name, restaurant.address, restaurant.city)
    except ValueError:
        return None


def _shared(
    waiting: tuple[JobView, ...], searches: Mapping[UUID, StoredSearch | UnreadableContext]
) -> dict[str, tuple[JobView, ...]]:
    """The jobs of the round that each company was found for, where there are several."""
    jobs_by_company: defaultdict[str, list[JobView]] = defaultdict(list)
    for job in waiting:
        search = searches.get(job.id)
        for candidate in search.outcome.candidates if isinstance(search, StoredSearch) else ():
            jobs_by_company[candidate.company.company_number].append(job)
    return {number: tuple(jobs) for number, jobs in jobs_by_company.items() if len(jobs) > 1}
