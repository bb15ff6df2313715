"""Opening database, platform, register and secrets of a batch process, from the blocks of this installation."""

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
    """Load the blocks concurrently; the database is closed at the end. Raises MisconfiguredInstallation."""
    async with get_client() as client:
        block, platform, register, secrets = await asyncio.gather(
            load(RegistrationDatabase, client=client),
            load(RegistrationPlatform, client=client),
            load(CompaniesRegister, client=client),
            load(RegistrationSecrets, client=client),
        )
    opened = Installation(block.database("registration batch"), platform, register, secrets)
    try:
        yield opened
    finally:
        await opened.database.close()


@asynccontextmanager
async def database() -> AsyncGenerator[Database]:
    """The database alone, closed at the end. Raises MisconfiguredInstallation."""
    opened = (await load(RegistrationDatabase)).database("registration flow")
    try:
        yield opened
    finally:
        await opened.close()


async def load(kind: type[OneBlock], name: str | None = None, client: PrefectClient | None = None) -> OneBlock:
    """The block as the Prefect server stores it. Raises MisconfiguredInstallation if it is missing or of another
    version.

    Without `name` the name in the settings is used. Prefect raises ValueError for a missing block, RuntimeError for
    another version.
    """
    name = name or settings().block_documents
    try:
        return await kind.aload(name, client=client)
    except (ValueError, RuntimeError) as error:
        raise MisconfiguredInstallation(
            f"the block {kind.get_block_type_slug()}/{name} cannot be loaded: {error}; `make bootstrap` makes this"
            " version's blocks from the environment"
        ) from error
