"""The sandbox's tables are the platform's: every column that it makes or writes has the contract's type."""

import re

import pytest

from dev.sandbox.tables import TABLES
from tests.dev.sandbox.rows import Rows
from tests.platform_contract.contract import contract

_NAMES = {
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "varchar": "character varying",
    "text[]": "ARRAY",
    "numeric": "numeric",
}
_OURS_ARE_TEXT = {"character varying", "text"}
_WRITTEN = (
    "pumpd_accounts",
    "pumpd_restaurants",
    "registration_logs",
    "usage_events",
    "item_images",
    "upload_batches",
    "extraction_jobs",
)


def _wanted(kind: str) -> str:
    plain = re.sub(r"\(.*\)", "", kind)
    return _NAMES.get(plain, plain)


@pytest.mark.parametrize("table", _WRITTEN)
async def test_a_table_has_all_columns_of_the_contract(sandbox_rows: Rows, own_sandbox: object, table: str) -> None:
    """With their types; a text of limited length may be one without a limit where registration's migrations made it."""
    assert own_sandbox
    rows = await sandbox_rows.query(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %(table)s",
        table=table,
    )
    there = {row["column_name"]: row["data_type"] for row in rows}
    for name, column in contract().table(table).columns.items():
        wanted = _wanted(column.type)
        assert name in there, f"{table}.{name}"
        assert there[name] == wanted or {there[name], wanted} <= _OURS_ARE_TEXT, f"{table}.{name}: {there[name]}"


def test_no_column_is_made_that_the_platform_does_not_have() -> None:
    """Of the tables that the contract knows."""
    known = set(contract().table_names())
    for table in known & set(TABLES):
        assert set(TABLES[table]) <= set(contract().table(table).columns), table
