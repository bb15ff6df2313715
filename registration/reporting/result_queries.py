"""What became of each restaurant of a batch, for whoever keeps a list of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.workflow.sub_steps import SUB_STEPS

_RESULTS = text(
    """
    select j.id as job_id, j.restaurant_id, r.metadata ->> 'external_id' as external_id, r.name as restaurant, r.city,
        j.status as outcome, j.error_message as error, r.company_name, r.company_number, r.nzbn,
        coalesce(a.outputs ->> 'email', lower(j.execution_config #>> '{account,email}')) as account_email,
        p.outputs ->> 'pumpd_restaurant_id' as platform_restaurant_id,
        p.outputs ->> 'pumpd_subdomain' as platform_subdomain, p.outputs ->> 'dashboard_url' as dashboard_url,
        j.started_at, j.completed_at,
        (select jsonb_object_agg(u.name, jsonb_build_object('status', u.status, 'known', u.known,
                'why', coalesce(u.error_message, u.skip_reason)))
            from registration_sub_steps u where u.job_id = j.id) as effects
    from registration_jobs j
    join restaurants r on r.id = j.restaurant_id
    left join registration_sub_steps a on a.job_id = j.id and a.name = 'cloudwaitressAccount'
    left join registration_sub_steps p on p.job_id = j.id and p.name = 'restaurantRegistration'
    where j.batch_job_id = :batch and j.organisation_id = :organisation order by j.position
    """
)


@dataclass(frozen=True)
class SubStepResult:
    """How one of the twelve ended or stands, why if it failed or was skipped, how that is known if it is completed."""

    status: str
    why: str | None
    known: str | None = None


@dataclass(frozen=True)
class Result:
    """One restaurant; `account_email` is that of the account that was made, or of the configuration."""

    job_id: UUID
    restaurant_id: UUID
    external_id: str | None
    restaurant: str
    city: str | None
    outcome: str
    error: str | None
    company_name: str | None
    company_number: str | None
    nzbn: str | None
    account_email: str | None
    platform_restaurant_id: str | None
    platform_subdomain: str | None
    dashboard_url: str | None
    started_at: datetime | None
    completed_at: datetime | None
    sub_steps: dict[str, SubStepResult]


async def read_results(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> tuple[Result, ...]:
    """The batch's restaurants in its order; one query."""
    rows = await connection.execute(_RESULTS, {"batch": batch_id, "organisation": organisation_id})
    return tuple(_result(dict(row)) for row in rows.mappings())


def _result(row: dict[str, Any]) -> Result:
    effects = row.pop("effects")
    return Result(**row, sub_steps={name: SubStepResult(**effects[name]) for name in SUB_STEPS})
