"""Slots for browser-heavy requests: the waiting and the holding requests, over all organisations."""

from alembic import op

from registration.database import roles
from registration.database.own_schema import in_current_home
from registration.database.row_security import isolate

revision = "registration_browser_slots"
down_revision = "registration_settings"
branch_labels = None
depends_on = None

_TABLE = "registration_browser_slots"
# No foreign keys: the check of one locks the row of the batch or the job, and a transaction that holds such a row would
# keep every process of the installation waiting for its slot. A row without a live lease counts for nothing.
_COLUMNS = """
    id uuid not null default gen_random_uuid(), organisation_id uuid not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    batch_job_id uuid not null, job_id uuid not null, sub_step varchar not null, holder uuid not null,
    position bigint generated always as identity, taken_at timestamptz,
    constraint pk_registration_browser_slots primary key (id)
"""
_EXCHANGE = "registration_exchange_browser_slots(uuid, uuid, uuid, uuid[], uuid[], text[], integer)"
_IN_USE = "registration_browser_slots_in_use()"

_EXCHANGE_FUNCTION = """
create function public.registration_exchange_browser_slots(
    organisation uuid, batch uuid, process uuid, tickets uuid[], jobs uuid[], names text[], slots integer
) returns setof uuid
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    lock table public.registration_browser_slots in share row exclusive mode;

    delete from public.registration_browser_slots s
    where s.holder = process and s.id <> all (tickets)
        or not exists (
            select from public.registration_leases l
            where l.batch_job_id = s.batch_job_id and l.holder = s.holder and l.expires_at > clock_timestamp());

    insert into public.registration_browser_slots (id, organisation_id, batch_job_id, job_id, sub_step, holder)
    select w.id, organisation, batch, w.job_id, w.name, process
    from unnest(tickets, jobs, names) with ordinality as w (id, job_id, name, number)
    where exists (
        select from public.registration_leases l
        where l.batch_job_id = batch and l.organisation_id = organisation and l.holder = process
            and l.expires_at > clock_timestamp())
    order by w.number
    on conflict (id) do nothing;

    update public.registration_browser_slots set taken_at = clock_timestamp(), updated_at = clock_timestamp()
    where id in (
        select w.id from public.registration_browser_slots w where w.taken_at is null order by w.position
        limit greatest(0, slots - (
            select count(*) from public.registration_browser_slots t where t.taken_at is not null)));

    return query
        select s.id from public.registration_browser_slots s where s.holder = process and s.taken_at is not null;
end $$
"""

_IN_USE_FUNCTION = """
create function public.registration_browser_slots_in_use()
returns table (batch_job_id uuid, job_id uuid, sub_step varchar, created_at timestamptz, taken_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select case when own.is_it then s.batch_job_id end, case when own.is_it then s.job_id end,
        case when own.is_it then s.sub_step end, s.created_at, s.taken_at
    from public.registration_browser_slots s
    join public.registration_leases l on l.batch_job_id = s.batch_job_id and l.holder = s.holder
    cross join lateral (
        select s.organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid as is_it
    ) own
    where l.expires_at > clock_timestamp()
    order by s.position
$$
"""


def upgrade() -> None:
    """Make the table, isolated by organisation, and the functions that count over all of them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    op.execute(f"create table {_TABLE} ({_COLUMNS})")
    for statement in isolate([_TABLE]):
        op.execute(statement)
    op.execute(f"grant select on {_TABLE} to {roles.APPLICATION.name}")
    op.execute(f"grant select, insert, update, delete on {_TABLE} to {roles.RECOVERY.name}")
    for function, statement in ((_EXCHANGE, _EXCHANGE_FUNCTION), (_IN_USE, _IN_USE_FUNCTION)):
        op.execute(in_current_home(connection, statement))
        roles.assign_to_recovery(connection, function)


def downgrade() -> None:
    """Drop the functions and the table."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for function in (_IN_USE, _EXCHANGE):
        op.execute(f"drop function {function}")
    op.execute(f"drop table {_TABLE}")
