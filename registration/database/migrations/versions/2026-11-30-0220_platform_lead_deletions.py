"""The right to delete leads, for an installation without a platform database."""

from alembic import op

from registration.database import roles
from registration.database.own_schema import PLATFORM_SCHEMA

revision = "platform_lead_deletions"
down_revision = "registration_quick_overview"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Grant it; row-level security limits it to the organisation's rows."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"grant delete on {PLATFORM_SCHEMA}.leads to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Revoke it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"revoke delete on {PLATFORM_SCHEMA}.leads from {roles.APPLICATION.name}")
