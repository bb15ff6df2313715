"""A batch whose cancel is not complete has not ended; one in which every restaurant was cancelled is `cancelled`."""

from alembic import op

revision = "registration_cancelling"
down_revision = "platform_lead_deletions"
branch_labels = None
depends_on = None

_STATUS = """
create or replace view registration_batch_status with (security_invoker = true) as
select b.id, b.organisation_id, b.name, b.created_by, b.created_at,
    {status} as status,
    {outcome} as outcome,
    jobs.jobs_total, jobs.jobs_ended, jobs.jobs_action_required,
    (
        select min(s.step_number) from registration_jobs j join registration_job_steps s on s.job_id = j.id
        where j.batch_job_id = b.id and j.status in ('pending', 'in_progress', 'action_required')
            and s.status not in ('completed', 'failed', 'skipped', 'cancelled')
    ) as current_step,
    (
        select min(s.arrived_at) from registration_jobs j join registration_job_steps s on s.job_id = j.id
        where j.batch_job_id = b.id and j.status = 'action_required' and s.status = 'action_required'
    ) as waiting_since
from registration_batch_jobs b
cross join lateral (
    select count(*) as jobs_total,
        count(*) filter (where j.status not in ('pending', 'in_progress', 'action_required')) as jobs_ended,
        count(*) filter (where j.status = 'action_required') as jobs_action_required,
        count(*) filter (where j.status = 'completed') as jobs_completed,
        count(*) filter (where j.status = 'partially_completed') as jobs_partially_completed,
        count(*) filter (where j.status = 'failed') as jobs_failed,
        count(*) filter (where j.status = 'skipped') as jobs_skipped,
        count(*) filter (where j.status = 'cancelled') as jobs_cancelled,
        bool_or(j.status <> 'pending' or j.started_at is not null) as any_begun
    from registration_jobs j where j.batch_job_id = b.id
) jobs
"""
_ENDS = """
        when jobs.jobs_total = 0 or jobs.jobs_ended < jobs.jobs_total then null
        when jobs.jobs_completed + jobs.jobs_skipped = jobs.jobs_total then 'completed'
        when jobs.jobs_completed + jobs.jobs_partially_completed > 0 then 'completed_with_failures'
        when jobs.jobs_failed > 0 then 'failed'
        else 'cancelled'
    end"""
_STATUS_NOW = """case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null and b.stop_requested_at is null then 'failed'
        when jobs.jobs_action_required > 0 then 'action_required'
        when jobs.jobs_total > 0 and jobs.jobs_ended = jobs.jobs_total and b.stop_requested_at is null then case
            when jobs.jobs_cancelled > 0 and jobs.jobs_cancelled + jobs.jobs_skipped = jobs.jobs_total then 'cancelled'
            else 'completed' end
        when jobs.any_begun then 'in_progress'
        else 'pending'
    end"""
_OUTCOME_NOW = f"""case
        when b.cancelled_at is not null then 'cancelled'
        when b.stop_requested_at is not null then null
        when b.stopped_reason is not null then 'failed'{_ENDS}"""
_STATUS_BEFORE = """case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null then 'failed'
        when jobs.jobs_action_required > 0 then 'action_required'
        when jobs.jobs_total > 0 and jobs.jobs_ended = jobs.jobs_total then 'completed'
        when jobs.any_begun then 'in_progress'
        else 'pending'
    end"""
_OUTCOME_BEFORE = f"""case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null then 'failed'{_ENDS}"""


def upgrade() -> None:
    """Derive status and outcome anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(_STATUS.format(status=_STATUS_NOW, outcome=_OUTCOME_NOW))


def downgrade() -> None:
    """Derive both from the jobs, whether or not a cancel is complete."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(_STATUS.format(status=_STATUS_BEFORE, outcome=_OUTCOME_BEFORE))
