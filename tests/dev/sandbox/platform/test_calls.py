"""The list of requests: each answer, or its absence."""

from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.rows import Rows

_ANSWERS: dict[str, tuple[int, bool | None]] = {
    "success_false": (200, False),
    "fails": (500, False),
    "unavailable": (503, None),
    "html_error": (502, None),
    "malformed": (200, None),
    "slow": (200, True),
}


@pytest_asyncio.fixture
async def restaurant_id(sandbox_platform: Platform, sandbox_rows: Rows) -> UUID:
    """A restaurant of the organisation."""
    return await sandbox_rows.restaurant(sandbox_platform.organisation_id)


@pytest.mark.parametrize("kind", _ANSWERS)
async def test_an_answer_is_noted_with_what_it_says(sandbox_platform: Platform, restaurant_id: UUID, kind: str) -> None:
    """Its status, and its `success`."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.break_with(restaurant_id, "configure-services", kind, times=1)
    await sandbox_platform.post("configure-services", restaurantId=str(restaurant_id))
    [call] = await _calls(sandbox_platform, restaurant_id)
    assert (call["status"], call["success"], call["fault"]) == (*_ANSWERS[kind], kind)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
async def test_a_cut_connection_is_no_answer(sandbox_platform: Platform, restaurant_id: UUID, kind: str) -> None:
    """With or without the effect."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.break_with(restaurant_id, "configure-services", kind, times=1)
    with pytest.raises(httpx.TransportError):
        await sandbox_platform.post("configure-services", restaurantId=str(restaurant_id))
    [call] = await _calls(sandbox_platform, restaurant_id)
    assert (call["status"], call["success"]) == (None, None)


async def test_a_caller_that_went_away_got_no_answer(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The platform hangs after its work."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.break_with(restaurant_id, "configure-services", "hang", times=1, acts=True)
    sandbox_platform.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        await sandbox_platform.post("configure-services", restaurantId=str(restaurant_id))
    sandbox_platform.http.timeout = httpx.Timeout(20)
    assert (await sandbox_platform.effects(restaurant_id))["configure-services"] == 1
    [call] = await _calls(sandbox_platform, restaurant_id)
    assert (call["status"], call["success"]) == (None, None)


async def _calls(platform: Platform, restaurant_id: UUID) -> list[dict[str, Any]]:
    """The requests for the restaurant's services."""
    parameters = {"restaurant_id": str(restaurant_id)}
    found = (await platform.http.get("/sandbox/calls", params=parameters)).json()
    assert all(call["restaurant_id"] == str(restaurant_id) for call in found)
    return [call for call in found if call["endpoint"] == "configure-services"]
