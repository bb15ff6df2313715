"""Recovery: which batches nobody works on, and starting the flow for them again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect import get_client, task
from prefect.artifacts import acreate_table_artifact
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType

from registration.store.recovery import ToRecover, batches_to_recover, read_to_recover, waits_for_somebody
from registration.store.session import NOBODY, Database
from tasks.installation import database
from tasks.left_batches import left_to_take_up

DEPLOYMENT = "register-batch/register-batch"
_SOON, _JUST_NOW = timedelta(minutes=2), timedelta(seconds=15)
_MOST_RUNS = 200


@dataclass(frozen=True)
class Recovered:
    """What recovery did about a batch; `run` is the one that goes on, `started` says that it was started now."""

    batch: ToRecover
    run_id: UUID
    run: str
    started: bool


@task(
    description="Asks the database for started batches that have work left and no live process.", persist_result=False
)
async def find_batches(organisation_id: UUID | None = None, batch_id: UUID | None = None) -> tuple[ToRecover, ...]:
    """Every batch whose process died, or left it to people who have acted since.

    If one is named, it comes first if somebody waits in it and nobody works on it; what was left is not looked through
    then, so that it need not wait.
    """
    async with database() as opened:
        async with opened.transaction(NOBODY) as connection:
            dead = await batches_to_recover(connection)
        if organisation_id and batch_id:
            first = await _named(opened, organisation_id, batch_id)
            found = first + [one for one in dead if one not in first]
        else:
            found = dead + [one for one in await left_to_take_up(opened) if one not in dead]
        read = [await _read(opened, *one) for one in found]
    return tuple(one for one in read if one is not None)


@task(task_run_name="{batch.name}", description="Starts register-batch for a batch again.", persist_result=False)
async def start_again(batch: ToRecover) -> Recovered:
    """Start the flow for the batch, unless a run of it is about to start.

    However often and by how many this is asked at once: one run per death of the last one.
    """
    async with get_client() as client:
        deployment = await client.read_deployment_by_name(DEPLOYMENT)
        if soon := await _about_to_start(client, deployment.id, batch.batch_id):
            return Recovered(batch, soon.id, soon.name, started=False)
        tags = [str(batch.organisation_id), str(batch.batch_id)]
        run = await client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"organisation_id": str(batch.organisation_id), "batch_id": str(batch.batch_id)},
            name=batch.name,
            tags=tags,
            idempotency_key=await _key(client, deployment.id, batch),
        )
        return Recovered(batch, run.id, run.name, started=True)


async def report_recovered(done: list[Recovered]) -> None:
    """An artifact that says what was done about which batch."""
    rows = [
        {
            "batch": one.batch.name,
            "batch id": str(one.batch.batch_id),
            "what": "started again" if one.started else "a run is about to start",
            "flow run": str(one.run_id),
        }
        for one in done
    ]
    await acreate_table_artifact(rows, key="recovered-batches", description="Batches whose process died")


async def _named(opened: Database, organisation_id: UUID, batch_id: UUID) -> list[tuple[UUID, UUID]]:
    async with opened.transaction(organisation_id) as connection:
        waits = await waits_for_somebody(connection, organisation_id, batch_id)
    return [(organisation_id, batch_id)] if waits else []


async def _read(opened: Database, organisation_id: UUID, batch_id: UUID) -> ToRecover | None:
    async with opened.transaction(organisation_id) as connection:
        return await read_to_recover(connection, organisation_id, batch_id)


async def _about_to_start(client: PrefectClient, deployment_id: UUID, batch_id: UUID) -> FlowRun | None:
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


async def _key(client: PrefectClient, deployment_id: UUID, batch: ToRecover) -> str:
    """Of the batch and the number of its runs: of those that took it, and of those that died before they could."""
    beginning = f"recovery:{batch.batch_id}:{batch.runs}:"
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)])),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        limit=_MOST_RUNS,
    )
    died = sum((run.idempotency_key or "").startswith(beginning) for run in runs)
    return f"{beginning}{died}"
