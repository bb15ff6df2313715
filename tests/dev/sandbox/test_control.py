"""What a test or a benchmark may ask of the sandbox itself."""

from uuid import UUID

from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.rows import Rows


async def test_it_says_that_it_lives(faithful: Platform) -> None:
    """Without any header."""
    assert (await faithful.http.get("/sandbox/health")).json() == {"ok": True}


async def test_effects_are_listed_with_their_times(faithful: Platform, sandbox_rows: Rows) -> None:
    """Per restaurant and effect; of accounts also with the e-mail address."""
    restaurant = await sandbox_rows.restaurant(faithful.organisation_id, external_id="EXT-7")
    email = await faithful.registered(restaurant)
    for _ in range(2):
        await faithful.post("configure-services", restaurantId=str(restaurant))
    listed = (await faithful.http.get("/sandbox/effects")).json()
    effects = {one["effect"]: one for one in listed if one["external_id"] == "EXT-7"}
    assert effects["register-account"]["email"] == email
    assert (effects["configure-services"]["count"], len(effects["configure-services"]["times"])) == (2, 2)


async def test_effects_can_be_reset(faithful: Platform, restaurant_id: UUID) -> None:
    """The counts begin anew, what was done stays."""
    await faithful.registered(restaurant_id)
    await faithful.http.delete("/sandbox/effects")
    assert await faithful.effects(restaurant_id) == {}
    assert (await faithful.ask("status", restaurant_id))["hasRestaurant"] is True


async def test_calls_are_listed(faithful: Platform, restaurant_id: UUID) -> None:
    """Also those that failed."""
    await faithful.post("configure-services", restaurantId=str(restaurant_id))
    [call] = [
        one for one in (await faithful.http.get("/sandbox/calls")).json() if one["restaurant_id"] == str(restaurant_id)
    ]
    assert (call["endpoint"], call["status"]) == ("configure-services", 500)
    assert call["arrived_at"] <= call["answered_at"]


async def test_faults_are_listed_and_cleared(faithful: Platform) -> None:
    """In the order in which they were told."""
    for kind in ("slow", "hang"):
        await faithful.break_with("DEMO-01", "configure-website", kind)
    assert [one["kind"] for one in (await faithful.http.get("/sandbox/faults")).json()] == ["slow", "hang"]
    await faithful.http.delete("/sandbox/faults")
    assert (await faithful.http.get("/sandbox/faults")).json() == []


async def test_settings_change_one_by_one(faithful: Platform) -> None:
    """What is not mentioned stays; an unknown profile changes nothing."""
    before = (await faithful.http.get("/sandbox/settings")).json()
    changed = (await faithful.http.post("/sandbox/settings", json={"speed": 30})).json()
    refused = await faithful.http.post("/sandbox/settings", json={"profile": "nowhere", "speed": 2})
    assert changed == before | {"speed": 30}
    assert (refused.status_code, "nowhere" in refused.text) == (400, True)
    assert (await faithful.http.get("/sandbox/settings")).json() == changed


async def test_latencies_can_be_read(faithful: Platform) -> None:
    """The profile as it is in the data file, and what it means for a restaurant at this speed."""
    await faithful.behave(profile="realistic", speed=30)
    profile = (await faithful.http.get("/sandbox/latency/realistic")).json()
    mine = (await faithful.http.get("/sandbox/latency-for/GEN-0001")).json()
    again = (await faithful.http.get("/sandbox/latency-for/GEN-0001")).json()
    assert mine == again
    for endpoint, seconds in profile["seconds"].items():
        assert abs(mine[endpoint] * 30 - seconds) <= profile["variation"] * seconds + 1e-9
