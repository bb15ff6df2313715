"""Flow runs of a batch: the only module that starts one or finds the existing ones. When leads are taken in."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings
from prefect.utilities.urls import url_for

from registration.batches.models import Batch
from registration.errors import MisconfiguredInstallation, Refused, TransientError
from registration.kit.http import authorities

DEPLOYMENT = "register-batch/register-batch"
INTAKE = "intake/intake"
RESTAURANT_FLOW = "register-restaurant"
_SECONDS = 10.0
_SOON, _JUST_NOW = timedelta(minutes=2), timedelta(seconds=15)
_SHORTEST_REST, _LONGEST_REST = timedelta(minutes=2), timedelta(minutes=30)
_MOST_RUNS = 200
_ANY_RUN = UUID(int=0)


@dataclass(frozen=True)
class StartedRun:
    """A flow run that works, or is about to work, on a batch; `url` is its page in the UI."""

    id: UUID
    name: str
    url: str | None


async def start_run(organisation_id: UUID, batch_id: UUID, name: str, last_run_id: UUID | None = None) -> StartedRun:
    """Start the deployment for an existing batch, or find the run that is about to start.

    `last_run_id` is the run that held the batch last. Raises MisconfiguredInstallation if no server is configured
    or the deployment is missing, TransientError if the server is away.
    """
    await check_server()
    with _clear_errors():
        async with get_client() as client:
            deployment_id = await deployment_of_batches(client)
            run = await about_to_start(client, deployment_id, batch_id, last_run_id)
            if run is None:
                run = await create_run(client, deployment_id, organisation_id, batch_id, name)
            return StartedRun(run.id, run.name, run_url(run.id))


async def create_run(
    client: PrefectClient,
    deployment_id: UUID,
    organisation_id: UUID,
    batch_id: UUID,
    name: str | None = None,
    key: str | None = None,
) -> FlowRun:
    """Create a run for an existing batch; calls with the same idempotency key create one run."""
    return await client.create_flow_run_from_deployment(
        deployment_id,
        parameters={"organisation_id": str(organisation_id), "batch_id": str(batch_id)},
        name=name,
        tags=run_tags(organisation_id, batch_id),
        idempotency_key=key,
    )


async def start_next_run(batch: Batch, run: FlowRun) -> str:
    """Start a new run of this run's deployment for the batch; returns a sentence that names it.

    Raises Refused for a run that has no deployment.
    """
    if run.deployment_id is None:
        raise Refused("a run without a deployment cannot be retried; start register-batch again with the batch's id")
    key = f"retry:{run.id}:{run.run_count}"
    async with get_client() as client:
        started = await create_run(client, run.deployment_id, batch.organisation_id, batch.id, batch.name, key)
    return f"{batch.name} goes on in flow run “{started.name}” ({started.id})"


async def deployment_of_batches(client: PrefectClient) -> UUID:
    """The id of the deployment that works on batches. Raises MisconfiguredInstallation if the server has none."""
    try:
        return (await client.read_deployment_by_name(DEPLOYMENT)).id
    except ObjectNotFound:
        raise MisconfiguredInstallation(
            f"the Prefect server has no deployment {DEPLOYMENT}: `make bootstrap` puts it there"
        ) from None


def run_tags(organisation_id: UUID, batch_id: UUID) -> list[str]:
    """Organisation and batch: the tags of every run of a batch."""
    return [str(organisation_id), str(batch_id)]


def run_url(run_id: UUID) -> str | None:
    """The page of a flow run in the UI."""
    return url_for("flow-run", obj_id=run_id)


def server_page() -> str | None:
    """The first page of the Prefect UI; None if its address is not known."""
    # Prefect gives the addresses of objects only; they begin with the address of the UI.
    run = url_for("flow-run", obj_id=_ANY_RUN)
    return run.partition("/runs/")[0] if run else None


async def about_to_start(
    client: PrefectClient, deployment_id: UUID, batch_id: UUID, last_run_id: UUID | None = None
) -> FlowRun | None:
    """The run of a batch that begins within two minutes, or that began a moment ago and has no lease yet.

    A run planned for later does not count, nor a retried or resumed run, nor `last_run_id`, which has had the lease.
    """
    now = datetime.now(UTC)
    states = FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING])
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=states),
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": now + _SOON}),
        ),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=_MOST_RUNS,
    )
    return next((run for run in runs if _is_for(run, batch_id) and run.id != last_run_id and _is_new(run, now)), None)


async def planned_run(client: PrefectClient, batch_id: UUID) -> FlowRun | None:
    """The next run of a batch that nobody executes yet, whoever made it and whenever it will begin.

    Raises MisconfiguredInstallation if the server has no such deployment.
    """
    states = FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=states)),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[await deployment_of_batches(client)])),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=_MOST_RUNS,
    )
    return next((run for run in runs if _is_for(run, batch_id)), None)


def _is_for(run: FlowRun, batch_id: UUID) -> bool:
    """Decided by the parameter: a run that was started in the UI has no tag of the batch before it begins."""
    return run.parameters.get("batch_id") == str(batch_id)


def _is_new(run: FlowRun, now: datetime) -> bool:
    return run.start_time is None or run.start_time >= now - _JUST_NOW


async def runs_of(client: PrefectClient, deployment_id: UUID, batch_id: UUID) -> list[FlowRun]:
    """The runs of a batch, newest first."""
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch_id)])),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=_MOST_RUNS,
    )


async def subflow_runs(
    client: PrefectClient,
    batch_id: UUID,
    states: Collection[StateType] = frozenset(StateType),
    flows: Collection[str] = (RESTAURANT_FLOW,),
) -> list[FlowRun]:
    """Runs of a batch's restaurants, or of the named `flows`, in these states, newest first.

    Runs whose parent run was deleted are included.
    """
    return await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))),
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[str(batch_id)]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=_MOST_RUNS,
    )


async def paused_among(client: PrefectClient, run_ids: Collection[UUID]) -> tuple[FlowRun, ...]:
    """The runs among these that are Paused or Suspended at the server."""
    ids, found = list(run_ids), list[FlowRun]()
    for first in range(0, len(ids), _MOST_RUNS):
        runs = FlowRunFilter(
            id=FlowRunFilterId(any_=ids[first : first + _MOST_RUNS]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
        )
        found += await client.read_flow_runs(flow_run_filter=runs, limit=_MOST_RUNS)
    return tuple(found)


def rests_until(runs: list[FlowRun]) -> datetime | None:
    """Until when recovery starts no run of the batch: two minutes after two failed runs in a row, doubled by each
    further one.
    """
    failed = list(takewhile(lambda run: run.state_type is StateType.FAILED, runs))
    ended = failed[0].end_time if len(failed) > 1 else None
    return ended + min(_SHORTEST_REST * 2 ** (len(failed) - 2), _LONGEST_REST) if ended else None


async def check_server() -> None:
    """Raises MisconfiguredInstallation if none is named, TransientError if it is away.

    Prefect's own client would try for minutes, or start a server of its own.
    """
    url = get_current_settings().api.url
    if url is None:
        raise MisconfiguredInstallation(
            "no Prefect server is named: set PREFECT_API_URL, or start one with `make up` and source .local/environment"
        )
    try:
        async with httpx.AsyncClient(timeout=_SECONDS, verify=authorities(of_environment=True)) as client:
            await client.get(f"{url.rstrip('/')}/health")
    except httpx.HTTPError as error:
        raise TransientError(
            f"the Prefect server at {url} does not answer ({str(error) or type(error).__name__})"
        ) from error


@dataclass(frozen=True)
class Intake:
    """The nightly intake: whose leads it takes, whether its schedule is on, and when it runs next, if that is known."""

    organisation_id: str
    is_on: bool
    next_at: datetime | None


async def read_intake(name: str = INTAKE) -> Intake | None:
    """The intake of this installation; None if none is deployed. Raises like `start_run`."""
    await check_server()
    with _clear_errors():
        async with get_client() as client:
            try:
                deployment = await client.read_deployment_by_name(name)
            except ObjectNotFound:
                return None
            scheduled = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
            runs = await client.read_flow_runs(
                flow_run_filter=FlowRunFilter(state=scheduled),
                deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id])),
                sort=FlowRunSort.EXPECTED_START_TIME_ASC,
                limit=1,
            )
    is_on = not deployment.paused and any(schedule.active for schedule in deployment.schedules)
    owner = str((deployment.parameters or {}).get("organisation_id", ""))
    return Intake(owner, is_on, runs[0].expected_start_time if is_on and runs else None)


@contextmanager
def _clear_errors() -> Generator[None]:
    try:
        yield
    except PrefectHTTPStatusError as error:
        answer = error.response
        raise TransientError(f"the Prefect server refused ({answer.status_code}): {answer.text[:300]}") from error
    except httpx.HTTPError as error:
        raise TransientError(f"the Prefect server does not answer ({str(error) or type(error).__name__})") from error
