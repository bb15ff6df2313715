"""What steps and effects wait for.

A person is asked before an effect is requested, and approves it or not; effects that wait for a person are found by an
index, because everybody who looks at the gates asks for them. Steps and effects keep since when an outside service has
not answered them.
"""

from alembic import op

revision = "registration_waiting"
down_revision = "platform_dish_descriptions"
branch_labels = None
depends_on = None

_QUESTION = {"asked": "jsonb", "approved": "boolean not null default false"}
_UNANSWERED = ("registration_job_steps", "registration_sub_steps")


def upgrade() -> None:
    """Add the columns, and the index."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, type_ in _QUESTION.items():
        op.execute(f"alter table registration_sub_steps add column {name} {type_}")
    for table in _UNANSWERED:
        op.execute(f"alter table {table} add column unanswered_since timestamptz")
    op.execute(
        "create index ix_registration_sub_steps_needs_person on registration_sub_steps (organisation_id)"
        " where needs_person"
    )


def downgrade() -> None:
    """Drop the index, and the columns with all they hold."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("drop index ix_registration_sub_steps_needs_person")
    for table in _UNANSWERED:
        op.execute(f"alter table {table} drop column unanswered_since")
    for name in _QUESTION:
        op.execute(f"alter table registration_sub_steps drop column {name}")
