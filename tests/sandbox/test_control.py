"""What a test or a benchmark may ask of the sandbox itself."""

from uuid import UUID

from tests.sandbox.client import Platform
from tests.sandbox.rows import Rows


async def test_it_says_that_it_lives(platform: Platform) -> None:
    """Without any header."""
    assert (await platform.http.get("/sandbox/health")).json() == {"ok": True}


async def test_effects_are_listed_with_keys_and_times(platform: Platform, sandbox_rows: Rows) -> None:
    """Per restaurant and effect; of accounts also with the e-mail address."""
    restaurant = await sandbox_rows.restaurant(platform.organisation_id, external_id="EXT-7")
    email = await platform.registered(restaurant)
    for key in ("one", "two"):
        await platform.post_as(key, "configure-services", restaurantId=str(restaurant))
    listed = (await platform.http.get("/sandbox/effects")).json()
    effects = {one["effect"]: one for one in listed if one["external_id"] == "EXT-7"}
    assert effects["register-account"]["email"] == email
    assert effects["configure-services"]["idempotency_keys"] == ["one", "two"]
    assert (effects["configure-services"]["count"], len(effects["configure-services"]["times"])) == (2, 2)


async def test_effects_can_be_reset(platform: Platform, restaurant_id: UUID) -> None:
    """The counts begin anew, what was done stays."""
    await platform.registered(restaurant_id)
    await platform.http.delete("/sandbox/effects")
    assert await platform.effects(restaurant_id) == {}
    assert (await platform.ask("status", restaurant_id))["hasRestaurant"] is True


async def test_calls_are_listed(platform: Platform, restaurant_id: UUID) -> None:
    """Also those that were refused."""
    await platform.post_as("key-1", "configure-services", restaurantId=str(restaurant_id))
    [call] = [
        one for one in (await platform.http.get("/sandbox/calls")).json() if one["restaurant_id"] == str(restaurant_id)
    ]
    assert (call["endpoint"], call["status"], call["idempotency_key"]) == ("configure-services", 409, "key-1")
    assert call["arrived_at"] <= call["answered_at"]


async def test_faults_are_listed_and_cleared(platform: Platform) -> None:
    """In the order in which they were told."""
    for kind in ("slow", "hang"):
        await platform.break_with("DEMO-01", "configure-website", kind)
    assert [one["kind"] for one in (await platform.http.get("/sandbox/faults")).json()] == ["slow", "hang"]
    await platform.http.delete("/sandbox/faults")
    assert (await platform.http.get("/sandbox/faults")).json() == []


async def test_settings_change_one_by_one(platform: Platform) -> None:
    """What is not mentioned stays; an unknown profile changes nothing."""
    before = (await platform.http.get("/sandbox/settings")).json()
    changed = (await platform.http.post("/sandbox/settings", json={"speed": 30})).json()
    refused = await platform.http.post("/sandbox/settings", json={"profile": "nowhere", "speed": 2})
    assert changed == before | {"speed": 30}
    assert (refused.status_code, "nowhere" in refused.text) == (400, True)
    assert (await platform.http.get("/sandbox/settings")).json() == changed


async def test_latencies_can_be_read(platform: Platform) -> None:
    """The profile as it is in the data file, and what it means for a restaurant at this speed."""
    await platform.behave(profile="realistic", speed=30)
    profile = (await platform.http.get("/sandbox/latency/realistic")).json()
    mine = (await platform.http.get("/sandbox/latency-for/GEN-0001")).json()
    again = (await platform.http.get("/sandbox/latency-for/GEN-0001")).json()
    assert mine == again
    for endpoint, seconds in profile["seconds"].items():
        assert abs(mine[endpoint] * 30 - seconds) <= profile["variation"] * seconds + 1e-9
