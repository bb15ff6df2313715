"""Queries about menus that arrive after a job needed them."""

from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

_WAITING = text(
    """
    select j.id from registration_jobs j
    join registration_batch_jobs b on b.id = j.batch_job_id
    join registration_job_steps one on one.job_id = j.id and one.step_number = 1
    join registration_job_steps five on five.job_id = j.id and five.step_number = 5
    where j.batch_job_id = :batch and j.organisation_id = :organisation
        and (cast(:job as uuid) is null or j.id = :job)
        and j.status in ('pending', 'in_progress', 'action_required') and j.stop_requested_at is null
        and b.stop_requested_at is null and b.stopped_reason is null
        and five.status in ('pending', 'action_required')
        and (one.status = 'failed' or (five.status = 'action_required' and five.result_data -> 'without_menu' = 'true'))
        and exists (select from menus m where m.restaurant_id = j.restaurant_id and m.is_active
            and exists (select from menu_items i where i.menu_id = m.id))
    order by j.id
    """
)
_BRANDING_DONE = text(
    """
    select coalesce(r.website_url, '') = '' or coalesce(r.logo_url, '') <> '' or exists (
        select from registration_sub_steps s where s.job_id = :job and s.name = 'brandingExtraction'
            and s.status = 'completed' and s.outputs ->> 'finished' = 'true')
    from registration_jobs j join restaurants r on r.id = j.restaurant_id
    where j.id = :job and j.organisation_id = :organisation
    """
)


async def jobs_with_late_menus(
    transaction: Transaction, batch_id: UUID, job_id: UUID | None = None
) -> tuple[UUID, ...]:
    """The jobs of a batch, or one of them, that have a menu now and whose step 1 failed or whose question has none.

    One query over the jobs of the batch; jobs that have passed their configuration gate are left out.
    """
    parameters = {"batch": batch_id, "organisation": transaction.organisation_id, "job": job_id}
    return tuple((await transaction.execute(_WAITING, parameters)).scalars())


async def branding_is_done(transaction: Transaction, job_id: UUID) -> bool:
    """True if step 1 would request and await no branding."""
    parameters = {"job": job_id, "organisation": transaction.organisation_id}
    return bool((await transaction.execute(_BRANDING_DONE, parameters)).scalar_one())
