"""The overview of a batch takes the numbers of its jobs from the view of its status, which counts them anyway."""

from alembic import op

from registration.database import roles

revision = "registration_one_count"
down_revision = "registration_row_rule"
branch_labels = None
depends_on = None

_OPEN = "j.status in ('pending', 'in_progress', 'action_required')"
_COUNTS = f"""
        count(*) as jobs_total,
        count(*) filter (where not {_OPEN}) as jobs_ended,
        count(*) filter (where j.status = 'pending') as jobs_pending,
        count(*) filter (where j.status = 'in_progress') as jobs_in_progress,
        count(*) filter (where j.status = 'action_required') as jobs_action_required,
        count(*) filter (where j.status = 'completed') as jobs_completed,
        count(*) filter (where j.status = 'partially_completed') as jobs_partially_completed,
        count(*) filter (where j.status = 'failed') as jobs_failed,
        count(*) filter (where j.status = 'skipped') as jobs_skipped,
        count(*) filter (where j.status = 'cancelled') as jobs_cancelled,
        bool_or(j.status <> 'pending' or j.started_at is not null) as any_begun,
        max(j.completed_at) as last_completed_at, max(j.updated_at) as last_updated_at
"""
_JOBS = f"(select {_COUNTS} from registration_jobs j where j.batch_job_id = b.id) jobs"
_MORE = """, jobs.jobs_pending, jobs.jobs_in_progress, jobs.jobs_completed, jobs.jobs_partially_completed,
    jobs.jobs_failed, jobs.jobs_cancelled, jobs.jobs_skipped, jobs.last_completed_at, jobs.last_updated_at"""
_STATUS = """
create view registration_batch_status with (security_invoker = true) as
select b.id, b.organisation_id, b.name, b.created_by, b.created_at,
    case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null and b.stop_requested_at is null then 'failed'
        when jobs.jobs_action_required > 0 then 'action_required'
        when jobs.jobs_total > 0 and jobs.jobs_ended = jobs.jobs_total and b.stop_requested_at is null then case
            when jobs.jobs_cancelled > 0 and jobs.jobs_cancelled + jobs.jobs_skipped = jobs.jobs_total then 'cancelled'
            else 'completed' end
        when jobs.any_begun then 'in_progress'
        else 'pending'
    end as status,
    case
        when b.cancelled_at is not null then 'cancelled'
        when b.stop_requested_at is not null then null
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
    ) as waiting_since{more}
from registration_batch_jobs b cross join lateral {jobs}
"""
_STEPS = f"""(
    select count(*) filter (where s.status in ('completed', 'failed', 'skipped', 'cancelled')) as steps_ended,
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
    from registration_jobs j join registration_job_steps s on s.job_id = j.id
    where j.batch_job_id = b.id and {_OPEN}
) steps"""
_UNKNOWN = f"""(
    select (
            select count(distinct e.job_id) from registration_sub_steps e join registration_jobs j on j.id = e.job_id
            where e.needs_person and e.status = 'unknown' and j.batch_job_id = b.id
        ) as waiting_unknown_effects,
        greatest(
            (select max(v.created_at) from registration_events v where v.batch_job_id = b.id),
            (select max(e.updated_at) from registration_jobs j join registration_sub_steps e on e.job_id = j.id
                where j.batch_job_id = b.id and {_OPEN})
        ) as last_updated_at
) unknown"""
_OVERVIEW = """
create view registration_batch_overview with (security_invoker = true) as
select b.id, b.organisation_id, b.created_at, b.updated_at, b.name, b.source_lead_scrape_job_id, b.created_by,
    b.created_by_run, b.max_parallel, b.failure_threshold, b.confirm_queries, b.default_config, b.started_at,
    b.continued_at, b.stop_requested_at, b.cancelled_at, b.stopped_reason, s.status,
    {jobs}.jobs_total, {jobs}.jobs_ended, {jobs}.jobs_pending, {jobs}.jobs_in_progress, {jobs}.jobs_action_required,
    {jobs}.jobs_completed, {jobs}.jobs_partially_completed, {jobs}.jobs_failed, {jobs}.jobs_cancelled,
    {jobs}.jobs_skipped, 6 * {jobs}.jobs_ended + steps.steps_ended as steps_ended,
    coalesce(floor(100.0 * (6 * {jobs}.jobs_ended + steps.steps_ended) / nullif(6 * {jobs}.jobs_total, 0)), 0)::integer
        as percent,
    s.current_step, steps.waiting_company_selection, steps.waiting_yolo_config, unknown.waiting_unknown_effects,
    steps.steps_that_need_action, s.outcome,
    case when s.outcome is not null then coalesce(b.cancelled_at, {jobs}.last_completed_at) end as completed_at,
    greatest(b.updated_at, {jobs}.last_updated_at, steps.last_updated_at, unknown.last_updated_at) as changed_at,
    s.waiting_since
from registration_batch_jobs b
join registration_batch_status s on s.id = b.id
{counted}cross join lateral {steps}
cross join lateral {unknown}
"""


def _replace(*, jobs: str, more: str, counted: str) -> None:
    op.execute("drop view registration_batch_overview, registration_batch_status")
    op.execute(_STATUS.format(jobs=_JOBS, more=more))
    op.execute(_OVERVIEW.format(jobs=jobs, counted=counted, steps=_STEPS, unknown=_UNKNOWN))
    op.execute(f"grant select on registration_batch_status, registration_batch_overview to {roles.APPLICATION.name}")


def upgrade() -> None:
    """Count the jobs once."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(jobs="s", more=_MORE, counted="")


def downgrade() -> None:
    """Count them for the status and for the overview."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(jobs="jobs", more="", counted=f"cross join lateral {_JOBS}\n")
