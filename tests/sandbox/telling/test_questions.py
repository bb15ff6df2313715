"""What the platform answers when asked."""

from datetime import datetime
from uuid import UUID

import pytest

from tests.sandbox.client import Platform

AREAS = {
    "configure-website": "website",
    "configure-services": "services",
    "configure-payment": "payment",
    "import-menu-direct": "menu",
    "upload-images": "images",
    "add-option-sets": "optionSets",
    "add-item-tags": "itemTags",
    "create-onboarding-user": "onboardingUser",
    "update-onboarding-record": "onboardingRecord",
}


async def test_nothing_is_there_at_first(platform: Platform, restaurant_id: UUID) -> None:
    """No account, no restaurant, no code, and every area untouched."""
    status = await platform.ask("status", restaurant_id)
    setup = await platform.ask("setup-status", restaurant_id)
    assert (status["account"], status["hasAccount"], status["hasRestaurant"]) == (None, False, False)
    assert (await platform.ask("code-injection", restaurant_id))["hasContent"] is False
    assert set(setup) == {"success", *AREAS.values()}
    assert {setup[area]["idempotencyKey"] for area in AREAS.values()} == {None}
    assert (setup["services"]["done"], setup["menu"]["items"], setup["images"]["total"]) == (False, 0, 0)


async def test_a_change_is_told_with_its_key_and_time(platform: Platform, restaurant_id: UUID) -> None:
    """The newest change of an area tells who made it and when."""
    await platform.registered(restaurant_id)
    for key in ("job:services:1", "job:services:2"):
        await platform.post_as(key, "configure-services", restaurantId=str(restaurant_id))
    services = (await platform.ask("setup-status", restaurant_id))["services"]
    assert services["idempotencyKey"] == "job:services:2"
    assert datetime.fromisoformat(services["changedAt"]).tzinfo is not None


@pytest.mark.parametrize("endpoint, area", AREAS.items())
async def test_an_area_can_be_absent(platform: Platform, restaurant_id: UUID, endpoint: str, area: str) -> None:
    """Told so, the platform is silent about one area, and about no other."""
    await platform.break_with(restaurant_id, endpoint, "area_absent")
    setup = await platform.ask("setup-status", restaurant_id)
    assert set(setup) == {"success", *AREAS.values()} - {area}


async def test_account_restaurant_and_code_can_be_absent(platform: Platform, restaurant_id: UUID) -> None:
    """The same for the other two questions."""
    for endpoint in ("register-account", "register-restaurant", "generate-code-injections"):
        await platform.break_with(restaurant_id, endpoint, "area_absent")
    assert set(await platform.ask("status", restaurant_id)) == {"success"}
    assert set(await platform.ask("code-injection", restaurant_id)) == {"success"}
