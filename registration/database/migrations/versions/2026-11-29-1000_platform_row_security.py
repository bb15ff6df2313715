"""Row-level security for tables that belong to an organisation without an organisation column."""

from alembic import op

from registration.database.row_security import POLICY

revision = "platform_row_security"
down_revision = "registration_browser_slots"
branch_labels = None
depends_on = None

# What the sub-selects see is bound by the rule of their own tables.
_RULES = {
    "organisations": "id = nullif(current_setting('app.organisation_id', true), '')::uuid",
    "menus": "exists (select from public.restaurants r where r.id = restaurant_id)",
    "menu_items": "exists (select from public.menus m where m.id = menu_id)",
}
_FORCED = ("menus", "menu_items")
"""The owner makes organisations."""


def upgrade() -> None:
    """Show each organisation its own rows only."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, rule in _RULES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy {POLICY} on {table} using ({rule}) with check ({rule})")
    for table in _FORCED:
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    """Show all rows to every role that may read the tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _RULES:
        op.execute(f"drop policy {POLICY} on {table}")
        op.execute(f"alter table {table} no force row level security")
        op.execute(f"alter table {table} disable row level security")
