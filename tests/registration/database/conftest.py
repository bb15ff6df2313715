"""What tests of the store share: the migrated database as each of its roles, and databases to try migrations on."""

from collections.abc import AsyncGenerator, Generator
from uuid import uuid4

import pytest
import pytest_asyncio
from psycopg import AsyncConnection as Psycopg
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import Engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from dev.stack.databases import DatabaseUrls, provide_extra_database
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from registration.database import alembic_config as migrating


def engine(url: str) -> AsyncEngine:
    """An engine that keeps no connection."""
    return create_async_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)


@pytest_asyncio.fixture
async def empty_database(postgres: EmbeddedPostgres, keys: Keys) -> AsyncGenerator[DatabaseUrls]:
    """A database of this test alone, with the roles of an installation and nothing in it."""
    name = f"empty_{uuid4().hex}"
    yield await provide_extra_database(postgres, keys, name)
    async with await Psycopg.connect(postgres.url(), autocommit=True) as server:
        await server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def superuser_url(postgres: EmbeddedPostgres, empty_database: DatabaseUrls) -> str:
    """The superuser's address of the empty database."""
    return postgres.url(empty_database.owner.rsplit("/", 1)[1])


@pytest.fixture
def owner(empty_database: DatabaseUrls) -> SecretStr:
    """The owner of an empty database."""
    return SecretStr(empty_database.owner)


@pytest.fixture
def superuser(superuser_url: str) -> Generator[Engine]:
    """A superuser on the same database."""
    engine = migrating.owner_engine(SecretStr(superuser_url))
    yield engine
    engine.dispose()
