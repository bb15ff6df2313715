"""The databases and the roles that sign in, created by a superuser of the server, because a migration may not do it."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection, OperationalError, conninfo, errors, sql

from registration.database.failures import unavailable
from registration.database.platform_rights import NEEDED
from registration.database.row_security import POLICY
from registration.errors import MisconfiguredInstallation, Refused
from registration.settings import Settings

_DRIVER = re.compile(r"^postgres(ql)?(\+\w+)?:")
"""Prefect's URL includes its driver."""

_FOREIGN_TABLE = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (
            SELECT FROM pg_policies p
            WHERE p.schemaname = 'public' AND p.tablename = 'restaurants' AND p.policyname = %(policy)s)
        AND (c.relname = ANY (%(platform)s) OR pg_get_userbyid(c.relowner) <> %(owner)s)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname LIMIT 1
"""
"""In our own database the platform's tables have our policy; tables of extensions are ignored."""

_PLAIN = "NOSUPERUSER NOBYPASSRLS"
_SEES_ALL = "NOSUPERUSER BYPASSRLS"
_RECOVERY = "registration_recovery"
_APPLICATION = "registration_app"


@dataclass(frozen=True)
class Login:
    """A role that signs in, and its server and database, as a URL names them. The repr does not show the password."""

    role: str
    password: str | None
    database: str

    @classmethod
    def of(cls, url: str) -> "Login":
        """The login of a URL. Raises MisconfiguredInstallation if it names no role or no database."""
        try:
            parts = conninfo.conninfo_to_dict(_DRIVER.sub("postgresql:", url))
        except errors.ProgrammingError:
            parts = {}
        role, database = parts.get("user"), parts.get("dbname")
        if not role or not database:
            raise MisconfiguredInstallation("an address must look like postgresql://role:password@host:port/database")
        password = parts.get("password")
        return cls(str(role), str(password) if password else None, str(database))

    def __repr__(self) -> str:
        return f"Login({self.role} at {self.database})"


async def provide(superuser_url: str, *, owner: Login, application: Login, others: tuple[Login, ...] = ()) -> list[str]:
    """Create the registration's database and its roles as far as they are missing; returns what was created.

    `owner` runs the migrations; `application` is bound by row-level security; each of `others` owns a database of its
    own, as Prefect's server does. Passwords are set to those in the URLs. Raises Refused for a database that is not
    ours, before anything is changed on its server; DatabaseUnavailable, MisconfiguredInstallation.
    """
    await _refuse_platform_database(superuser_url, owner)
    # Two concurrent callers would change the same roles, and Postgres refuses the second change. The lock ends with its
    # transaction, as a pooler requires; databases are created outside of a transaction.
    async with _signed_in(superuser_url) as locking, locking.transaction(), _signed_in(superuser_url) as server:
        await locking.execute("SELECT pg_advisory_xact_lock(hashtext('registration db provide'))")
        made = [line for login in (owner, application, *others) for line in await ensure_role(server, login, _PLAIN)]
        made += await ensure_role(server, Login(_RECOVERY, None, owner.database), _SEES_ALL)
        if application.role != _APPLICATION:
            made += await ensure_role(server, Login(_APPLICATION, None, owner.database), _PLAIN)
            await _let_act_as(server, _APPLICATION, application.role)
        for acted in (_RECOVERY, _APPLICATION):
            await _let_act_as(server, acted, owner.role)
        for login in (owner, *others):
            made += await ensure_database(server, login)
    await prepare_schema(superuser_url, owner)
    for login in others:
        await _extend(superuser_url, login.database)
    return made


async def provide_all(settings: Settings) -> list[str]:
    """Create databases and roles for the URLs of the settings. Raises MisconfiguredInstallation with the missing
    settings.
    """
    superuser, owner, application = (
        settings.superuser_database_url,
        settings.owner_database_url,
        settings.database_url,
    )
    if superuser is None or owner is None or application is None:
        missing = {
            "REGISTRATION_SUPERUSER_DATABASE_URL": superuser,
            "REGISTRATION_OWNER_DATABASE_URL": owner,
            "DATABASE_URL": application,
        }
        raise MisconfiguredInstallation(f"set {', '.join(name for name, url in missing.items() if url is None)}")
    prefect = settings.prefect_database_url
    return await provide(
        superuser.get_secret_value(),
        owner=Login.of(owner.get_secret_value()),
        application=Login.of(application.get_secret_value()),
        others=(Login.of(prefect.get_secret_value()),) if prefect else (),
    )


