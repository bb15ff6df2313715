"""What every command works with: an organisation that was named, and its data."""

import getpass
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from pydantic import SecretStr
from sqlalchemy.exc import ArgumentError, DBAPIError

from registration.errors import MisconfiguredInstallation, Refused
from registration.settings import settings
from registration.store.finding import Kind, find
from registration.store.session import Database

Organisation = Annotated[
    UUID | None, Parameter(name="--organisation", help="Whose restaurants. Default: REGISTRATION_ORGANISATION.")
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]

# undefined table, column, object (role); role that does not exist; not a member of the role
_NO_SCHEMA = {"42P01", "42703", "42704", "22023", "42501"}


@dataclass(frozen=True)
class Desk:
    """One organisation's data, for the length of one command."""

    database: Database
    organisation_id: UUID

    async def find(self, typed: str, *kinds: Kind) -> tuple[Kind, UUID]:
        """The thing whose id is or begins with `typed`. Raises NotFound, Refused."""
        async with self.database.transaction(self.organisation_id) as connection:
            return await find(connection, self.organisation_id, typed, *kinds)

    async def batch_id(self, typed: str) -> UUID:
        """The batch whose id is or begins with `typed`. Raises NotFound, Refused."""
        _, batch_id = await self.find(typed, Kind.BATCH)
        return batch_id


@asynccontextmanager
async def open_desk(organisation: UUID | None) -> AsyncGenerator[Desk]:
    """Everything that a command needs; the connections are closed at the end.

    Raises Refused if no organisation is named, MisconfiguredInstallation if the database is not named or not prepared.
    """
    organisation_id = organisation or settings().organisation
    if organisation_id is None:
        raise Refused("whose restaurants? Say --organisation ID, or set REGISTRATION_ORGANISATION")
    database = _database(settings().database_url)
    try:
        yield Desk(database, organisation_id)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in _NO_SCHEMA:
            raise
        raise MisconfiguredInstallation(_NOT_PREPARED.format(str(error.orig).splitlines()[0])) from error
    finally:
        await database.close()


def person() -> str:
    """Who sits at this machine, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


_NOT_PREPARED = (
    "the database is not prepared for this version ({0}): run `registration db upgrade`; beside an existing platform,"
    " have its owner run what `registration db rights` prints"
)


def _database(url: SecretStr | None) -> Database:
    if url is None or not url.get_secret_value():
        raise MisconfiguredInstallation(
            "no database is named: set DATABASE_URL, or start one with `make up` and source .local/environment"
        )
    try:
        return Database(url.get_secret_value(), pool_size=2)
    except (ArgumentError, ValueError):
        raise MisconfiguredInstallation(
            "DATABASE_URL is not the address of a database: postgresql://USER:PASSWORD@HOST:PORT/NAME"
        ) from None
