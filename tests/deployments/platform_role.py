"""The role with which the sandbox writes the platform's tables, on a server without any migration yet."""

import psycopg

from dev.stack.postgres import EmbeddedPostgres
from registration.database.provisioning import Login, ensure_role

_ROLE = "registration_platform"


async def have_platform_role(postgres: EmbeddedPostgres, password: str) -> None:
    """Create the role on the server; migrations grant it its tables."""
    async with await psycopg.AsyncConnection.connect(postgres.url(), autocommit=True) as server:
        await ensure_role(server, Login(_ROLE, password, "registration"), "NOSUPERUSER BYPASSRLS")


async def platform_address(postgres: EmbeddedPostgres, password: str) -> str:
    """The role's address, once the registration's database exists; the role may create missing tables."""
    async with await psycopg.AsyncConnection.connect(postgres.url("registration"), autocommit=True) as server:
        await server.execute(f"GRANT registration_owner TO {_ROLE} WITH SET TRUE, INHERIT FALSE")
    return f"postgresql://{_ROLE}:{password}@127.0.0.1:{postgres.port}/registration"
