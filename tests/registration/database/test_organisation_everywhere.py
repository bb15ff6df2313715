"""Every query says for whom it asks; the views are no way around the rule."""

import ast
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import registration
from dev.stack.databases import DatabaseUrls
from registration.database.base import Base
from registration.database.session import Database
from tests.registration.database.conftest import engine
from tests.registration.database.rows import add_one_of_each

DOMAIN = Path(registration.__path__[0])
VIEWS = ("registration_batch_status", "registration_batch_overview", "registration_sub_step_progress")
ISOLATED = sorted(table.name for table in Base.metadata.sorted_tables if "organisation_id" in table.columns)

# The clock, what the server says of itself, what the role of a transaction may read and sees of a table whatever the
# organisation, the lease of a batch that was read with its organisation, a row that names its own, slots that all
# share, and the lists that only recovery may see.
OF_NOBODY = {
    "database_now",
    "read_connections",
    "readable",
    "visible",
    "insert_restaurant",
    "reserve",
    "claim",
    "count_from",
    "push",
    "free",
    "hold",
    "batches_to_recover",
    "batches_waiting_for_people",
}


def query_functions() -> Iterator[tuple[str, bool]]:
    """Every public function of the domain's queries that has a transaction, and whether its query gets an organisation.

    A function that only hands its transaction to other functions leaves the organisation to them.
    """
    for path in sorted({*DOMAIN.rglob("*queries.py"), *(DOMAIN / "database").glob("*.py")}):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
                names = {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
                if "transaction" in names:
                    yield f"{path.relative_to(DOMAIN)}:{node.name}", _names_organisation(node)


def _names_organisation(function: ast.AsyncFunctionDef) -> bool:
    used = [node for node in ast.walk(function) if isinstance(node, ast.Attribute)]
    executes = any(node.attr in ("execute", "scalar", "scalars", "connection") for node in used)
    named = any(ast.unparse(node) == "transaction.organisation_id" for node in used)
    return named or not executes


def test_every_query_names_the_organisation_of_its_transaction() -> None:
    """Row-level security is the second lock, not the first."""
    found = dict(query_functions())
    without = {name.partition(":")[2] for name, named in found.items() if not named}
    assert len(found) > 50
    assert without == OF_NOBODY


@asynccontextmanager
async def as_application(url: str) -> AsyncGenerator[AsyncConnection]:
    """A transaction of the application's own sign-in that says nothing about an organisation."""
    async with engine(url).begin() as connection:
        await connection.execute(text("set local role registration_app"))
        yield connection


@pytest.mark.parametrize("relation", [*ISOLATED, *VIEWS])
async def test_the_application_sees_nothing_without_an_organisation(
    database_urls: DatabaseUrls, database: Database, relation: str
) -> None:
    """Neither unset nor empty; there are rows, as their organisation sees."""
    if relation == ISOLATED[0]:
        organisation = uuid4()
        async with engine(database_urls.owner).begin() as connection:
            await connection.execute(text(f"set local app.organisation_id = '{organisation}'"))
            await add_one_of_each(connection, organisation)
        async with database.transaction(organisation) as transaction:
            assert await transaction.scalar(text("select count(*) from registration_jobs")) == 1
    async with as_application(database_urls.app) as connection:
        assert await connection.scalar(text(f"select count(*) from {relation}")) == 0
        await connection.execute(text("set local app.organisation_id = ''"))
        assert await connection.scalar(text(f"select count(*) from {relation}")) == 0


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "statement",
    [
        "update {view} set organisation_id = gen_random_uuid()",
        "delete from {view}",
        "insert into {view} (organisation_id) values (gen_random_uuid())",
    ],
)
async def test_nothing_is_written_through_a_view(database_urls: DatabaseUrls, view: str, statement: str) -> None:
    """They are derived, and only ever read."""
    with pytest.raises(DBAPIError, match=r"permission denied|cannot (update|delete from|insert into) view"):
        async with as_application(database_urls.app) as connection:
            await connection.execute(text(statement.format(view=view)))
