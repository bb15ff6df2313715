"""The database, looked at on real servers with what can be wrong with them."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from dev.stack.databases import DatabaseUrls, provide_extra_database
from dev.stack.keys import Keys
from dev.stack.network import free_port
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from dev.stack.temporary import temporary_folder
from registration.database import schema
from registration.health.database import check_database
from registration.health.finding import Finding, Level
from tests.registration.health.answering import ahead, by_name


async def look(url: str) -> dict[str, Finding]:
    """What is said of a database; no password is in it."""
    found = by_name(await check_database(SecretStr(url)))
    assert "hidden" not in repr(found)
    return found


async def only(url: str) -> tuple[str, str]:
    """The one thing that is wrong, and what to do."""
    [found] = (await look(url)).values()
    assert found.level is Level.ERROR
    return f"{found.about}: {found.says}", found.next_step or ""


def with_user(url: str, user: str, password: str = "hidden") -> str:
    """The same address for somebody else."""
    return f"postgresql://{user}:{password}@{url.rpartition('@')[2]}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bare() -> AsyncGenerator[EmbeddedPostgres]:
    """A server without any of our roles."""
    with temporary_folder() as folder:
        async with EmbeddedPostgres(folder / "postgres", durable=False) as server:
            yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def extra(postgres: EmbeddedPostgres, database_urls: DatabaseUrls, keys: Keys) -> DatabaseUrls:
    """A database beside the session's, with the same roles, and nothing in it."""
    return await provide_extra_database(postgres, keys, f"extra_{uuid4().hex}")


async def execute(url: str, *statements: str) -> None:
    """Change something as a superuser."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for statement in statements:
            await connection.execute(statement.encode())


async def test_all_is_well(database_urls: DatabaseUrls) -> None:
    """On time, migrated, protected."""
    found = await look(database_urls.app)
    assert {name: one.level for name, one in found.items()} == {
        "clock of the database": Level.OK,
        "migrations": Level.OK,
        "row-level security": Level.OK,
    }


async def test_an_address_that_cannot_be_read() -> None:
    """None, or no address."""
    assert [one.says for one in await check_database(None)] == ["no readable database URL is set"]
    assert (await only("localhost:hidden"))[0] == "database: no readable database URL is set"


async def test_nobody_answers() -> None:
    """No such host; nobody listens."""
    finding, step = await only("postgresql://a:hidden@nowhere.invalid/registration")
    assert finding.startswith("database: host not found: ")
    assert "DATABASE_URL" in step
    finding, _ = await only(f"postgresql://a:hidden@127.0.0.1:{free_port()}/registration")
    assert finding.startswith("database: connection refused: ")


async def test_something_else_answers(sandbox: Sandbox) -> None:
    """A web server is no Postgres."""
    finding, _ = await only(f"postgresql://a:hidden@127.0.0.1:{sandbox.port}/registration")
    assert finding.startswith("database: something answers, but it is not Postgres")


async def test_the_server_refuses(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> None:
    """Another password, a database that there is not, TLS where there is none."""
    finding, _ = await only(with_user(database_urls.app, "registration_app"))
    assert finding.startswith("database: user or password refused: ")
    finding, step = await only(postgres.url("nowhere"))
    assert finding.startswith("database: no such database or user: ")
    assert "registration db provide" in step
    finding, _ = await only(f"{database_urls.app}?sslmode=require")
    assert finding.startswith("database: no trusted TLS connection: ")


async def test_the_application_role_is_missing_or_not_ours(bare: EmbeddedPostgres) -> None:
    """Each with the command that puts it right; a role that rows are not protected from is found too."""
    finding, step = await only(bare.url())
    assert finding == "application role: the role registration_app is missing"
    assert "registration db provide" in step
    await execute(bare.url(), "create role registration_app bypassrls", "create role a login password 'hidden'")
    assert (await only(with_user(bare.url(), "a")))[0].endswith("may not act as the role registration_app")
    assert (await look(bare.url()))["row-level security"].says == "does not apply to the role registration_app"


async def test_migrations_are_missing_or_too_new(postgres: EmbeddedPostgres, extra: DatabaseUrls) -> None:
    """Before the first upgrade, after it without protection, and as a later version leaves it."""
    found = (await look(extra.app))["migrations"]
    assert (found.level, found.next_step) == (Level.ERROR, "run `registration db upgrade`")
    assert found.says.startswith("missing: platform_tables, ")

    schema.upgrade(SecretStr(extra.owner))
    superuser = postgres.url(extra.owner.rpartition("/")[2])
    await execute(superuser, "alter table registration_jobs no force row level security")
    found = (await look(extra.app))["row-level security"]
    assert (found.level, found.says) == (Level.ERROR, "is not in force on registration_jobs")

    await execute(superuser, "update registration_schema_version set version_num = 'from_the_future'")
    finding, step = await only(extra.app)
    assert "at migration from_the_future, which this version does not know" in finding
    assert step == "install the version of the project that made them"


@pytest.mark.parametrize("seconds, level", [(1.5, Level.ERROR), (-2, Level.ERROR), (60, Level.ERROR)])
async def test_a_clock_that_is_far_off(database_urls: DatabaseUrls, seconds: float, level: Level) -> None:
    """Ours against the database's."""
    with ahead(seconds):
        assert (await look(database_urls.app))["clock of the database"].level is level
