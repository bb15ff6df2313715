"""Only the owner of the schema may create objects in it."""

from alembic import op

from registration.database import roles
from registration.database.own_schema import PLATFORM_SCHEMA, is_own_installation

revision = "registration_rights"
down_revision = "platform_row_security"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Revoke from the recovery role, which sees all organisations, the right to create functions, needed only
    temporarily.

    In an existing platform's database the role has no such right, and the schema is the platform's.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    if is_own_installation(op.get_bind()):
        op.execute(f"revoke create on schema {PLATFORM_SCHEMA} from {roles.RECOVERY.name}")


def downgrade() -> None:
    """Change nothing: every migration that needs the right grants it for itself."""
    op.execute("SET LOCAL lock_timeout = '5s'")
