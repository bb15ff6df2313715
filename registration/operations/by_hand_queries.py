"""Queries about a person's statement on a sub-step."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.states import Assurance, SubStepStatus
from registration.workflow.sub_steps import SubStepName

_READ = text(
    """
    select status, known, evidence from registration_sub_steps
    where job_id = :job and name = :name and organisation_id = :organisation
    """
)
_RESOLVED_BY = text(
    """
    select e.to_status from registration_events e
    where e.job_id = :job and e.organisation_id = :organisation and e.what = :name and e.from_status = 'unknown'
      and e.actor = :actor and e.reason is not distinct from :why
      and not exists (
          select from registration_events later
          where later.job_id = e.job_id and later.created_at > e.created_at and (
              later.what = :name || ' reopened'
              or (later.what = :name and (later.to_status = 'unknown' or (
                  later.actor <> 'pipeline' and (later.actor <> :actor or later.reason is distinct from :why))))))
    order by e.created_at desc limit 1
    """
)
_RENAME = text(
    """
    update registration_sub_steps set skip_reason = :reason, updated_at = clock_timestamp()
    where job_id = :job and name = :name and organisation_id = :organisation and status = 'skipped'
      and skip_reason is distinct from :reason
    """
)
_OTHER = text(
    """
    select r.name from restaurants r
    where r.organisation_id = :organisation and r.id <> :restaurant and (
        exists (select from pumpd_restaurants p where p.restaurant_id = r.id and p.pumpd_restaurant_id = :id)
        or exists (
            select from registration_jobs j join registration_sub_steps s on s.job_id = j.id
            where j.restaurant_id = r.id and s.name = 'restaurantRegistration' and s.status = 'completed'
              and s.outputs ->> 'pumpd_restaurant_id' = :id))
    order by r.name limit 1
    """
)


@dataclass(frozen=True)
class Statement:
    """A sub-step with its evidence, which has the person and the reason if a person made a statement."""

    status: SubStepStatus
    known: Assurance | None
    evidence: dict[str, Any]

    def is_of(self, actor: str, why: str | None) -> bool:
        """Whether this person said so for this reason."""
        return (self.evidence.get("said_by"), self.evidence.get("why")) == (actor, why)


async def read_statement(transaction: Transaction, job_id: UUID, name: SubStepName) -> Statement:
    """The sub-step as it is now."""
    parameters = {"job": job_id, "name": name, "organisation": transaction.organisation_id}
    row = (await transaction.execute(_READ, parameters)).one()
    known = Assurance(row.known) if row.known else None
    return Statement(SubStepStatus(row.status), known, row.evidence or {})


async def resolved_by(
    transaction: Transaction, job_id: UUID, name: str, actor: str, why: str | None
) -> SubStepStatus | None:
    """The status to which this person resolved the unknown effect for this reason, if nobody has said anything about
    it since, and its outcome is not unknown once more.
    """
    parameters = {"job": job_id, "name": name, "organisation": transaction.organisation_id, "actor": actor, "why": why}
    status = (await transaction.execute(_RESOLVED_BY, parameters)).scalar_one_or_none()
    return SubStepStatus(status) if status else None


async def rename_skip_reason(transaction: Transaction, job_id: UUID, name: SubStepName, reason: str) -> None:
    """Correct why a skipped sub-step is skipped, after what it needs has another status."""
    parameters = {"job": job_id, "name": name, "organisation": transaction.organisation_id, "reason": reason}
    await transaction.execute(_RENAME, parameters)


async def other_restaurant_with(transaction: Transaction, restaurant_id: UUID, pumpd_restaurant_id: str) -> str | None:
    """The name of another restaurant of the organisation that has this id on the platform."""
    parameters = {"restaurant": restaurant_id, "id": pumpd_restaurant_id, "organisation": transaction.organisation_id}
    return (await transaction.execute(_OTHER, parameters)).scalar_one_or_none()
