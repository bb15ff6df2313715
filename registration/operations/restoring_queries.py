"""Queries about effects that are doubtful after the database was restored: the platform may have more than the rows
say.
"""

from dataclasses import dataclass

from sqlalchemy import text

from registration.database.session import Transaction
from registration.workflow.sub_steps import EXTRACTION_STARTS, SUB_STEPS

_LIVE = text(
    """
    select exists (
        select from registration_leases l join registration_batch_jobs b on b.id = l.batch_job_id
        where b.organisation_id = :organisation and l.expires_at > clock_timestamp()
    )
    """
)
_DOUBT = text(
    """
    with doubted as (
        update registration_sub_steps
        set restored = true, updated_at = clock_timestamp()
        where organisation_id = :organisation and status <> 'completed' and name = any(:names)
        returning job_id
    )
    select count(*) as effects, count(distinct job_id) as jobs from doubted
    """
)
_NAMES = [row.name for row in SUB_STEPS.values() if not row.effect.repeatable]
_STARTS = [name for name, (kind, _) in EXTRACTION_STARTS.items() if not kind.repeatable]


@dataclass(frozen=True)
class Doubted:
    """How many effects of how many jobs were marked as doubtful."""

    effects: int
    jobs: int


async def is_worked_on(transaction: Transaction) -> bool:
    """True if a process holds a batch of the organisation."""
    return (await transaction.execute(_LIVE, {"organisation": transaction.organisation_id})).scalar_one()


async def doubt_what_is_not_done(transaction: Transaction) -> Doubted:
    """Mark as possibly done every effect that is not completed and that a second request would do twice."""
    parameters = {"organisation": transaction.organisation_id, "names": [*_NAMES, *_STARTS]}
    row = (await transaction.execute(_DOUBT, parameters)).one()
    return Doubted(row.effects, row.jobs)
