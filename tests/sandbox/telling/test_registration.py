"""The registration of a restaurant and what needs it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.sandbox.client import NO_TINT, PASSWORD, Platform
from tests.sandbox.rows import Rows


async def test_a_restaurant_is_registered(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """Answer, question and tables agree, and the account counts its restaurants."""
    await platform.account(restaurant_id, "kai@owner.example")
    answer = (await platform.register(restaurant_id, "kai@owner.example")).json()["restaurant"]
    told = (await platform.ask("status", restaurant_id))["pumpdRestaurant"]
    [row] = await sandbox_rows.query("SELECT * FROM pumpd_restaurants WHERE restaurant_id = %(id)s", id=restaurant_id)
    [account] = await sandbox_rows.query("SELECT * FROM pumpd_accounts WHERE restaurant_id = %(id)s", id=restaurant_id)
    assert answer["pumpd_restaurant_id"].startswith("RES")
    for name in ("pumpd_restaurant_id", "pumpd_subdomain", "dashboard_url"):
        assert answer[name] == told[name] == row[name]
    assert (account["restaurant_count"], row["pumpd_account_id"]) == (1, account["id"])


async def test_the_type_must_fit_the_records(platform: Platform, sandbox_rows: Rows) -> None:
    """No account, a second first restaurant, a first additional restaurant: 400 each."""
    first, second = [await sandbox_rows.restaurant(platform.organisation_id) for _ in "ab"]
    additional = {"registrationType": "existing_account_additional_restaurant"}
    email = "kai@owner.example"
    assert (await platform.register(first, email)).status_code == 400
    await platform.account(first, email)
    assert (await platform.register(first, email, **additional)).status_code == 400
    assert (await platform.register(first, email)).status_code == 200
    assert (await platform.register(second, email)).status_code == 400
    assert (await platform.register(second, email, **additional)).status_code == 200


async def test_subdomains_are_unique(platform: Platform, sandbox_rows: Rows) -> None:
    """Two restaurants of one name get different ones."""
    first, second = [await sandbox_rows.restaurant(platform.organisation_id) for _ in "ab"]
    await platform.registered(first)
    await platform.registered(second)
    subdomains = [(await platform.ask("status", one))["pumpdRestaurant"]["pumpd_subdomain"] for one in (first, second)]
    assert len(set(subdomains)) == 2


async def test_a_new_account_can_come_with_its_restaurant(platform: Platform, restaurant_id: UUID) -> None:
    """The type says so; a wrong password for an account that exists is refused."""
    new = {"registrationType": "new_account_with_restaurant"}
    assert (await platform.register(restaurant_id, "kai@owner.example", **new)).status_code == 200
    assert await platform.effects(restaurant_id) == {"register-account": 1, "register-restaurant": 1}
    refused = await platform.register(restaurant_id, "kai@owner.example", password="Wrong.Horse-7", **new)
    assert refused.status_code == 401


@pytest.mark.parametrize("endpoint", ["configure-services", "configure-payment", "import-menu-direct"])
async def test_an_unregistered_restaurant_is_a_conflict(
    platform: Platform, restaurant_id: UUID, sandbox_rows: Rows, endpoint: str
) -> None:
    """409 for everything that needs the registration."""
    menu_id = await sandbox_rows.menu(restaurant_id)
    more = {"configure-payment": {"includeConnectLink": True}, "import-menu-direct": {"menuId": str(menu_id)}}
    response = await platform.post(endpoint, restaurantId=str(restaurant_id), **more.get(endpoint, {}))
    assert (response.status_code, await platform.effects(restaurant_id)) == (409, {})


async def test_website_services_and_payment_are_configured(
    platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """All three are told as done, and the row has the addresses."""
    await platform.registered(restaurant_id)
    website = (await platform.post("configure-website", **await _website(platform, restaurant_id))).json()
    await platform.post("configure-services", restaurantId=str(restaurant_id))
    payment = (
        await platform.post("configure-payment", restaurantId=str(restaurant_id), includeConnectLink=True)
    ).json()
    told = await platform.ask("setup-status", restaurant_id)
    [row] = await sandbox_rows.query("SELECT * FROM restaurants WHERE id = %(id)s", id=restaurant_id)
    assert [told[area]["done"] for area in ("website", "services", "payment")] == [True, True, True]
    assert (row["demo_store_url"], row["stripe_connect_url"]) == (website["demoStoreUrl"], payment["stripeConnectUrl"])
    assert row["onboarding_status"] == "configured"


async def test_a_website_needs_its_own_code(platform: Platform, restaurant_id: UUID) -> None:
    """400 for code that was never generated, and for a header image that the row does not have."""
    await platform.registered(restaurant_id)
    body = await _website(platform, restaurant_id)
    for change in (
        {"codeInjectionId": str(uuid4())},
        {"headerConfig": {"enabled": True, "backgroundSource": "doordash_og_image"}},
    ):
        assert (await platform.post("configure-website", **(body | change))).status_code == 400


async def _website(platform: Platform, restaurant_id: UUID) -> dict[str, Any]:
    generated = await platform.post("generate-code-injections", restaurantId=str(restaurant_id), noGradient=False)
    code = generated.json()
    assert PASSWORD not in generated.text
    return {
        "restaurantId": str(restaurant_id),
        "codeInjectionId": code["codeInjectionId"],
        "filePaths": code["filePaths"],
        "headerConfig": {"enabled": True, "backgroundSource": "website_og_image"},
        "itemsConfig": {"layout": "card"},
        "textColorConfig": {"navText": "#ffffff", "boxText": "auto"},
        "navLogoTintConfig": NO_TINT,
        "headerLogoTintConfig": {"darkColor": "#ffffff", "lightColor": "black"},
    }
