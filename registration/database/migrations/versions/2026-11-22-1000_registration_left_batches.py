"""The function that finds, over all organisations, the batches that wait for people without a process."""

from alembic import op

from registration.database import roles
from registration.database.own_schema import in_current_home

revision = "registration_left_batches"
down_revision = "platform_ordering_links"
branch_labels = None
depends_on = None

_FUNCTION = """
create function public.registration_batches_left() returns table (organisation_id uuid, batch_job_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select b.organisation_id, b.id
    from public.registration_batch_jobs b
    join public.registration_leases l on l.batch_job_id = b.id
    where l.waiting_since is not null
        and coalesce(l.expires_at <= clock_timestamp(), true)
        and b.stopped_reason is null
        and exists (
            select from public.registration_jobs j where j.batch_job_id = b.id and j.status = 'action_required'
        )
    order by b.started_at
$$
"""


def upgrade() -> None:
    """Make the function, owned by the role that row-level security does not bind."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(in_current_home(op.get_bind(), _FUNCTION))
    roles.assign_to_recovery(op.get_bind(), "registration_batches_left()")


def downgrade() -> None:
    """Drop the function."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop function registration_batches_left()")
