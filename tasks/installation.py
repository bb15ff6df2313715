"""Opening what a batch process works with, from the blocks of this installation."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from blocks import DOCUMENT, CompaniesRegister, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets
from registration.errors import MisconfiguredInstallation
from registration.store.session import Database


@dataclass(frozen=True)
class Installation:
    """The blocks, and the open database."""

    database: Database
    platform: RegistrationPlatform
    register: CompaniesRegister
    secrets: RegistrationSecrets


@asynccontextmanager
async def installation() -> AsyncGenerator[Installation]:
    """Load the blocks; the database is closed at the end. Raises MisconfiguredInstallation if one is missing."""
    try:
        opened = Installation(
            database=(await RegistrationDatabase.aload(DOCUMENT)).database(),
            platform=await RegistrationPlatform.aload(DOCUMENT),
            register=await CompaniesRegister.aload(DOCUMENT),
            secrets=await RegistrationSecrets.aload(DOCUMENT),
        )
    except ValueError as error:
        raise _missing(error) from error
    try:
        yield opened
    finally:
        await opened.database.close()


@asynccontextmanager
async def database() -> AsyncGenerator[Database]:
    """The database alone, closed at the end. Raises MisconfiguredInstallation if its block is missing."""
    try:
        opened = (await RegistrationDatabase.aload(DOCUMENT)).database()
    except ValueError as error:
        raise _missing(error) from error
    try:
        yield opened
    finally:
        await opened.close()


def _missing(error: ValueError) -> MisconfiguredInstallation:
    return MisconfiguredInstallation(f"{error}; `make bootstrap` makes the blocks from the environment")
