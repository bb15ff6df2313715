"""Opening ended effects once more."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.sub_steps import EXTRACTION_STARTS, SUB_STEPS, EffectKind

_RENEW = text(
    """
    update registration_sub_steps set
        status = case when status = 'failed' and sent_at is not null and name = any(:creates)
            then 'unknown' else 'pending' end,
        sent_at = case when status = 'failed' and name = any(:creates) then sent_at end,
        error_message = case when status = 'failed' and sent_at is not null and name = any(:creates)
            then 'it was sent before: whether it is there is looked for first' end,
        evidence = case when status = 'completed' then '{"do_again": true}'
            else nullif(jsonb_strip_nulls(jsonb_build_object(
                'sent_before', evidence -> 'sent_before', 'over', evidence -> 'over',
                'restored', evidence -> 'restored')), '{}') end,
        generation = generation + 1, attempt = 0, known = null, needs_person = false, intent_at = null, outputs = null,
        skip_reason = null, error_details = null, started_at = null, completed_at = null,
        updated_at = clock_timestamp()
    where job_id = :job and name = any(:names) and organisation_id = :organisation
      and status in ('completed', 'failed', 'skipped', 'cancelled')
    returning name, generation
    """
)
_STARTS = [name for name, (kind, _) in EXTRACTION_STARTS.items() if kind is not EffectKind.SET]


async def renew(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, names: Sequence[str]
) -> dict[str, int]:
    """Open ended effects once more, as a new generation with a new idempotency key; their generations by name.

    What was sent before may still turn up: a create effect that failed without a clear no is unknown, so that it is
    looked for until its limit has passed, and that it was sent is not forgotten. What was completed is done once more
    because a person named it: an earlier success that the platform recorded does not count.
    """
    creates = [*_STARTS, *(name for name, row in SUB_STEPS.items() if row.effect is not EffectKind.SET)]
    parameters = {"organisation": organisation_id, "job": job_id, "names": list(names), "creates": creates}
    rows = await connection.execute(_RENEW, parameters)
    return {row.name: row.generation for row in rows}
