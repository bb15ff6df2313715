"""`registration convert-leads`: leads in the database, restaurants and batches at the end."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.network import free_port
from tests.interfaces.cli.conftest import Commands, Runs, Said
from tests.registration.leads.make import add_leads, add_scrape_job, batches, delete_batches, restaurants

NOWHERE = f"http://127.0.0.1:{free_port()}/api"


@dataclass(frozen=True)
class Leads:
    """The command line, and a scrape job of its organisation."""

    registration: Commands
    everything: AsyncConnection
    scrape_job_id: UUID

    async def __call__(self, *arguments: str | UUID) -> Said:
        """`registration convert-leads …`."""
        return await self.registration("convert-leads", *arguments)

    async def add(self, count: int, **values: Any) -> list[UUID]:
        """Qualified leads."""
        return await add_leads(self.everything, self.registration.organisation_id, self.scrape_job_id, count, **values)

    async def restaurants(self) -> list[dict[str, Any]]:
        """What they became."""
        return await restaurants(self.everything, self.registration.organisation_id)

    async def batches(self) -> list[dict[str, Any]]:
        """The batches, each with its size."""
        return await batches(self.everything, self.registration.organisation_id)


@pytest_asyncio.fixture
async def convert(registration: Commands, everything: AsyncConnection) -> AsyncGenerator[Leads]:
    """The command, for an organisation with a scrape job without leads; no batch is left to be recovered."""
    organisation_id = registration.organisation_id
    yield Leads(registration, everything, await add_scrape_job(everything, organisation_id))
    await delete_batches(everything, organisation_id)


async def test_every_qualified_lead_of_a_scrape_job_is_converted(convert: Leads) -> None:
    """The job may be named by the beginning of its id; the second time there is nothing to do, and that is no error."""
    await convert.add(2)
    said = await convert("--scrape-job", str(convert.scrape_job_id)[:8])
    assert said.code == 0, said.err
    assert "2 converted" in said.out
    assert [row["name"] for row in await convert.restaurants()] == ["Kai 1", "Kai 2"]
    again = await convert("--scrape-job", convert.scrape_job_id)
    assert (again.code, "0 converted" in again.out) == (0, True)
    assert await convert.batches() == []


async def test_each_failing_lead_is_told_and_the_exit_code_is_1(convert: Leads) -> None:
    """The others are converted, and only these are in the batch."""
    [good, other] = await convert.add(2)
    [nameless] = await convert.add(1, restaurant_name=" ")
    await convert(other, "--by", "Mere")
    said = await convert(f"{good},{other}", nameless, UUID(int=7), "--no-start", "--name", "Monday", "--json")
    assert said.code == 1
    told = said.json
    assert told["summary"] == {"total": 4, "converted": 1, "already_converted": 1, "failed": 2}
    assert [(one["lead_id"], one["reason"]) for one in told["failed"]] == [
        (str(nameless), "its name is empty; put it right on the lead"),
        (str(UUID(int=7)), "there is no such lead in this organisation; check its id"),
    ]
    assert told["already_converted"][0]["converted_by"] == "Mere"
    [batch] = await convert.batches()
    assert (told["batches"][0]["id"], batch["size"], batch["started_at"]) == (str(batch["id"]), 1, None)
    assert batch["name"] == "Monday"


async def test_the_table_says_what_needs_a_look_and_how_to_go_on(convert: Leads) -> None:
    """Per lead what became of it; per failure and remark a line; per batch the command that starts it."""
    ids = [*await convert.add(1, phone="12"), *await convert.add(1, restaurant_name=" ")]
    said = await convert(*ids, "--no-start")
    [batch] = await convert.batches()
    assert "not converted" in said.out
    assert "Kai 1: phone: '12' is not a New Zealand phone number" in said.out
    assert "its name is empty" in said.out
    assert f"registration start --batch {str(batch['id'])[:8]}" in said.out


async def test_a_dry_run_writes_nothing(convert: Leads) -> None:
    """It lists what is qualified."""
    [lead_id] = await convert.add(1)
    said = await convert("--scrape-job", convert.scrape_job_id, "--start", "--dry-run")
    assert said.code == 0, said.err
    assert str(lead_id) in said.out
    assert "would be converted" in said.out
    assert (await convert.restaurants(), await convert.batches()) == ([], [])


async def test_its_batches_are_started(convert: Leads, runs: Runs) -> None:
    """A flow run each; the second time there is nothing to start."""
    await convert.add(51)
    said = await convert("--scrape-job", convert.scrape_job_id, "--start")
    assert said.code == 0, said.err
    assert sorted(batch["size"] for batch in await convert.batches()) == [1, 50]
    assert said.out.count("registration watch") == len(await runs.all()) == 2
    assert (await convert("--scrape-job", convert.scrape_job_id, "--start")).code == 0
    assert len(await runs.all()) == 2


async def test_without_a_server_the_conversion_stays_and_recovery_starts_the_batch(convert: Leads) -> None:
    """What was converted is told all the same, with how to go on by hand; the batch counts as started."""
    [lead_id] = await convert.add(1)
    with temporary_settings({PREFECT_API_URL: NOWHERE}):
        said = await convert(str(lead_id)[:8], "--start", "--json")
    [batch] = await convert.batches()
    assert said.code == 1
    assert said.json["summary"]["converted"] == 1
    assert f"registration start --batch {batch['id']}" in said.err
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
async def test_wrong_use_is_said_at_once(convert: Leads, arguments: tuple[str, ...], reason: str) -> None:
    """Exit code 2, nothing written."""
    await convert.add(1)
    said = await convert(*arguments)
    assert (said.code, reason in said.err) == (2, True), said.err
    assert await convert.restaurants() == []
