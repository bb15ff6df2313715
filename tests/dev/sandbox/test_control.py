"""The control endpoints of the sandbox."""

from uuid import UUID

import httpx

from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.rows import Rows


async def test_it_says_that_it_lives(sandbox_platform: Platform) -> None:
    """Without any header."""
    assert (await sandbox_platform.http.get("/sandbox/health")).json() == {"ok": True}


async def test_effects_are_listed_with_their_times(sandbox_platform: Platform, sandbox_rows: Rows) -> None:
    """Per restaurant and effect; an account also has its e-mail address."""
    restaurant = await sandbox_rows.restaurant(sandbox_platform.organisation_id, external_id="EXT-7")
    email = await sandbox_platform.registered(restaurant)
    for _ in range(2):
        await sandbox_platform.post("configure-services", restaurantId=str(restaurant))
    listed = (await sandbox_platform.http.get("/sandbox/effects")).json()
    effects = {effect["effect"]: effect for effect in listed if effect["external_id"] == "EXT-7"}
    assert effects["register-account"]["email"] == email
    assert (effects["configure-services"]["count"], len(effects["configure-services"]["times"])) == (2, 2)


async def test_effects_can_be_reset(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The counts restart, the effects stay."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.http.delete("/sandbox/effects")
    assert await sandbox_platform.effects(restaurant_id) == {}
    assert (await sandbox_platform.ask("status", restaurant_id))["hasRestaurant"] is True


async def test_calls_are_listed(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """Failed requests too."""
    await sandbox_platform.post("configure-services", restaurantId=str(restaurant_id))
    [call] = [
        call
        for call in (await sandbox_platform.http.get("/sandbox/calls")).json()
        if call["restaurant_id"] == str(restaurant_id)
    ]
    assert (call["endpoint"], call["status"]) == ("configure-services", 500)
    assert call["arrived_at"] <= call["answered_at"]


async def test_faults_are_listed_and_cleared(sandbox_platform: Platform) -> None:
    """Oldest first."""
    for kind in ("slow", "hang"):
        await sandbox_platform.break_with("DEMO-01", "configure-website", kind)
    assert [fault["kind"] for fault in (await sandbox_platform.http.get("/sandbox/faults")).json()] == ["slow", "hang"]
    await sandbox_platform.http.delete("/sandbox/faults")
    assert (await sandbox_platform.http.get("/sandbox/faults")).json() == []


async def test_the_register_can_be_away(sandbox_platform: Platform) -> None:
    """For a time, or until it is brought back: every connection to it is cut."""
    control = sandbox_platform.http

    async def answers() -> bool:
        try:
            return (await control.get("/companies/app/ui/pages/companies/search", params={"q": "Kai"})).is_success
        except httpx.HTTPError:
            return False

    await control.post("/sandbox/register-outage", json={})
    assert not await answers()
    await control.delete("/sandbox/register-outage")
    assert await answers()
    await control.post("/sandbox/register-outage", json={"seconds": 0})
    assert await answers()
    assert (await control.get("/sandbox/faults")).json() == []


async def test_settings_change_one_by_one(sandbox_platform: Platform) -> None:
    """Absent settings stay; an unknown profile changes nothing."""
    before = (await sandbox_platform.http.get("/sandbox/settings")).json()
    changed = (await sandbox_platform.http.post("/sandbox/settings", json={"speed": 30})).json()
    refused = await sandbox_platform.http.post("/sandbox/settings", json={"profile": "nowhere", "speed": 2})
    assert changed == before | {"speed": 30}
    assert (refused.status_code, "nowhere" in refused.text) == (400, True)
    assert (await sandbox_platform.http.get("/sandbox/settings")).json() == changed


async def test_latencies_can_be_read(sandbox_platform: Platform) -> None:
    """The profile of the data file, and the scaled values for a restaurant."""
    await sandbox_platform.behave(profile="realistic", speed=30)
    profile = (await sandbox_platform.http.get("/sandbox/latency/realistic")).json()
    mine = (await sandbox_platform.http.get("/sandbox/latency-for/GEN-0001")).json()
    again = (await sandbox_platform.http.get("/sandbox/latency-for/GEN-0001")).json()
    assert mine == again
    for endpoint, seconds in profile["seconds"].items():
        assert abs(mine[endpoint] * 30 - seconds) <= profile["variation"] * seconds + 1e-9
