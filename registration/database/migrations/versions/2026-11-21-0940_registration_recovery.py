"""The function that finds, over all organisations, the batches whose process died."""

from alembic import op

from registration.database import roles
from registration.database.own_schema import in_current_home

revision = "registration_recovery"
down_revision = "registration_views"
branch_labels = None
depends_on = None

_READ = (
    "registration_batch_jobs",
    "registration_jobs",
    "registration_sub_steps",
    "registration_leases",
    "registration_decisions",
    "registration_events",
)

_FUNCTION = """
create function public.registration_batches_to_recover() returns table (organisation_id uuid, batch_job_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select b.organisation_id, b.id
    from public.registration_batch_jobs b
    left join public.registration_leases l on l.batch_job_id = b.id
    cross join lateral (
        select
            b.stop_requested_at is not null and b.cancelled_at is null as stopping,
            not exists (
                select from public.registration_jobs j
                where j.batch_job_id = b.id and (
                    j.status in ('pending', 'in_progress', 'action_required')
                    or exists (
                        select from public.registration_sub_steps s
                        where s.job_id = j.id and (
                            s.status = 'unknown'
                            or (s.sent_at is not null and s.status in ('in_progress', 'retrying'))
                        )
                    )
                )
            ) as settled
    ) work
    where b.started_at is not null
        and coalesce(l.expires_at <= clock_timestamp(), true)
        and (work.stopping or (not work.settled and (b.stopped_reason is null or b.cancelled_at is not null)))
        and (
            l.waiting_since is null
            or greatest(b.stop_requested_at, b.continued_at) > l.waiting_since
            or exists (
                select from public.registration_jobs j
                where j.batch_job_id = b.id and (
                    j.stop_requested_at > l.waiting_since
                    or exists (
                        select from public.registration_decisions d
                        where d.job_id = j.id and d.decided_at > l.waiting_since
                    )
                )
            )
            or exists (
                select from public.registration_events e
                where e.batch_job_id = b.id and e.created_at > l.waiting_since and e.actor <> 'pipeline'
            )
        )
    order by b.started_at
$$
"""


def upgrade() -> None:
    """Make the function, owned by a role that row-level security does not bind and that nobody can sign in as."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    recovery = roles.RECOVERY.name
    roles.require(connection, roles.RECOVERY)
    roles.require_membership(connection, roles.RECOVERY)
    op.execute(f"grant select on {', '.join(_READ)} to {recovery}")
    op.execute(in_current_home(connection, _FUNCTION))
    roles.assign_to_recovery(connection, "registration_batches_to_recover()")


def downgrade() -> None:
    """Drop the function."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop function registration_batches_to_recover()")
    op.execute(f"revoke select on {', '.join(_READ)} from {roles.RECOVERY.name}")
