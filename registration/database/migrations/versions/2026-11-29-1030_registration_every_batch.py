"""Recovery finds every batch with work that can go on, an effect in flight, or an open gate; also halted and ended
ones.
"""

from alembic import op

from registration.database import roles
from registration.database.own_schema import in_current_home

revision = "registration_every_batch"
down_revision = "registration_rights"
branch_labels = None
depends_on = None

_ROUNDS = "registration_gate_rounds"
_TO_RECOVER, _LEFT = "registration_batches_to_recover()", "registration_batches_left()"

# Shared by the functions and those that they replace.
_DEFINER_AS = """returns table (organisation_id uuid, batch_job_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$"""
_NOT_LEFT_OR_SOMEBODY_ACTED = """(
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
        )"""


def _batches_left(somebody_is_asked: str) -> str:
    return f"""
create function public.registration_batches_left() {_DEFINER_AS}
    select b.organisation_id, b.id
    from public.registration_batch_jobs b
    join public.registration_leases l on l.batch_job_id = b.id
    where l.waiting_since is not null
        and coalesce(l.expires_at <= clock_timestamp(), true)
        and b.stopped_reason is null
        and {somebody_is_asked}
    order by b.started_at
$$
"""


_EVERY = {
    _TO_RECOVER: f"""
create function public.registration_batches_to_recover() {_DEFINER_AS}
    select b.organisation_id, b.id
    from public.registration_batch_jobs b
    left join public.registration_leases l on l.batch_job_id = b.id
    cross join lateral (
        select
            b.stop_requested_at is not null and b.cancelled_at is null as stopping,
            b.stopped_reason is null or b.cancelled_at is not null as goes_on,
            l.holder is not null as died,
            exists (
                select from public.registration_jobs j
                where j.batch_job_id = b.id and j.status in ('pending', 'in_progress', 'action_required')
            ) as is_open,
            exists (
                select from public.registration_gate_rounds g where g.batch_job_id = b.id and g.closed_at is null
            ) as asks
    ) work
    cross join lateral (
        select coalesce(bool_or(not s.needs_person), false) as looked_for, count(*) > 0 as unsettled
        from public.registration_sub_steps s join public.registration_jobs j on j.id = s.job_id
        where j.batch_job_id = b.id
            and (s.status = 'unknown' or (s.sent_at is not null and s.status in ('in_progress', 'retrying')))
    ) effects
    where coalesce(l.expires_at <= clock_timestamp(), true)
        and (
            work.stopping
            or (b.started_at is not null and (
                work.died or work.asks or effects.looked_for
                or (work.goes_on and (work.is_open or effects.unsettled))
            ))
        )
        and {_NOT_LEFT_OR_SOMEBODY_ACTED}
    order by b.started_at
$$
""",
    _LEFT: _batches_left("""exists (
            select from public.registration_jobs j
            where j.batch_job_id = b.id and (
                j.status = 'action_required'
                or exists (select from public.registration_sub_steps s where s.job_id = j.id and s.needs_person)
            )
        )"""),
}

_BEFORE = {
    _TO_RECOVER: f"""
create function public.registration_batches_to_recover() {_DEFINER_AS}
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
        and {_NOT_LEFT_OR_SOMEBODY_ACTED}
    order by b.started_at
$$
""",
    _LEFT: _batches_left("""exists (
            select from public.registration_jobs j where j.batch_job_id = b.id and j.status = 'action_required'
        )"""),
}


def upgrade() -> None:
    """Replace the functions, so that any batch whose process died is found, and any batch with an open form."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"grant select on {_ROUNDS} to {roles.RECOVERY.name}")
    _replace(_EVERY)


def downgrade() -> None:
    """Restore the functions that skip halted and ended batches."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(_BEFORE)
    op.execute(f"revoke select on {_ROUNDS} from {roles.RECOVERY.name}")


def _replace(functions: dict[str, str]) -> None:
    for name, function in functions.items():
        op.execute(f"drop function {name}")
        op.execute(in_current_home(op.get_bind(), function))
        roles.assign_to_recovery(op.get_bind(), name)
