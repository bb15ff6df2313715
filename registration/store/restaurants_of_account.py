"""Queries about the restaurants of one account: whether it has one, or will get its first from another job."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.models.emails import ascii_email
from registration.store.credentials import lock_credential
from registration.store.effects import lock_effects
from registration.sub_steps import SubStepName

_BEGIN_REGISTERING = text(
    """
    update registration_sub_steps set intent_at = coalesce(intent_at, clock_timestamp())
    where organisation_id = :organisation and job_id = :job and name = 'restaurantRegistration'
    """
)
_OTHERS = text(
    """
    with mine as (
        select s.intent_at, j.restaurant_id from registration_sub_steps s join registration_jobs j on j.id = s.job_id
        where s.job_id = :job and s.name = 'restaurantRegistration'
    ), other as (
        select s.status, s.needs_person, s.intent_at < mine.intent_at as earlier,
            s.sent_at is not null or (b.stopped_reason is null and b.stop_requested_at is null
                and j.status in ('pending', 'in_progress', 'action_required')) as goes_on
        from mine, registration_sub_steps s
        join registration_jobs j on j.id = s.job_id
        join registration_batch_jobs b on b.id = j.batch_job_id
        where s.organisation_id = :organisation and s.name = 'restaurantRegistration'
          and lower(j.execution_config #>> '{account,email}') = :email and j.restaurant_id <> mine.restaurant_id
    )
    select
        coalesce(bool_or(status = 'completed' or (status = 'unknown' and needs_person)), false) or exists (
            select from mine, pumpd_restaurants p join pumpd_accounts a on a.id = p.pumpd_account_id
            where a.organisation_id = :organisation and lower(a.email) in (:email, :ascii)
              and p.pumpd_restaurant_id is not null and p.restaurant_id <> mine.restaurant_id) as registered,
        coalesce(bool_or(earlier and goes_on and not needs_person
            and status in ('pending', 'in_progress', 'retrying', 'unknown')), false) as on_the_way
    from other
    """
)


@dataclass(frozen=True)
class Others:
    """Other restaurants of an account: one is `registered`, or may be; one that began earlier is `on_the_way`."""

    registered: bool
    on_the_way: bool


async def others_of_account(connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID) -> Others:
    """What other restaurants the account has or will first get; notes that this job's one begins.

    The account's row is locked, so that of two restaurants exactly one began earlier.
    """
    parameters = {"organisation": organisation_id, "email": email, "ascii": ascii_email(email), "job": job_id}
    await lock_effects(connection, organisation_id, [job_id], SubStepName.RESTAURANT_REGISTRATION)
    await lock_credential(connection, organisation_id, email)
    await connection.execute(_BEGIN_REGISTERING, {"organisation": organisation_id, "job": job_id})
    row = (await connection.execute(_OTHERS, parameters)).one()
    return Others(row.registered, row.on_the_way)
