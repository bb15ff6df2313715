"""Flow runs of a batch: the one place that starts one or finds those there are."""

from collections.abc import Generator
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

DEPLOYMENT = "register-batch/register-batch"
_SECONDS = 10.0
_SOON = timedelta(minutes=2)


@dataclass(frozen=True)
class StartedRun:
    """A flow run that works, or is about to work, on a batch; `url` is its page in the UI."""

    id: UUID
    name: str
    url: str | None


async def start_run(organisation_id: UUID, batch_id: UUID, name: str) -> StartedRun:
    """Start the deployment for an existing batch, or find the run that is about to start.

    Raises MisconfiguredInstallation if no server is named or it has no such deployment, TransientError if it is away.
    """
    await check_server()
    with _clear_errors():
        async with get_client() as client:
            try:
                deployment = await client.read_deployment_by_name(DEPLOYMENT)
            except ObjectNotFound as error:
                raise MisconfiguredInstallation(
                    f"the Prefect server has no deployment {DEPLOYMENT}: `make bootstrap` puts it there"
                ) from error
            run = await _about_to_start(client, deployment.id, batch_id)
            if run is None:
                run = await client.create_flow_run_from_deployment(
                    deployment.id,
                    parameters={"organisation_id": str(organisation_id), "batch_id": str(batch_id)},
                    name=name,
                    tags=[str(organisation_id), str(batch_id)],
                )
            return StartedRun(run.id, run.name, run_url(run.id))


def run_url(run_id: UUID) -> str | None:
    """The page of a flow run in the UI."""
    return url_for("flow-run", obj_id=run_id)


async def _about_to_start(client: PrefectClient, deployment_id: UUID, batch_id: UUID) -> FlowRun | None:
    """One that is planned for later does not count."""
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])),
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": datetime.now(UTC) + _SOON}),
            tags=FlowRunFilterTags(all_=[str(batch_id)]),
        ),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        limit=1,
    )
    return runs[0] if runs else None


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
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            await client.get(f"{url.rstrip('/')}/health")
    except httpx.HTTPError as error:
        raise TransientError(
            f"the Prefect server at {url} does not answer ({str(error) or type(error).__name__})"
        ) from error


@contextmanager
def _clear_errors() -> Generator[None]:
    try:
        yield
    except PrefectHTTPStatusError as error:
        answer = error.response
        raise TransientError(f"the Prefect server refused ({answer.status_code}): {answer.text[:300]}") from error
    except httpx.HTTPError as error:
        raise TransientError(f"the Prefect server does not answer ({str(error) or type(error).__name__})") from error


_STARTS_SOON, _JUST_NOW = timedelta(minutes=2), timedelta(seconds=15)
_SHORTEST_REST, _LONGEST_REST = timedelta(minutes=2), timedelta(minutes=30)
_MOST_RUNS = 200


async def about_to_start(client: PrefectClient, deployment_id: UUID, batch_id: UUID) -> FlowRun | None:
    """A run that somebody will execute soon, or that began a moment ago and has no lease yet.

    One that is planned for later does not count.
    """
    states = FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING])
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=states)),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        limit=_MOST_RUNS,
    )
    now = datetime.now(UTC)
    return next(
        (run for run in runs if run.parameters.get("batch_id") == str(batch_id) and _takes_it_soon(run, now)), None
    )


def _takes_it_soon(run: FlowRun, now: datetime) -> bool:
    if run.start_time is not None:
        return run.start_time >= now - _JUST_NOW
    return run.expected_start_time is None or run.expected_start_time <= now + _STARTS_SOON


async def runs_of(client: PrefectClient, deployment_id: UUID, batch_id: UUID) -> list[FlowRun]:
    """The runs of a batch, newest first."""
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch_id)])),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=_MOST_RUNS,
    )


async def paused_among(run_ids: list[UUID]) -> frozenset[UUID]:
    """Those of these runs that are Paused or Suspended at the server."""
    found: set[UUID] = set()
    async with get_client() as client:
        for first in range(0, len(run_ids), _MOST_RUNS):
            runs = FlowRunFilter(
                id=FlowRunFilterId(any_=run_ids[first : first + _MOST_RUNS]),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
            )
            found |= {run.id for run in await client.read_flow_runs(flow_run_filter=runs, limit=_MOST_RUNS)}
    return frozenset(found)


def rests_until(runs: list[FlowRun]) -> datetime | None:
    """Until when a batch rests: after two failed runs in a row two minutes, doubled by each further one."""
    failed = list(takewhile(lambda run: run.state_type is StateType.FAILED, runs))
    ended = failed[0].end_time if len(failed) > 1 else None
    return ended + min(_SHORTEST_REST * 2 ** (len(failed) - 2), _LONGEST_REST) if ended else None


def tags_of(batch: Batch) -> list[str]:
    """Organisation and batch: the tags of every run of a batch."""
    return [str(batch.organisation_id), str(batch.id)]


async def start_next_run(batch: Batch, run: FlowRun) -> str:
    """Start a new run of this run's deployment for the batch; returns a sentence that names it.

    Raises Refused for a run that has no deployment.
    """
    if run.deployment_id is None:
        raise Refused("a run without a deployment cannot be retried; start register-batch again with the batch's id")
    parameters = {"organisation_id": str(batch.organisation_id), "batch_id": str(batch.id)}
    key = f"retry:{run.id}:{run.run_count}"
    async with get_client() as client:
        started = await client.create_flow_run_from_deployment(
            run.deployment_id, parameters=parameters, name=batch.name, tags=tags_of(batch), idempotency_key=key
        )
    return f"{batch.name} goes on in flow run “{started.name}” ({started.id})"
