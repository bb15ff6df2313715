"""What is doubtful once the database was taken back to an older state: the outside may have more than its rows say."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

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
        set evidence = coalesce(evidence, '{}') || '{"restored": true}', updated_at = clock_timestamp()
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
    """How many effects of how many restaurants' jobs are doubtful now."""

    effects: int
    jobs: int


async def is_worked_on(connection: AsyncConnection, organisation_id: UUID) -> bool:
    """Whether a process holds a batch of the organisation."""
    return (await connection.execute(_LIVE, {"organisation": organisation_id})).scalar_one()


async def doubt_what_is_not_done(connection: AsyncConnection, organisation_id: UUID) -> Doubted:
    """Note of every effect that is not completed, and that a second request would do twice, that it may be done."""
    parameters = {"organisation": organisation_id, "names": [*_NAMES, *_STARTS]}
    row = (await connection.execute(_DOUBT, parameters)).one()
    return Doubted(row.effects, row.jobs)
