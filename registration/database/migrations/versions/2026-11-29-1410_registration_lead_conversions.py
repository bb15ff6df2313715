"""The person who converted a lead: the platform's column `leads.converted_by` takes only the id of one of its users."""

from alembic import op

from registration.database import roles
from registration.database.row_security import isolate

revision = "registration_lead_conversions"
down_revision = "registration_schema"
branch_labels = None
depends_on = None

_TABLE = "registration_lead_conversions"
# No foreign keys: the rows that it names are the platform's to delete, and the table blocks nothing of it.
_COLUMNS = """
    id uuid not null default gen_random_uuid(), organisation_id uuid not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    lead_id uuid not null, restaurant_id uuid not null, converted_by varchar not null,
    constraint pk_registration_lead_conversions primary key (id),
    constraint uq_registration_lead_conversions_organisation_id_lead_id unique (organisation_id, lead_id)
"""


def upgrade() -> None:
    """Make the table, isolated by organisation; names already in `leads` stay there and are still read."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"create table {_TABLE} ({_COLUMNS})")
    for statement in isolate([_TABLE]):
        op.execute(statement)
    op.execute(f"grant select, insert, update on {_TABLE} to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Drop the table with all it holds."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {_TABLE}")
