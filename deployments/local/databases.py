"""The two databases of the embedded Postgres and the roles that use them."""

from dataclasses import dataclass, field
from typing import LiteralString

import psycopg
from psycopg import AsyncConnection, sql

from deployments.local.keys import Keys
from deployments.local.postgres import EmbeddedPostgres

_LOGINS: dict[str, LiteralString] = {
    "registration_owner": "NOSUPERUSER NOBYPASSRLS",
    "registration_app": "NOSUPERUSER NOBYPASSRLS",
    "registration_platform": "NOSUPERUSER BYPASSRLS",
    "prefect": "NOSUPERUSER NOBYPASSRLS",
}
_OWNERS = {"registration": "registration_owner", "prefect": "prefect"}


@dataclass(frozen=True)
class DatabaseUrls:
    """Addresses with passwords, `postgresql://…`; they show in no repr."""

    owner: str = field(repr=False)
    app: str = field(repr=False)
    platform: str = field(repr=False)
    prefect: str = field(repr=False)


async def provide_databases(postgres: EmbeddedPostgres, keys: Keys) -> DatabaseUrls:
    """Make the databases `registration` and `prefect` and their roles, as far as they are missing.

    `registration_owner` runs the migrations, `registration_app` is the application, `registration_platform` is the
    sandbox's own role, and `registration_recovery`, which nobody can log in as, owns what must see all organisations.
    """
    passwords = {role: keys.get(role).get_secret_value() for role in _LOGINS}
    async with await _connect(postgres.url()) as server:
        for role, passes in _LOGINS.items():
            await _role(server, role, f"LOGIN {passes}", passwords[role])
        await _role(server, "registration_recovery", "NOLOGIN NOSUPERUSER BYPASSRLS")
        await server.execute("GRANT registration_recovery TO registration_owner WITH SET TRUE, INHERIT FALSE")
        await server.execute("GRANT registration_app TO registration_owner WITH SET TRUE, INHERIT FALSE")
        for database, owner in _OWNERS.items():
            await _database(server, database, owner)
    await _prepare_registration(postgres)
    async with await _connect(postgres.url("prefect")) as prefect:
        await prefect.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    return DatabaseUrls(
        owner=_url(postgres, "registration_owner", passwords, "registration"),
        app=_url(postgres, "registration_app", passwords, "registration"),
        platform=_url(postgres, "registration_platform", passwords, "registration"),
        prefect=_url(postgres, "prefect", passwords, "prefect"),
    )


async def provide_extra_database(postgres: EmbeddedPostgres, keys: Keys, name: str) -> DatabaseUrls:
    """An empty database of that name beside `registration`, with the same roles and rights; for tests."""
    urls = await provide_databases(postgres, keys)
    async with await _connect(postgres.url()) as server:
        await _database(server, name, "registration_owner")
    await _prepare_registration(postgres, name)
    return DatabaseUrls(
        owner=urls.owner.removesuffix("registration") + name,
        app=urls.app.removesuffix("registration") + name,
        platform=urls.platform.removesuffix("registration") + name,
        prefect=urls.prefect,
    )


async def provide_organisation(owner_url: str, organisation_id: str) -> None:
    """Have the organisation that the command line works for, in the migrated database of `owner_url`."""
    async with await _connect(owner_url) as registration:
        await registration.execute(
            "INSERT INTO organisations (id, name) VALUES (%s, 'Local organisation') ON CONFLICT (id) DO NOTHING",
            [organisation_id],
        )


async def _connect(url: str) -> AsyncConnection:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)


def _url(postgres: EmbeddedPostgres, role: str, passwords: dict[str, str], database: str) -> str:
    return f"postgresql://{role}:{passwords[role]}@127.0.0.1:{postgres.port}/{database}"


async def _role(server: AsyncConnection, role: str, rights: LiteralString, password: str | None = None) -> None:
    found = await server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    verb = "ALTER" if await found.fetchone() else "CREATE"
    secret = sql.SQL(" PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")
    await server.execute(
        sql.SQL("{} ROLE {} {}{}").format(sql.SQL(verb), sql.Identifier(role), sql.SQL(rights), secret)
    )


async def _database(server: AsyncConnection, database: str, owner: str) -> None:
    found = await server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    if not await found.fetchone():
        await server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(owner))
        )


async def _prepare_registration(postgres: EmbeddedPostgres, database: str = "registration") -> None:
    async with await _connect(postgres.url(database)) as server:
        await server.execute("ALTER SCHEMA public OWNER TO registration_owner")
        await server.execute("GRANT USAGE ON SCHEMA public TO registration_app, registration_platform")
        # Who shall own a function must be allowed to create in its schema.
        await server.execute("GRANT USAGE, CREATE ON SCHEMA public TO registration_recovery")
        await server.execute(
            sql.SQL("GRANT CREATE ON DATABASE {} TO registration_platform").format(sql.Identifier(database))
        )
