"""Queries about searches of the register: one row per job and visit of the search."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.companies.models import Candidate, RegisterQuery, SearchOutcome, SourceOutcome
from registration.database.shared_transaction import Reader, reader

_SAVE = text(
    """
    insert into companies_office_search_candidates (organisation_id, restaurant_id, registration_job_id, visit,
        search_queries, combined_results, source_errors, candidate_count, preselected_company_number, status,
        error_message, searched_at)
    values (:organisation, :restaurant, :job, :visit, :queries, :results, :sources, :count, :preselected, :status,
        :error, clock_timestamp())
    on conflict (registration_job_id, visit) do update set search_queries = excluded.search_queries,
        combined_results = excluded.combined_results, source_errors = excluded.source_errors,
        candidate_count = excluded.candidate_count, preselected_company_number = excluded.preselected_company_number,
        status = excluded.status, error_message = excluded.error_message, searched_at = clock_timestamp(),
        updated_at = clock_timestamp()
    """
).bindparams(*(bindparam(name, type_=JSONB) for name in ("queries", "results", "sources")))
_LATEST = text(
    """
    select distinct on (registration_job_id) registration_job_id, visit, search_queries, combined_results,
        source_errors, preselected_company_number, status, error_message, selected_company_number,
        (select f.error_message from companies_office_search_candidates f
            where f.registration_job_id = c.registration_job_id order by f.visit desc limit 1) as last_error
    from companies_office_search_candidates c
    where registration_job_id = any(:jobs) and organisation_id = :organisation and status <> 'failed'
    order by registration_job_id, visit desc
    """
)
_SELECT = text(
    """
    update companies_office_search_candidates set status = :status, selected_company_number = :number,
        selected_at = clock_timestamp(), updated_at = clock_timestamp()
    where organisation_id = :organisation and registration_job_id = :job
      and visit = (select max(visit) from companies_office_search_candidates
                   where registration_job_id = :job and status <> 'failed')
    """
)
_SAVE_DETAILS = text(
    """
    update companies_office_search_candidates set selected_company_data = :data, updated_at = clock_timestamp()
    where organisation_id = :organisation and registration_job_id = :job and status = 'selected'
    """
).bindparams(bindparam("data", type_=JSONB))


class _Sources(BaseModel):
    """How each source is stored."""

    name: SourceOutcome
    address: SourceOutcome


class _Asked(BaseModel):
    """How the query is stored."""

    restaurant_name: str
    street: str
    city: str


_CANDIDATES = TypeAdapter(tuple[Candidate, ...])


@dataclass(frozen=True)
class StoredSearch:
    """The latest search of a job that succeeded; `last_error` is of a later one that failed."""

    visit: int
    query: RegisterQuery
    outcome: SearchOutcome
    selected: str | None
    last_error: str | None


async def save_search(
    connection: AsyncConnection,
    organisation_id: UUID,
    job_id: UUID,
    restaurant_id: UUID,
    visit: int,
    query: RegisterQuery,
    original: dict[str, str | None],
    outcome: SearchOutcome,
) -> None:
    """Keep what was searched and found; the restaurant's own texts stay beside the cleaned ones."""
    parameters = _parameters(organisation_id, job_id, restaurant_id, visit, query, original)
    sources = {"name": outcome.by_name.model_dump(mode="json"), "address": outcome.by_address.model_dump(mode="json")}
    parameters |= {
        "results": [candidate.model_dump(mode="json") for candidate in outcome.candidates],
        "sources": sources,
        "count": len(outcome.candidates),
        "preselected": outcome.preselected,
        "status": "awaiting_selection",
        "error": None,
    }
    await connection.execute(_SAVE, parameters)


async def save_failed_search(
    connection: AsyncConnection,
    organisation_id: UUID,
    job_id: UUID,
    restaurant_id: UUID,
    visit: int,
    query: RegisterQuery,
    original: dict[str, str | None],
    error: str,
) -> None:
    """Keep that nothing could be learned, and why; this is never "no match"."""
    parameters = _parameters(organisation_id, job_id, restaurant_id, visit, query, original)
    parameters |= {"results": [], "sources": {}, "count": 0, "preselected": None, "status": "failed", "error": error}
    await connection.execute(_SAVE, parameters)


async def latest_searches(
    connection: AsyncConnection, organisation_id: UUID, job_ids: list[UUID]
) -> dict[UUID, Reader[StoredSearch]]:
    """The latest search of each job that did not fail."""
    rows = await connection.execute(_LATEST, {"organisation": organisation_id, "jobs": job_ids})
    return {row.registration_job_id: reader("search of the register", _stored, row) for row in rows}


async def select_company(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, company_number: str | None
) -> None:
    """Note what was chosen of the latest search; None is "no match"."""
    status = "no_match" if company_number is None else "selected"
    parameters = {"organisation": organisation_id, "job": job_id, "number": company_number, "status": status}
    await connection.execute(_SELECT, parameters)


async def save_company_details(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, data: dict[str, Any]
) -> None:
    """Keep the full register entry of the chosen company."""
    await connection.execute(_SAVE_DETAILS, {"organisation": organisation_id, "job": job_id, "data": data})


def _parameters(
    organisation_id: UUID,
    job_id: UUID,
    restaurant_id: UUID,
    visit: int,
    query: RegisterQuery,
    original: dict[str, str | None],
) -> dict[str, Any]:
    queries = {"restaurant_name": query.name, "street": query.street, "city": query.city, "original_values": original}
    return {
        "organisation": organisation_id,
        "job": job_id,
        "restaurant": restaurant_id,
        "visit": visit,
        "queries": queries,
    }


def _stored(row: Any) -> StoredSearch:
    sources, asked = _Sources.model_validate(row.source_errors), _Asked.model_validate(row.search_queries)
    outcome = SearchOutcome(
        by_name=sources.name,
        by_address=sources.address,
        candidates=_CANDIDATES.validate_python(row.combined_results),
        preselected=row.preselected_company_number,
    )
    query = RegisterQuery(name=asked.restaurant_name, street=asked.street, city=asked.city)
    return StoredSearch(row.visit, query, outcome, row.selected_company_number, row.last_error)
