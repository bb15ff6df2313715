"""Recovery starts a batch again whose process died: once per death, and only if work is left."""

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

from registration.companies.page_evidence_queries import list_evidence
from registration.workflow.lease import Lease
from tests.flows.recovering import recover
from tests.flows.system import OpenedBatch, RunningSystem
from tests.registration.kept_pages import keep_page

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def dead(system: RunningSystem, deployment: UUID) -> AsyncGenerator["Dead"]:
    """A started batch without a process; at the end nothing of it is left to recover."""
    batch = await system.batch(1)
    started = "update registration_batch_jobs set started_at = clock_timestamp() where id = %(batch)s"
    await system.records.query(started, batch=batch.batch_id)
    made = Dead(system, batch, deployment)
    yield made
    await system.records.query("delete from registration_batch_jobs where id = %(batch)s", batch=batch.batch_id)
    for run in await made.runs():
        await system.client.delete_flow_run(run.id)


class Dead:
    """A batch whose process died."""

    def __init__(self, system: RunningSystem, batch: OpenedBatch, deployment: UUID) -> None:
        self.system, self.batch, self._deployment = system, batch, deployment

    async def recover(self, **named: UUID) -> str:
        """Run the recovery; returns the message of its final state."""
        return await recover(**named)

    async def runs(self) -> list[FlowRun]:
        """The flow runs that were made for the batch."""
        return await self.system.client.read_flow_runs(
            flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(self.batch.batch_id)])),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[self._deployment])),
        )

    async def lease(self, seconds: float) -> Lease:
        """Take the batch's lease for another process."""
        made = await Lease.acquire(
            self.system.database, self.batch.organisation_id, self.batch.batch_id, UUID(int=1), seconds
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
    artifacts = await dead.system.client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["recovered-batches"]))
    )
    assert [one for one in artifacts if str(dead.batch.batch_id) in str(one.data)]


async def test_a_run_that_dies_before_it_takes_the_batch_is_followed_by_another(dead: Dead) -> None:
    """Every death has its own idempotency key."""
    for deaths in range(1, 4):
        await dead.recover()
        runs = await dead.runs()
        assert len(runs) == deaths
        for run in runs:
            for state in (Running(), Crashed()):
                await dead.system.client.set_flow_run_state(run.id, state, force=True)


async def test_a_batch_whose_runs_fail_again_and_again_rests(dead: Dead) -> None:
    """A refused key stays refused, so runs become rarer; a batch that is named is started nevertheless."""
    for _ in range(2):
        await dead.recover()
        for run in await dead.runs():
            for state in (Running(), Failed(message="the service key is refused")):
                await dead.system.client.set_flow_run_state(run.id, state, force=True)
    assert "its runs failed; tried again after" in await dead.recover()
    assert len(await dead.runs()) == 2
    await dead.recover(organisation_id=dead.batch.organisation_id, batch_id=dead.batch.batch_id)
    assert len(await dead.runs()) == 3


async def test_a_batch_with_a_process_is_left_to_it(dead: Dead) -> None:
    """Also if the batch is named."""
    lease = await dead.lease(60)
    for named in ({}, {"organisation_id": dead.batch.organisation_id, "batch_id": dead.batch.batch_id}):
        await dead.recover(**named)
    assert await dead.runs() == []
    await lease.release()
    await dead.recover()
    assert len(await dead.runs()) == 1


async def test_a_batch_that_waits_for_people_is_started_when_its_gate_is_answered(dead: Dead) -> None:
    """The scheduled recovery skips the batch; the automation names it."""
    left = """
        insert into registration_leases (organisation_id, batch_job_id, waiting_since)
        values (%(organisation)s, %(batch)s, clock_timestamp())
    """
    await dead.system.records.query(left, organisation=dead.batch.organisation_id, batch=dead.batch.batch_id)
    await dead.recover()
    assert await dead.runs() == []
    await dead.recover(organisation_id=dead.batch.organisation_id, batch_id=dead.batch.batch_id)
    assert len(await dead.runs()) == 1


async def test_evidence_is_deleted_after_its_time(dead: Dead) -> None:
    """Of every organisation, whatever else recovery finds; the younger page stays."""
    organisation, [job] = dead.batch.organisation_id, (await dead.system.records.jobs(dead.batch.batch_id)).values()
    old, young = [(await keep_page(dead.system.database, organisation, job["id"], html))[-1] for html in ("1", "2")]
    days = dict(zip((old.page_id, young.page_id), (91, 89), strict=True))
    for page, age in days.items():
        change = "update registration_evidence set created_at = now() - make_interval(days => %(days)s)"
        await dead.system.records.query(f"{change} where page_id = %(page)s", days=age, page=page)
    await dead.recover()
    async with dead.system.database.transaction(organisation) as transaction:
        assert {one.page_id for one in await list_evidence(transaction, job["id"])} == {young.page_id}
