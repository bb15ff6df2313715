"""Accounts of the platform."""

import asyncio
from uuid import UUID

import pytest_asyncio

from tests.dev.sandbox.client import PASSWORD, Platform
from tests.dev.sandbox.rows import Rows


@pytest_asyncio.fixture
async def restaurant_id(sandbox_platform: Platform, sandbox_rows: Rows) -> UUID:
    """A restaurant of the organisation."""
    return await sandbox_rows.restaurant(sandbox_platform.organisation_id)


async def test_an_account_is_opened_once_and_belongs_to_its_restaurant(
    sandbox_platform: Platform, restaurant_id: UUID
) -> None:
    """The second request is no success, and returns the stored password."""
    first = (await sandbox_platform.account(restaurant_id, "kai@owner.example")).json()
    second = await sandbox_platform.account(restaurant_id, "kai@owner.example")
    assert "alreadyExists" not in first
    assert (second.status_code, second.json()["success"], PASSWORD in second.text) == (200, False, True)
    assert await sandbox_platform.effects(restaurant_id) == {"register-account": 1}


async def test_another_restaurant_of_the_organisation_cannot_have_the_e_mail(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The table refuses the row, and the platform answers with the database's error."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    other = await sandbox_rows.restaurant(sandbox_platform.organisation_id)
    refused = await sandbox_platform.account(other, "kai@owner.example")
    assert (refused.status_code, "duplicate key" in refused.json()["error"]) == (500, True)


async def test_an_account_that_was_there_before_is_taken_whoever_it_belongs_to(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The row is completed with the password of the request, has no user, and no log records a success."""
    foreign = {
        "organisation_id": str(sandbox_platform.organisation_id),
        "email": "kai@owner.example",
        "password": "Theirs.123",
    }
    (await sandbox_platform.http.post("/sandbox/accounts", json=foreign)).raise_for_status()
    answer = (await sandbox_platform.account(restaurant_id, "kai@owner.example")).json()
    [row] = await sandbox_rows.query("SELECT * FROM pumpd_accounts WHERE restaurant_id = %(id)s", id=restaurant_id)
    logs = await sandbox_rows.query("SELECT * FROM registration_logs WHERE restaurant_id = %(id)s", id=restaurant_id)
    assert (answer["alreadyExists"], "email" in answer) == (True, False)
    stored = (row["registration_status"], row["pumpd_user_id"], row["user_password_hint"])
    assert stored == ("completed", None, PASSWORD)
    assert [log["status"] for log in logs] == ["started"]


async def test_two_calls_at_once_open_one_account(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The ordering system has one account per e-mail."""
    await sandbox_platform.behave(profile="demo", speed=10)
    await asyncio.gather(*(sandbox_platform.account(restaurant_id, "kai@owner.example") for _ in range(3)))
    assert await sandbox_platform.effects(restaurant_id) == {"register-account": 1}


async def test_accounts_too_close_to_each_other_are_a_failure_like_any_other(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The answer is 500 without Retry-After, with a failed row and a failed log."""
    await sandbox_platform.behave(account_spacing_seconds=60)
    await sandbox_platform.account(restaurant_id, "a@owner.example")
    other = await sandbox_rows.restaurant(sandbox_platform.organisation_id)
    refused = await sandbox_platform.account(other, "b@owner.example")
    [row] = await sandbox_rows.query("SELECT * FROM pumpd_accounts WHERE restaurant_id = %(id)s", id=other)
    assert (refused.status_code, "Retry-After" in refused.headers) == (500, False)
    assert (row["registration_status"], row["retry_count"], bool(row["last_error"])) == ("failed", 1, True)


async def test_code_generation_hides_the_account(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The status reads the account from the restaurant's row, which code generation creates without one."""
    await sandbox_platform.account(restaurant_id, "kai@owner.example")
    assert (await sandbox_platform.ask("status", restaurant_id))["hasAccount"] is True
    await sandbox_platform.post("generate-code-injections", restaurantId=str(restaurant_id))
    hidden = await sandbox_platform.ask("status", restaurant_id)
    assert (hidden["account"], hidden["hasAccount"]) == (None, False)
    assert hidden["pumpdRestaurant"]["pumpd_account_id"] is None
    await sandbox_platform.register(restaurant_id, "kai@owner.example")
    assert (await sandbox_platform.ask("status", restaurant_id))["account"]["email"] == "kai@owner.example"
