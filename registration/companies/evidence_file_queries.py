"""Queries about evidence that older versions kept as files: the rows whose details of errors name paths."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.database.session import Transaction

_NAMING = text(
    """
    select 'step' as source, id, job_id, step_number as step, visit, error_details as details
    from registration_job_steps
    where organisation_id = :organisation and jsonb_path_exists(error_details, '$.**.evidence.html')
    union all
    select 'search', id, registration_job_id, 2, visit, source_errors from companies_office_search_candidates
    where organisation_id = :organisation and jsonb_path_exists(source_errors, '$.**.evidence.html')
    """
)
_STATEMENTS = {
    "step": text(
        """
        update registration_job_steps set error_details = :new
        where organisation_id = :organisation and id = :id and error_details = :old
        """
    ),
    "search": text(
        """
        update companies_office_search_candidates set source_errors = :new
        where organisation_id = :organisation and id = :id and source_errors = :old
        """
    ),
}
_REWRITE = {
    source: statement.bindparams(bindparam("new", type_=JSONB), bindparam("old", type_=JSONB))
    for source, statement in _STATEMENTS.items()
}


@dataclass(frozen=True)
class NamingRow:
    """A row whose details name files; `source` is "step" or "search"."""

    source: str
    id: UUID
    job_id: UUID
    step: int
    visit: int
    details: Mapping[str, Any]


async def rows_naming_files(transaction: Transaction) -> list[NamingRow]:
    """The steps and searches of the organisation whose details name evidence as files."""
    rows = await transaction.execute(_NAMING, {"organisation": transaction.organisation_id})
    return [NamingRow(**row) for row in rows.mappings()]


async def rewrite_details(transaction: Transaction, row: NamingRow, details: Mapping[str, Any]) -> None:
    """Store the details anew, unless somebody changed them since they were read."""
    values = {"organisation": transaction.organisation_id, "id": row.id, "new": details, "old": row.details}
    await transaction.execute(_REWRITE[row.source], values)
