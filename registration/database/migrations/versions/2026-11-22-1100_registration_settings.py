"""What an organisation has switched on for all of its batches."""

from alembic import op

from registration.database import roles
from registration.database.row_security import isolate

revision = "registration_settings"
down_revision = "registration_left_batches"
branch_labels = None
depends_on = None

_TABLE = "registration_organisation_settings"
_COLUMNS = """
    id uuid not null default gen_random_uuid(), organisation_id uuid not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    auto_select_clear_matches boolean not null default false,
    constraint pk_registration_organisation_settings primary key (id),
    constraint uq_registration_organisation_settings_organisation_id unique (organisation_id)
"""


def upgrade() -> None:
    """Make the table, isolated by organisation; without a row everything is off."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"create table {_TABLE} ({_COLUMNS})")
    for statement in isolate([_TABLE]):
        op.execute(statement)
    op.execute(f"grant select, insert, update, delete on {_TABLE} to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Drop the table with all it holds."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {_TABLE}")
