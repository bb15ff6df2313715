"""The list of batches: filtered, sorted and cut in SQL; the restaurants of the batches on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from registration.batches.overview_queries import BatchOverview, read_overviews
from registration.batches.revision_queries import OPEN_BATCHES
from registration.database.session import Transaction
from registration.database.tables.work import ACTIVE_JOB
from registration.restaurants.list_queries import contains, folded_in
from registration.states import BatchStatus, JobStatus

MOST_PREVIEWS = 50
_STATUS = {status.value: status for status in JobStatus}
_OPEN = frozenset({BatchStatus.PENDING, BatchStatus.IN_PROGRESS, BatchStatus.ACTION_REQUIRED})


class BatchOrder(StrEnum):
    """What a list of batches can be sorted by; the value is the word for it. Attention: those that need a person, then
    the newest.
    """

    CREATED_AT = "created_at"
    TOTAL_RESTAURANTS = "total_restaurants"
    CURRENT_STEP = "current_step"
    NAME = "name"
    WAITING_SINCE = "waiting_since"
    ATTENTION = "attention"


_ORDERS = {
    BatchOrder.CREATED_AT: "b.created_at",
    BatchOrder.TOTAL_RESTAURANTS: "b.jobs_total",
    BatchOrder.CURRENT_STEP: "coalesce(b.current_step, 6)",
    BatchOrder.NAME: "lower(b.name)",
    BatchOrder.WAITING_SINCE: "b.waiting_since",
    BatchOrder.ATTENTION: "(b.id in (select batch_job_id from registration_jobs where organisation_id = :organisation"
    f" and {ACTIVE_JOB} and status = 'action_required'), b.created_at)",
}


@dataclass(frozen=True, kw_only=True)
class BatchFilter:
    """Which batches; what is empty or None filters nothing. City and cuisine are those of any restaurant of a batch.

    `search` is a part of the name of the batch or of one of its restaurants. `current_steps` counts a batch in which
    every restaurant has ended as at step 6.
    """

    search: str | None = None
    statuses: frozenset[BatchStatus] = frozenset()
    current_steps: frozenset[int] = frozenset()
    cities: tuple[str, ...] = ()
    cuisines: tuple[str, ...] = ()
    needs_person: bool = False
    with_failures: bool = False
    created_from: datetime | None = None
    created_to: datetime | None = None
    created_by: str | None = None


class JobPreview(NamedTuple):
    """One restaurant of a batch, as a list of batches shows it.

    A list has thousands: a tuple of texts is made in a moment, and ids are only shown again.
    """

    id: str
    restaurant_id: str
    status: JobStatus
    current_step: int
    error_message: str | None
    name: str
    city: str | None
    cuisine: tuple[str, ...]


@dataclass(frozen=True)
class BatchPage:
    """One page of the list, and how many batches fit the filter on all pages."""

    batches: tuple[BatchOverview, ...]
    total: int


async def list_batches(
    transaction: Transaction,
    only: BatchFilter,
    *,
    order: BatchOrder = BatchOrder.CREATED_AT,
    descending: bool = True,
    limit: int,
    offset: int = 0,
) -> BatchPage:
    """The batches that fit, in this order; those that are alike by their ids. Batches without the value come last."""
    conditions, values = _conditions(only)
    # The overview costs ten times as much: it is read for the batches of the page only.
    source = f"{_table(only, order)} b where {' and '.join(conditions)}"
    values |= {"organisation": transaction.organisation_id}
    direction = "desc" if descending else "asc"
    page = text(
        f"select b.id, count(*) over () as total from {source}"
        f" order by {_ORDERS[order]} {direction} nulls last, b.id limit :limit offset :offset"
    )
    rows = (await transaction.execute(page, values | {"limit": limit, "offset": offset})).all()
    total = rows[0].total if rows else 0
    if not rows and offset:
        total = await transaction.scalar(text(f"select count(*) from {source}"), values)
    return BatchPage(await read_overviews(transaction, [row.id for row in rows]), total)


def _table(only: BatchFilter, order: BatchOrder) -> str:
    """The view that derives the status of each batch from its jobs, or, if nothing derived is asked for, the table."""
    derived = only.statuses or only.current_steps or only.needs_person
    stored = order in (BatchOrder.CREATED_AT, BatchOrder.NAME, BatchOrder.ATTENTION)
    return "registration_batch_jobs" if stored and not derived else "registration_batch_status"


def _conditions(only: BatchFilter) -> tuple[list[str], dict[str, Any]]:
    """Each as a condition, with the values that it binds."""
    conditions, values = ["b.organisation_id = :organisation"], dict[str, Any]()

    def add(condition: str, **bound: Any) -> None:
        conditions.append(condition)
        values.update(bound)

    if only.search:
        add(
            f"(b.name ilike :search or b.id in {_of_restaurants('r.name ilike :search')})", search=contains(only.search)
        )
    if only.statuses:
        add("b.status = any(:statuses)", statuses=sorted(only.statuses))
    if only.needs_person or (only.statuses and only.statuses <= _OPEN):
        # The status is derived for batches that may be open only: most batches have ended.
        add(f"b.id in ({OPEN_BATCHES})")
    if only.current_steps:
        add("coalesce(b.current_step, 6) = any(:steps)", steps=sorted(only.current_steps))
    if only.cities:
        add(f"b.id in {_of_restaurants(folded_in('r.city', 'cities'))}", cities=list(only.cities))
    if only.cuisines:
        add(f"b.id in {_of_restaurants(_any_cuisine('cuisines'))}", cuisines=list(only.cuisines))
    if only.needs_person:
        add("b.jobs_action_required > 0")
    if only.with_failures:
        add(
            "b.id in (select batch_job_id from registration_jobs"
            " where organisation_id = :organisation and status in ('failed', 'partially_completed'))"
        )
    if only.created_from:
        add("b.created_at >= :created_from", created_from=only.created_from)
    if only.created_to:
        add("b.created_at < :created_to", created_to=only.created_to)
    if only.created_by:
        add("b.created_by = :created_by", created_by=only.created_by)
    return conditions, values


def _any_cuisine(parameter: str) -> str:
    return f"exists (select from unnest(r.cuisine) one where {folded_in('one', parameter)})"


def _of_restaurants(condition: str) -> str:
    """The batches with a restaurant of which the condition holds."""
    return (
        "(select j.batch_job_id from registration_jobs j join restaurants r on r.id = j.restaurant_id"
        f" where j.organisation_id = :organisation and {condition})"
    )


_PREVIEWS = text(
    f"""
    select j.batch_job_id::text, j.id::text, j.restaurant_id::text, j.status, j.error_message, r.name, r.city,
        r.cuisine,
        case when j.{ACTIVE_JOB} then coalesce((select min(s.step_number) from registration_job_steps s
            where s.job_id = j.id and s.status not in ('completed', 'failed', 'skipped', 'cancelled')), 6)
            else 6 end as current_step
    from registration_jobs j join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = any(:batches) and j.organisation_id = :organisation and j.position <= :most
    order by j.batch_job_id, j.position
    """
)


async def read_previews(transaction: Transaction, batch_ids: Iterable[UUID]) -> dict[UUID, list[JobPreview]]:
    """The first restaurants of each batch, in its order; one query."""
    found: dict[UUID, list[JobPreview]] = {batch_id: [] for batch_id in batch_ids}
    of_batch = {str(batch_id): previews for batch_id, previews in found.items()}
    parameters = {"batches": list(found), "organisation": transaction.organisation_id, "most": MOST_PREVIEWS}
    rows = (await transaction.execute(_PREVIEWS, parameters)).all()
    for batch_id, id_, restaurant_id, status, error, name, city, cuisine, step in rows:
        kinds = tuple(filter(None, cuisine or ()))
        of_batch[batch_id].append(JobPreview(id_, restaurant_id, _STATUS[status], step, error, name, city, kinds))
    return found
