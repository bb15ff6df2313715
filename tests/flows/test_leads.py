"""The flows that convert leads, on a real Prefect server."""

from collections.abc import AsyncGenerator, Awaitable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.flow_engine import run_flow
from prefect.states import AwaitingRetry
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.convert_leads import convert_leads
from flows.intake import intake
from flows.parameters import Then
from registration.database.session import Database
from registration.leads.conversion import convert_leads as convert
from registration.leads.models import BatchOfLeads, ConversionRequest
from tests.flows.deployed import deployed
from tests.flows.records import Records
from tests.registration.leads.make import add_leads, add_scrape_job, delete_batches

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Leads:
    """An organisation with a scrape job, and the server that runs its flows."""

    client: PrefectClient
    database: Database
    everything: AsyncConnection
    organisation_id: UUID
    scrape_job_id: UUID

    async def add(self, count: int, **values: Any) -> list[UUID]:
        """Qualified leads."""
        return await add_leads(self.everything, self.organisation_id, self.scrape_job_id, count, **values)

    async def run(self, flow: Any, **parameters: Any) -> State[Any]:
        """Run a flow for the organisation; returns its end."""
        run = flow(organisation_id=self.organisation_id, return_state=True, **parameters)
        return await cast("Awaitable[State[Any]]", run)

    async def a_day_later(self) -> None:
        """Move the opening of all existing batches one day into the past."""
        earlier = "update registration_batch_jobs set created_at = created_at - interval '1 day'"
        await self.everything.execute(text(earlier))

    async def retry(self, run_id: UUID, parameters: dict[str, Any]) -> State[Any]:
        """Run convert-leads with the id of an existing run, as Retry in the UI does."""
        await self.client.set_flow_run_state(run_id, AwaitingRetry(), force=True)
        run = await self.client.read_flow_run(run_id)
        asked = {"organisation_id": self.organisation_id} | parameters
        return await cast("Awaitable[State[Any]]", run_flow(convert_leads, run, asked, return_type="state"))

    async def started(self) -> list[FlowRun]:
        """The runs of register-batch that were started, oldest first."""
        tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(self.organisation_id)]))
        runs = await self.client.read_flow_runs(flow_run_filter=tagged)
        return [run for run in runs if "batch_id" in run.parameters]


@pytest_asyncio.fixture(loop_scope="session")
async def deployment(prefect_client: PrefectClient) -> AsyncGenerator[UUID]:
    """The deployment register-batch; no worker executes its runs."""
    async with deployed(prefect_client) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def leads(
    installed: None,
    prefect_client: PrefectClient,
    database: Database,
    everything: AsyncConnection,
    records: Records,
) -> AsyncGenerator[Leads]:
    """An organisation of this test alone, without a batch to recover at the end."""
    organisation_id = await records.organisation()
    job = await add_scrape_job(everything, organisation_id)
    made = Leads(prefect_client, database, everything, organisation_id, job)
    yield made
    await delete_batches(everything, organisation_id)
    for run in await made.started():
        await prefect_client.delete_flow_run(run.id)


async def test_leads_are_converted_and_their_batches_started(leads: Leads, deployment: UUID) -> None:
    """Sixty leads, one without a name: two batches, a run for each, and the failed lead's reason in the artifact."""
    await leads.add(59)
    [nameless] = await leads.add(1, restaurant_name=" ")
    asked = {"scrape_job_id": leads.scrape_job_id, "and_then": Then.START_BATCH, "converted_by": "Mere"}
    state = await leads.run(convert_leads, **asked)
    assert (state.type, state.name) == ("COMPLETED", "PartlyConverted"), state.message
    assert (state.message or "").startswith("59 converted, 1 not converted; “Batch ")
    started = await leads.started()
    assert [run.deployment_id for run in started] == [deployment] * 2
    run = await leads.client.read_flow_run(cast("UUID", state.state_details.flow_run_id))
    assert run.name == "Lead conversion · 59 converted, 1 not converted"
    [artifact] = await leads.client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[f"leads-{run.id}"]))
    )
    assert "its name is empty; correct it on the lead" in str(artifact.data)
    assert (state.message or "").endswith(f"; {nameless}: its name is empty; correct it on the lead")
    assert all(str(run.id) in str(artifact.data) for run in started)


async def test_a_run_that_died_before_it_started_its_batch_does_so_when_retried(leads: Leads, deployment: UUID) -> None:
    """Converted leads stay converted, and the one batch gets one run, however often the conversion is repeated."""
    asked = {"lead_ids": " ".join(map(str, await leads.add(2))), "and_then": Then.START_BATCH}
    run = await leads.client.create_flow_run(convert_leads, parameters={"organisation_id": leads.organisation_id})
    before = ConversionRequest(
        scrape_job_id=leads.scrape_job_id, by="prefect", batch=BatchOfLeads(start=True), run_id=run.id
    )
    [batch] = (await convert(leads.database, leads.organisation_id, before)).batches
    for _ in range(2):
        state = await leads.retry(run.id, asked)
        assert state.message == f"0 converted, 2 already converted; “{batch.name}” started"
    [started] = await leads.started()
    assert (started.parameters["batch_id"], started.deployment_id) == (str(batch.id), deployment)


async def test_the_intake_keeps_to_its_limit(leads: Leads, deployment: UUID) -> None:
    """Oldest leads first, one batch of fifty a night, however often it runs; the rest the next night, and
    then nothing.
    """
    await leads.add(52)
    first = await leads.run(intake)
    assert first.is_completed()
    assert (first.message or "").startswith("50 converted, 2 left for later; “Batch ")
    assert len(await leads.started()) == 1
    assert (await leads.run(intake)).message == "0 converted, 2 left for later"
    await leads.a_day_later()
    second = await leads.run(intake, start=False)
    assert (second.message or "").startswith("2 converted; “Batch ")
    assert (second.message or "").endswith("(2 restaurants)” opened")
    assert len(await leads.started()) == 1
    await leads.a_day_later()
    assert (await leads.run(intake)).message == "0 converted"


async def test_an_impossible_conversion_fails_with_its_reason(leads: Leads) -> None:
    """Both selections at once, none, text that is no id, an unknown scrape job."""
    for asked, reason in (
        ({}, "say which leads"),
        ({"lead_ids": str(uuid4()), "scrape_job_id": leads.scrape_job_id}, "say which leads"),
        ({"lead_ids": "Kai"}, "'Kai': no lead's id"),
        ({"scrape_job_id": UUID(int=7)}, "there is no scrape job"),
        ({"lead_ids": str(UUID(int=7))}, f"{UUID(int=7)}: there is no such lead"),
    ):
        state = await leads.run(convert_leads, **asked)
        assert (state.type, reason in (state.message or "")) == ("FAILED", True), state.message
