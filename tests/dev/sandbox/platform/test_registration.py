"""The registration of a restaurant on the platform."""

from uuid import UUID

import pytest
import pytest_asyncio

from tests.dev.sandbox.client import PASSWORD, Platform
from tests.dev.sandbox.rows import Rows


@pytest_asyncio.fixture
async def restaurant_id(sandbox_platform: Platform, sandbox_rows: Rows) -> UUID:
    """A restaurant of the organisation."""
    return await sandbox_rows.restaurant(sandbox_platform.organisation_id)


async def _pumpd_restaurant(rows: Rows, restaurant_id: UUID) -> dict[str, object]:
    [row] = await rows.query("SELECT * FROM pumpd_restaurants WHERE restaurant_id = %(id)s", id=restaurant_id)
    return row


async def test_the_answer_is_the_row_before_its_last_update(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The id is null the first time and the earlier id on a repeat, which creates another restaurant."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    first = (await sandbox_platform.register(restaurant_id, "kai@owner.example")).json()["restaurant"]
    number = (await _pumpd_restaurant(sandbox_rows, restaurant_id))["pumpd_restaurant_id"]
    second = (await sandbox_platform.register(restaurant_id, "kai@owner.example")).json()["restaurant"]
    assert (first["pumpd_restaurant_id"], second["pumpd_restaurant_id"]) == (None, number)
    assert str(number).startswith("RES")
    assert (await sandbox_platform.effects(restaurant_id))["register-restaurant"] == 2


async def test_what_the_body_says_of_the_restaurant_is_ignored(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """Address and phone come from the row."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    await sandbox_platform.register(
        restaurant_id, "kai@owner.example", address="9 Other Street", phone=None, surprise=[1]
    )
    row = await _pumpd_restaurant(sandbox_rows, restaurant_id)
    assert (row["configured_address"], row["configured_phone"]) == (None, None)


async def test_a_taken_subdomain_is_a_success_with_nothing_stored(
    sandbox_platform: Platform, sandbox_rows: Rows
) -> None:
    """The second restaurant of that name exists outside; its row has no id, which only the log has."""
    first, second = [await sandbox_rows.restaurant(sandbox_platform.organisation_id, name="Kai!") for _ in "ab"]
    for number, one in enumerate((first, second)):
        await sandbox_platform.account(one, f"{number}@owner.example")
        assert (await sandbox_platform.register(one, f"{number}@owner.example")).json()["success"] is True
    row = await _pumpd_restaurant(sandbox_rows, second)
    assert (await _pumpd_restaurant(sandbox_rows, first))["pumpd_subdomain"] == "kai0"
    assert (row["registration_status"], row["pumpd_restaurant_id"]) == ("in_progress", None)
    assert (await sandbox_platform.effects(second))["register-restaurant"] == 1


async def test_a_wrong_password_shows_as_a_script_that_failed(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The command line has the password in clear; status and logs contain it too."""
    foreign = {
        "organisation_id": str(sandbox_platform.organisation_id),
        "email": "kai@owner.example",
        "password": "Theirs.123",
    }
    (await sandbox_platform.http.post("/sandbox/accounts", json=foreign)).raise_for_status()
    answer = await sandbox_platform.register(restaurant_id, "kai@owner.example")
    status = await sandbox_platform.ask("status", restaurant_id)
    assert (answer.status_code, f'--password="{PASSWORD}"' in answer.json()["error"]) == (500, True)
    assert PASSWORD in status["pumpdRestaurant"]["last_error"]
    assert "register-restaurant" not in await sandbox_platform.effects(restaurant_id)


async def test_created_and_then_500(sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """A failure after the work: the row has status failed, the restaurant exists."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    await sandbox_platform.break_with(restaurant_id, "register-restaurant", "fails", times=1, acts=True)
    answer = await sandbox_platform.register(restaurant_id, "kai@owner.example")
    assert (answer.status_code, answer.json()["success"]) == (500, False)
    assert (await _pumpd_restaurant(sandbox_rows, restaurant_id))["registration_status"] == "failed"
    assert (await sandbox_platform.effects(restaurant_id))["register-restaurant"] == 1


async def test_a_new_account_with_its_restaurant_is_registered_again(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The log records a success for an existing account and for a new one."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    new = {"registrationType": "new_account_with_restaurant"}
    assert (await sandbox_platform.register(restaurant_id, "kai@owner.example", **new)).json()["success"] is True
    logs = await sandbox_rows.query(
        "SELECT response_data FROM registration_logs WHERE restaurant_id = %(id)s AND action = 'account_creation'"
        " AND status = 'success' ORDER BY created_at",
        id=restaurant_id,
    )
    assert logs[-1]["response_data"] == {"alreadyExists": True}
    assert await sandbox_platform.effects(restaurant_id) == {"register-account": 1, "register-restaurant": 1}


async def test_nothing_is_a_conflict_for_a_restaurant_that_is_not_registered(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """A script that does not find the restaurant fails; the website reports success and does nothing."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    await sandbox_platform.post("generate-code-injections", restaurantId=str(restaurant_id))
    ids = {"restaurantId": str(restaurant_id), "menuId": str(await sandbox_rows.menu(restaurant_id))}
    for endpoint in ("configure-services", "configure-payment", "import-menu-direct", "add-option-sets"):
        answer = await sandbox_platform.post(endpoint, **ids)
        assert (answer.status_code, answer.json()["error"][:14]) == (500, "Command failed"), endpoint
    website = (await sandbox_platform.post("configure-website", **ids)).json()
    assert (website["success"], website["demoStoreUrl"]) == (True, None)
    assert "Navigation failed" in website["error"]
    assert set(await sandbox_platform.effects(restaurant_id)) == {"register-account", "generate-code-injections"}


async def test_all_five_that_follow_leave_their_usage_event(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """And their own rows."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.post("generate-code-injections", restaurantId=str(restaurant_id))
    ids = {"restaurantId": str(restaurant_id), "menuId": str(await sandbox_rows.menu(restaurant_id))}
    five = ("configure-website", "configure-services", "import-menu-direct", "add-option-sets", "add-item-tags")
    for endpoint in five:
        assert (await sandbox_platform.post(endpoint, **ids)).json()["success"] is True, endpoint
    link = (await sandbox_platform.post("configure-payment", **ids, includeConnectLink=True)).json()["stripeConnectUrl"]
    events = await sandbox_rows.query(
        "SELECT event_type FROM usage_events WHERE metadata ->> 'restaurant_id' = %(id)s", id=str(restaurant_id)
    )
    [row] = await sandbox_rows.query("SELECT * FROM restaurants WHERE id = %(id)s", id=restaurant_id)
    assert {"registration_website_settings", "registration_services_config", "registration_stripe_payments"} <= {
        event["event_type"] for event in events
    }
    assert (row["demo_store_built"], row["stripe_connect_url"]) == (True, link)
    assert row["onboarding_status"] == "menu_imported"


@pytest.mark.parametrize("acts", [False, True])
async def test_a_script_fails_before_or_after_its_work(
    sandbox_platform: Platform, restaurant_id: UUID, acts: bool
) -> None:
    """500 with the account's password in the command line; the fault decides whether the effect happens."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.break_with(restaurant_id, "configure-services", "fails", times=1, acts=acts)
    answer = await sandbox_platform.post("configure-services", restaurantId=str(restaurant_id))
    assert (answer.status_code, f'--password="{PASSWORD}"' in answer.json()["error"]) == (500, True)
    assert (await sandbox_platform.effects(restaurant_id)).get("configure-services", 0) == acts


async def test_a_success_that_did_nothing_leaves_the_platforms_own_records(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """Unless a table mirrors the outside; a restaurant that was not created has no id."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    await sandbox_platform.break_with(restaurant_id, "register-restaurant", "nothing_done", times=1)
    assert (await sandbox_platform.register(restaurant_id, "kai@owner.example")).json()["success"] is True
    assert (await _pumpd_restaurant(sandbox_rows, restaurant_id))["pumpd_restaurant_id"] is None
    await sandbox_platform.register(restaurant_id, "kai@owner.example")
    await sandbox_platform.break_with(restaurant_id, "configure-services", "nothing_done", times=1)
    await sandbox_platform.post("configure-services", restaurantId=str(restaurant_id))
    events = await sandbox_rows.query(
        "SELECT event_type FROM usage_events WHERE metadata ->> 'restaurant_id' = %(id)s", id=str(restaurant_id)
    )
    assert "registration_services_config" in {event["event_type"] for event in events}
    assert "configure-services" not in await sandbox_platform.effects(restaurant_id)


async def test_an_onboarding_user_that_was_not_made_is_in_the_log_all_the_same(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The onboarding system is separate; only the missing record reveals that there is no user."""
    body = {"restaurantId": str(restaurant_id), "userName": "Kai", "userEmail": "kai@owner.example"}
    await sandbox_platform.break_with(restaurant_id, "create-onboarding-user", "nothing_done", times=1)
    assert (await sandbox_platform.post("create-onboarding-user", **body)).json()["success"] is True
    [row] = await sandbox_rows.query(
        "SELECT action, status FROM registration_logs WHERE restaurant_id = %(id)s", id=restaurant_id
    )
    assert (row["action"], row["status"]) == ("onboarding_user_creation", "success")
    assert "create-onboarding-user" not in await sandbox_platform.effects(restaurant_id)
    assert (await sandbox_platform.post("update-onboarding-record", **body)).status_code == 404
