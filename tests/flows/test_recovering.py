"""Recovery starts a batch again whose process died: once per death, and only where something is left to do."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun
from prefect.states import Crashed, Failed, Running

from registration.workflow.lease import Lease
from tests.flows.recovering import recover
from tests.flows.stage import Opened, Stage

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def dead(stage: Stage, deployment: UUID) -> AsyncGenerator["Dead"]:
    """A started batch that nobody works on; at the end nothing of it is left to recover."""
    batch = await stage.batch(1)
    started = "update registration_batch_jobs set started_at = clock_timestamp() where id = %(batch)s"
    await stage.records.query(started, batch=batch.batch_id)
    made = Dead(stage, batch, deployment)
    yield made
    await stage.records.query("delete from registration_batch_jobs where id = %(batch)s", batch=batch.batch_id)
    for run in await made.runs():
        await stage.client.delete_flow_run(run.id)


class Dead:
    """A batch whose process died."""

    def __init__(self, stage: Stage, batch: Opened, deployment: UUID) -> None:
        self.stage, self.batch, self._deployment = stage, batch, deployment

    async def recover(self, **named: UUID) -> str:
        """Run the recovery; what it says at its end."""
        return await recover(**named)

    async def runs(self) -> list[FlowRun]:
        """The flow runs that were made for the batch."""
        return await self.stage.client.read_flow_runs(
            flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(self.batch.batch_id)])),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[self._deployment])),
        )

    async def lease(self, seconds: float) -> Lease:
        """Somebody takes the batch."""
        made = await Lease.acquire(
            self.stage.database, self.batch.organisation_id, self.batch.batch_id, UUID(int=1), seconds
        )
        assert isinstance(made, Lease)
        return made


async def test_a_dead_batch_is_started_again_once(dead: Dead) -> None:
    """Two recoveries at once make one run, and a third finds it about to start; an artifact says what was done."""
    await asyncio.gather(dead.recover(), dead.recover())
    [run] = await dead.runs()
    assert run.parameters == {
        "organisation_id": str(dead.batch.organisation_id),
        "batch_id": str(dead.batch.batch_id),
    }
    assert f"is about to go on in flow run “{run.name}” ({run.id})" in await dead.recover()
    assert len(await dead.runs()) == 1
    artifacts = await dead.stage.client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["recovered-batches"]))
    )
    assert [one for one in artifacts if str(dead.batch.batch_id) in str(one.data)]


async def test_a_run_that_dies_before_it_takes_the_batch_is_followed_by_another(dead: Dead) -> None:
    """And so on: every death has its own key."""
    for deaths in range(1, 4):
        await dead.recover()
        runs = await dead.runs()
        assert len(runs) == deaths
        for run in runs:
            for state in (Running(), Crashed()):
                await dead.stage.client.set_flow_run_state(run.id, state, force=True)


async def test_a_batch_whose_runs_fail_again_and_again_rests(dead: Dead) -> None:
    """A refused key does not mend itself every minute; who is asked for by name is started all the same."""
    for _ in range(2):
        await dead.recover()
        for run in await dead.runs():
            for state in (Running(), Failed(message="the service key is refused")):
                await dead.stage.client.set_flow_run_state(run.id, state, force=True)
    assert "its runs failed; tried again after" in await dead.recover()
    assert len(await dead.runs()) == 2
    await dead.recover(organisation_id=dead.batch.organisation_id, batch_id=dead.batch.batch_id)
    assert len(await dead.runs()) == 3


async def test_a_batch_with_a_process_is_left_to_it(dead: Dead) -> None:
    """Also if it is named."""
    lease = await dead.lease(60)
    for named in ({}, {"organisation_id": dead.batch.organisation_id, "batch_id": dead.batch.batch_id}):
        await dead.recover(**named)
    assert await dead.runs() == []
    await lease.release()
    await dead.recover()
    assert len(await dead.runs()) == 1


async def test_one_that_was_left_waiting_is_started_when_its_gate_is_answered(dead: Dead) -> None:
    """The schedule leaves it alone; the automation names it."""
    left = """
        insert into registration_leases (organisation_id, batch_job_id, waiting_since)
        values (%(organisation)s, %(batch)s, clock_timestamp())
    """
    await dead.stage.records.query(left, organisation=dead.batch.organisation_id, batch=dead.batch.batch_id)
    await dead.recover()
    assert await dead.runs() == []
    await dead.recover(organisation_id=dead.batch.organisation_id, batch_id=dead.batch.batch_id)
    assert len(await dead.runs()) == 1
