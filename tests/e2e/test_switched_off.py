"""What is switched off at the Prefect server is named by the doctor, and by the page of a batch that waits for it."""

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
from interfaces.cli.pages.not_begun import explain
from interfaces.cli.prefect_checks import POOLS
from registration.health.finding import Level
from tests.e2e.installation import Installation
from tests.e2e.looking import looked_at, nothing_is_switched_off
from tests.e2e.recovery import recover_after_answers, recover_by_schedule
from tests.e2e.starting import command
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
    """Off for the block."""
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
    """As an error with a next step; nothing else that is on is named."""
    async with recovery_on(installation), switched_off(installation.client, switch):
        found = await looked_at(installation.client)
    off = [one for one in found if one.level is Level.ERROR]
    assert any(about in one.about and says in one.says and one.next_step for one in off), found


@asynccontextmanager
async def recovery_on(installation: Installation) -> AsyncGenerator[None]:
    """As an installation is, whose recovery these tests otherwise switch off; nothing is named then."""
    await recover_by_schedule(installation.client, on=True)
    await recover_after_answers(installation.client, on=True)
    try:
        yield
    finally:
        await recover_by_schedule(installation.client, on=False)
        await recover_after_answers(installation.client, on=False)


async def test_with_everything_on_nothing_is_named(installation: Installation) -> None:
    """Once the server has planned the next run of recovery."""
    async with recovery_on(installation):
        await nothing_is_switched_off(installation.client)


async def test_a_batch_that_does_not_begin_says_why(installation: Installation) -> None:
    """Its run is planned, and the work pool hands out none; once it does, the batch begins."""
    client = installation.client
    for switch, says in (
        (pool_paused(POOLS[0]), "work pool registration: is paused"),
        (pool_limit(POOLS[0]), "its concurrency limit is 0"),
        (queue(POOLS[0], is_paused=True), "work queue default of registration: is paused"),
    ):
        async with switched_off(client, switch):
            batch = await installation.start(f"Held back: {says}", 1)
            assert says in await explain(client, batch.id, None, started=False)
            shown = json.loads(await command(installation, "registration", "show", str(batch.id), "--json"))
            assert says in shown["why_idle"]
            await client.delete_flow_run(batch.run_id)
        assert "nobody has started it" in await explain(client, batch.id, None, started=False)


async def test_suspend_and_resume_of_a_deployed_run(installation: Installation) -> None:
    """Its process ends and gives the batch back, its gate takes the answer, and Resume goes on in another run."""
    client = installation.client
    batch = await installation.start("Suspended for a while", 1)
    gates = Gates(client, batch.id, installation.records)
    form = await gates.form(COMPANY)
    await suspended(installation, batch.run_id)
    await installation.nobody_has(batch.id)
    await gates.answer(form)
    said = await explain(client, batch.id, batch.run_id, started=True)
    assert "is Suspended: press Resume" in said

    await client.resume_flow_run(batch.run_id)
    resumed = await installation.ended(batch.run_id)
    assert resumed.state is not None
    assert "goes on in flow run" in (resumed.state.message or "")
    await gates.answer(await gates.form(CONFIG))
    [restaurant] = await installation.records.statuses(batch.id)
    await installation.completed(batch.id, [restaurant])
    assert len(await installation.records.decisions(batch.id)) == 2


async def suspended(installation: Installation, run_id: UUID) -> None:
    """Suspend, as in the UI: the server takes it only of a run that is Running."""
    result = await installation.client.set_flow_run_state(run_id, Suspended())
    assert result.status is SetStateStatus.ACCEPT, result
