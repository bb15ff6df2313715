"""Every way to misbehave, as a client sees it and as it really was."""

import asyncio
import time
from uuid import UUID

import httpx
import pytest

from tests.dev.sandbox.client import Platform
from tests.waiting import eventually

ENDPOINT = "configure-services"


async def _broken(faithful: Platform, restaurant_id: UUID, kind: str, **more: object) -> httpx.Response:
    await faithful.registered(restaurant_id)
    await faithful.break_with(restaurant_id, ENDPOINT, kind, times=1, **more)
    return await faithful.post(ENDPOINT, restaurantId=str(restaurant_id))


async def _happened(faithful: Platform, restaurant_id: UUID) -> int:
    return (await faithful.effects(restaurant_id)).get(ENDPOINT, 0)


@pytest.mark.parametrize("kind, happens", [("cut_before", 0), ("cut_after", 1)])
async def test_the_line_is_cut(faithful: Platform, restaurant_id: UUID, kind: str, happens: int) -> None:
    """No answer at all, before or after the work."""
    with pytest.raises(httpx.TransportError):
        await _broken(faithful, restaurant_id, kind)
    assert await _happened(faithful, restaurant_id) == happens


@pytest.mark.parametrize("acts", [False, True])
async def test_it_hangs_until_the_client_goes(faithful: Platform, restaurant_id: UUID, acts: bool) -> None:
    """The client's limit ends it; the work was done or not, as told."""
    faithful.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        await _broken(faithful, restaurant_id, "hang", acts=acts)
    assert await _happened(faithful, restaurant_id) == acts


async def test_a_hang_ends_with_a_cut(faithful: Platform, restaurant_id: UUID) -> None:
    """It never answers, also when its time is over."""
    with pytest.raises(httpx.RemoteProtocolError):
        await _broken(faithful, restaurant_id, "hang", seconds=0.1)


async def test_it_is_unavailable_so_many_times(faithful: Platform, restaurant_id: UUID) -> None:
    """503 of the middleware, then all is well."""
    await faithful.registered(restaurant_id)
    await faithful.break_with(restaurant_id, ENDPOINT, "unavailable", times=2)
    answers = [await faithful.post(ENDPOINT, restaurantId=str(restaurant_id)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["retryable"] is True
    assert await _happened(faithful, restaurant_id) == 1


async def test_it_has_had_too_many(faithful: Platform, restaurant_id: UUID) -> None:
    """429 with the seconds to wait, scaled like all waiting."""
    await faithful.behave(time_scale=0.1)
    answer = await _broken(faithful, restaurant_id, "too_many", seconds=70)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert await _happened(faithful, restaurant_id) == 0


async def test_a_proxy_shows_an_html_page(faithful: Platform, restaurant_id: UUID) -> None:
    """An error status with a title in HTML."""
    answer = await _broken(faithful, restaurant_id, "html_error", status=520, message="520: unknown error")
    assert (answer.status_code, answer.headers["content-type"]) == (520, "text/html; charset=utf-8")
    assert "<title>520: unknown error</title>" in answer.text
    assert await _happened(faithful, restaurant_id) == 0


async def test_success_is_false(faithful: Platform, restaurant_id: UUID) -> None:
    """200, and still no success."""
    answer = await _broken(faithful, restaurant_id, "success_false", message="script timed out")
    assert (answer.status_code, answer.json()) == (200, {"success": False, "error": "script timed out"})
    assert await _happened(faithful, restaurant_id) == 0


async def test_success_is_said_and_nothing_done(faithful: Platform, restaurant_id: UUID) -> None:
    """200 and success; the count tells the truth, and the platform's own record does not."""
    answer = await _broken(faithful, restaurant_id, "nothing_done")
    assert answer.json()["success"] is True
    assert await _happened(faithful, restaurant_id) == 0


async def test_the_json_breaks_off(faithful: Platform, restaurant_id: UUID) -> None:
    """200 with half a body; the work was done."""
    answer = await _broken(faithful, restaurant_id, "malformed")
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()
    assert await _happened(faithful, restaurant_id) == 1


@pytest.mark.parametrize("acts", [False, True])
async def test_it_fails_like_the_platform(faithful: Platform, restaurant_id: UUID, acts: bool) -> None:
    """500 with a command line that has a password, before or after the work."""
    answer = await _broken(faithful, restaurant_id, "fails", acts=acts)
    assert (answer.status_code, "--password=" in answer.json()["error"]) == (500, True)
    assert await _happened(faithful, restaurant_id) == acts


async def test_it_refuses_with_a_reason(faithful: Platform, restaurant_id: UUID) -> None:
    """400 with the message that was told."""
    answer = await _broken(faithful, restaurant_id, "refused", message="Stripe says no")
    assert (answer.status_code, answer.json()["error"]) == (400, "Stripe says no")


@pytest.mark.parametrize("kind", ["slow", "slow_answer"])
async def test_it_is_slow(faithful: Platform, restaurant_id: UUID, kind: str) -> None:
    """It takes longer, before or after the work, and then answers as always."""
    await faithful.behave(time_scale=0.1)
    began = time.monotonic()
    answer = await _broken(faithful, restaurant_id, kind, seconds=3)
    assert (answer.json()["success"], time.monotonic() - began >= 0.3) == (True, True)


async def test_a_held_answer_comes_when_it_is_released(faithful: Platform, restaurant_id: UUID) -> None:
    """The work is done before; a hold that was released already holds nothing."""
    answering = asyncio.create_task(_broken(faithful, restaurant_id, "slow_answer", hold="it"))
    await eventually(lambda: _happened(faithful, restaurant_id), "the work to be done")
    assert not answering.done()
    (await faithful.http.delete("/sandbox/holds/it")).raise_for_status()
    assert (await answering).json()["success"]
    await faithful.break_with(restaurant_id, ENDPOINT, "slow_answer", times=1, hold="it")
    assert (await faithful.post(ENDPOINT, restaurantId=str(restaurant_id))).json()["success"]


async def test_a_fault_finds_its_restaurant(faithful: Platform, restaurant_id: UUID) -> None:
    """One for somebody else does not concern this one; one for all does."""
    await faithful.registered(restaurant_id)
    await faithful.break_with("Somebody Else", "*", "refused")
    assert (await faithful.post(ENDPOINT, restaurantId=str(restaurant_id))).status_code == 200
    await faithful.break_with("*", "*", "refused")
    assert (await faithful.post(ENDPOINT, restaurantId=str(restaurant_id))).status_code == 400


async def test_an_unknown_endpoint_is_no_fault(faithful: Platform) -> None:
    """A fault that could never happen is refused when it is told."""
    fault = {"restaurant": "*", "endpoint": "configure-weather", "kind": "slow"}
    assert (await faithful.http.post("/sandbox/faults", json=fault)).status_code == 422
