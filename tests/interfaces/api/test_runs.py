"""Flow runs that go on with a batch after a request, at a real Prefect server without a worker."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest_asyncio
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun

from dev.stack.prefect_server import PrefectAddress
from registration.workflow.lease import Lease
from tests.flows.deployed import deployed
from tests.interfaces.api.calling import BATCHES, Api
from tests.prefect_clients import client_of
from tests.registration.at_gate import NUMBERS, at_company_gate
from tests.registration.tenant import Tenant


@pytest_asyncio.fixture
async def client(prefect_server: PrefectAddress) -> AsyncGenerator[PrefectClient]:
    """A client of the test session's Prefect server, which has the deployment of batches."""
    async with client_of(prefect_server) as client, deployed(client):
        yield client


async def _runs(client: PrefectClient, tenant: Tenant) -> list[FlowRun]:
    tags = FlowRunFilterTags(all_=[str(tenant.organisation_id)])
    return await client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=tags))


async def test_a_started_batch_has_one_flow_run(api: Api, tenant: Tenant, client: PrefectClient) -> None:
    """Its page is in the answer; a second click finds the run that is about to start."""
    restaurant, _ = await tenant.restaurant()
    batch_id, _ = await tenant.batch(restaurant)
    first, again = [await api.done(f"{BATCHES}/{batch_id}/start", status=202) for _ in range(2)]
    [run] = await _runs(client, tenant)
    assert run.parameters == {"organisation_id": str(tenant.organisation_id), "batch_id": str(batch_id)}
    assert (first["worked_on"], again["worked_on"], again["already"]) == (True, True, True)
    assert first["run_url"] == again["run_url"]
    assert first["run_url"].endswith(f"/runs/flow-run/{run.id}")


async def test_an_answer_has_a_batch_go_on(api: Api, tenant: Tenant, client: PrefectClient) -> None:
    """A process that works on the batch reads the answer by itself; without one a flow run is started."""
    waiting = await at_company_gate(tenant)
    path = f"{BATCHES}/{waiting.batch_id}/steps/3/complete"
    body = {"selections": {str(waiting.job_id): {"company_number": NUMBERS[0]}}}
    assert (await api.done(path, body))["auto_processing"] is False, "the batch was never started"
    lease = await Lease.acquire(tenant.database, tenant.organisation_id, waiting.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    started = await api.done(f"{BATCHES}/{waiting.batch_id}/start", status=202)
    assert (started["worked_on"], await _runs(client, tenant)) == (True, [])
    await lease.release()
    assert (await api.done(path, body))["auto_processing"] is True
    assert len(await _runs(client, tenant)) == 1
