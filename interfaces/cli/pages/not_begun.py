"""Why nobody works on a batch that could go on, as far as the Prefect server knows."""

from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from interfaces.cli.prefect_checks import POOLS, check_paused, check_pool, check_schedule
from registration.errors import RegistrationError
from registration.health.finding import Level
from tasks.batch_runs import DEPLOYMENT, check_server

_WAITING = FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])
_BY_HAND = "`registration start --batch {0}` starts it"


async def why_not_begun(batch_id: UUID, last_run_id: UUID | None, *, started: bool) -> str:
    """One sentence for people, with what to do; `last_run_id` is the run that worked on it last."""
    try:
        await check_server()
        async with get_client() as client:
            return await explain(client, batch_id, last_run_id, started=started)
    except RegistrationError as error:
        return error.message
    except ObjectNotFound:
        return "a deployment is missing on the Prefect server: `make bootstrap` puts it there"
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        return f"the Prefect server does not answer ({str(error) or type(error).__name__})"


async def explain(client: PrefectClient, batch_id: UUID, last_run_id: UUID | None, *, started: bool) -> str:
    """The sentence for people, from what this server knows. Raises ObjectNotFound if a deployment is missing."""
    by_hand = _BY_HAND.format(str(batch_id)[:8])
    if planned := await _planned(client, batch_id):
        return await _waits(client, planned)
    if last_run_id and (paused := await _paused(client, last_run_id)):
        name, state = paused.name, paused.state_name
        return f"its flow run “{name}” is {state}: press Resume on it in the Prefect UI, or {by_hand}"
    if not started:
        return f"nobody has started it: {by_hand}"
    return await _recovery(client, by_hand)


async def _waits(client: PrefectClient, run: FlowRun) -> str:
    """A run of it is planned: what keeps it from beginning."""
    pool = run.work_pool_name or POOLS[0]
    found = [*await check_pool(client, pool), *await check_paused(client, DEPLOYMENT)]
    off = [one for one in found if one.level is not Level.OK]
    what = f"its flow run “{run.name}” is {run.state_name}"
    if off:
        return f"{what}: {'; '.join(f'{one.about}: {one.says} ({one.next_step})' for one in off)}"
    return f"{what}: the worker of {pool} has not fetched it yet, or has no place for it now"


async def _recovery(client: PrefectClient, by_hand: str) -> str:
    """No run of it is planned: recover-batches would start one."""
    found = [await check_schedule(client), *await check_pool(client, POOLS[1])]
    off = [one for one in found if one.level is not Level.OK]
    if off:
        return f"{'; '.join(f'{one.about}: {one.says} ({one.next_step})' for one in off)}; {by_hand}"
    return f"no flow run works on it: recover-batches starts one within a minute or two, or {by_hand}"


async def _paused(client: PrefectClient, run_id: UUID) -> FlowRun | None:
    wanted = FlowRunFilter(
        id=FlowRunFilterId(any_=[run_id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
    )
    found = await client.read_flow_runs(flow_run_filter=wanted, limit=1)
    return found[0] if found else None


async def _planned(client: PrefectClient, batch_id: UUID) -> FlowRun | None:
    """A run for the batch that nobody executes yet, whoever made it."""
    deployment = await client.read_deployment_by_name(DEPLOYMENT)
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=_WAITING)),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id])),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=200,
    )
    return next((run for run in runs if run.parameters.get("batch_id") == str(batch_id)), None)
