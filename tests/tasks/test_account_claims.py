"""Restaurants that request one account concurrently: each decides on rows read after it has the lock."""

import asyncio
from uuid import uuid4

import pytest

from registration.accounts.passwords import new_password
from registration.accounts.queries import ensure_credential
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import ACCOUNT, CIPHER, AtStep6, at_step_6
from tests.waiting import eventually

_HOLD = "select from registration_credentials where email = :email for update"


@pytest.fixture
def email() -> str:
    """An e-mail of this test alone."""
    return f"{uuid4().hex[:8]}@example.nz"


async def test_two_that_claim_at_once_an_account_whose_row_is_there_make_one(tenant: Tenant, email: str) -> None:
    """createOnboardingUser, which runs concurrently, made the row: the second to lock it sees the claim of
    the first.
    """
    async with at_step_6(tenant, email, email) as (first, second):
        await _onboarding_was_faster(first)
        async with holding_lock(tenant.everything, _HOLD, email=email):
            both = asyncio.gather(first.run(ACCOUNT), second.run(ACCOUNT))
            await wait_for_lock_waiters(tenant.everything, 2)
        states = await both
        assert [state.is_completed() for state in states] == [True, True], [state.message for state in states]
        assert await first.done("register-account") + await second.done("register-account") == 1
        assert (await first.credential())["account_state"] == "completed"


async def test_a_restaurant_that_waits_for_a_claim_names_its_claimer(tenant: Tenant, email: str) -> None:
    """The request of the first restaurant takes a while: the second names it as the one it waits for, and uses its
    account.
    """
    async with at_step_6(tenant, email, email) as (first, second):
        await _onboarding_was_faster(first)
        for one in (first, second):
            await one.misbehave("register-account", "slow", seconds=1)
        async with holding_lock(tenant.everything, _HOLD, email=email):
            both = asyncio.gather(first.run(ACCOUNT), second.run(ACCOUNT))
            await wait_for_lock_waiters(tenant.everything, 2)
        await eventually(lambda: _told_to_wait(first, second), "one restaurant to wait for the other's account")
        assert all(state.is_completed() for state in await both)


async def _onboarding_was_faster(restaurant: AtStep6) -> None:
    """The account's row as createOnboardingUser leaves it: with a password, and without a claimer."""
    password = CIPHER.encrypt(new_password())
    async with restaurant.database.transaction(restaurant.job.organisation_id) as transaction:
        await ensure_credential(transaction, restaurant.email, password)


async def _told_to_wait(*restaurants: AtStep6) -> bool:
    said = [(await one.row(ACCOUNT))["error_message"] or "" for one in restaurants]
    return any(one.startswith("waits for the account") for one in said)
