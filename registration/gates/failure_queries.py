"""Queries about failures of the register, which are shown at the company gate."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.companies.models import RegisterQuery
from registration.database.session import Transaction
from registration.gates.questions.contexts import FailedReading
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.steps import Step

_FAILED = text(
    """
    select distinct on (s.job_id) s.job_id, s.step_number, s.error_message, s.completed_at,
        s.retry_count + 1 as attempts, s.result_data ->> 'failure' as failure, c.search_queries as query,
        c.selected_company_number as company_number
    from registration_job_steps s
    left join companies_office_search_candidates c on c.registration_job_id = s.job_id
        and (c.status = 'failed') = (s.step_number = 2)
    where s.organisation_id = :organisation and s.job_id = any(:jobs) and s.step_number in (2, 4)
        and s.status = 'failed'
    order by s.job_id, s.step_number, c.visit desc
    """
)


async def failed_readings(transaction: Transaction, job_ids: list[UUID]) -> dict[UUID, FailedReading]:
    """The failure of the register by job, for the jobs whose search or reading of an entry failed."""
    rows = await transaction.execute(_FAILED, {"organisation": transaction.organisation_id, "jobs": job_ids})
    return {row.job_id: _failed(row) for row in rows}


def _failed(row: Any) -> FailedReading:
    return FailedReading(
        step=Step(row.step_number),
        kind=RegisterFailure.read(row.failure),
        why=row.error_message or "no reason is known",
        at=row.completed_at,
        attempts=row.attempts,
        query=_query(row.query) if row.step_number == Step.SEARCH else None,
        company_number=row.company_number if row.step_number == Step.COMPANY_DETAILS else None,
    )


def _query(stored: dict[str, Any] | None) -> RegisterQuery | None:
    """The query of the failed search; None if none was stored, or if it cannot be read."""
    if stored is None:
        return None
    names = {"name": stored.get("restaurant_name"), "street": stored.get("street"), "city": stored.get("city")}
    try:
        return RegisterQuery.model_validate(names)
    except ValueError:
        return None
