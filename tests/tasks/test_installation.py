"""The blocks of a process, loaded from a real Prefect server."""

import traceback
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import BlockDocumentCreate

from blocks import CompaniesRegister, Notices, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets
from dev.stack.prefect_server import PrefectAddress
from registration.errors import MisconfiguredInstallation
from tasks.installation import load
from tests.prefect_clients import client_of

pytestmark = pytest.mark.slow

ALL = [CompaniesRegister, Notices, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets]
OF_ANOTHER_VERSION = {"address": "topsecret", "requests_a_minute": "topsecret", "notification_block": "topsecret"}


@pytest_asyncio.fixture(loop_scope="session")
async def client(prefect_server: PrefectAddress) -> AsyncGenerator[PrefectClient]:
    """A client of the session's server."""
    async with client_of(prefect_server) as client:
        yield client


async def keep_misfit(client: PrefectClient, kind: type[Block]) -> None:
    """Store a block document with fields that this version of the block does not have, or does not accept."""
    await kind.aregister_type_and_schema(client=client)
    block_type = await client.read_block_type_by_slug(kind.get_block_type_slug())
    schema = await client.get_most_recent_block_schema_for_block_type(block_type.id)
    assert schema is not None
    await client.create_block_document(
        BlockDocumentCreate(
            name="misfit", data=OF_ANOTHER_VERSION, block_type_id=block_type.id, block_schema_id=schema.id
        )
    )


@pytest.mark.parametrize("kind", ALL)
async def test_a_document_of_another_version_is_refused_and_shows_nothing(
    client: PrefectClient, kind: type[Block]
) -> None:
    """Neither the message nor anything that a log would print contains the document's values."""
    await keep_misfit(client, kind)
    with pytest.raises(MisconfiguredInstallation, match="make bootstrap") as refused:
        await load(kind, "misfit")
    assert kind.get_block_type_slug() in str(refused.value)
    assert "topsecret" not in "".join(traceback.format_exception(refused.value))
    with pytest.raises(RuntimeError) as from_below:
        await kind.aload("misfit", client=client)
    assert "topsecret" not in "".join(traceback.format_exception(from_below.value))


async def test_a_document_that_is_not_there_is_named(prefect_server: PrefectAddress) -> None:
    """With the command that creates it."""
    with pytest.raises(MisconfiguredInstallation, match=r"nothing-of-that-name.*make bootstrap"):
        await load(RegistrationPlatform, "nothing-of-that-name")
