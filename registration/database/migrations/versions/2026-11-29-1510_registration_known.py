"""How certain it is that an effect happened: read back, reported by the platform, or seen by a person."""

from alembic import op

revision = "registration_known"
down_revision = "platform_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; for effects completed before, only those that a person confirmed get a value."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("alter table registration_sub_steps add column known varchar")
    op.execute(
        "alter table registration_sub_steps add constraint ck_registration_sub_steps_known"
        " check (known in ('proven', 'reported', 'by a person'))"
    )
    # The owner is bound by row-level security too, and would see no organisation's rows.
    op.execute("alter table registration_sub_steps no force row level security")
    op.execute(
        "update registration_sub_steps set known = 'by a person' where status = 'completed' and evidence ? 'said_by'"
    )
    op.execute("alter table registration_sub_steps force row level security")


def downgrade() -> None:
    """Drop the column with all it holds."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("alter table registration_sub_steps drop column known")
