"""Whether the restaurant is registered, from the platform's tables."""

from typing import Any
from uuid import uuid4

import pytest

from registration.effects.evidence import Presence
from registration.effects.outputs import RestaurantOutputs
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName
from tests.registration.effects.evidence.platform_rows import MINUTE, PlatformRows

RESTAURANT = SubStepName.RESTAURANT_REGISTRATION
SUCCESS, FAILED = "w9", "w11"
REGISTERED: dict[str, Any] = {"pumpd_restaurant_id": "RESinvented1", "pumpd_subdomain": "examplekitchen"}


def registered() -> dict[str, Any]:
    """What the route writes at its end, with a subdomain of its own: one is unique over all organisations."""
    return REGISTERED | {"pumpd_subdomain": f"kitchen{uuid4().hex[:8]}"}


async def test_a_completed_row_with_id_and_subdomain_is_proven(rows: PlatformRows) -> None:
    """The outputs come from the row: the platform's answer does not name the id."""
    columns = registered()
    await rows.restaurant("completed", **columns)
    observation = await rows.observe(RESTAURANT)
    assert (observation.verdict, observation.known) == (Presence.PRESENT, Assurance.PROVEN)
    assert isinstance(observation.outputs, RestaurantOutputs)
    assert observation.outputs.pumpd_restaurant_id == "RESinvented1"
    assert observation.outputs.pumpd_subdomain == columns["pumpd_subdomain"]


async def test_the_id_of_another_restaurant_is_refused(rows: PlatformRows) -> None:
    """The platform opens the best match by name, and can store an id that another restaurant has."""
    await rows.restaurant("completed", **registered())
    await rows.restaurant("completed", restaurant_id=uuid4(), **registered())
    assert (await rows.observe(RESTAURANT)).verdict is Presence.PARTIAL
    assert "of another restaurant" in (await rows.read_back(RESTAURANT)).reason


@pytest.mark.parametrize(
    "missing", [{"pumpd_restaurant_id": None}, {"pumpd_restaurant_id": "5"}, {"pumpd_subdomain": None}]
)
async def test_without_a_usable_id_or_subdomain_it_is_partly_there(rows: PlatformRows, missing: dict[str, Any]) -> None:
    """An id of unknown form leaves the row completed without one."""
    await rows.restaurant("completed", **registered() | missing)
    assert (await rows.observe(RESTAURANT)).verdict is Presence.PARTIAL


async def test_made_but_not_stored_is_partly_there(rows: PlatformRows) -> None:
    """A subdomain that another row has undoes the last update, which nobody sees; the log shows the success."""
    await rows.restaurant("in_progress")
    await rows.record(RESTAURANT, SUCCESS)
    observation, back = await rows.observe(RESTAURANT), await rows.read_back(RESTAURANT)
    assert (observation.verdict, back.verdict) == (Presence.PARTIAL, Presence.ABSENT)
    assert "did not store its id" in observation.reason
    assert observation.reason == back.reason


async def test_one_that_goes_on_is_partly_there(rows: PlatformRows) -> None:
    """Also with the id of an earlier registration, which the row keeps meanwhile."""
    await rows.restaurant("in_progress", **registered())
    await rows.record(RESTAURANT, SUCCESS, rows.sent - MINUTE)
    observation = await rows.observe(RESTAURANT)
    assert observation.verdict is Presence.PARTIAL
    assert "has not ended" in observation.reason


async def test_a_failed_row_is_never_not_there(rows: PlatformRows) -> None:
    """The script can fail after it has pressed the button: a person must look, before a first request too."""
    await rows.restaurant("failed")
    await rows.record(RESTAURANT, FAILED)
    assert (await rows.observe(RESTAURANT)).verdict is Presence.UNKNOWN
    assert (await rows.probe_first(RESTAURANT)).verdict is Presence.PARTIAL


async def test_absence_proves_nothing_after_a_sending(rows: PlatformRows) -> None:
    """Neither without a row nor with the one that code generation makes; before a sending it may be sent."""
    assert (await rows.observe(RESTAURANT)).verdict is Presence.UNKNOWN
    assert (await rows.probe_first(RESTAURANT)).verdict is Presence.ABSENT
    await rows.code(rows.sent, rows.sent)
    assert (await rows.observe(RESTAURANT)).verdict is Presence.UNKNOWN
    assert (await rows.probe_first(RESTAURANT)).verdict is Presence.ABSENT


async def test_another_organisations_rows_are_not_seen(rows: PlatformRows) -> None:
    """The same restaurant id under another organisation is nothing of ours."""
    await rows.restaurant("completed", organisation_id=uuid4(), **registered())
    assert (await rows.probe_first(RESTAURANT)).verdict is Presence.ABSENT
