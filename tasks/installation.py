"""Opening what a batch process works with, from the blocks of this installation."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from prefect.blocks.core import Block

from blocks import DOCUMENT, CompaniesRegister, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets
from registration.errors import MisconfiguredInstallation
from registration.store.session import Database

OneBlock = TypeVar("OneBlock", bound=Block)


@dataclass(frozen=True)
class Installation:
    """The blocks, and the open database."""

    database: Database
    platform: RegistrationPlatform
    register: CompaniesRegister
    secrets: RegistrationSecrets


@asynccontextmanager
async def installation() -> AsyncGenerator[Installation]:
    """Load the blocks; the database is closed at the end. Raises MisconfiguredInstallation."""
    opened = Installation(
        database=(await load(RegistrationDatabase)).database(),
        platform=await load(RegistrationPlatform),
        register=await load(CompaniesRegister),
        secrets=await load(RegistrationSecrets),
    )
    try:
        yield opened
    finally:
        await opened.database.close()


@asynccontextmanager
async def database() -> AsyncGenerator[Database]:
    """The database alone, closed at the end. Raises MisconfiguredInstallation."""
    opened = (await load(RegistrationDatabase)).database()
    try:
        yield opened
    finally:
        await opened.close()


async def load(kind: type[OneBlock], name: str = DOCUMENT) -> OneBlock:
    """A block as the Prefect server has it. Raises MisconfiguredInstallation if it has none, or of another version.

    Prefect says ValueError of the first and RuntimeError of the second.
    """
    try:
        return await kind.aload(name)
    except (ValueError, RuntimeError) as error:
        raise MisconfiguredInstallation(
            f"the block {kind.get_block_type_slug()}/{name} cannot be loaded: {error}; `make bootstrap` makes this"
            " version's blocks from the environment"
        ) from error
