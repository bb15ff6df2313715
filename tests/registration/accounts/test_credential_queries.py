"""What a row of an account says in the end, whoever writes last."""

import asyncio
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.accounts.queries import claim_credential, settle_credential, store_password
from registration.database.session import Database
from tests.locks import somebody_waits
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


async def _found_foreign(database: Database, organisation: UUID, job: UUID) -> None:
    async with database.transaction(organisation) as connection:
        await settle_credential(connection, organisation, EMAIL, "foreign", None, job)


async def test_a_stored_password_outlasts_a_verdict_that_comes_late(
    database: Database, everything: AsyncConnection, organisation: UUID, job: UUID
) -> None:
    """The account was found to be foreign; before that is noted, a person says which password it has."""
    async with database.transaction(organisation) as connection:
        await claim_credential(connection, organisation, EMAIL, job, "made")
    async with database.transaction(organisation) as person:
        await store_password(person, organisation, EMAIL, "told")
        late = asyncio.create_task(_found_foreign(database, organisation, job))
        await somebody_waits(everything, query="%account_state%")
    await late
    assert await _state(everything, organisation) == "completed"


async def test_a_late_verdict_says_nothing_about_the_next_claimer(
    database: Database, everything: AsyncConnection, organisation: UUID
) -> None:
    """The foreign account is gone from the platform, and another restaurant creates ours now."""
    gone = await _job(everything, organisation, "failed")
    heir = await _job(everything, organisation)
    async with database.transaction(organisation) as connection:
        await claim_credential(connection, organisation, EMAIL, gone, "made")
        assert (await claim_credential(connection, organisation, EMAIL, heir, "made")).claimed_by == heir
    await _found_foreign(database, organisation, gone)
    assert await _state(everything, organisation) == "creating"


@pytest.mark.parametrize("before", ["creating", "foreign"])
async def test_an_account_that_was_made_is_there_whatever_was_thought_of_it(
    database: Database, everything: AsyncConnection, organisation: UUID, job: UUID, before: str
) -> None:
    """A foreign one was removed on the platform, and the retry created ours."""
    async with database.transaction(organisation) as connection:
        await claim_credential(connection, organisation, EMAIL, job, "made")
        await settle_credential(connection, organisation, EMAIL, before, None, job)
        await settle_credential(connection, organisation, EMAIL, "completed", "A1", job)
    assert await _state(everything, organisation) == "completed"
