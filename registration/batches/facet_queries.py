"""The values by which a list of batches can be filtered: those that occur, with the number of their batches."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from registration.database.session import Transaction

_MOST = 200
_FACETS = text(
    """
    with present as materialized (
        select distinct j.batch_job_id, j.restaurant_id from registration_jobs j
        where j.organisation_id = :organisation
    ), cities as (
        select r.id, lower(trim(r.city)) as key, trim(r.city) as value from restaurants r
        where r.organisation_id = :organisation and trim(r.city) <> ''
    ), cuisines as (
        select r.id, lower(trim(one)) as key, trim(one) as value from restaurants r, unnest(r.cuisine) as one
        where r.organisation_id = :organisation and trim(one) <> ''
    ), counted as (
        select 'city' as facet, c.key, count(*) as batches
        from (select distinct p.batch_job_id, c.key from present p join cities c on c.id = p.restaurant_id) c
        group by c.key
        union all
        select 'cuisine', c.key, count(*)
        from (select distinct p.batch_job_id, c.key from present p join cuisines c on c.id = p.restaurant_id) c
        group by c.key
    ), spelled as (
        select 'city' as facet, key, min(value) as value from cities group by key
        union all
        select 'cuisine', key, min(value) from cuisines group by key
    )
    select facet, value, batches from counted join spelled using (facet, key)
    union all
    select 'created_by', created_by, count(*) from registration_batch_jobs
    where organisation_id = :organisation group by created_by
    order by facet, batches desc, value
    """
)


@dataclass(frozen=True)
class Facet:
    """One value that a filter offers, and how many batches have it."""

    value: str
    batches: int


@dataclass(frozen=True)
class Facets:
    """The values that occur, most frequent first."""

    cities: tuple[Facet, ...]
    cuisines: tuple[Facet, ...]
    creators: tuple[Facet, ...]


async def read_facets(transaction: Transaction) -> Facets:
    """What the batches of the organisation can be filtered by; one query."""
    rows: list[Any] = list(await transaction.execute(_FACETS, {"organisation": transaction.organisation_id}))
    found = {
        facet: tuple(Facet(row.value, row.batches) for row in rows if row.facet == facet)[:_MOST]
        for facet in ("city", "cuisine", "created_by")
    }
    return Facets(found["city"], found["cuisine"], found["created_by"])
