"""A process that creates the accounts of one batch at once, as fast as it may: started and killed by a test."""

import asyncio
import os
from dataclasses import replace
from uuid import UUID

from registration.database.session import Database
from tests.registration.database.conftest import engine
from tests.registration.job_process import JobProcess
from tests.registration.tenant import Tenant


async def create_accounts(tenant: Tenant, batch_id: UUID, spacing: float) -> None:
    """All restaurants of the batch ask at the same moment."""
    query = "select id, restaurant_id from registration_jobs where batch_job_id = :batch order by position"
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        jobs = (await transaction.connection.exec_driver_sql(query.replace(":batch", f"'{batch_id}'"))).all()
    async with tenant.process(batch_id, jobs[0].id, account_spacing_seconds=spacing) as work:
        await asyncio.gather(*(_create(replace(work, job_id=job.id, restaurant_id=job.restaurant_id)) for job in jobs))


async def _create(work: JobProcess) -> None:
    [row] = await work.query("select email from restaurants where id = :id", id=work.restaurant_id)
    one = replace(work, email=row["email"])
    await one.ledger.perform(one.job_id, one.account())


async def _main() -> None:
    database = Database(os.environ["DATABASE_URL"])
    async with engine(os.environ["DATABASE_URL"]).connect() as unused:
        organisation = UUID(os.environ["REGISTRATION_ORGANISATION"])
        tenant = Tenant(database, unused, os.environ["REGISTRATION_PLATFORM_URL"], organisation)
        await create_accounts(tenant, UUID(os.environ["SPACING_BATCH"]), float(os.environ["SPACING_SECONDS"]))
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main())
