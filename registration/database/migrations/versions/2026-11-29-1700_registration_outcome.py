"""How and when a batch ended, and when it last changed; its status in a view that is cheap for many batches."""

from alembic import op

from registration.database import roles

revision = "registration_outcome"
down_revision = "platform_features"
branch_labels = None
depends_on = None

_STATUS = """
create view registration_batch_status with (security_invoker = true) as
select b.id, b.organisation_id, b.name, b.created_by, b.created_at,
    case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null then 'failed'
        when jobs.jobs_action_required > 0 then 'action_required'
        when jobs.jobs_total > 0 and jobs.jobs_ended = jobs.jobs_total then 'completed'
        when jobs.any_begun then 'in_progress'
        else 'pending'
    end as status,
    case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null then 'failed'
        when jobs.jobs_total = 0 or jobs.jobs_ended < jobs.jobs_total then null
        when jobs.jobs_completed + jobs.jobs_skipped = jobs.jobs_total then 'completed'
        when jobs.jobs_completed + jobs.jobs_partially_completed > 0 then 'completed_with_failures'
        when jobs.jobs_failed > 0 then 'failed'
        else 'cancelled'
    end as outcome,
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
        bool_or(j.status <> 'pending' or j.started_at is not null) as any_begun
    from registration_jobs j where j.batch_job_id = b.id
) jobs
"""

_COUNTERS = """
    jobs.jobs_total, jobs.jobs_ended, jobs.jobs_pending, jobs.jobs_in_progress, jobs.jobs_action_required,
    jobs.jobs_completed, jobs.jobs_partially_completed, jobs.jobs_failed, jobs.jobs_cancelled, jobs.jobs_skipped,
    steps.steps_ended,
    coalesce(floor(100.0 * steps.steps_ended / nullif(6 * jobs.jobs_total, 0)), 0)::integer as percent,
    {current_step}.current_step, steps.waiting_company_selection, steps.waiting_yolo_config,
    unknown.waiting_unknown_effects,
    steps.steps_that_need_action"""

_LATERALS = """
cross join lateral (
    select count(*) as jobs_total,
        count(*) filter (where j.status not in ('pending', 'in_progress', 'action_required')) as jobs_ended,
        count(*) filter (where j.status = 'pending') as jobs_pending,
        count(*) filter (where j.status = 'in_progress') as jobs_in_progress,
        count(*) filter (where j.status = 'action_required') as jobs_action_required,
        count(*) filter (where j.status = 'completed') as jobs_completed,
        count(*) filter (where j.status = 'partially_completed') as jobs_partially_completed,
        count(*) filter (where j.status = 'failed') as jobs_failed,
        count(*) filter (where j.status = 'cancelled') as jobs_cancelled,
        count(*) filter (where j.status = 'skipped') as jobs_skipped,
        bool_or(j.status <> 'pending' or j.started_at is not null) as any_begun,
        max(j.completed_at) as last_completed_at, max(j.updated_at) as last_updated_at
    from registration_jobs j where j.batch_job_id = b.id
) jobs
cross join lateral (
    select count(*) filter (where s.status in ('completed', 'failed', 'skipped', 'cancelled')) as steps_ended,
        min(s.step_number) filter (
            where s.status not in ('completed', 'failed', 'skipped', 'cancelled')
            and j.status in ('pending', 'in_progress', 'action_required')
        ) as current_step,
        count(*) filter (where s.status = 'action_required' and s.step_number = 3) as waiting_company_selection,
        count(*) filter (where s.status = 'action_required' and s.step_number = 5) as waiting_yolo_config,
        max(s.updated_at) as last_updated_at,
        coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'job_id', j.id, 'position', j.position, 'step_number', s.step_number, 'step_name', s.step_name,
                    'visit', s.visit, 'arrived_at', s.arrived_at
                ) order by j.position, s.step_number
            ) filter (where s.status = 'action_required'),
            '[]'::jsonb
        ) as steps_that_need_action
    from registration_jobs j join registration_job_steps s on s.job_id = j.id where j.batch_job_id = b.id
) steps
cross join lateral (
    select count(distinct e.job_id) filter (where e.status = 'unknown' and e.needs_person) as waiting_unknown_effects,
        max(e.updated_at) as last_updated_at
    from registration_jobs j join registration_sub_steps e on e.job_id = j.id
    where j.batch_job_id = b.id
) unknown
"""

_BATCH = """b.id, b.organisation_id, b.created_at, b.updated_at, b.name, b.source_lead_scrape_job_id, b.created_by,
    b.created_by_run, b.max_parallel, b.failure_threshold, b.confirm_queries, b.default_config, b.started_at,
    b.continued_at, b.stop_requested_at, b.cancelled_at, b.stopped_reason"""

_OVERVIEW = f"""
create view registration_batch_overview with (security_invoker = true) as
select {_BATCH}, s.status, {_COUNTERS.format(current_step="s")}, s.outcome,
    case when s.outcome is not null then coalesce(b.cancelled_at, jobs.last_completed_at) end as completed_at,
    greatest(b.updated_at, jobs.last_updated_at, steps.last_updated_at, unknown.last_updated_at) as changed_at,
    s.waiting_since
from registration_batch_jobs b
join registration_batch_status s on s.id = b.id
{_LATERALS}
"""

_OVERVIEW_BEFORE = f"""
create view registration_batch_overview with (security_invoker = true) as
select {_BATCH},
    case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null then 'failed'
        when jobs.jobs_action_required > 0 then 'action_required'
        when jobs.jobs_total > 0 and jobs.jobs_ended = jobs.jobs_total then 'completed'
        when jobs.any_begun then 'in_progress'
        else 'pending'
    end as status, {_COUNTERS.format(current_step="steps")}
from registration_batch_jobs b
{_LATERALS}
"""


def upgrade() -> None:
    """Make both views, the old one anew on top of the other."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop view registration_batch_overview")
    op.execute(_STATUS)
    op.execute(_OVERVIEW)
    op.execute(f"grant select on registration_batch_status, registration_batch_overview to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Make the overview without them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop view registration_batch_overview")
    op.execute("drop view registration_batch_status")
    op.execute(_OVERVIEW_BEFORE)
    op.execute(f"grant select on registration_batch_overview to {roles.APPLICATION.name}")
