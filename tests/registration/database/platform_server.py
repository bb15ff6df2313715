"""A server on which a platform has its own database, and we come as guests; for tests."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
from psycopg import AsyncConnection, sql
from pydantic import SecretStr
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from registration.database.rights_script import rights_script
from tests.registration.database.platform_database import API_ROLES, add_organisation, build

PLATFORM_OWNER = "platform_owner"
"""Owns the platform's database as Supabase's `postgres` does: no superuser, but it may make roles."""


@dataclass(frozen=True)
class GuestTenant:
    """The platform's database, with an organisation in it: `owner` and `app` are the addresses of our two roles.

    `superuser` sees everything. The owner of our tables is a role of this database alone, and not there at first.
    """

    organisation: UUID
    owner: SecretStr
    app: str = field(repr=False)
    superuser: str = field(repr=False)
    owner_role: str
    other_role: str

    def script(self) -> str:
        """What `registration db rights` prints for this place."""
        return rights_script("registration_app", self.owner_role)

    def run_script(self, script: str | None = None) -> None:
        """Run as the platform's owner, who is no superuser; then the owner of our tables gets its password."""
        with self.as_platform_owner() as connection:
            connection.execute((script or self.script()).encode())
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            password = make_url(self.owner.get_secret_value()).password
            statement = sql.SQL("alter role {} password {}")
            connection.execute(statement.format(sql.Identifier(self.owner_role), sql.Literal(password)))

    @contextmanager
    def as_platform_owner(self) -> Generator[psycopg.Connection]:
        """A connection of the platform's owner, each statement a transaction of its own."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(sql.SQL("set session authorization {}").format(sql.Identifier(PLATFORM_OWNER)))
            yield connection

    @contextmanager
    def everything(self) -> Generator[Connection]:
        """A superuser's transaction."""
        engine = create_engine(make_url(self.superuser).set(drivername="postgresql+psycopg"), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection
        engine.dispose()


@asynccontextmanager
async def guest_place(postgres: EmbeddedPostgres, urls: DatabaseUrls) -> AsyncGenerator[GuestTenant]:
    """A platform's database of this test alone, on the server that has our roles already."""
    mark = uuid4().hex[:12]
    name, owner_role, other_role = f"platform_{mark}", f"guest_owner_{mark}", f"guest_{mark}"
    address = make_url(urls.app).set(database=name)
    owner = address.set(username=owner_role, password=uuid4().hex)
    async with await AsyncConnection.connect(postgres.url(), autocommit=True) as server:
        await _have_roles(server)
        await server.execute(f"create database {name} owner {PLATFORM_OWNER}".encode())
    place = GuestTenant(
        organisation=await _built(postgres.url(name)),
        owner=SecretStr(owner.render_as_string(hide_password=False)),
        app=address.render_as_string(hide_password=False),
        superuser=postgres.url(name),
        owner_role=owner_role,
        other_role=other_role,
    )
    yield place
    async with await AsyncConnection.connect(postgres.url(), autocommit=True) as server:
        await server.execute(f"drop database {name} with (force)".encode())
        await server.execute(f"drop role if exists {owner_role}, {other_role}".encode())


async def _have_roles(server: AsyncConnection) -> None:
    """Roles belong to the whole server: two processes of a test run may make them at once."""
    await server.execute("select pg_advisory_lock(hashtext('roles of the platform'))")
    wanted = {PLATFORM_OWNER: "createrole bypassrls", **API_ROLES}
    for role, attributes in wanted.items():
        found = await server.execute("select 1 from pg_roles where rolname = %s", [role])
        if not await found.fetchone():
            await server.execute(f"create role {role} {attributes}".encode())
    # As if it had made them: on a platform's server it does.
    await server.execute(
        f"grant registration_app, registration_recovery to {PLATFORM_OWNER} with admin true, inherit false".encode()
    )
    await server.execute("select pg_advisory_unlock(hashtext('roles of the platform'))")


async def _built(url: str) -> UUID:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"set local role {PLATFORM_OWNER}")
        build(connection)
        organisation = add_organisation(connection)
    engine.dispose()
    return organisation
