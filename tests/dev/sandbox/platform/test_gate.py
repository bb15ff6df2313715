"""Checks before every route of the platform."""

from uuid import UUID, uuid4

import pytest_asyncio

from tests.dev.sandbox.client import SERVICE_KEY, Platform
from tests.dev.sandbox.rows import Rows

PATH = "/api/registration/configure-services"


@pytest_asyncio.fixture
async def restaurant_id(sandbox_platform: Platform, sandbox_rows: Rows) -> UUID:
    """A restaurant of the organisation."""
    return await sandbox_rows.restaurant(sandbox_platform.organisation_id)


async def test_key_and_organisation_are_wanted_together(sandbox_platform: Platform) -> None:
    """Without either a bearer token is required, and no answer has `success`."""
    for headers in ({"X-Service-Key": "other", "X-Organisation-ID": str(uuid4())}, {"X-Service-Key": SERVICE_KEY}):
        answer = await sandbox_platform.http.post(PATH, json={}, headers=headers)
        assert (answer.status_code, "success" in answer.json()) == (401, False)


async def test_an_organisation_must_be_known(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """Also if the header is not a UUID; the flags' query has its own error."""
    for organisation in (str(uuid4()), "seven"):
        headers = {"X-Service-Key": SERVICE_KEY, "X-Organisation-ID": organisation}
        answer = await sandbox_platform.http.post(PATH, json={"restaurantId": str(restaurant_id)}, headers=headers)
        flags = await sandbox_platform.http.get("/api/feature-flags", headers=headers)
        assert (answer.status_code, "feature" in answer.json(), flags.status_code) == (403, False, 500)


async def test_the_sync_is_off_unless_switched_on(sandbox_platform: Platform, sandbox_rows: Rows) -> None:
    """The default of the flags; the answer names the flag."""
    [row] = await sandbox_rows.query("INSERT INTO organisations (name) VALUES ('Other') RETURNING id")
    other = Platform(sandbox_platform.http, row["id"])
    body = {"restaurantId": str(await sandbox_rows.restaurant(row["id"])), "userEmail": "a@b.example"}
    answer = await other.post("update-onboarding-record", **body)
    assert (answer.status_code, answer.json()["feature"]) == (403, "registration.onboardingSync")


async def test_a_restaurant_of_another_organisation_is_not_found_in_many_ways(
    sandbox_platform: Platform, sandbox_rows: Rows
) -> None:
    """500 from a script, 404 from a route's check, an empty answer to a query."""
    foreign = await sandbox_rows.restaurant(uuid4())
    for path, status in ((PATH, 500), ("register-account", 404)):
        assert (await sandbox_platform.post(path, restaurantId=str(foreign))).status_code == status
    assert (await sandbox_platform.ask("status", foreign))["account"] is None


async def test_a_body_that_is_no_json_gets_a_page(sandbox_platform: Platform) -> None:
    """The error page of the web framework."""
    headers = {"X-Service-Key": SERVICE_KEY, "X-Organisation-ID": str(sandbox_platform.organisation_id)}
    answer = await sandbox_platform.http.post(PATH, content=b"{", headers=headers)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (400, "text/html")


async def test_unavailable_has_no_success(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The middleware's 503 allows a retry."""
    await sandbox_platform.break_with(restaurant_id, "configure-services", "unavailable", times=1)
    answer = (await sandbox_platform.post(PATH, restaurantId=str(restaurant_id))).json()
    assert (answer["retryable"], "success" in answer) == (True, False)


async def test_an_answer_that_there_is_not_cannot_be_played(sandbox_platform: Platform) -> None:
    """An unknown case of an endpoint is refused."""
    for play in ({"endpoint": "configure-weather", "case": "done"}, {"endpoint": "status", "case": "sunny"}):
        assert (await sandbox_platform.http.post("/sandbox/plays", json=play)).status_code == 422


async def test_an_answer_is_played_for_whom_it_is_meant(sandbox_platform: Platform, sandbox_rows: Rows) -> None:
    """Once, for the named restaurant."""
    mine, other = [await sandbox_rows.restaurant(sandbox_platform.organisation_id) for _ in "ab"]
    play = {"endpoint": "configure-services", "case": "time over", "restaurant": str(mine)}
    (await sandbox_platform.http.post("/sandbox/plays", json=play)).raise_for_status()
    answers = [await sandbox_platform.post(PATH, restaurantId=str(one)) for one in (other, mine, mine)]
    says = [answer.json()["error"] for answer in answers]
    assert [error.startswith("Command failed") for error in says] == [False, True, False]
