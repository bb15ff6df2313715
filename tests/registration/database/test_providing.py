"""Databases and roles as a superuser makes them, on the real server, under names of these tests alone."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import pytest
import pytest_asyncio
from psycopg import AsyncConnection, sql
from pydantic import SecretStr
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from registration.database import schema
from registration.database.provisioning import Login, provide_all
from registration.database.session import Database
from registration.errors import DatabaseUnavailable, MisconfiguredInstallation, Refused
from registration.settings import Settings
from tests.registration.database.platform_server import PLATFORM_OWNER, GuestTenant


@dataclass(frozen=True)
class Names:
    """What an installation of its own would call its roles and databases, with an address for each."""

    superuser: str
    mark: str
    address: str

    def url(self, kind: str, database: str) -> str:
        """The address of a role in a database."""
        return f"postgresql://{kind}_{self.mark}:pass-{kind}@{self.address}/{database}_{self.mark}"

    def settings(self, **changed: object) -> Settings:
        """The settings of that installation."""
        values: dict[str, object] = {
            "superuser_database_url": self.superuser,
            "owner_database_url": self.url("owner", "registration"),
            "database_url": self.url("app", "registration"),
            "prefect_database_url": self.url("prefect", "prefect").replace("postgresql:", "postgresql+asyncpg:"),
        }
        return Settings.model_validate(values | changed)


@pytest_asyncio.fixture
async def names(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> AsyncGenerator[Names]:
    """Free names; what was made of them is gone afterwards."""
    assert database_urls
    made = Names(postgres.url(), uuid4().hex[:12], f"127.0.0.1:{postgres.port}")
    yield made
    async with await AsyncConnection.connect(postgres.url(), autocommit=True) as server:
        for name in ("registration", "prefect"):
            database = sql.Identifier(f"{name}_{made.mark}")
            await server.execute(sql.SQL("drop database if exists {} with (force)").format(database))
        for name in ("owner", "app", "prefect"):
            await server.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(f"{name}_{made.mark}")))


async def test_what_it_makes_can_be_migrated_and_used(names: Names) -> None:
    """The owner migrates; the application signs in under its own name and is bound like the application role."""
    made = await provide_all(names.settings())
    assert f"role app_{names.mark}: made" in made
    assert f"database registration_{names.mark}: made" in made
    schema.upgrade(SecretStr(names.url("owner", "registration")), existing_platform=False)
    database = Database(names.url("app", "registration"))
    async with database.transaction(uuid4()) as connection:
        assert (await connection.execute(text("select count(*) from registration_batch_jobs"))).scalar_one() == 0
        assert (await connection.execute(text("select current_user"))).scalar_one() == "registration_app"
    await database.close()


async def test_a_second_time_makes_nothing(names: Names) -> None:
    """It can be part of every start."""
    await provide_all(names.settings())
    assert await provide_all(names.settings()) == []


async def test_nobody_but_the_owner_can_make_tables(names: Names) -> None:
    """Before the migrations, after them, and after the next start; where somebody could, he cannot any more."""
    may = sql.SQL(
        "select rolname from pg_roles where not rolsuper and rolname like any(array['registration_%', {}])"
        " and has_schema_privilege(rolname, 'public', 'create')"
    ).format(sql.Literal(f"%_{names.mark}"))
    owner = names.url("owner", "registration")
    await provide_all(names.settings())
    async with await AsyncConnection.connect(owner, autocommit=True) as database:
        await database.execute("grant create on schema public to registration_recovery")
    schema.upgrade(SecretStr(owner), existing_platform=False)
    async with await AsyncConnection.connect(owner, autocommit=True) as database:
        assert await (await database.execute(may)).fetchall() == [(f"owner_{names.mark}",)]
        await database.execute("grant create on schema public to registration_recovery, public")
        await provide_all(names.settings())
        assert await (await database.execute(may)).fetchall() == [(f"owner_{names.mark}",)]


async def test_a_platforms_database_is_left_alone(names: Names, guest: GuestTenant) -> None:
    """Neither its schema nor a role is touched, even where our owner's address names the platform's own role."""
    database = guest.superuser.rsplit("/", 1)[1]
    roles = [PLATFORM_OWNER, f"owner_{names.mark}", f"app_{names.mark}"]
    look: tuple[LiteralString, ...] = (
        "select rolname, rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = any(%(roles)s)",
        "select nspname, nspowner::regrole::text, nspacl::text from pg_namespace order by nspname, %(roles)s::text[]",
    )
    async with await AsyncConnection.connect(guest.superuser, autocommit=True) as platform:
        before = [await (await platform.execute(query, {"roles": roles})).fetchall() for query in look]
        for role in (f"owner_{names.mark}", PLATFORM_OWNER):
            owner = f"postgresql://{role}:pass@{names.address}/{database}"
            application = f"postgresql://app_{names.mark}:pass@{names.address}/{database}"
            with pytest.raises(Refused, match="have its owner grant the rights"):
                await provide_all(names.settings(owner_database_url=owner, database_url=application))
        assert [await (await platform.execute(query, {"roles": roles})).fetchall() for query in look] == before


async def test_anybodys_database_with_tables_is_left_alone(names: Names) -> None:
    """Also one that is no platform's; of a database of our own the second time finds nothing to do."""
    await provide_all(names.settings())
    database = names.superuser.rsplit("/", 1)[0] + f"/registration_{names.mark}"
    async with await AsyncConnection.connect(database, autocommit=True) as theirs:
        await theirs.execute("create table invoices (id integer)")
        with pytest.raises(Refused, match="its table invoices was there before"):
            await provide_all(names.settings())
        await theirs.execute("drop table invoices")
    schema.upgrade(SecretStr(names.url("owner", "registration")))
    async with await AsyncConnection.connect(database, autocommit=True) as theirs:
        await theirs.execute("create table invoices (id integer)")
    assert await provide_all(names.settings()) == []


