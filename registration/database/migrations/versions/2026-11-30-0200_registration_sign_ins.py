"""Sign-ins at the web console: one-time links and sessions, each known by the hash of a random text."""

from alembic import op

from registration.database import roles
from registration.database.row_security import isolate

revision = "registration_sign_ins"
down_revision = "registration_waiting"
branch_labels = None
depends_on = None

_TABLE = "registration_sign_ins"
_COLUMNS = """
    id uuid not null default gen_random_uuid(),
    organisation_id uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    kind varchar not null,
    token_sha256 varchar not null,
    subject varchar not null,
    name varchar not null,
    role varchar not null,
    expires_at timestamptz not null,
    constraint pk_registration_sign_ins primary key (id),
    constraint ck_registration_sign_ins_kind check (kind in ('link', 'session')),
    constraint uq_registration_sign_ins_organisation_id_token_sha256 unique (organisation_id, token_sha256)
"""


def upgrade() -> None:
    """Make the table, isolated by organisation."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"create table {_TABLE} ({_COLUMNS})")
    for statement in isolate([_TABLE]):
        op.execute(statement)
    op.execute(f"grant select, insert, update, delete on {_TABLE} to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Drop the table: everybody signs in again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {_TABLE}")
