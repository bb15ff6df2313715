"""Nobody but the owner of the schema makes anything in it."""

from alembic import op

from registration.database import roles
from registration.database.own_schema import PLATFORM_SCHEMA, is_own_installation

revision = "registration_rights"
down_revision = "platform_row_security"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take from the recovery role, which sees all organisations, what it needs only while it is given a function.

    A platform that was there gave it no such right, and its schema is its own.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    if is_own_installation(op.get_bind()):
        op.execute(f"revoke create on schema {PLATFORM_SCHEMA} from {roles.RECOVERY.name}")


def downgrade() -> None:
    """Give nothing back: every migration that needs the right takes it for itself."""
    op.execute("SET LOCAL lock_timeout = '5s'")
