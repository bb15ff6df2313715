"""Opening what a batch process works with, from the blocks of this installation."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from prefect import get_client
from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient

from blocks import CompaniesRegister, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets
from registration.database.session import Database
from registration.errors import MisconfiguredInstallation
from registration.settings import settings

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
    """Load the blocks, side by side; the database is closed at the end. Raises MisconfiguredInstallation."""
    async with get_client() as client:
        block, platform, register, secrets = await asyncio.gather(
            load(RegistrationDatabase, client=client),
            load(RegistrationPlatform, client=client),
            load(CompaniesRegister, client=client),
            load(RegistrationSecrets, client=client),
        )
    opened = Installation(block.database(), platform, register, secrets)
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


async def load(kind: type[OneBlock], name: str | None = None, client: PrefectClient | None = None) -> OneBlock:
    """A block as the Prefect server has it. Raises MisconfiguredInstallation if it has none, or of another version.

    Its name is that of the settings if none is given. Prefect says ValueError of the first and RuntimeError of the
    second.
    """
    name = name or settings().block_documents
    try:
        return await kind.aload(name, client=client)
    except (ValueError, RuntimeError) as error:
        raise MisconfiguredInstallation(
            f"the block {kind.get_block_type_slug()}/{name} cannot be loaded: {error}; `make bootstrap` makes this"
            " version's blocks from the environment"
        ) from error
