"""What an error of a statement tells: never names, phones or passwords, which Prefect would keep with its log."""

import traceback
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database import alembic_config as migrating
from registration.database.session import Database
from tests.registration.database.rows import add

SECRET = "kai-hush-hush@example.nz"
_REFUSED = (
    ("insert into restaurants (organisation_id, name, slug) values (:organisation, :name, :name)", {"name": SECRET}),
    (
        "insert into restaurants (organisation_id, name, theme) values (:organisation, :name, 'pink')",
        {"name": SECRET},
    ),
    ("insert into restaurants (organisation_id, name, email) values (:organisation, null, :name)", {"name": SECRET}),
    ("select no_such_column from restaurants where name = :name", {"name": SECRET}),
    ("update restaurants set icp_rating = :number where name = :name", {"name": SECRET, "number": 10**12}),
)
"""A unique value, a check, a null, a wrong statement, a number out of range."""


def _all_that_it_says(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


async def _run_twice(database: Database, organisation: UUID, statement: str, values: dict[str, Any]) -> None:
    async with database.transaction(organisation) as transaction:
        first = {"organisation": organisation} if ":organisation" in statement else {}
        for _ in range(2):
            await transaction.execute(text(statement), first | values)


def _make_twice(owner: SecretStr, organisation: UUID) -> None:
    with migrating.owner_engine(owner).begin() as connection:
        for _ in range(2):
            connection.execute(
                text("insert into organisations (id, name) values (:id, :name)"), {"id": organisation, "name": SECRET}
            )


@pytest.mark.parametrize("statement, values", _REFUSED)
async def test_the_applications_errors_hold_no_values(
    database: Database, everything: AsyncConnection, organisation: UUID, statement: str, values: dict[str, Any]
) -> None:
    """Neither the parameters nor the row that Postgres quotes; what is wrong stays, and so does the statement."""
    await add(everything, "restaurants", organisation, name=SECRET)
    with pytest.raises(DBAPIError) as refused:
        await _run_twice(database, organisation, statement, values)
    said = _all_that_it_says(refused.value)
    assert "restaurants" in said
    assert SECRET not in said
    assert str(10**12) not in said


def test_the_owners_errors_hold_none_either(database_urls: DatabaseUrls) -> None:
    """Those of migrations, and of what is made with the owner's rights."""
    organisation = uuid4()
    with pytest.raises(DBAPIError) as refused:
        _make_twice(SecretStr(database_urls.owner), organisation)
    said = _all_that_it_says(refused.value)
    assert "duplicate key" in said
    assert SECRET not in said
    assert str(organisation) not in said
