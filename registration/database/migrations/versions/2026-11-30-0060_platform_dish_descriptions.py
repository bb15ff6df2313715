"""The description of a dish, for an installation without a platform database."""

from alembic import op

revision = "platform_dish_descriptions"
down_revision = "registration_api"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a sandbox that was there before has added it for itself."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("alter table public.menu_items add column if not exists description text")


def downgrade() -> None:
    """Drop the column with all it holds."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("alter table public.menu_items drop column description")