async def ensure_role(server: AsyncConnection, login: Login, rights: LiteralString) -> list[str]:
    """Create the role, or set its rights and password; a role created without a password cannot sign in.

    The server receives the SCRAM verifier of the password, so nobody can sign in with what the server logs.
    """
    rows = await server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login.role])
    known = await rows.fetchone()
    statement = sql.SQL("ALTER ROLE {} {}" if known else "CREATE ROLE {} {}")
    await server.execute(statement.format(sql.Identifier(login.role), sql.SQL(rights)))
    if login.password:
        secret = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
        await server.execute(
            secret.format(sql.Identifier(login.role), sql.Literal(_verifier(server, login.role, login.password)))
        )
    return [] if known else [f"role {login.role}: made"]


def _verifier(server: AsyncConnection, role: str, password: str) -> str:
    return server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()


async def ensure_database(server: AsyncConnection, login: Login) -> list[str]:
    """Create the database for its owner if it is missing."""
    rows = await server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [login.database])
    if await rows.fetchone():
        return []
    names = sql.Identifier(login.database), sql.Identifier(login.role)
    await server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    return [f"database {login.database}: made"]


async def _refuse_platform_database(superuser_url: str, owner: Login) -> None:
    """Raise Refused if the owner's database has tables in `public` that neither we nor the owner made.

    Otherwise the roles in the URLs would be changed, and the schema taken from its owner.
    """
    async with _signed_in(superuser_url) as server:
        rows = await server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [owner.database])
        if not await rows.fetchone():
            return
    async with _signed_in(superuser_url, owner.database) as database:
        values = {"policy": POLICY, "owner": owner.role, "platform": list(NEEDED)}
        foreign = await (await database.execute(_FOREIGN_TABLE, values)).fetchone()
    if foreign:
        raise Refused(
            f"the database {owner.database} is not ours: its table {foreign[0]} was there before. Nothing was changed."
            " Beside an existing platform, have its owner grant the rights",
            code="RIGHTS_MISSING",
        )


async def prepare_schema(superuser_url: str, owner: Login) -> None:
    """Allow only the owner to create tables; the roles that use the tables may see the schema.

    The migration that assigns a function to the recovery role grants it the necessary right and revokes it again.
    """
    async with _signed_in(superuser_url, owner.database) as database:
        await database.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner.role)))
        await database.execute(f"GRANT USAGE ON SCHEMA public TO {_APPLICATION}, {_RECOVERY}")
        await database.execute(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {_APPLICATION}, {_RECOVERY}")


async def _let_act_as(server: AsyncConnection, role: LiteralString, whom: str) -> None:
    await server.execute(
        sql.SQL("GRANT {} TO {} WITH SET TRUE, INHERIT FALSE").format(sql.Identifier(role), sql.Identifier(whom))
    )


async def _extend(superuser_url: str, database: str) -> None:
    """Add the trigram extension that Prefect's migrations need: only a superuser may add it."""
    async with _signed_in(superuser_url, database) as prefect:
        await prefect.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


@asynccontextmanager
async def _signed_in(superuser_url: str, database: str | None = None) -> AsyncGenerator[AsyncConnection]:
    url = conninfo.make_conninfo(superuser_url, **({"dbname": database} if database else {}))
    try:
        connection = await AsyncConnection.connect(url, autocommit=True, prepare_threshold=None, connect_timeout=5)
    except OperationalError as error:
        raise unavailable(error, "the server cannot be signed in to as a superuser") from None
    async with connection:
        try:
            yield connection
        except errors.InsufficientPrivilege as refused:
            raise MisconfiguredInstallation(
                f"this role may not prepare the server: {refused.diag.message_primary}"
            ) from None
