"""Who may ask, and what a request must look like."""

from uuid import UUID, uuid4

import pytest

from tests.sandbox.client import SERVICE_KEY, Platform
from tests.sandbox.rows import Rows

STATUS = "/api/registration/configure-services"


async def test_a_wrong_service_key_is_refused(platform: Platform, restaurant_id: UUID) -> None:
    """401 in JSON, without a key and with another one."""
    for headers in ({}, {"X-Service-Key": "other"}):
        response = await platform.http.post(STATUS, json={"restaurantId": str(restaurant_id)}, headers=headers)
        assert (response.status_code, response.json()["success"]) == (401, False)


@pytest.mark.parametrize("organisation", ["", "not-a-uuid"])
async def test_a_call_without_organisation_is_refused(
    platform: Platform, restaurant_id: UUID, organisation: str
) -> None:
    """400: nobody is served without saying for whom."""
    headers = {"X-Service-Key": SERVICE_KEY, "X-Organisation-ID": organisation}
    response = await platform.http.post(STATUS, json={"restaurantId": str(restaurant_id)}, headers=headers)
    assert (response.status_code, "X-Organisation-ID" in response.json()["error"]) == (400, True)


async def test_a_restaurant_of_somebody_else_is_not_found(platform: Platform, sandbox_rows: Rows) -> None:
    """404, as for a restaurant that does not exist."""
    foreign = await sandbox_rows.restaurant(uuid4())
    for restaurant in (foreign, uuid4()):
        response = await platform.post("configure-services", restaurantId=str(restaurant))
        assert (response.status_code, response.json()["success"]) == (404, False)


@pytest.mark.parametrize(
    "change, field",
    [
        ({"email": None}, "email"),
        ({"phone": 48015521}, "phone"),
        ({"restaurantId": "seven"}, "restaurantId"),
        ({"password": "short"}, "password"),
    ],
)
async def test_a_bad_field_is_named(
    platform: Platform, restaurant_id: UUID, change: dict[str, object], field: str
) -> None:
    """400 names the field that is missing or of another type, and repeats no value."""
    body = {"restaurantId": str(restaurant_id), "email": "a@b.example", "password": "Secret.Value-1", "phone": None}
    response = await platform.post("register-account", **(body | change))
    assert (response.status_code, field in response.json()["error"]) == (400, True)
    assert "Secret.Value-1" not in response.text


async def test_a_missing_field_is_named(platform: Platform, restaurant_id: UUID) -> None:
    """400 for a body that is not complete."""
    response = await platform.post("configure-payment", restaurantId=str(restaurant_id))
    assert (response.status_code, "includeConnectLink" in response.json()["error"]) == (400, True)


async def test_a_body_that_is_no_json_is_refused(platform: Platform) -> None:
    """400 in JSON."""
    headers = {"X-Service-Key": SERVICE_KEY, "X-Organisation-ID": str(platform.organisation_id)}
    for content in (b"{", b"[]"):
        response = await platform.http.post(STATUS, content=content, headers=headers)
        assert (response.status_code, response.json()["success"]) == (400, False)
