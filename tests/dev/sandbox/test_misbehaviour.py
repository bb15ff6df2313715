"""Every fault, from the client's side and by the effects."""

import asyncio
import time
from uuid import UUID

import httpx
import pytest

from tests.dev.sandbox.client import Platform
from tests.waiting import eventually

ENDPOINT = "configure-services"


async def _broken(sandbox_platform: Platform, restaurant_id: UUID, kind: str, **more: object) -> httpx.Response:
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.break_with(restaurant_id, ENDPOINT, kind, times=1, **more)
    return await sandbox_platform.post(ENDPOINT, restaurantId=str(restaurant_id))


async def _happened(sandbox_platform: Platform, restaurant_id: UUID) -> int:
    return (await sandbox_platform.effects(restaurant_id)).get(ENDPOINT, 0)


async def _arrived(sandbox_platform: Platform, restaurant_id: UUID) -> bool:
    known = (str(restaurant_id), ENDPOINT)
    calls = (await sandbox_platform.http.get("/sandbox/calls")).raise_for_status().json()
    return any((call["restaurant_id"], call["endpoint"]) == known for call in calls)


@pytest.mark.parametrize("kind, happens", [("cut_before", 0), ("cut_after", 1)])
async def test_the_line_is_cut(sandbox_platform: Platform, restaurant_id: UUID, kind: str, happens: int) -> None:
    """No answer at all, before or after the effect."""
    with pytest.raises(httpx.TransportError):
        await _broken(sandbox_platform, restaurant_id, kind)
    assert await _happened(sandbox_platform, restaurant_id) == happens


@pytest.mark.parametrize("acts", [False, True])
async def test_it_hangs_until_the_client_goes(sandbox_platform: Platform, restaurant_id: UUID, acts: bool) -> None:
    """The client's timeout ends it; the fault decides whether the effect happens."""
    sandbox_platform.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        await _broken(sandbox_platform, restaurant_id, "hang", acts=acts)
    assert await _happened(sandbox_platform, restaurant_id) == acts


async def test_a_hang_ends_with_a_cut(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """No answer is sent even when the duration of the fault ends."""
    with pytest.raises(httpx.RemoteProtocolError):
        await _broken(sandbox_platform, restaurant_id, "hang", seconds=0.1)


async def test_it_is_unavailable_so_many_times(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """503 of the middleware, then normal answers."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.break_with(restaurant_id, ENDPOINT, "unavailable", times=2)
    answers = [await sandbox_platform.post(ENDPOINT, restaurantId=str(restaurant_id)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["retryable"] is True
    assert await _happened(sandbox_platform, restaurant_id) == 1


async def test_it_has_had_too_many(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """429 with the seconds to wait, scaled like all waiting times."""
    await sandbox_platform.behave(time_scale=0.1)
    answer = await _broken(sandbox_platform, restaurant_id, "too_many", seconds=70)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert await _happened(sandbox_platform, restaurant_id) == 0


async def test_a_proxy_shows_an_html_page(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """An error status with a title in HTML."""
    answer = await _broken(sandbox_platform, restaurant_id, "html_error", status=520, message="520: unknown error")
    assert (answer.status_code, answer.headers["content-type"]) == (520, "text/html; charset=utf-8")
    assert "<title>520: unknown error</title>" in answer.text
    assert await _happened(sandbox_platform, restaurant_id) == 0


async def test_success_is_false(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """200 with `success` false."""
    answer = await _broken(sandbox_platform, restaurant_id, "success_false", message="script timed out")
    assert (answer.status_code, answer.json()) == (200, {"success": False, "error": "script timed out"})
    assert await _happened(sandbox_platform, restaurant_id) == 0


async def test_success_without_an_effect(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """200 and success; the count shows no effect, the platform's own record claims one."""
    answer = await _broken(sandbox_platform, restaurant_id, "nothing_done")
    assert answer.json()["success"] is True
    assert await _happened(sandbox_platform, restaurant_id) == 0


async def test_the_json_breaks_off(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """200 with half a body; the effect happened."""
    answer = await _broken(sandbox_platform, restaurant_id, "malformed")
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()
    assert await _happened(sandbox_platform, restaurant_id) == 1


@pytest.mark.parametrize("acts", [False, True])
async def test_it_fails_like_the_platform(sandbox_platform: Platform, restaurant_id: UUID, acts: bool) -> None:
    """500 with a command line that has a password, before or after the effect."""
    answer = await _broken(sandbox_platform, restaurant_id, "fails", acts=acts)
    assert (answer.status_code, "--password=" in answer.json()["error"]) == (500, True)
    assert await _happened(sandbox_platform, restaurant_id) == acts


async def test_it_refuses_with_a_reason(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """400 with the message of the fault."""
    answer = await _broken(sandbox_platform, restaurant_id, "refused", message="Stripe says no")
    assert (answer.status_code, answer.json()["error"]) == (400, "Stripe says no")


@pytest.mark.parametrize("kind", ["slow", "slow_answer"])
async def test_it_is_slow(sandbox_platform: Platform, restaurant_id: UUID, kind: str) -> None:
    """The delay is before or after the effect; the answer is the usual one."""
    await sandbox_platform.behave(time_scale=0.1)
    began = time.monotonic()
    answer = await _broken(sandbox_platform, restaurant_id, kind, seconds=3)
    assert (answer.json()["success"], time.monotonic() - began >= 0.3) == (True, True)


async def test_a_held_answer_comes_when_it_is_released(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The effect happens before the hold; a released hold no longer holds."""
    answering = asyncio.create_task(_broken(sandbox_platform, restaurant_id, "slow_answer", hold="it"))
    await eventually(lambda: _happened(sandbox_platform, restaurant_id), "the work to be done")
    assert not answering.done()
    (await sandbox_platform.http.delete("/sandbox/holds/it")).raise_for_status()
    assert (await answering).json()["success"]
    await sandbox_platform.break_with(restaurant_id, ENDPOINT, "slow_answer", times=1, hold="it")
    assert (await sandbox_platform.post(ENDPOINT, restaurantId=str(restaurant_id))).json()["success"]


async def test_held_work_is_done_when_it_is_released(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """No effect happens before."""
    answering = asyncio.create_task(_broken(sandbox_platform, restaurant_id, "slow", hold="work"))
    await eventually(lambda: _arrived(sandbox_platform, restaurant_id), "the request to arrive")
    assert not await _happened(sandbox_platform, restaurant_id)
    (await sandbox_platform.http.delete("/sandbox/holds/work")).raise_for_status()
    assert (await answering).json()["success"]
    assert await _happened(sandbox_platform, restaurant_id)


async def test_a_fault_finds_its_restaurant(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """A fault for another restaurant does not match; one for all does."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.break_with("Somebody Else", "*", "refused")
    assert (await sandbox_platform.post(ENDPOINT, restaurantId=str(restaurant_id))).status_code == 200
    await sandbox_platform.break_with("*", "*", "refused")
    assert (await sandbox_platform.post(ENDPOINT, restaurantId=str(restaurant_id))).status_code == 400


async def test_an_unknown_endpoint_is_no_fault(sandbox_platform: Platform) -> None:
    """A fault that could never match is refused."""
    fault = {"restaurant": "*", "endpoint": "configure-weather", "kind": "slow"}
    assert (await sandbox_platform.http.post("/sandbox/faults", json=fault)).status_code == 422