async def test_no_password_is_sent_to_the_server(names: Names, servers_folder: Path) -> None:
    """The server would keep it in the log of its statements; what it is sent instead can be checked against only."""
    logged = f"{names.superuser}?options=-c%20log_statement%3Dall"
    await provide_all(names.settings(superuser_database_url=logged))
    said = (servers_folder / "postgres" / "postgres.log").read_text(errors="replace")
    assert f'ALTER ROLE "owner_{names.mark}" LOGIN PASSWORD \'SCRAM-SHA-256$' in said
    assert "pass-owner" not in said


async def test_what_is_not_set_is_named() -> None:
    """All missing addresses at once."""
    with pytest.raises(MisconfiguredInstallation, match="REGISTRATION_SUPERUSER_DATABASE_URL, REGISTRATION_OWNER"):
        await provide_all(Settings.model_validate({"database_url": "postgresql://a:b@127.0.0.1/c"}))


async def test_one_who_may_not_is_told_so(names: Names, database_urls: DatabaseUrls) -> None:
    """Only a superuser can."""
    with pytest.raises(MisconfiguredInstallation, match="may not prepare the server"):
        await provide_all(names.settings(superuser_database_url=database_urls.app))


async def test_a_wrong_password_is_clear(names: Names, database_urls: DatabaseUrls) -> None:
    """And the password is not in the message."""
    wrong = database_urls.app.replace("registration_app:", "registration_app:wrong-")
    with pytest.raises(DatabaseUnavailable, match="cannot be signed in to") as refused:
        await provide_all(names.settings(superuser_database_url=wrong))
    assert "wrong-" not in str(refused.value)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://127.0.0.1/registration", "postgresql://a:b@127.0.0.1"])
def test_an_address_without_role_or_database_is_refused(url: str) -> None:
    """There would be nothing to make."""
    with pytest.raises(MisconfiguredInstallation, match="must look like"):
        Login.of(url)


def test_a_login_shows_no_password() -> None:
    """Not in its repr either."""
    assert "secret" not in repr(Login.of("postgresql+asyncpg://a:secret@127.0.0.1:1/b"))
