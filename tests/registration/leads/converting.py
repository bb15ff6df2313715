"""A process that converts leads, which a test can kill: `python -m … DATABASE_URL ORGANISATION SCRAPE_JOB`."""

import asyncio
import sys
from uuid import UUID

from registration.database.session import Database
from registration.leads.conversion import convert_leads
from registration.leads.models import BatchOfLeads, ConversionRequest


async def _main(url: str, organisation_id: UUID, scrape_job_id: UUID) -> None:
    database = Database(url)
    asked = ConversionRequest(scrape_job_id=scrape_job_id, by="killed", batch=BatchOfLeads(start=True))
    await convert_leads(database, organisation_id, asked)
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], UUID(sys.argv[2]), UUID(sys.argv[3])))
