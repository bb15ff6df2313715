"""Row-level security: the one rule by which an organisation sees and writes only its own rows."""

from collections.abc import Iterable

RULE = "organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid"
POLICY = "own_organisation"


def isolate(tables: Iterable[str]) -> list[str]:
    """The statements that put tables with an organisation_id under the rule, their owner included."""
    return [
        statement
        for table in tables
        for statement in (
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy {POLICY} on {table} using ({RULE}) with check ({RULE})",
        )
    ]
