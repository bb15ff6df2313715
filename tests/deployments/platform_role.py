"""The role under which the pretended platform writes its own tables, on a server where migrations are yet to come."""

import psycopg

from dev.stack.postgres import EmbeddedPostgres
from registration.database.provisioning import Login, have_role

_ROLE = "registration_platform"


async def have_platform_role(postgres: EmbeddedPostgres, password: str) -> None:
    """The role is on the server; migrations let it use its tables."""
    async with await psycopg.AsyncConnection.connect(postgres.url(), autocommit=True) as server:
        await have_role(server, Login(_ROLE, password, "registration"), "NOSUPERUSER BYPASSRLS")


async def platform_address(postgres: EmbeddedPostgres, password: str) -> str:
    """Where it signs in, once the registration's database is there: it makes what the owner's tables lack."""
    async with await psycopg.AsyncConnection.connect(postgres.url("registration"), autocommit=True) as server:
        await server.execute(f"GRANT registration_owner TO {_ROLE} WITH SET TRUE, INHERIT FALSE")
    return f"postgresql://{_ROLE}:{password}@127.0.0.1:{postgres.port}/registration"
