"""What tests of lead conversion share: an organisation with a scrape job."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import Database
from registration.leads.conversion import convert_leads
from registration.leads.models import ConversionRequest, LeadData
from registration.leads.outcome import Conversion
from registration.leads.queries import lock_leads
from tests.registration.database.rows import add
from tests.registration.leads.make import add_leads, add_scrape_job, batches, delete_batches, restaurants


@dataclass(frozen=True)
class Leads:
    """An organisation with a scrape job."""

    database: Database
    everything: AsyncConnection
    organisation_id: UUID
    scrape_job_id: UUID

    async def add(self, count: int, **values: Any) -> list[UUID]:
        """Qualified leads of the scrape job."""
        return await add_leads(self.everything, self.organisation_id, self.scrape_job_id, count, **values)

    async def convert(self, *lead_ids: UUID, **asked: Any) -> Conversion:
        """Convert them; without ids the qualified ones."""
        wanted = ConversionRequest.model_validate({"lead_ids": lead_ids or None, "by": "Mere"} | asked)
        return await convert_leads(self.database, self.organisation_id, wanted)

    async def lock(self, lead_id: UUID) -> LeadData:
        """A lead as a conversion reads it, under lock."""
        async with self.database.transaction(self.organisation_id) as transaction:
            return (await lock_leads(transaction, [lead_id]))[lead_id]

    async def restaurants(self) -> list[dict[str, Any]]:
        """What they became."""
        return await restaurants(self.everything, self.organisation_id)

    async def batches(self) -> list[dict[str, Any]]:
        """The batches, each with its size."""
        return await batches(self.everything, self.organisation_id)

    async def lead(self, lead_id: UUID) -> dict[str, Any]:
        """One lead as it is stored."""
        found = await self.everything.execute(text("select * from leads where id = :id"), {"id": lead_id})
        return dict(found.mappings().one())


@pytest_asyncio.fixture
async def leads(database: Database, everything: AsyncConnection, organisation: UUID) -> AsyncGenerator[Leads]:
    """An organisation of this test alone, with a scrape job without leads; no batch of it is left to be recovered."""
    await add(everything, "organisations", organisation, id=organisation)
    yield Leads(database, everything, organisation, await add_scrape_job(everything, organisation))
    await delete_batches(everything, organisation)
