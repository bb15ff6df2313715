"""The two views that derive a batch's progress from its jobs."""

from alembic import op

from registration.database import roles

revision = "registration_views"
down_revision = "registration_people"
branch_labels = None
depends_on = None

_BATCH_OVERVIEW = """
create view registration_batch_overview with (security_invoker = true) as
select b.*,
    case
        when b.cancelled_at is not null then 'cancelled'
        when b.stopped_reason is not null then 'failed'
        when jobs.jobs_action_required > 0 then 'action_required'
        when jobs.jobs_total > 0 and jobs.jobs_ended = jobs.jobs_total then 'completed'
        when jobs.any_begun then 'in_progress'
        else 'pending'
    end as status,
    jobs.jobs_total, jobs.jobs_ended, jobs.jobs_pending, jobs.jobs_in_progress, jobs.jobs_action_required,
    jobs.jobs_completed, jobs.jobs_partially_completed, jobs.jobs_failed, jobs.jobs_cancelled, jobs.jobs_skipped,
    steps.steps_ended,
    coalesce(floor(100.0 * steps.steps_ended / nullif(6 * jobs.jobs_total, 0)), 0)::integer as percent,
    steps.current_step, steps.waiting_company_selection, steps.waiting_yolo_config, unknown.waiting_unknown_effects,
    steps.steps_that_need_action
from registration_batch_jobs b
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
        bool_or(j.status <> 'pending' or j.started_at is not null) as any_begun
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
    select count(distinct e.job_id) as waiting_unknown_effects
    from registration_jobs j join registration_sub_steps e on e.job_id = j.id
    where j.batch_job_id = b.id and e.status = 'unknown' and e.needs_person
) unknown
"""

_SUB_STEP_PROGRESS = """
create view registration_sub_step_progress with (security_invoker = true) as
with phases (number, description) as (
    values (1, 'Initial parallel operations'),
        (2, 'Configuration (parallel after phase1)'),
        (3, 'Menu setup (after menuImport)'),
        (4, 'Finalization (after menuImport)')
), twelve (name, phase) as (
    values ('cloudwaitressAccount', 1), ('codeGeneration', 1), ('createOnboardingUser', 1),
        ('uploadImages', 1), ('restaurantRegistration', 2), ('websiteConfig', 2), ('servicesConfig', 2),
        ('paymentConfig', 2), ('menuImport', 2), ('syncOnboardingUser', 2), ('optionSets', 3),
        ('itemTags', 4)
)
select j.organisation_id, j.batch_job_id, j.id as job_id,
    coalesce('phase' || min(of_job.number) filter (where not of_job.ended), 'completed') as current_phase,
    sum(of_job.completed)::integer as sub_steps_completed,
    sum(of_job.settled)::integer as sub_steps_ended,
    jsonb_object_agg('phase' || of_job.number, of_job.phase) as phases
from registration_jobs j
cross join lateral (
    select p.number, bool_and(steps.ended) as ended, count(*) filter (where steps.status = 'completed') as completed,
        count(*) filter (where steps.ended) as settled,
        jsonb_build_object(
            'status', case
                when bool_and(steps.status = 'pending') then 'pending'
                when not bool_and(steps.ended) then 'in_progress'
                when bool_or(steps.status = 'failed') then 'failed'
                when bool_or(steps.status = 'cancelled') then 'cancelled'
                when bool_and(steps.status = 'skipped') then 'skipped'
                else 'completed'
            end,
            'description', p.description,
            'sub_steps', jsonb_object_agg(steps.name, steps.shown)
        ) as phase
    from phases p
    join lateral (
        select t.name, coalesce(s.status, 'pending') as status,
            coalesce(s.status, 'pending') in ('completed', 'failed', 'skipped', 'cancelled') as ended,
            jsonb_strip_nulls(jsonb_build_object(
                'status', coalesce(s.status, 'pending'), 'attempt', coalesce(s.attempt, 0),
                'generation', coalesce(s.generation, 1), 'needs_person', coalesce(s.needs_person, false),
                'reason', s.skip_reason, 'error', s.error_message,
                'started_at', s.started_at, 'completed_at', s.completed_at, 'updated_at', s.updated_at
            )) as shown
        from twelve t left join registration_sub_steps s on s.job_id = j.id and s.name = t.name
        where t.phase = p.number
    ) steps on true
    group by p.number, p.description
) of_job
group by j.organisation_id, j.batch_job_id, j.id
"""


def upgrade() -> None:
    """Make the views; each shows a role only the rows that the role may read itself."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(_BATCH_OVERVIEW)
    op.execute(_SUB_STEP_PROGRESS)
    op.execute(
        f"grant select on registration_batch_overview, registration_sub_step_progress to {roles.APPLICATION.name}"
    )


def downgrade() -> None:
    """Drop the views."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop view registration_batch_overview, registration_sub_step_progress")
