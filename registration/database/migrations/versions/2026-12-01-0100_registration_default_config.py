"""The configuration that an organisation gives to its new batches."""

from alembic import op

revision = "registration_default_config"
down_revision = "registration_one_count"
branch_labels = None
depends_on = None

_TABLE = "registration_organisation_settings"


def upgrade() -> None:
    """Add the column, with an empty configuration for every organisation."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"alter table {_TABLE} add column default_config jsonb not null default '{{}}'::jsonb")


def downgrade() -> None:
    """Drop the column with what organisations had set."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"alter table {_TABLE} drop column default_config")
