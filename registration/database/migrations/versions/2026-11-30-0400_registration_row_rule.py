"""Row-level security evaluates the organisation once for each statement instead of once for each row.

A list of fifty batches reads five thousand rows of jobs; to evaluate the setting for each took half of its time. The
tables of a platform that is not ours keep the rule that its owner gave them: both show the same rows.
"""

from alembic import op
from sqlalchemy import text

from registration.database.row_security import POLICY

revision = "registration_row_rule"
down_revision = "registration_evidence"
branch_labels = None
depends_on = None

_ONCE = "organisation_id = (select nullif(current_setting('app.organisation_id', true), '')::uuid)"
_POLICIES = text(
    """
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
    where p.polname = :policy and pg_get_expr(p.polqual, c.oid) like '(organisation\\_id = %'
        and pg_has_role(c.relowner, 'usage')
    order by 1
    """
)


def upgrade() -> None:
    """Evaluate the organisation once for each statement."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in op.get_bind().scalars(_POLICIES, {"policy": POLICY}):
        op.execute(f"alter policy {POLICY} on {table} using ({_ONCE}) with check ({_ONCE})")


def downgrade() -> None:
    """Keep the rule: older versions work with both forms."""
    op.execute("SET LOCAL lock_timeout = '5s'")
