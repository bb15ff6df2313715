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

from registration.checkup.finding import Finding, error, fine, warning

BOOTSTRAP = "run `make bootstrap`"
_DEPLOYMENTS = (
    "register-batch/register-batch",
    "convert-leads/convert-leads",
    "intake/intake",
    "recover-batches/recover-batches",
)
_ALWAYS_ON = "recover-batches/recover-batches"


async def check_deployments(client: PrefectClient) -> list[Finding]:
    """Whether all are there, and recover-batches will run by itself."""
    missing = [
        name for name in _DEPLOYMENTS if not await is_there(lambda name=name: client.read_deployment_by_name(name))
    ]
    if missing:
        return [error("deployments", f"missing: {', '.join(missing)}", BOOTSTRAP)]
    return [fine("deployments", "all are there"), await _schedule(client)]


async def _schedule(client: PrefectClient) -> Finding:
    """Whether the server will start what must always run: it is on, and its next run is planned."""
    recovery = await client.read_deployment_by_name(_ALWAYS_ON)
    if recovery.paused or not any(schedule.active for schedule in recovery.schedules):
        step = f"switch it on: `prefect deployment schedule resume {_ALWAYS_ON}`, or in the UI"
        return warning("schedules", "recover-batches is off: a killed batch stays where it is", step)
    planned = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[recovery.id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
    )
    if await client.read_flow_runs(flow_run_filter=planned, limit=1):
        return fine("schedules", "recover-batches is on")
    step = "look again in a minute; if it stays so, the server's log says why its scheduler does not work"
    return warning("schedules", "recover-batches is on, but the server plans no run of it", step)


async def is_there(read: Callable[[], Awaitable[object]]) -> bool:
    """Whether the server has what is read."""
    try:
        await read()
    except ObjectNotFound:
        return False
    return True
