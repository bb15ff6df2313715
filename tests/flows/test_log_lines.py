"""Every log line of a batch, on the Prefect server where it is kept, says which batch, job and sub-step it is about."""

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

from registration.workflow.sub_steps import SubStepName
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.stage import Opened, Stage
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def carried(stage: Stage) -> Opened:
    """A batch of one restaurant that was carried to its end."""
    batch = await stage.batch(1)
    await stage.carry_out(batch)
    return batch


async def runs_of(stage: Stage, batch: Opened) -> dict[str, list[UUID]]:
    """The batch's flow runs by the name of their flow."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    runs: dict[str, list[UUID]] = {}
    for run in await stage.client.read_flow_runs(flow_run_filter=tagged):
        runs.setdefault((await stage.client.read_flow(run.flow_id)).name, []).append(run.id)
    return runs


async def lines(stage: Stage, runs: list[UUID]) -> list[Log]:
    """What the runs logged, once they say how they ended."""

    async def all_there() -> list[Log] | None:
        found = await stage.client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=runs)), limit=200)
        return found if any("Finished in state" in line.message for line in found) else None

    return await eventually(all_there, "the end of the run is stored")


async def test_lines_of_a_restaurant_name_batch_and_job(stage: Stage, carried: Opened) -> None:
    """Of its own run and of every task in it; those of a task name it too."""
    [job] = (await stage.records.jobs(carried.batch_id)).values()
    runs = (await runs_of(stage, carried))["register-restaurant"]
    marks = f"[batch {str(carried.batch_id)[:8]}, job {str(job['id'])[:8]}"

    async def of_all_twelve() -> list[Log] | None:
        found = await lines(stage, runs)
        ends = {line.message.partition(marks)[2] for line in found}
        return found if {f", {name}]" for name in SubStepName} <= ends else None

    found = await eventually(of_all_twelve, "a line of each of the twelve is stored")
    assert [line.message for line in found if marks not in line.message.partition("\n")[0]] == []


@pytest.mark.parametrize("flow", ["register-batch", COMPANY, CONFIG])
async def test_lines_of_batch_and_gates_name_the_batch(stage: Stage, carried: Opened, flow: str) -> None:
    """All but the very first of a batch's run, which Prefect writes before the flow begins."""
    said = await lines(stage, (await runs_of(stage, carried))[flow])
    found = [line for line in said if not line.message.startswith("Beginning flow run")]
    marks = f"[batch {str(carried.batch_id)[:8]}"
    assert [line.message for line in found if marks not in line.message.partition("\n")[0]] == []
