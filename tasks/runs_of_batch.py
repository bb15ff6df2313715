"""The flow runs of a batch, as far as recovery asks about them."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from registration.models.batch import Batch

_SOON, _JUST_NOW = timedelta(minutes=2), timedelta(seconds=15)
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
    return run.expected_start_time is None or run.expected_start_time <= now + _SOON


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
