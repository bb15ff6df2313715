"""Moving steps: what is written beside the status."""

import asyncio
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import Database
from registration.workflow.step_queries import arrive_at
from registration.workflow.steps import Step
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.database.rows import add_batch, add_job, add_step


async def test_a_job_arrives_at_a_gate_by_the_clock_of_the_database(
    database: Database, everything: AsyncConnection, organisation: UUID
) -> None:
    """The moment of the move, and none that the process knew before: expiry is counted from it by the same clock."""
    job = await add_job(everything, organisation, await add_batch(everything, organisation))
    for step in Step:
        await add_step(everything, organisation, job, step, "pending")

    async def arrive() -> bool:
        async with database.transaction(organisation) as transaction:
            return await arrive_at(transaction, job, Step.COMPANY_SELECTION)

    async with holding_lock(everything, "select from registration_jobs where id = :job for update", job=job) as holder:
        arriving = asyncio.create_task(arrive())
        await wait_for_lock_waiters(everything, query="%registration_jobs%for no key update%")
        before = (await holder.execute(text("select clock_timestamp()"))).scalar_one()
    assert await arriving
    query = text("select arrived_at from registration_job_steps where job_id = :job and step_number = 3")
    assert (await everything.execute(query, {"job": job})).scalar_one() > before
