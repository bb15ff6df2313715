"""What `registration doctor` looks at of the deployments: are they there, and does the server start what must run."""

from collections.abc import Awaitable, Callable

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound

from registration.checkup.finding import Finding, error, fine
from registration.cli.doctor_pools import BOOTSTRAP

_DEPLOYMENTS = (
    "register-batch/register-batch",
    "convert-leads/convert-leads",
    "intake/intake",
    "recover-batches/recover-batches",
)
_ALWAYS_ON = "recover-batches/recover-batches"
_NIGHTLY = "intake/intake"


async def check_deployments(client: PrefectClient) -> list[Finding]:
    """Whether all are there, and recover-batches will run by itself."""
    missing = [
        name for name in _DEPLOYMENTS if not await is_there(lambda name=name: client.read_deployment_by_name(name))
    ]
    if missing:
        return [error("deployments", f"missing: {', '.join(missing)}", BOOTSTRAP)]
    off = [finding for name in _DEPLOYMENTS for finding in await check_paused(client, name)]
    return [*(off or [fine("deployments", "all are there")]), await check_schedule(client), await _intake(client)]


async def check_paused(client: PrefectClient, name: str) -> list[Finding]:
    """Whether somebody paused a deployment; it must be there."""
    if not (await client.read_deployment_by_name(name)).paused:
        return []
    step = "switch it on in the UI: Deployments, the switch at its name"
    return [error(f"deployment {name}", "is paused: nothing of it starts by itself", step)]


async def check_schedule(client: PrefectClient) -> Finding:
    """Whether the server will start what must always run: it is on, and its next run is planned."""
    recovery = await client.read_deployment_by_name(_ALWAYS_ON)
    if recovery.paused or not any(schedule.active for schedule in recovery.schedules):
        step = "switch it on in the UI: Deployments, recover-batches, its schedule"
        return error("schedules", "recover-batches is off: a batch whose process is gone stays where it is", step)
    planned = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[recovery.id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
    )
    if await client.read_flow_runs(flow_run_filter=planned, limit=1):
        return fine("schedules", "recover-batches is on")
    step = "look again in a minute; if it stays so, the server's log says why its scheduler does not work"
    return error("schedules", "recover-batches is on, but the server plans no run of it", step)


async def _intake(client: PrefectClient) -> Finding:
    """Off is its first state: nothing is wrong with it."""
    nightly = (await client.read_deployment_by_name(_NIGHTLY)).schedules
    on = any(schedule.active for schedule in nightly)
    return fine("intake", "every night" if on else "switched off: no leads are taken in by night")


async def is_there(read: Callable[[], Awaitable[object]]) -> bool:
    """Whether the server has what is read."""
    try:
        await read()
    except ObjectNotFound:
        return False
    return True
