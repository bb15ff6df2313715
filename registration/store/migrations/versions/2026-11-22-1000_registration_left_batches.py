"""The function that finds, over all organisations, the batches that were left to people."""

from alembic import op
from sqlalchemy import text

from registration.store import roles

revision = "registration_left_batches"
down_revision = "platform_ordering_links"
branch_labels = None
depends_on = None

_MAY_CREATE = text("select has_schema_privilege(:role, 'public', 'create')")

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
    connection = op.get_bind()
    recovery = roles.RECOVERY.name
    op.execute(_FUNCTION)
    op.execute("revoke all on function registration_batches_left() from public")
    op.execute(f"grant execute on function registration_batches_left() to {roles.APPLICATION.name}")
    # Postgres gives a function only to a role that may make one; this role shall not stay able to.
    may_create = connection.scalar(_MAY_CREATE, {"role": recovery}) is True
    op.execute(f"grant usage, create on schema public to {recovery}")
    op.execute(f"alter function registration_batches_left() owner to {recovery}")
    if not may_create:
        op.execute(f"revoke create on schema public from {recovery}")


def downgrade() -> None:
    """Drop the function."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop function registration_batches_left()")
