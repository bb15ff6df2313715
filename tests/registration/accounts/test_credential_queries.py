"""The state of an account after concurrent and late writes."""

import asyncio
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.accounts.queries import claim_credential, set_account_state, store_password
from registration.database.session import Database
from registration.states import AccountState
from tests.locks import wait_for_lock_waiters
from tests.registration.database.rows import add_batch, add_job, add_sub_step

EMAIL = "kai@example.nz"


@pytest_asyncio.fixture
async def job(everything: AsyncConnection, organisation: UUID) -> UUID:
    """A job that may claim an account."""
    return await _job(everything, organisation)


async def _job(everything: AsyncConnection, organisation: UUID, account: str = "in_progress") -> UUID:
    batch = await add_batch(everything, organisation)
    job_id = await add_job(everything, organisation, batch, status="in_progress")
    await add_sub_step(everything, organisation, job_id, "cloudwaitressAccount", account)
    return job_id


async def _state(everything: AsyncConnection, organisation: UUID) -> str:
    query = text("select account_state from registration_credentials where organisation_id = :id")
    return (await everything.execute(query, {"id": organisation})).scalar_one()


async def _set_foreign(database: Database, organisation: UUID, job: UUID) -> None:
    async with database.transaction(organisation) as transaction:
        await set_account_state(transaction, EMAIL, AccountState.FOREIGN, None, job)


async def test_a_stored_password_outlasts_a_late_outcome(
    database: Database, everything: AsyncConnection, organisation: UUID, job: UUID
) -> None:
    """The account is foreign; before that is stored, a person stores its password."""
    async with database.transaction(organisation) as transaction:
        await claim_credential(transaction, EMAIL, job, "made")
    async with database.transaction(organisation) as person:
        await store_password(person, EMAIL, "typed")
        late = asyncio.create_task(_set_foreign(database, organisation, job))
        await wait_for_lock_waiters(everything, query="%account_state%")
    await late
    assert await _state(everything, organisation) == "completed"


async def test_a_late_outcome_does_not_count_for_the_next_claimer(
    database: Database, everything: AsyncConnection, organisation: UUID
) -> None:
    """The foreign account was removed from the platform, and another restaurant creates ours now."""
    gone = await _job(everything, organisation, "failed")
    heir = await _job(everything, organisation)
    async with database.transaction(organisation) as transaction:
        await claim_credential(transaction, EMAIL, gone, "made")
        assert (await claim_credential(transaction, EMAIL, heir, "made")).claimed_by == heir
    await _set_foreign(database, organisation, gone)
    assert await _state(everything, organisation) == "creating"


@pytest.mark.parametrize("before", [AccountState.CREATING, AccountState.FOREIGN])
async def test_an_account_that_was_made_is_completed_from_any_state(
    database: Database, everything: AsyncConnection, organisation: UUID, job: UUID, before: AccountState
) -> None:
    """A foreign one was removed on the platform, and the retry created ours."""
    async with database.transaction(organisation) as transaction:
        await claim_credential(transaction, EMAIL, job, "made")
        await set_account_state(transaction, EMAIL, before, None, job)
        await set_account_state(transaction, EMAIL, AccountState.COMPLETED, "A1", job)
    assert await _state(everything, organisation) == "completed"
