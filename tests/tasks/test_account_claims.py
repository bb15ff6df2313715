"""Restaurants that ask for one account in the same moment: each decides on what is true once it is its turn."""

import asyncio
from uuid import uuid4

import pytest

from registration.accounts.passwords import new_password
from registration.accounts.queries import ensure_credential
from tests.locks import held, somebody_waits
from tests.registration.place import Place
from tests.tasks.at_step_6 import ACCOUNT, CIPHER, AtStep6, at_step_6
from tests.waiting import eventually

_HOLD = "select from registration_credentials where email = :email for update"


@pytest.fixture
def email() -> str:
    """An e-mail of this test alone."""
    return f"{uuid4().hex[:8]}@example.nz"


async def test_two_that_claim_at_once_an_account_whose_row_is_there_make_one(place: Place, email: str) -> None:
    """createOnboardingUser, which runs beside, made the row: the second to lock it sees that the first claimed it."""
    async with at_step_6(place, email, email) as (first, second):
        await _onboarding_was_faster(first)
        async with held(place.everything, _HOLD, email=email):
            both = asyncio.gather(first.run(ACCOUNT), second.run(ACCOUNT))
            await somebody_waits(place.everything, 2)
        states = await both
        assert [state.is_completed() for state in states] == [True, True], [state.message for state in states]
        assert await first.done("register-account") + await second.done("register-account") == 1
        assert (await first.credential())["account_state"] == "completed"


async def test_who_waits_behind_a_claim_in_the_same_moment_says_for_whom(place: Place, email: str) -> None:
    """The first one's request takes a while: the second tells people whose account it waits for, and uses it."""
    async with at_step_6(place, email, email) as (first, second):
        await _onboarding_was_faster(first)
        for one in (first, second):
            await one.misbehave("register-account", "slow", seconds=1)
        async with held(place.everything, _HOLD, email=email):
            both = asyncio.gather(first.run(ACCOUNT), second.run(ACCOUNT))
            await somebody_waits(place.everything, 2)
        await eventually(lambda: _told_to_wait(first, second), "one restaurant to wait for the other's account")
        assert all(state.is_completed() for state in await both)


async def _onboarding_was_faster(restaurant: AtStep6) -> None:
    """The row of the account as createOnboardingUser leaves it: with a password, and without a claimer."""
    password = CIPHER.encrypt(new_password())
    async with restaurant.database.transaction(restaurant.job.organisation_id) as connection:
        await ensure_credential(connection, restaurant.job.organisation_id, restaurant.email, password)


async def _told_to_wait(*restaurants: AtStep6) -> bool:
    said = [(await one.row(ACCOUNT))["error_message"] or "" for one in restaurants]
    return any(one.startswith("waits for the account") for one in said)
