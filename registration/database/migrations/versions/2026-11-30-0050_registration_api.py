"""What the REST API writes: decisions of two more channels, and its answers to requests with an idempotency key.

The answers are kept for a day, so that a repeated request is answered the same.
"""

from alembic import op

from registration.database import roles
from registration.database.row_security import isolate

revision = "registration_api"
down_revision = "registration_sendings"
branch_labels = None
depends_on = None

_BEFORE = ("prefect", "cli", "policy")
_NOW = (*_BEFORE, "api", "console")
_RENAME = "update registration_decisions set source = 'cli' where source in ('api', 'console')"
_TABLE = "registration_idempotency"
_COLUMNS = """
    id uuid not null default gen_random_uuid(), organisation_id uuid not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    key varchar not null, method varchar not null, path varchar not null, body_sha256 varchar not null,
    status integer, response jsonb,
    constraint pk_registration_idempotency primary key (id),
    constraint uq_registration_idempotency_organisation_id_key unique (organisation_id, key)
"""


def upgrade() -> None:
    """Allow the two channels; make the table, isolated by organisation."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow(_NOW)
    op.execute(f"create table {_TABLE} ({_COLUMNS})")
    for statement in isolate([_TABLE]):
        op.execute(statement)
    op.execute(f"grant select, insert, update, delete on {_TABLE} to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Drop the table, and forbid the two channels; their decisions count as decisions of the command line."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {_TABLE}")
    # Row-level security binds the owner of the tables too.
    op.execute("alter table registration_decisions no force row level security")
    op.execute(_RENAME)
    op.execute("alter table registration_decisions force row level security")
    _allow(_BEFORE)


def _allow(channels: tuple[str, ...]) -> None:
    name = "ck_registration_decisions_source"
    listed = ", ".join(f"'{channel}'" for channel in channels)
    op.execute(f"alter table registration_decisions drop constraint {name}")
    op.execute(f"alter table registration_decisions add constraint {name} check (source in ({listed}))")
