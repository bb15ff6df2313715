"""Both ways of deploying keep the schedules as people switched them."""

import asyncio
import subprocess
import sys

import pytest
import pytest_asyncio
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import DeploymentSchedule

from deployments.prefect_server.deployments import PROJECT, provide_deployments
from deployments.prefect_server.schedule_switches import as_switched
from deployments.prefect_server.work_pools import provide_work_pools
from tests.deployments.prefect_server.forgetting import forget_deployment

pytestmark = pytest.mark.slow

INTAKE, RECOVERY = "intake/intake", "recover-batches/recover-batches"


@pytest_asyncio.fixture
async def client(client: PrefectClient) -> PrefectClient:
    """A client of the server, without these deployments."""
    await provide_work_pools(client)
    for name in (INTAKE, RECOVERY):
        await forget_deployment(client, name)
    return client


async def prefect_deploy() -> None:
    """`prefect --no-prompt deploy --all`."""
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    deploying = await asyncio.create_subprocess_exec(
        *command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output, _ = await deploying.communicate()
    assert deploying.returncode == 0, output.decode()


async def schedule(client: PrefectClient, name: str) -> DeploymentSchedule:
    """The one schedule of a deployment."""
    [found] = (await client.read_deployment_by_name(name)).schedules
    return found


async def switch(client: PrefectClient, name: str, *, on: bool) -> None:
    """Switch a schedule as the UI does."""
    deployment = await client.read_deployment_by_name(name)
    await client.update_deployment_schedule(deployment.id, deployment.schedules[0].id, active=on)


async def switches(client: PrefectClient) -> tuple[bool, bool]:
    """True per deployment if its schedule is on: intake and recovery."""
    return (await schedule(client, INTAKE)).active, (await schedule(client, RECOVERY)).active


async def test_prefects_own_command_keeps_what_people_switched(client: PrefectClient) -> None:
    """At first the intake is off and the recovery on; then each keeps its switch, with both ways of deploying.

    The ways agree: after one, the other changes nothing.
    """
    await prefect_deploy()
    assert await switches(client) == (False, True)
    await switch(client, INTAKE, on=True)
    await switch(client, RECOVERY, on=False)
    await prefect_deploy()
    assert await switches(client) == (True, False)
    assert await provide_deployments(client) == []
    assert await switches(client) == (True, False)


async def test_a_schedule_of_an_earlier_version_keeps_its_switch(client: PrefectClient) -> None:
    """Such a schedule has no slug; it is the deployment's only one."""
    await provide_deployments(client)
    await switch(client, INTAKE, on=True)
    deployment = await client.read_deployment_by_name(INTAKE)
    before = deployment.schedules[0].schedule
    await client.delete_deployment_schedule(deployment.id, deployment.schedules[0].id)
    await client.create_deployment_schedules(deployment.id, [(before, True)])
    assert await as_switched(INTAKE, "nightly", at_first=False) == {"active": True}
    assert await provide_deployments(client) == [f"deployment {INTAKE}: changed slugs"]
    made = await schedule(client, INTAKE)
    assert (made.slug, made.active) == ("nightly", True)


async def test_a_deployment_that_is_not_there_is_switched_as_at_first(client: PrefectClient) -> None:
    """A new deployment gets the value of prefect.yaml."""
    assert client
    for at_first in (True, False):
        assert await as_switched("intake/nowhere", "nightly", at_first=at_first) == {"active": at_first}
