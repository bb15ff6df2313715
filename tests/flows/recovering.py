"""Recovery as its deployment runs it, and the runs that it makes."""

from collections.abc import Awaitable
from typing import Any, cast
from uuid import UUID

from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun, State

from flows.recover_batches import recover_batches
from tests.flows.system import OpenedBatch, RunningSystem


async def recover(**named: UUID) -> str:
    """Run the recovery; returns the message of its final state."""
    state = await cast("Awaitable[State[Any]]", recover_batches(**named, return_state=True))
    assert state.is_completed(), state.message
    return state.message or ""


async def recovered(system: RunningSystem, batch: OpenedBatch, deployment: UUID) -> list[FlowRun]:
    """The runs that recovery, or an automation before it, has made for the batch, after one more recovery."""
    await recover()
    runs = await system.client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])), limit=200
    )
    return [run for run in runs if run.parameters.get("batch_id") == str(batch.batch_id)]
