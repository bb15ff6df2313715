"""Every log line of a batch on the Prefect server names the batch, job and sub-step that it is about."""

from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterTags,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import Log

from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SubStepName
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def carried(system: RunningSystem) -> OpenedBatch:
    """A batch of one restaurant that was run to its end."""
    batch = await system.batch(1)
    await system.carry_out(batch)
    return batch


async def runs_of(system: RunningSystem, batch: OpenedBatch) -> dict[str, list[UUID]]:
    """The batch's flow runs by the name of their flow."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    runs: dict[str, list[UUID]] = {}
    for run in await system.client.read_flow_runs(flow_run_filter=tagged):
        runs.setdefault((await system.client.read_flow(run.flow_id)).name, []).append(run.id)
    return runs


async def lines(system: RunningSystem, runs: list[UUID]) -> list[Log]:
    """The log lines of the runs, once their end is logged."""

    async def all_there() -> list[Log] | None:
        found = await system.client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=runs)), limit=200)
        return found if any("Finished in state" in line.message for line in found) else None

    return await eventually(all_there, "the end of the run is stored")


async def test_lines_of_a_restaurant_name_batch_and_job(system: RunningSystem, carried: OpenedBatch) -> None:
    """Lines of its own run and of the tasks in it name both, those of a task also the task. A task that has completed
    without a message has no line.
    """
    [job] = (await system.records.jobs(carried.batch_id)).values()
    runs = (await runs_of(system, carried))["register-restaurant"]
    marks = f"[batch {str(carried.batch_id)[:8]}, job {str(job['id'])[:8]}"

    async def of_the_search() -> list[Log] | None:
        found = await lines(system, runs)
        return found if any(f"{marks}, {STEPS[Step.SEARCH].name}]" in line.message for line in found) else None

    found = await eventually(of_the_search, "a line of the search is stored")
    assert [line.message for line in found if any(f", {name}]" in line.message for name in SubStepName)] == []
    assert [line.message for line in found if marks not in line.message.partition("\n")[0]] == []


@pytest.mark.parametrize("flow", ["register-batch", COMPANY, CONFIG])
async def test_lines_of_batch_and_gates_name_the_batch(system: RunningSystem, carried: OpenedBatch, flow: str) -> None:
    """All lines but the first of a batch's run, which Prefect writes before the flow begins."""
    said = await lines(system, (await runs_of(system, carried))[flow])
    found = [line for line in said if not line.message.startswith("Beginning flow run")]
    marks = f"[batch {str(carried.batch_id)[:8]}"
    assert [line.message for line in found if marks not in line.message.partition("\n")[0]] == []
