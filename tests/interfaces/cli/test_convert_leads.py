"""`registration convert-leads`: from leads in the database to restaurants and batches."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.network import free_port
from tests.interfaces.cli.conftest import CommandResult, Commands, Runs
from tests.registration.leads.make import add_leads, add_scrape_job, batches, delete_batches, restaurants

NOWHERE = f"http://127.0.0.1:{free_port()}/api"


@dataclass(frozen=True)
class Leads:
    """The command line, and a scrape job of its organisation."""

    registration: Commands
    everything: AsyncConnection
    scrape_job_id: UUID

    async def __call__(self, *arguments: str | UUID) -> CommandResult:
        """Run `registration convert-leads …`."""
        return await self.registration("convert-leads", *arguments)

    async def add(self, count: int, **values: Any) -> list[UUID]:
        """Add qualified leads."""
        return await add_leads(self.everything, self.registration.organisation_id, self.scrape_job_id, count, **values)

    async def restaurants(self) -> list[dict[str, Any]]:
        """The restaurants of the leads."""
        return await restaurants(self.everything, self.registration.organisation_id)

    async def batches(self) -> list[dict[str, Any]]:
        """The batches, each with its size."""
        return await batches(self.everything, self.registration.organisation_id)


@pytest_asyncio.fixture
async def convert(registration: Commands, everything: AsyncConnection) -> AsyncGenerator[Leads]:
    """The command, for an organisation with an empty scrape job; its batches are deleted at the end."""
    organisation_id = registration.organisation_id
    yield Leads(registration, everything, await add_scrape_job(everything, organisation_id))
    await delete_batches(everything, organisation_id)


async def test_every_qualified_lead_of_a_scrape_job_is_converted(convert: Leads) -> None:
    """The beginning of the job's id is enough; a second run converts nothing and is no error."""
    await convert.add(2)
    result = await convert("--scrape-job", str(convert.scrape_job_id)[:8])
    assert result.code == 0, result.err
    assert "2 converted" in result.out
    assert [row["name"] for row in await convert.restaurants()] == ["Kai 1", "Kai 2"]
    again = await convert("--scrape-job", convert.scrape_job_id)
    assert (again.code, "0 converted" in again.out) == (0, True)
    assert await convert.batches() == []


async def test_each_failed_lead_is_listed_and_the_exit_code_is_1(convert: Leads) -> None:
    """The other leads are converted, and only their restaurants are in the batch."""
    [good, other] = await convert.add(2)
    [nameless] = await convert.add(1, restaurant_name=" ")
    await convert(other, "--by", "Mere")
    result = await convert(f"{good},{other}", nameless, UUID(int=7), "--no-start", "--name", "Monday", "--json")
    assert result.code == 1
    document = result.json
    assert document["summary"] == {"total": 4, "converted": 1, "already_converted": 1, "failed": 2}
    assert [(row["lead_id"], row["reason"]) for row in document["failed"]] == [
        (str(nameless), "its name is empty; correct it on the lead"),
        (str(UUID(int=7)), "there is no such lead in this organisation; check its id"),
    ]
    assert document["already_converted"][0]["converted_by"] == "Mere"
    [batch] = await convert.batches()
    assert (document["batches"][0]["id"], batch["size"], batch["started_at"]) == (str(batch["id"]), 1, None)
    assert batch["name"] == "Monday"


async def test_the_table_names_outcomes_and_the_next_command(convert: Leads) -> None:
    """An outcome per lead, a line per failure and remark, and the start command per batch."""
    ids = [*await convert.add(1, phone="12"), *await convert.add(1, restaurant_name=" ")]
    result = await convert(*ids, "--no-start")
    [batch] = await convert.batches()
    assert "not converted" in result.out
    assert "Kai 1: phone: '12' is not a New Zealand phone number" in result.out
    assert "its name is empty" in result.out
    assert f"registration start --batch {str(batch['id'])[:8]}" in result.out


async def test_a_dry_run_writes_nothing(convert: Leads) -> None:
    """It lists the qualified leads."""
    [lead_id] = await convert.add(1)
    result = await convert("--scrape-job", convert.scrape_job_id, "--start", "--dry-run")
    assert result.code == 0, result.err
    assert str(lead_id) in result.out
    assert "would be converted" in result.out
    assert (await convert.restaurants(), await convert.batches()) == ([], [])


async def test_its_batches_are_started(convert: Leads, runs: Runs) -> None:
    """One flow run per batch; a second run starts nothing."""
    await convert.add(51)
    result = await convert("--scrape-job", convert.scrape_job_id, "--start")
    assert result.code == 0, result.err
    assert sorted(batch["size"] for batch in await convert.batches()) == [1, 50]
    assert result.out.count("registration watch") == len(await runs.all()) == 2
    assert (await convert("--scrape-job", convert.scrape_job_id, "--start")).code == 0
    assert len(await runs.all()) == 2


async def test_without_a_server_the_conversion_stays_and_recovery_starts_the_batch(convert: Leads) -> None:
    """The conversion is printed with the start command; the batch counts as started."""
    [lead_id] = await convert.add(1)
    with temporary_settings({PREFECT_API_URL: NOWHERE}):
        result = await convert(str(lead_id)[:8], "--start", "--json")
    [batch] = await convert.batches()
    assert result.code == 1
    assert result.json["summary"]["converted"] == 1
    assert f"registration start --batch {batch['id']}" in result.err
    assert batch["started_at"] is not None


@pytest.mark.parametrize(
    "arguments, reason",
    [
        ((), "say which leads"),
        ((",",), "say which leads"),
        (("1a2b3c4d", "--scrape-job", "1a2b3c4d"), "say which leads"),
        (("1a2b3c4d",), "there is no lead 1a2b3c4d"),
        (("1a2b",), "too short"),
        (("--scrape-job", "1a2b3c4d"), "there is no scrape job 1a2b3c4d"),
        (("1a2b3c4d", "--name", "Monday"), "--start or --no-start"),
        (("1a2b3c4d", "--address-source", "bing"), "bing"),
    ],
)
async def test_wrong_use_writes_nothing(convert: Leads, arguments: tuple[str, ...], reason: str) -> None:
    """The exit code is 2."""
    await convert.add(1)
    result = await convert(*arguments)
    assert (result.code, reason in result.err) == (2, True), result.err
    assert await convert.restaurants() == []


async def test_pending_leads_are_listed_with_what_they_lack(convert: Leads) -> None:
    """A converted lead is pending no more."""
    await convert.add(2, email=None)
    listed = await convert.registration("leads", "--json")
    assert (listed.code, listed.json["total"]) == (0, 2), listed.err
    assert all("e-mail" in lead["lacks"] for lead in listed.json["leads"])
    shown = await convert.registration("leads", "--limit", "1")
    assert (shown.code, "1 of 2 pending leads" in shown.err, "e-mail" in shown.out) == (0, True, True)
    assert (await convert.registration("leads", "--city", "Nowhere")).out == ""
    assert (await convert(listed.json["leads"][0]["id"], "--no-start")).code == 0
    assert (await convert.registration("leads", "--json")).json["total"] == 1
