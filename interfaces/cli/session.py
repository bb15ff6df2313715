"""The context of every command: the organisation and its database, actor and reason, and a check of the platform."""

import getpass
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import httpx
from cyclopts import Parameter
from pydantic import SecretStr, TypeAdapter, ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError

from registration.database.session import Database
from registration.errors import MisconfiguredInstallation, PlatformNotReached, Refused
from registration.kit.http import authorities, send_bounded
from registration.kit.values import Line, reasons
from registration.settings import settings
from registration.workflow.lookup_queries import Kind, find
from registration.workflow.transition_queries import Attribution

Organisation = Annotated[
    UUID | None, Parameter(name="--organisation", help="The organisation. Default: REGISTRATION_ORGANISATION.")
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]

# undefined table, column, object (role); role that does not exist; not a member of the role
_NO_SCHEMA = {"42P01", "42703", "42704", "22023", "42501"}
_NOT_PREPARED = (
    "the database is not prepared for this version ({0}): run `registration db upgrade`; beside an existing platform,"
    " have its owner run what `registration db rights` prints"
)
_SECONDS = 5.0
By = Annotated[
    str | None,
    Parameter(name="--by", help="Your name, for the record. Default: the name of your account on this machine."),
]
Why = Annotated[str | None, Parameter(name="--why", help="The reason, for the record.")]
_LINE: TypeAdapter[str] = TypeAdapter(Line)


@dataclass(frozen=True)
class CommandContext:
    """The database and the organisation of one command."""

    database: Database
    organisation_id: UUID

    async def find(self, typed: str, *kinds: Kind) -> tuple[Kind, UUID]:
        """The kind and the id of the row whose id is or begins with `typed`. Raises NotFound, Refused."""
        async with self.database.transaction(self.organisation_id) as transaction:
            return await find(transaction, typed, *kinds)

    async def batch_id(self, typed: str) -> UUID:
        """The batch whose id is or begins with `typed`. Raises NotFound, Refused."""
        _, batch_id = await self.find(typed, Kind.BATCH)
        return batch_id


@asynccontextmanager
async def open_context(organisation: UUID | None) -> AsyncGenerator[CommandContext]:
    """The context of a command; its connections are closed at the end.

    Raises Refused if no organisation is named, MisconfiguredInstallation if no database is named or its schema is old.
    """
    organisation_id = organisation or settings().organisation
    if organisation_id is None:
        raise Refused("whose restaurants? Say --organisation ID, or set REGISTRATION_ORGANISATION")
    database = _database(settings().database_url)
    try:
        yield CommandContext(database, organisation_id)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in _NO_SCHEMA:
            raise
        raise MisconfiguredInstallation(_NOT_PREPARED.format(str(error.orig).splitlines()[0])) from error
    finally:
        await database.close()


def system_user() -> str:
    """The name of the operating system's user, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def _database(url: SecretStr | None) -> Database:
    if url is None or not url.get_secret_value():
        raise MisconfiguredInstallation(
            "no database is named: set DATABASE_URL, or start one with `make up` and source .local/environment"
        )
    try:
        return Database(url.get_secret_value(), pool_size=2, application="registration command")
    except (ArgumentError, ValueError):
        raise MisconfiguredInstallation(
            "DATABASE_URL is not the address of a database: postgresql://USER:PASSWORD@HOST:PORT/NAME"
        ) from None


async def check_platform() -> None:
    """Raises PlatformNotReached if no server answers at REGISTRATION_PLATFORM_URL; any response will do.

    If the variable is not set, only the worker knows the platform's address, and the check is skipped.
    """
    if "platform_url" not in settings().model_fields_set:
        return
    url = settings().platform_url
    try:
        trusted = authorities(of_environment=False)
        async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False, verify=trusted) as client:
            await send_bounded(client, client.build_request("GET", url))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PlatformNotReached(
            f"the registration platform at {url} does not answer ({str(error) or type(error).__name__}); nothing was "
            "changed: start the platform or mend REGISTRATION_PLATFORM_URL, then say the same again"
        ) from error


def actor_name(by: str | None) -> str:
    """The name to record. Raises Refused if the name is empty or not one line of text."""
    return single_line("--by", by or system_user())


def attribution(by: str | None, why: str | None) -> Attribution:
    """The name and the reason to record. Raises Refused if either is empty or not one line of text."""
    return Attribution(actor_name(by), None if why is None else single_line("--why", why))


def single_line(option: str, value: str) -> str:
    """The value of an option as one line of text. Raises Refused if it is empty or has several lines."""
    try:
        return _LINE.validate_python(value)
    except ValidationError as error:
        raise Refused(f"{option} {'; '.join(reasons(error))}") from error
