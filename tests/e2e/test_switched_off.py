"""The doctor, and the output of a waiting batch, name everything that is switched off at the Prefect server."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Suspended

from deployments.prefect_server.automations import LEFT, RECOVERY
from interfaces.cli.prefect_checks import POOLS
from interfaces.cli.rendering.not_begun import explain_from_server
from registration.health.finding import Level
from tests.e2e.deployment_runs import run_command
from tests.e2e.doctor_findings import doctor_findings, wait_until_nothing_is_off
from tests.e2e.installation import Installation
from tests.e2e.recovery_switches import recover_after_answers, recover_by_schedule
from tests.flows.gates import COMPANY, CONFIG, Gates

pytestmark = pytest.mark.slow

Switch = Callable[[PrefectClient, bool], Awaitable[None]]


def pool_paused(pool: str) -> Switch:
    """`prefect work-pool pause`."""

    async def switch(client: PrefectClient, on: bool) -> None:
        await client.update_work_pool(pool, WorkPoolUpdate(is_paused=not on))

    return switch


def pool_limit(pool: str) -> Switch:
    """`prefect work-pool set-concurrency-limit POOL 0`."""

    async def switch(client: PrefectClient, on: bool) -> None:
        await client.update_work_pool(pool, WorkPoolUpdate(concurrency_limit=None if on else 0))

    return switch


def queue(pool: str, **off: object) -> Switch:
    """`prefect work-queue pause`, or a limit of 0."""

    async def switch(client: PrefectClient, on: bool) -> None:
        [found] = await client.read_work_queues(work_pool_name=pool)
        await client.update_work_queue(found.id, **({"is_paused": False, "concurrency_limit": None} if on else off))

    return switch


def deployment(name: str) -> Switch:
    """The switch of a deployment in the UI."""

    async def switch(client: PrefectClient, on: bool) -> None:
        found = await client.read_deployment_by_name(name)
        await (client.resume_deployment if on else client.pause_deployment)(found.id)

    return switch


async def schedule(client: PrefectClient, on: bool) -> None:
    """`prefect deployment schedule pause`."""
    await recover_by_schedule(client, on=on)


def automation(name: str) -> Switch:
    """`prefect automation pause`."""

    async def switch(client: PrefectClient, on: bool) -> None:
        [found] = await client.read_automations_by_name(name)
        await (client.resume_automation if on else client.pause_automation)(found.id)

    return switch


@asynccontextmanager
async def switched_off(client: PrefectClient, switch: Switch) -> AsyncGenerator[None]:
    """Switch off for the block."""
    await switch(client, False)
    try:
        yield
    finally:
        await switch(client, True)


@pytest.mark.parametrize(
    "switch, about, says",
    [
        *(pytest.param(pool_paused(pool), f"work pool {pool}", "is paused", id=f"{pool} paused") for pool in POOLS),
        *(pytest.param(pool_limit(pool), f"work pool {pool}", "limit is 0", id=f"{pool} limit 0") for pool in POOLS),
        *(
            pytest.param(queue(pool, is_paused=True), f"work queue default of {pool}", "is paused", id=f"{pool} queue")
            for pool in POOLS
        ),
        pytest.param(queue(POOLS[0], concurrency_limit=0), "work queue default of", "limit is 0", id="queue limit 0"),
        *(
            pytest.param(deployment(f"{name}/{name}"), f"deployment {name}/{name}", "is paused", id=f"{name} paused")
            for name in ("register-batch", "convert-leads", "intake", "recover-batches")
        ),
        pytest.param(schedule, "schedules", "recover-batches is off", id="schedule"),
        *(pytest.param(automation(name), name, "is off", id=name) for name in (RECOVERY, LEFT)),
    ],
)
async def test_the_doctor_names_what_is_switched_off(
    installation: Installation, switch: Switch, about: str, says: str
) -> None:
    """As an error with a next step."""
    async with recovery_on(installation), switched_off(installation.client, switch):
        found = await doctor_findings(installation.client)
    off = [finding for finding in found if finding.level is Level.ERROR]
    assert any(about in finding.about and says in finding.says and finding.next_step for finding in off), found


@asynccontextmanager
async def recovery_on(installation: Installation) -> AsyncGenerator[None]:
    """Switch recovery on for the block, as in an installation; then no finding is an error."""
    await recover_by_schedule(installation.client, on=True)
    await recover_after_answers(installation.client, on=True)
    try:
        yield
    finally:
        await recover_by_schedule(installation.client, on=False)
        await recover_after_answers(installation.client, on=False)


async def test_with_everything_on_no_finding_is_an_error(installation: Installation) -> None:
    """Once the server has planned the next run of recovery."""
    async with recovery_on(installation):
        await wait_until_nothing_is_off(installation.client)


async def test_a_batch_that_does_not_begin_names_the_reason(installation: Installation) -> None:
    """Its run is planned, and the work pool hands out no run."""
    client = installation.client
    for switch, says in (
        (pool_paused(POOLS[0]), "work pool registration: is paused"),
        (pool_limit(POOLS[0]), "its concurrency limit is 0"),
        (queue(POOLS[0], is_paused=True), "work queue default of registration: is paused"),
    ):
        async with switched_off(client, switch):
            batch = await installation.start(f"Held back: {says}", 1)
            assert says in await explain_from_server(client, batch.id, None, started=False)
            shown = json.loads(await run_command(installation, "registration", "show", str(batch.id), "--json"))
            assert says in shown["why_idle"]
            await client.delete_flow_run(batch.run_id)
        assert "it was never started" in await explain_from_server(client, batch.id, None, started=False)


async def test_suspend_and_resume_of_a_deployed_run(installation: Installation) -> None:
    """Its process gives the batch back and ends, the gate accepts an answer, and Resume continues in another run."""
    client = installation.client
    batch = await installation.start("Suspended for a while", 1)
    gates = Gates(client, batch.id, installation.records)
    form = await gates.form(COMPANY)
    await suspended(installation, batch.run_id)
    await installation.wait_for_lease_end(batch.id)
    await gates.answer(form)
    result = await explain_from_server(client, batch.id, batch.run_id, started=True)
    assert "is Suspended: press Resume" in result

    await client.resume_flow_run(batch.run_id)
    resumed = await installation.wait_for_end(batch.run_id)
    assert resumed.state is not None
    assert "goes on in flow run" in (resumed.state.message or "")
    await gates.answer(await gates.form(CONFIG))
    [restaurant] = await installation.records.statuses(batch.id)
    await installation.wait_for_completed(batch.id, [restaurant])
    assert len(await installation.records.decisions(batch.id)) == 2


async def suspended(installation: Installation, run_id: UUID) -> None:
    """Suspend a run as the UI does; the server accepts it only for a Running run."""
    result = await installation.client.set_flow_run_state(run_id, Suspended())
    assert result.status is SetStateStatus.ACCEPT, result
