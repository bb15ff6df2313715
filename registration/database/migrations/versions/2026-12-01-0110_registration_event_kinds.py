"""An index of the events by organisation and kind: the audit and the lists of accounts and of deleted leads read few
kinds of one organisation out of all events.
"""

from alembic import op

revision = "registration_event_kinds"
down_revision = "registration_default_config"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index; new events wait until it is complete."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("create index ix_registration_events_kind on registration_events (organisation_id, what)")


def downgrade() -> None:
    """Drop the index."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop index ix_registration_events_kind")
