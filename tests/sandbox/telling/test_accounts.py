"""Accounts: one per e-mail address, not too many at a time."""

import asyncio
from uuid import UUID

from tests.sandbox.client import PASSWORD, Platform
from tests.sandbox.rows import Rows


async def test_an_account_is_opened_once(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """The second call with the same password finds the first one's account."""
    first = (await platform.account(restaurant_id, "Kai@Owner.example")).json()
    second = (await platform.account(restaurant_id, "kai@owner.example")).json()
    assert (first["alreadyExists"], second["alreadyExists"]) == (False, True)
    assert first["account_id"] == second["account_id"]
    assert await platform.effects(restaurant_id) == {"register-account": 1}
    [row] = await sandbox_rows.query("SELECT * FROM pumpd_accounts WHERE restaurant_id = %(id)s", id=restaurant_id)
    assert (row["email"], row["registration_status"]) == ("kai@owner.example", "completed")


async def test_two_calls_at_once_open_one_account(platform: Platform, restaurant_id: UUID) -> None:
    """Calls that overlap do not get an account each."""
    await platform.behave(profile="demo", speed=10)
    answers = await asyncio.gather(*(platform.account(restaurant_id, "kai@owner.example") for _ in range(4)))
    assert len({answer.json()["account_id"] for answer in answers}) == 1
    assert await platform.effects(restaurant_id) == {"register-account": 1}


async def test_a_wrong_password_is_refused(platform: Platform, restaurant_id: UUID) -> None:
    """401, and neither password is in an answer."""
    opened = await platform.account(restaurant_id, "kai@owner.example")
    refused = await platform.account(restaurant_id, "kai@owner.example", "Wrong.Horse-7Battery")
    assert refused.status_code == 401
    assert not any(secret in opened.text + refused.text for secret in (PASSWORD, "Wrong.Horse-7Battery"))


async def test_an_account_of_somebody_else_is_there_already(platform: Platform, restaurant_id: UUID) -> None:
    """An account that none of the callers opened counts like any other."""
    foreign = {"organisation_id": str(platform.organisation_id), "email": "kai@owner.example", "password": "Theirs.123"}
    assert (await platform.http.post("/sandbox/accounts", json=foreign)).status_code == 200
    assert (await platform.account(restaurant_id, "kai@owner.example")).status_code == 401


async def test_an_organisation_waits_between_accounts(
    platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """429 says how long; another organisation is not held up."""
    await platform.behave(account_spacing_seconds=60)
    assert (await platform.account(restaurant_id, "a@owner.example")).status_code == 200
    refused = await platform.account(restaurant_id, "b@owner.example")
    assert (refused.status_code, 55 <= int(refused.headers["Retry-After"]) <= 60) == (429, True)
    [row] = await sandbox_rows.query("INSERT INTO organisations (name) VALUES ('Other') RETURNING id")
    other = Platform(platform.http, row["id"])
    assert (await other.account(await sandbox_rows.restaurant(row["id"]), "a@owner.example")).status_code == 200


async def test_spacing_follows_the_time_scale(platform: Platform, restaurant_id: UUID) -> None:
    """60 seconds at a scale of 0.05 are 3 seconds."""
    await platform.behave(account_spacing_seconds=60, time_scale=0.05)
    await platform.account(restaurant_id, "a@owner.example")
    refused = await platform.account(restaurant_id, "b@owner.example")
    assert refused.headers["Retry-After"] == "3"
