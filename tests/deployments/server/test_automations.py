"""Automations are compared by what they say."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
import pytest_asyncio
from prefect.client.orchestration import PrefectClient, get_client
from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from deployments.local.prefect_server import PrefectAddress
from deployments.server.automations import provide_automation

pytestmark = pytest.mark.slow

EVENTS = [f"registration.event-{number}" for number in range(40)]


@pytest_asyncio.fixture
async def client(prefect_server: PrefectAddress) -> AsyncGenerator[PrefectClient]:
    """A client of the session's Prefect server."""
    async with get_client() as client:
        assert str(client.api_url).rstrip("/") == prefect_server.api_url
        yield client


def automation(name: str, seed: int) -> AutomationCore:
    """Waits for the same forty events, named in an order of its own."""
    trigger = EventTrigger(
        expect=set(Random(seed).sample(EVENTS, len(EVENTS))),
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
    return AutomationCore(name=name, trigger=trigger, actions=[DoNothing()])


async def test_the_order_in_which_events_are_named_is_no_change(client: PrefectClient) -> None:
    """Made once, and the same however often it is wanted; another event is a change."""
    name = f"test {uuid4()}"
    assert await provide_automation(client, automation(name, 1)) == [f"automation {name}: made"]
    for seed in range(2, 6):
        assert await provide_automation(client, automation(name, seed)) == []
    other = automation(name, 1)
    other.trigger = EventTrigger(expect={"other"}, posture=Posture.Reactive, threshold=1, within=timedelta(0))
    assert await provide_automation(client, other) == [f"automation {name}: changed"]
    [found] = await client.read_automations_by_name(name)
    await client.delete_automation(found.id)
