"""Where a restaurant takes orders: one column per ordering platform, which converted leads fill."""

from alembic import op

revision = "platform_ordering_links"
down_revision = "registration_recovery"
branch_labels = None
depends_on = None

_LINKS = (
    "meandyou_url",
    "mobi2go_url",
    "delivereasy_url",
    "nextorder_url",
    "foodhub_url",
    "ordermeal_url",
    "additional_ordering_platform_url",
)


def upgrade() -> None:
    """Add the columns; those that have rights on the table have them on these too."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"alter table restaurants {', '.join(f'add column {name} varchar' for name in _LINKS)}")


def downgrade() -> None:
    """Drop the columns with all they hold."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"alter table restaurants {', '.join(f'drop column {name}' for name in _LINKS)}")
