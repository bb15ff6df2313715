"""Notices through the real Prefect server to a local receiver."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import PrefectClient
from prefect.events import emit_event
from prefect.types import SecretDict
from pydantic import SecretStr

from deployments.prefect_server.notices import provide_notices
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings
from tasks.reporting.events import GATE_OPENED
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Receiver:
    """Accepts every post and answers 200."""

    url: str
    received: asyncio.Queue[bytes]

    async def first_notice(self) -> dict[str, Any]:
        """The first JSON about a gate of this test, among notices of other tests' batches; fails if none comes.

        Gates open until it comes: the server stores an automation a moment before the automation is in force.
        """

        async def notice() -> dict[str, Any] | None:
            _open_gate()
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    while not _is_ours(document := json.loads(await self.received.get())):
                        pass
                    return document

        return await eventually(notice, "a notice about a gate")


def _is_ours(document: dict[str, Any]) -> bool:
    return any(isinstance(value, str) and "Söhne" in value for value in document.values())


@pytest_asyncio.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """A local web server."""
    received: asyncio.Queue[bytes] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(line.partition(":")[2]) for line in head.splitlines() if line.startswith("content-length"))
        received.put_nowait(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield Receiver(f"http://127.0.0.1:{port}/notices", received)


@pytest_asyncio.fixture
async def client(client: PrefectClient) -> AsyncGenerator[PrefectClient]:
    """A client of the server; its notices are removed afterwards."""
    yield client
    await provide_notices(client, Settings())


def _open_gate() -> None:
    """The event of a batch whose gate opens, with a name that needs escaping."""
    batch_id = str(uuid4())
    payload = {"batch_id": batch_id, "batch": "Batch", "text": 'Batch: "Whetū" & Söhne\nwait', "restaurants": ["Whetū"]}
    resource = {"prefect.resource.id": f"registration.batch.{batch_id}", "prefect.resource.name": "Batch"}
    emit_event(GATE_OPENED, resource=resource, payload=payload)


async def test_a_webhook_gets_the_facts_as_json(client: PrefectClient, receiver: Receiver) -> None:
    """Quotes, macrons and line ends arrive unchanged; a second bootstrap changes nothing."""
    settings = Settings(notices_webhook=SecretStr(receiver.url))
    assert len(await provide_notices(client, settings)) == 2
    assert await provide_notices(client, settings) == []
    notice = await receiver.first_notice()
    assert notice["text"] == 'Batch: "Whetū" & Söhne\nwait'
    assert notice["restaurants"] == ["Whetū"]


async def test_a_notification_block_gets_a_sentence(client: PrefectClient, receiver: Receiver) -> None:
    """Any block of the server works, by its type and name."""
    block = CustomWebhookNotificationBlock(
        name="test",
        url=receiver.url,
        headers=None,
        cookies=None,
        json_data={"said": "{{body}}"},
        secrets=SecretDict({}),
    )
    await block.asave("operators", overwrite=True, client=client)
    named = f"{CustomWebhookNotificationBlock.get_block_type_slug()}/operators"
    await provide_notices(client, Settings(notices_block=named))
    assert "Whetū" in (await receiver.first_notice())["said"]


async def test_a_block_that_is_not_there_is_named(client: PrefectClient) -> None:
    """The message has the right format of the setting."""
    with pytest.raises(MisconfiguredInstallation, match="no block 'slack-webhook/nobody'"):
        await provide_notices(client, Settings(notices_block="slack-webhook/nobody"))


async def test_what_is_not_wanted_any_more_is_removed(client: PrefectClient, receiver: Receiver) -> None:
    """An empty setting removes the automation."""
    await provide_notices(client, Settings(notices_webhook=SecretStr(receiver.url)))
    assert await provide_notices(client, Settings()) == ["automation registration: notices by webhook: removed"]
