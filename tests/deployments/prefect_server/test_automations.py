"""Automations are compared by their meaning."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from deployments.prefect_server.automations import provide_automation

pytestmark = pytest.mark.slow

EVENTS = [f"registration.event-{number}" for number in range(40)]


def automation(name: str, seed: int) -> AutomationCore:
    """An automation on the same forty events, in a random order."""
    trigger = EventTrigger(
        expect=set(Random(seed).sample(EVENTS, len(EVENTS))),
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
    return AutomationCore(name=name, trigger=trigger, actions=[DoNothing()])


async def test_the_order_in_which_events_are_named_is_no_change(client: PrefectClient) -> None:
    """The automation is created once; only another event is a change."""
    name = f"test {uuid4()}"
    assert await provide_automation(client, automation(name, 1)) == [f"automation {name}: made"]
    for seed in range(2, 6):
        assert await provide_automation(client, automation(name, seed)) == []
    other = automation(name, 1)
    other.trigger = EventTrigger(expect={"other"}, posture=Posture.Reactive, threshold=1, within=timedelta(0))
    assert await provide_automation(client, other) == [f"automation {name}: changed"]
    [found] = await client.read_automations_by_name(name)
    await client.delete_automation(found.id)
