"""Pages of the register that were not understood, as rows: every machine can read what any machine kept.

Older versions kept them as files on the machine that ran the task, and named their paths in `error_details` and
`source_errors`. A migration cannot read files of other machines: paths and files stay as they are, and the command
`registration db import-evidence FOLDER` takes over, on each of these machines, the files that can still be read.
"""

from alembic import op

from registration.database import roles
from registration.database.own_schema import in_current_home
from registration.database.row_security import isolate

revision = "registration_evidence"
down_revision = "registration_cancelling"
branch_labels = None
depends_on = None

_TABLE = "registration_evidence"
_COLUMNS = """
    id uuid not null default gen_random_uuid(),
    organisation_id uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    job_id uuid not null,
    step_number integer not null,
    visit integer not null,
    page_id uuid not null,
    kind varchar not null,
    url varchar not null,
    content bytea not null,
    sha256 varchar not null,
    size integer not null,
    is_cut boolean not null default false,
    constraint pk_registration_evidence primary key (id),
    constraint uq_registration_evidence_organisation_id_page_id_kind unique (organisation_id, page_id, kind),
    constraint fk_registration_evidence_job_id_registration_jobs foreign key (job_id)
        references registration_jobs (id) on delete cascade,
    constraint ck_registration_evidence_step_number check (step_number between 1 and 6),
    constraint ck_registration_evidence_kind check (kind in ('html', 'screenshot')),
    constraint ck_registration_evidence_size check (size <= 2000000 and octet_length(content) <= 2001000)
"""
_OLD = "registration_old_evidence(timestamptz)"
_FIND_OLD = """
create function public.registration_old_evidence(before timestamptz) returns table (organisation_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select distinct e.organisation_id from public.registration_evidence e where e.created_at < before
$$
"""


def upgrade() -> None:
    """Make the table, isolated by organisation, and the function by which recovery finds old rows."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"create table {_TABLE} ({_COLUMNS})")
    # The content is compressed before it is sent.
    op.execute(f"alter table {_TABLE} alter column content set storage external")
    op.execute(f"create index ix_registration_evidence_job on {_TABLE} (job_id, created_at)")
    op.execute(f"create index ix_registration_evidence_age on {_TABLE} (created_at)")
    for statement in isolate([_TABLE]):
        op.execute(statement)
    # The right to update a column is what a row lock needs; what was kept cannot be changed.
    op.execute(f"grant select, insert, delete, update (updated_at) on {_TABLE} to {roles.APPLICATION.name}")
    op.execute(f"grant select (organisation_id, created_at) on {_TABLE} to {roles.RECOVERY.name}")
    op.execute(in_current_home(op.get_bind(), _FIND_OLD))
    roles.assign_to_recovery(op.get_bind(), _OLD)


def downgrade() -> None:
    """Drop the table with the pages in it: the older version looks for files."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop function {_OLD}")
    op.execute(f"drop table {_TABLE}")
