"""Every deployment of prefect.yaml, started by the `prefect` command and by its schedule, with real workers."""

import json
from uuid import UUID

import pytest
import yaml
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import AwaitingRetry

from deployments.prefect_server.deployments import PROJECT
from registration.leads.conversion import convert_leads
from registration.leads.models import BatchOfLeads, ConversionRequest
from tests.e2e.deployment_runs import (
    qualified_leads,
    restaurants_of,
    run_command,
    run_deployment,
    wait_for_completed,
    wait_for_lease_run,
)
from tests.e2e.doctor_findings import wait_until_nothing_is_off
from tests.e2e.installation import Installation
from tests.e2e.recovery_switches import RECOVERY, recover_after_answers, recover_by_schedule
from tests.flows.gates import COMPANY, CONFIG, Gates
from tests.waiting import eventually

pytestmark = pytest.mark.slow

STARTED_HERE = {"register-batch", "convert-leads", "intake", "recover-batches"}


async def batch_that_nobody_started(installation: Installation) -> UUID:
    """A batch whose process opened it and died before it started the flow."""
    _, leads = await qualified_leads(installation, 1)
    asked = ConversionRequest(lead_ids=tuple(leads), by="Mere", batch=BatchOfLeads(start=True))
    [batch] = (await convert_leads(installation.database, installation.organisation, asked)).batches
    return batch.id


async def recovery_that_started(installation: Installation, run_id: UUID) -> FlowRun | None:
    """The completed run of recover-batches that started another run."""
    runs = await installation.client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=["recover-batches"])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.COMPLETED]))
        ),
    )
    return next((run for run in runs if run.state and str(run_id) in (run.state.message or "")), None)


def test_every_deployment_is_tested() -> None:
    """A new deployment of prefect.yaml needs a test here."""
    described = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    assert {row["name"] for row in described} == STARTED_HERE


async def test_register_batch(installation: Installation) -> None:
    """A restaurant is registered after two answers, although its process is killed at the first gate.

    Retry in the UI executes the old run again: it only starts a new run, which goes on with the batch, and names it.
    """
    client = installation.client
    [(name, restaurant)] = (await installation.restaurants(1)).items()
    parameters = {"organisation_id": installation.organisation, "restaurant_ids": restaurant}
    first = await run_deployment(installation, "register-batch/register-batch", **parameters)
    batch_id = await eventually(lambda: _batch_of(installation, restaurant), "the batch is opened")
    gates = Gates(client, batch_id, installation.records)
    await gates.form(COMPANY, name)
    await installation.kill(first)
    await installation.wait_for_lease_end(batch_id)

    await client.set_flow_run_state(first, AwaitingRetry())
    retried = await eventually(lambda: _another_state(client, first, "Crashed"), "the retry has ended")
    assert "goes on in flow run" in retried
    second = UUID(retried.rsplit("(", 1)[-1].rstrip(")"))
    for gate in (COMPANY, CONFIG):
        await gates.answer_each(gate, {name: None})
    await wait_for_completed(installation, second)
    assert await installation.records.statuses(batch_id) == {name: "completed"}


async def _batch_of(installation: Installation, restaurant_id: UUID) -> UUID | None:
    rows = await installation.records.query(
        "select batch_job_id from registration_jobs where restaurant_id = %(restaurant)s", restaurant=restaurant_id
    )
    return rows[0]["batch_job_id"] if rows else None


async def _another_state(client: PrefectClient, run_id: UUID, before: str) -> str | None:
    """The message of a run's final state, once it is not the state `before`."""
    state = (await client.read_flow_run(run_id)).state
    return state.message if state is not None and state.is_final() and state.name != before else None


async def test_convert_leads(installation: Installation) -> None:
    """The leads of a scrape job become restaurants, in a batch that is not started."""
    job, leads = await qualified_leads(installation, 2)
    parameters = {"organisation_id": installation.organisation, "scrape_job_id": job, "and_then": "open a batch"}
    await wait_for_completed(
        installation, await run_deployment(installation, "convert-leads/convert-leads", **parameters)
    )
    rows = await restaurants_of(installation, leads)
    assert [row["name"] for row in rows] == ["Kai 1", "Kai 2"]
    assert len({row["batch"] for row in rows} - {None}) == 1


async def test_intake(installation: Installation) -> None:
    """For the organisation of the deployment, without required parameters."""
    _, leads = await qualified_leads(installation, 2)
    await wait_for_completed(installation, await run_deployment(installation, "intake/intake", start="false"))
    assert all(row["batch"] for row in await restaurants_of(installation, leads))
    assert len(await restaurants_of(installation, leads)) == 2


async def test_recover_batches(installation: Installation) -> None:
    """Recovery starts a run for a batch without a process, and its message names the run."""
    batch = await batch_that_nobody_started(installation)
    recovery = await wait_for_completed(installation, await run_deployment(installation, RECOVERY))
    worker = await wait_for_lease_run(installation, batch)
    message = (recovery.state and recovery.state.message) or ""
    assert "goes on in flow run" in message
    assert f"({worker.id})" in message


async def test_a_schedule_fires(installation: Installation) -> None:
    """The server plans the run, the worker of its pool executes it, and a batch goes on."""
    batch = await batch_that_nobody_started(installation)
    await recover_by_schedule(installation.client, on=True, every=5)
    worker = await wait_for_lease_run(installation, batch)
    recovery = await eventually(lambda: recovery_that_started(installation, worker.id), "the recovery has ended")
    await recover_by_schedule(installation.client, on=True)
    assert recovery.auto_scheduled


async def test_the_doctor_finds_nothing_wrong(installation: Installation) -> None:
    """In a complete installation, with its schedule and its automations on."""
    await recover_after_answers(installation.client, on=True)
    await wait_until_nothing_is_off(installation.client)

    async def read_findings() -> list[dict[str, str]] | None:
        found = json.loads(await run_command(installation, "registration", "doctor", "--json"))
        return found if all(row["level"] == "ok" for row in found) else None

    found = await eventually(read_findings, "the doctor finds all well")
    await recover_after_answers(installation.client, on=False)
    expected = {"migrations", "platform", "companies register", "stored passwords", "row-level security", "blocks"}
    assert expected | {"schedules"} <= {row["about"] for row in found}
