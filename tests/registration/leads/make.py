"""Leads for tests: as a scrape job leaves them, qualified."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.base import Base
from registration.leads.models import LeadData
from tests.registration.database.rows import add, least

QUALIFIED: dict[str, Any] = {"current_step": 4, "step_progression_status": "passed"}


def lead(**values: Any) -> LeadData:
    """A lead in memory."""
    least_of_it = {"id": uuid4(), "lead_scrape_job_id": uuid4(), "platform": "ubereats", "restaurant_name": "Kai"}
    return LeadData.model_validate(least_of_it | values)


async def add_scrape_job(everything: AsyncConnection, organisation_id: UUID) -> UUID:
    """A scrape job without leads."""
    return await add(everything, "lead_scrape_jobs", organisation_id)


async def add_leads(
    everything: AsyncConnection, organisation_id: UUID, scrape_job_id: UUID, count: int, **values: Any
) -> list[UUID]:
    """So many qualified leads: Kai 1, Kai 2, …, unless `values` name them."""
    leads = Base.metadata.tables["leads"]
    rows = [
        least("leads", organisation_id, lead_scrape_job_id=scrape_job_id, restaurant_name=f"Kai {number}")
        | {
            "store_link": f"https://www.ubereats.com/nz/store/kai-{number}",
            "ubereats_address": f"{number} Queen Street",
        }
        | QUALIFIED
        | values
        for number in range(1, count + 1)
    ]
    made = await everything.execute(insert(leads).returning(leads.c.id, sort_by_parameter_order=True), rows)
    return list(made.scalars())


async def restaurants(everything: AsyncConnection, organisation_id: UUID) -> list[dict[str, Any]]:
    """The organisation's restaurants by name."""
    query = text("select * from restaurants where organisation_id = :organisation order by name, slug")
    return [dict(row) for row in (await everything.execute(query, {"organisation": organisation_id})).mappings()]


async def batches(everything: AsyncConnection, organisation_id: UUID) -> list[dict[str, Any]]:
    """The organisation's batches in their order, each with the number of its restaurants."""
    query = text(
        "select b.*, (select count(*) from registration_jobs j where j.batch_job_id = b.id) as size"
        " from registration_batch_jobs b where b.organisation_id = :organisation order by b.created_at, b.name"
    )
    return [dict(row) for row in (await everything.execute(query, {"organisation": organisation_id})).mappings()]


async def delete_batches(everything: AsyncConnection, organisation_id: UUID) -> None:
    """So that tests of recovery find none of them."""
    gone = text("delete from registration_batch_jobs where organisation_id = :organisation")
    await everything.execute(gone, {"organisation": organisation_id})
