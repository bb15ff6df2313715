"""New, first or additional: decided from the records when the sub-step runs, also for concurrent restaurants."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from registration.effects.outputs import RestaurantOutputs
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import ACCOUNT, REGISTRATION, AtStep6, at_step_6
from tests.waiting import HANG


@pytest.fixture
def email() -> str:
    """An e-mail of this test alone."""
    return f"{uuid4().hex[:8]}@example.nz"


async def _type(restaurant: AtStep6) -> str:
    """The registration type in the request to the platform."""
    rows = await restaurant.query(
        "select registration_type from pumpd_restaurants where restaurant_id = :id", id=restaurant.restaurant_id
    )
    return rows[0]["registration_type"] if rows else ""


async def _registered(restaurant: AtStep6) -> RestaurantOutputs:
    return RestaurantOutputs.model_validate((await restaurant.row(REGISTRATION))["outputs"])


async def test_the_restaurant_for_which_the_account_was_made_is_its_first(tenant: Tenant, email: str) -> None:
    """With "new" the platform would create the account a second time, outside of the spacing."""
    async with at_step_6(tenant, email) as (kai,):
        await kai.run(ACCOUNT)
        assert (await kai.run(REGISTRATION)).is_completed()
        assert str((await _registered(kai)).pumpd_restaurant_id).startswith("RES")
        assert await _type(kai) == "restaurant_only"


async def test_the_first_restaurant_of_an_account_that_was_there(tenant: Tenant, email: str) -> None:
    """The restaurant for which the account was made was left out, so the second one is its first."""
    async with at_step_6(tenant, email, email) as (first, second):
        await first.run(ACCOUNT)
        await second.run(ACCOUNT)
        await first.misbehave("register-restaurant", "refused")
        assert (await first.run(REGISTRATION)).is_failed()
        assert (await second.run(REGISTRATION)).is_completed()
        assert await _type(second) == "restaurant_only"


async def test_one_more_restaurant_of_an_account(tenant: Tenant, email: str) -> None:
    """One is registered already, in another batch."""
    async with at_step_6(tenant, email) as (first,):
        await first.run(ACCOUNT)
        await first.run(REGISTRATION)
    async with at_step_6(tenant, email) as (second,):
        await second.run(ACCOUNT)
        assert (await second.run(REGISTRATION)).is_completed()
        assert await second.done("register-account") == 0


async def test_one_more_restaurant_of_an_account_that_the_platform_writes_in_ascii(tenant: Tenant, email: str) -> None:
    """The platform's records write the domain in another form, and ours do not have its first restaurant."""
    unicode = email.replace("@example", "@exämple")
    async with at_step_6(tenant, unicode) as (first,):
        await first.run(ACCOUNT)
        await first.run(REGISTRATION)
        ascii_ = email.replace("@example", "@xn--exmple-cua")
        changed = text("update pumpd_accounts set email = :new where email = :old")
        await tenant.everything.execute(changed, {"new": ascii_, "old": unicode})
        await first.query("update registration_jobs set execution_config = null where id = :job")
    async with at_step_6(tenant, unicode) as (second,):
        await second.run(ACCOUNT)
        assert (await second.run(REGISTRATION)).is_completed()


async def test_of_two_at_once_one_is_the_first_and_both_are_registered(tenant: Tenant, email: str) -> None:
    """The platform accepts an additional restaurant only after a first one: the later one waits."""
    async with at_step_6(tenant, email, email) as (first, second):
        await first.run(ACCOUNT)
        await second.run(ACCOUNT)
        for one in (first, second):
            await one.misbehave("register-restaurant", "slow", seconds=0.3)
        states = await asyncio.gather(second.run(REGISTRATION), first.run(REGISTRATION))
        assert [state.is_completed() for state in states] == [True, True]
        assert [await one.done("register-restaurant") for one in (first, second)] == [1, 1]


async def test_a_retry_of_the_first_does_not_make_it_the_second(tenant: Tenant, email: str) -> None:
    """After a 503 of the route the first is still the first, and the later one keeps waiting for it."""
    async with at_step_6(tenant, email, email) as (first, second):
        await first.run(ACCOUNT)
        await second.run(ACCOUNT)
        await first.misbehave("register-restaurant", "refused", status=503, message="not configured")
        with pytest.raises(Exception, match="not configured"):
            await first.run(REGISTRATION)
        waiting = asyncio.create_task(second.run(REGISTRATION))
        await second.until_row(REGISTRATION, "intent_at")
        assert (await first.run(REGISTRATION)).is_completed()
        assert (await asyncio.wait_for(waiting, HANG)).is_completed()


async def test_the_later_one_goes_first_when_the_first_has_failed(tenant: Tenant, email: str) -> None:
    """A restaurant waits for another only until that one has failed."""
    async with at_step_6(tenant, email, email) as (first, second):
        await first.run(ACCOUNT)
        await second.run(ACCOUNT)
        await first.misbehave("register-restaurant", "refused", seconds=0.3)
        failing = asyncio.create_task(first.run(REGISTRATION))
        await first.until_row(REGISTRATION, "sent_at")
        assert (await asyncio.wait_for(second.run(REGISTRATION), HANG)).is_completed()
        assert (await failing).is_failed()
