"""What is known about jobs that wait for their company."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.companies.matching.query_cleaning import clean_query
from registration.companies.models import RegisterQuery
from registration.companies.queries import StoredSearch, latest_searches
from registration.database.shared_transaction import Reader
from registration.gates.questions.cases import CompanyContext, UnreadableCase
from registration.gates.read_config_cases import or_unreadable
from registration.gates.round_queries import LastRefusal, last_refusals
from registration.gates.rounds import Details
from registration.restaurants.models import RestaurantData
from registration.restaurants.queries import restaurants_of_jobs
from registration.settings import settings
from registration.workflow.snapshot import JobView
from registration.workflow.steps import GateName, Step

_GATE = Step.COMPANY_SELECTION
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


async def company_cases(
    connection: AsyncConnection, organisation_id: UUID, waiting: tuple[JobView, ...]
) -> tuple[CompanyContext | UnreadableCase, ...]:
    """What is known about each waiting job, in their order; three queries."""
    ids = [job.id for job in waiting]
    found = await latest_searches(connection, organisation_id, ids)
    refusals = await last_refusals(connection, organisation_id, ids, GateName.COMPANY_SELECTION)
    restaurants = await restaurants_of_jobs(connection, organisation_id, ids)
    searches = {job.id: or_unreadable(job, _GATE, found[job.id]) for job in waiting if job.id in found}
    shared = _shared(waiting, searches)
    return tuple(
        _case_of(job, restaurants[job.id], searches.get(job.id), refusals.get(job.id), shared) for job in waiting
    )


def _case_of(
    job: JobView,
    restaurant: Reader[RestaurantData],
    search: StoredSearch | UnreadableCase | None,
    refusal: LastRefusal | None,
    shared: Mapping[str, tuple[JobView, ...]],
) -> CompanyContext | UnreadableCase:
    if isinstance(search, UnreadableCase):
        return search
    return or_unreadable(job, _GATE, lambda: _case(job, restaurant(), search, refusal, shared))


def _case(
    job: JobView,
    restaurant: RestaurantData,
    search: StoredSearch | None,
    refusal: LastRefusal | None,
    shared: Mapping[str, tuple[JobView, ...]],
) -> CompanyContext:
    step = job.steps[_GATE]
    return CompanyContext(
        job_id=job.id,
        position=job.position,
        visit=step.visit,
        restaurant_name=restaurant.name,
        city=restaurant.city,
        register_url=settings().register_url,
        asked=Details(step.asked) if step.asked else None,
        query=search.query if search else _cleaned(restaurant),
        outcome=search.outcome if search else None,
        search_error=search.last_error if search else None,
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
    waiting: tuple[JobView, ...], searches: Mapping[UUID, StoredSearch | UnreadableCase]
) -> dict[str, tuple[JobView, ...]]:
    """The jobs of the round that each company was found for, where there are several."""
    found: defaultdict[str, list[JobView]] = defaultdict(list)
    for job in waiting:
        search = searches.get(job.id)
        for candidate in search.outcome.candidates if isinstance(search, StoredSearch) else ():
            found[candidate.company.company_number].append(job)
    return {number: tuple(jobs) for number, jobs in found.items() if len(jobs) > 1}
