"""How Alembic reaches the database: through the connection that it is given, else as the owner of the tables."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from registration.database import alembic_config as migrating
from registration.database import own_schema
from registration.database.base import Base
from registration.errors import Refused
from registration.settings import settings


def _run(connection: Connection) -> None:
    own_schema.prepare(connection)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table=own_schema.VERSION_TABLE,
        include_object=migrating.is_ours,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _main() -> None:
    if context.is_offline_mode():
        raise Refused("migrations look at the database: run them without --sql")
    connection: Any = context.config.attributes.get("connection")
    if isinstance(connection, Connection):
        _run(connection)
        return
    engine = connection or migrating.owner_engine(migrating.owner_url(settings()))
    with engine.begin() as connection:
        _run(connection)


_main()
