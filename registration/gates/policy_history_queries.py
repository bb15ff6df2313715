"""What the policy of clear matches would have decided: the questions of the last days with a preselected company, and
what people answered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

DAYS: Final = 30
_MOST: Final = 50
_CLEAR: Final = """
    with clear as (
        select d.decided_at, d.decided_by, d.answer, j.batch_job_id as batch_id, r.name as restaurant,
            d.shown ->> 'preset' as preset, (
                select c -> 'answer' ->> 'company_number' from jsonb_array_elements(d.shown -> 'choices') c
                where c ->> 'label' = d.shown ->> 'preset' and c -> 'answer' ->> 'kind' = 'company' limit 1
            ) as number
        from registration_decisions d
        join registration_jobs j on j.id = d.job_id join restaurants r on r.id = j.restaurant_id
        where d.organisation_id = :organisation and d.gate = 'company-selection' and d.accepted
          and d.source <> 'policy' and d.decided_at > clock_timestamp() - make_interval(days => :days)
          and jsonb_typeof(d.shown -> 'choices') = 'array'
          and not exists (
            select from registration_decisions before where before.job_id = d.job_id and before.gate = d.gate
              and before.accepted and before.visit < d.visit and before.answer ->> 'kind' <> 'confirm_query')
    ), judged as (
        select *, coalesce(answer ->> 'kind' = 'company' and answer ->> 'company_number' = number, false) as same
        from clear where number is not null
    )
"""
"""The first choices of companies; a later one was asked anew by a person, who then decides."""
_COUNTED: Final = text(f"{_CLEAR} select count(*) as clear, count(*) filter (where same) as same from judged")
_OTHERWISE: Final = text(
    f"""
    {_CLEAR}
    select decided_at, decided_by, restaurant, batch_id, preset, coalesce(answer ->> 'kind', '') as kind,
        coalesce(answer ->> 'company_number', '') as chosen
    from judged where not same order by decided_at desc limit :most
    """
)


@dataclass(frozen=True)
class DecidedOtherwise:
    """A question that the policy would have answered with the company `preset`, and a person answered otherwise."""

    decided_at: datetime
    decided_by: str
    restaurant: str
    batch_id: UUID
    preset: str
    kind: str
    chosen: str


@dataclass(frozen=True)
class PolicyHistory:
    """How many questions the policy would have answered, how many people answered alike, and the newest others."""

    clear: int
    same: int
    otherwise: tuple[DecidedOtherwise, ...]


async def read_policy_history(transaction: Transaction) -> PolicyHistory:
    """The last `DAYS` days; two queries."""
    key = {"organisation": transaction.organisation_id, "days": DAYS}
    counted = (await transaction.execute(_COUNTED, key)).one()
    rows = await transaction.execute(_OTHERWISE, key | {"most": _MOST})
    return PolicyHistory(counted.clear, counted.same, tuple(DecidedOtherwise(**row) for row in rows.mappings()))
