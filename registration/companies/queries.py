"""Queries about searches of the register: one row per job and visit of the search step."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.companies.details import CompanyDetails
from registration.companies.models import Candidate, RegisterQuery, SearchOutcome, SourceOutcome
from registration.database.session import Transaction
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
_ENTRIES = text(
    """
    select distinct on (c.registration_job_id) c.registration_job_id as job_id, c.selected_company_data as entry
    from companies_office_search_candidates c
    join registration_job_steps four on four.job_id = c.registration_job_id and four.step_number = 4
    where c.registration_job_id = any(:jobs) and c.organisation_id = :organisation and c.status = 'selected'
        and c.selected_company_data ->> 'company_number' = c.selected_company_number and four.status = 'completed'
    order by c.registration_job_id, c.visit desc
    """
)
_CANDIDATES = TypeAdapter(tuple[Candidate, ...])


class _Sources(BaseModel):
    """The stored form of the outcome of each source."""

    name: SourceOutcome
    address: SourceOutcome


class _StoredQuery(BaseModel):
    """The stored form of the query."""

    restaurant_name: str
    street: str
    city: str


@dataclass(frozen=True)
class StoredSearch:
    """The latest search of a job that succeeded; `last_error` is the error of a later search that failed."""

    visit: int
    query: RegisterQuery
    outcome: SearchOutcome
    selected: str | None
    last_error: str | None


async def save_search(
    transaction: Transaction,
    job_id: UUID,
    restaurant_id: UUID,
    visit: int,
    query: RegisterQuery,
    original: dict[str, str | None],
    outcome: SearchOutcome,
) -> None:
    """Store a search and its outcome; `original` has the restaurant's name and address before they were cleaned."""
    parameters = _parameters(transaction.organisation_id, job_id, restaurant_id, visit, query, original)
    sources = {"name": outcome.by_name.model_dump(mode="json"), "address": outcome.by_address.model_dump(mode="json")}
    parameters |= {
        "results": [candidate.model_dump(mode="json") for candidate in outcome.candidates],
        "sources": sources,
        "count": len(outcome.candidates),
        "preselected": outcome.preselected,
        "status": "awaiting_selection",
        "error": None,
    }
    await transaction.execute(_SAVE, parameters)


async def save_failed_search(
    transaction: Transaction,
    job_id: UUID,
    restaurant_id: UUID,
    visit: int,
    query: RegisterQuery,
    original: dict[str, str | None],
    error: str,
) -> None:
    """Store that every source failed, and why; this is not a "no match"."""
    parameters = _parameters(transaction.organisation_id, job_id, restaurant_id, visit, query, original)
    parameters |= {"results": [], "sources": {}, "count": 0, "preselected": None, "status": "failed", "error": error}
    await transaction.execute(_SAVE, parameters)


async def latest_searches(transaction: Transaction, job_ids: list[UUID]) -> dict[UUID, Reader[StoredSearch]]:
    """The latest search of each job that did not fail."""
    rows = await transaction.execute(_LATEST, {"organisation": transaction.organisation_id, "jobs": job_ids})
    return {row.registration_job_id: reader("search of the register", _stored, row) for row in rows}


async def select_company(transaction: Transaction, job_id: UUID, company_number: str | None) -> None:
    """Store the choice among the candidates of the latest search; None is "no match"."""
    status = "no_match" if company_number is None else "selected"
    parameters = {
        "organisation": transaction.organisation_id,
        "job": job_id,
        "number": company_number,
        "status": status,
    }
    await transaction.execute(_SELECT, parameters)


async def save_company_details(transaction: Transaction, job_id: UUID, data: dict[str, Any]) -> None:
    """Store the full register entry of the chosen company."""
    await transaction.execute(_SAVE_DETAILS, {"organisation": transaction.organisation_id, "job": job_id, "data": data})


async def register_entries(transaction: Transaction, job_ids: Collection[UUID]) -> dict[UUID, CompanyDetails]:
    """The register entries of the chosen companies by job, as step 4 read them.

    Jobs without one are left out, and entries in a format that this version cannot read: they are only shown.
    """
    rows = await transaction.execute(_ENTRIES, {"jobs": list(job_ids), "organisation": transaction.organisation_id})
    entries = dict[UUID, CompanyDetails]()
    for row in rows:
        with suppress(ValidationError):
            entries[row.job_id] = CompanyDetails.model_validate(row.entry)
    return entries


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
    sources, stored_query = _Sources.model_validate(row.source_errors), _StoredQuery.model_validate(row.search_queries)
    outcome = SearchOutcome(
        by_name=sources.name,
        by_address=sources.address,
        candidates=_CANDIDATES.validate_python(row.combined_results),
        preselected=row.preselected_company_number,
    )
    query = RegisterQuery(name=stored_query.restaurant_name, street=stored_query.street, city=stored_query.city)
    return StoredSearch(row.visit, query, outcome, row.selected_company_number, row.last_error)
