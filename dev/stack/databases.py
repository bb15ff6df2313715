"""The two databases of the embedded Postgres and the roles that use them."""

from dataclasses import dataclass, field

import psycopg
from psycopg import AsyncConnection, sql

from dev.stack.keys import Keys
from dev.stack.locks import FileLock
from dev.stack.postgres import EmbeddedPostgres
from registration.database.provisioning import Login, ensure_role, provide

_REGISTRATION, _PREFECT, _PLATFORM = "registration", "prefect", "registration_platform"


@dataclass(frozen=True)
class DatabaseUrls:
    """Addresses with passwords, `postgresql://…`; they show in no repr."""

    owner: str = field(repr=False)
    app: str = field(repr=False)
    platform: str = field(repr=False)
    prefect: str = field(repr=False)


async def provide_databases(postgres: EmbeddedPostgres, keys: Keys, name: str = _REGISTRATION) -> DatabaseUrls:
    """Create the databases `registration` (or another `name`) and `prefect` and their roles, where missing.

    `registration_owner` runs the migrations, `registration_app` is the application, `registration_platform` is the
    sandbox's own role, which may create missing tables of the platform, and `registration_recovery`, which has no
    login, owns the functions that must see all organisations.
    """
    urls = DatabaseUrls(
        owner=_url(postgres, keys, "registration_owner", name),
        app=_url(postgres, keys, "registration_app", name),
        platform=_url(postgres, keys, _PLATFORM, name),
        prefect=_url(postgres, keys, _PREFECT, _PREFECT),
    )
    await provide(
        postgres.url(), owner=Login.of(urls.owner), application=Login.of(urls.app), others=(Login.of(urls.prefect),)
    )
    async with await _connect(postgres.url(name)) as database:
        async with FileLock(postgres.folder / "platform-role.lock").held():
            await ensure_role(database, Login.of(urls.platform), "NOSUPERUSER BYPASSRLS")
            role, owner = sql.Identifier(_PLATFORM), sql.Identifier(Login.of(urls.owner).role)
            # The role acts as the owner to create missing tables, and has no other right to registration's tables.
            await database.execute(sql.SQL("GRANT {} TO {} WITH SET TRUE, INHERIT FALSE").format(owner, role))
        await database.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    return urls


async def provide_extra_database(postgres: EmbeddedPostgres, keys: Keys, name: str) -> DatabaseUrls:
    """Create an empty database of that name beside `registration`, with the same roles and rights; for tests."""
    return await provide_databases(postgres, keys, name)


_EVERY_FEATURE = """
    UPDATE organisations SET feature_flags = jsonb_set(feature_flags, '{registration,onboardingSync,enabled}', 'true')
    WHERE id = %s
"""


async def provide_organisation(owner_url: str, organisation_id: str) -> None:
    """Create the organisation of the command line, with every feature, in the migrated database."""
    async with await _connect(owner_url) as registration:
        await registration.execute(
            "INSERT INTO organisations (id, name) VALUES (%s, 'Local organisation') ON CONFLICT (id) DO NOTHING",
            [organisation_id],
        )
        await registration.execute(_EVERY_FEATURE, [organisation_id])


async def _connect(url: str) -> AsyncConnection:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)


def _url(postgres: EmbeddedPostgres, keys: Keys, role: str, database: str) -> str:
    return f"postgresql://{role}:{keys.get(role).get_secret_value()}@127.0.0.1:{postgres.port}/{database}"
