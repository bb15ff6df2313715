"""The overview of batches reads neither steps nor sub-steps of jobs that have ended: a list is mostly of such jobs.

All six steps of a job that has ended have ended too (`steps.job_status`), and every move of it is an event.
"""

from alembic import op

from registration.database import roles

revision = "registration_quick_overview"
down_revision = "registration_sign_ins"
branch_labels = None
depends_on = None

_OPEN = "j.status in ('pending', 'in_progress', 'action_required')"
_JOBS = f"""
    select count(*) as jobs_total,
        count(*) filter (where not {_OPEN}) as jobs_ended,
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
"""
_STEPS = """
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
    where j.batch_job_id = b.id and {which}
"""
_EFFECTS = """
    select count(distinct e.job_id) filter (where e.status = 'unknown' and e.needs_person) as waiting_unknown_effects,
        max(e.updated_at) as last_updated_at
    from registration_jobs j join registration_sub_steps e on e.job_id = j.id
    where j.batch_job_id = b.id
"""
_UNKNOWN = f"""
    select (
            select count(distinct e.job_id) from registration_sub_steps e join registration_jobs j on j.id = e.job_id
            where e.needs_person and e.status = 'unknown' and j.batch_job_id = b.id
        ) as waiting_unknown_effects,
        greatest(
            (select max(v.created_at) from registration_events v where v.batch_job_id = b.id),
            (select max(e.updated_at) from registration_jobs j join registration_sub_steps e on e.job_id = j.id
                where j.batch_job_id = b.id and {_OPEN})
        ) as last_updated_at
"""


def _overview(steps_ended: str, steps: str, unknown: str) -> str:
    return f"""
create view registration_batch_overview with (security_invoker = true) as
select b.id, b.organisation_id, b.created_at, b.updated_at, b.name, b.source_lead_scrape_job_id, b.created_by,
    b.created_by_run, b.max_parallel, b.failure_threshold, b.confirm_queries, b.default_config, b.started_at,
    b.continued_at, b.stop_requested_at, b.cancelled_at, b.stopped_reason, s.status,
    jobs.jobs_total, jobs.jobs_ended, jobs.jobs_pending, jobs.jobs_in_progress, jobs.jobs_action_required,
    jobs.jobs_completed, jobs.jobs_partially_completed, jobs.jobs_failed, jobs.jobs_cancelled, jobs.jobs_skipped,
    {steps_ended} as steps_ended,
    coalesce(floor(100.0 * ({steps_ended}) / nullif(6 * jobs.jobs_total, 0)), 0)::integer as percent,
    s.current_step, steps.waiting_company_selection, steps.waiting_yolo_config, unknown.waiting_unknown_effects,
    steps.steps_that_need_action, s.outcome,
    case when s.outcome is not null then coalesce(b.cancelled_at, jobs.last_completed_at) end as completed_at,
    greatest(b.updated_at, jobs.last_updated_at, steps.last_updated_at, unknown.last_updated_at) as changed_at,
    s.waiting_since
from registration_batch_jobs b
join registration_batch_status s on s.id = b.id
cross join lateral ({_JOBS}) jobs
cross join lateral ({steps}) steps
cross join lateral ({unknown}) unknown
"""


def _replace(overview: str) -> None:
    op.execute("drop view registration_batch_overview")
    op.execute(overview)
    op.execute(f"grant select on registration_batch_overview to {roles.APPLICATION.name}")


def upgrade() -> None:
    """Count six ended steps for a job that has ended, and read the steps of the others only."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(_overview("6 * jobs.jobs_ended + steps.steps_ended", _STEPS.format(which=_OPEN), _UNKNOWN))


def downgrade() -> None:
    """Read the steps and sub-steps of all jobs."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(_overview("steps.steps_ended", _STEPS.format(which="true"), _EFFECTS))
