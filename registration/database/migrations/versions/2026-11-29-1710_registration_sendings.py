"""What is decided on about the requests of an effect gets columns of its own; `evidence` is evidence alone."""

from alembic import op

revision = "registration_sendings"
down_revision = "registration_outcome"
branch_labels = None
depends_on = None

_COLUMNS = {
    "previous_sent_at": "timestamptz",
    "window_closed": "boolean not null default false",
    "resend_approved": "boolean not null default false",
    "unclear_sendings": "integer not null default 0",
    "restored": "boolean not null default false",
}
_EXPIRE = """
    update registration_leases set expires_at = clock_timestamp(), updated_at = clock_timestamp()
    where expires_at > clock_timestamp()
"""
"""A process of the other version that still runs would decide without values that it no longer finds. Without its lease
it writes and sends nothing. The leases come first, as everywhere: the lock of their table waits for whoever writes."""

_KEYS = "array['sent_before', 'over', 'do_again', 'unclear', 'restored']"
_TO_COLUMNS = f"""
    update registration_sub_steps set
        previous_sent_at = (evidence ->> 'sent_before')::timestamptz,
        window_closed = coalesce((evidence ->> 'over')::boolean, false),
        resend_approved = coalesce((evidence ->> 'do_again')::boolean, false),
        unclear_sendings = coalesce((evidence ->> 'unclear')::integer, 0),
        restored = coalesce((evidence ->> 'restored')::boolean, false),
        evidence = nullif(evidence - {_KEYS}, '{{}}')
    where status <> 'completed' and evidence ?| {_KEYS}
"""
_TO_EVIDENCE = """
    update registration_sub_steps set evidence = coalesce(evidence, '{}') || jsonb_strip_nulls(jsonb_build_object(
        'sent_before', previous_sent_at, 'over', nullif(window_closed, false),
        'do_again', nullif(resend_approved, false), 'unclear', nullif(unclear_sendings, 0),
        'restored', nullif(restored, false)))
    where status <> 'completed' and (
        previous_sent_at is not null or window_closed or resend_approved or unclear_sendings <> 0 or restored)
"""


def upgrade() -> None:
    """Add the columns, and move the values of effects that are not completed into them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _change_rows("registration_leases", _EXPIRE)
    for name, type_ in _COLUMNS.items():
        op.execute(f"alter table registration_sub_steps add column {name} {type_}")
    _change_rows("registration_sub_steps", _TO_COLUMNS)


def downgrade() -> None:
    """Move the values back into `evidence`, and drop the columns."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _change_rows("registration_leases", _EXPIRE)
    _change_rows("registration_sub_steps", _TO_EVIDENCE)
    for name in _COLUMNS:
        op.execute(f"alter table registration_sub_steps drop column {name}")


def _change_rows(table: str, statement: str) -> None:
    """Change the rows of every organisation: row-level security binds the owner of the tables too."""
    op.execute(f"alter table {table} no force row level security")
    op.execute(statement)
    op.execute(f"alter table {table} force row level security")
