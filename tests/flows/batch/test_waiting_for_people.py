"""Waiting needs no process: a batch in which only people can go on is released, and an answer starts it again."""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
)

from tests.flows.done_once import everything_was_done_once
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.harness import Ended, Host, host
from tests.flows.recovering import recovered
from tests.flows.system import OpenedBatch, RunningSystem

pytestmark = pytest.mark.slow

WAITING = "Waiting for people"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def impatient(host_environment: dict[str, str], stack_folder: Path) -> AsyncGenerator[Host]:
    """A process that releases a batch as soon as only people can go on, even in the moment in which its form opens."""
    async with host(
        host_environment | {"REGISTRATION_GATE_HOLD_MINUTES": "0"}, stack_folder / "impatient.log"
    ) as process:
        yield process


async def leave(impatient: Host, batch: OpenedBatch) -> Ended:
    """Run the batch until it is released."""
    ended = await impatient.run(batch.organisation_id, batch_id=batch.batch_id)
    assert (ended.type, ended.name) == ("COMPLETED", WAITING), ended.message
    return ended


async def waits(system: RunningSystem, batch: OpenedBatch, days: int) -> None:
    """Make all jobs of the batch look as if they had arrived this many days ago."""
    await system.records.query(
        """
        update registration_job_steps set arrived_at = clock_timestamp() - make_interval(days => %(days)s)
        where status = 'action_required'
          and job_id in (select id from registration_jobs where batch_job_id = %(batch)s)
        """,
        days=days,
        batch=batch.batch_id,
    )


async def test_a_released_batch_continues_where_it_stopped(
    system: RunningSystem, impatient: Host, deployment: UUID
) -> None:
    """Its form stays open and can be answered; then recovery starts the batch, and nothing is asked or done twice."""
    batch = await system.batch(2)
    first, second = batch.names
    left = await leave(impatient, batch)
    assert "2 restaurants wait for people" in left.message
    gates = {COMPANY: "Paused", CONFIG: "Closed"}
    assert await states_below(system, left.run_id) == gates | dict.fromkeys(batch.names, WAITING)
    assert await recovered(system, batch, deployment) == []

    form = await batch.gates.form(COMPANY)
    await batch.gates.answer(form, {first: form.preset(first)})
    assert len(await recovered(system, batch, deployment)) == 1
    again = await leave(impatient, batch)
    assert "2 restaurants wait for people" in again.message

    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, second))
    await batch.gates.answer_each(CONFIG, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(": 2 completed")
    await everything_was_done_once(system, batch)


async def test_a_gate_that_no_job_will_reach_is_not_opened(system: RunningSystem, impatient: Host) -> None:
    """If all answers were given before, the restaurant only goes on with its steps."""
    batch = await system.batch(1)
    for gate in (COMPANY, CONFIG):
        await leave(impatient, batch)
        await batch.gates.answer_each(gate, dict.fromkeys(batch.names))
    ended = await impatient.run(batch.organisation_id, batch_id=batch.batch_id)
    assert await states_below(system, ended.run_id) == dict.fromkeys(batch.names, "Completed")


async def test_a_job_that_waits_for_long_is_reminded_of_and_expires(
    system: RunningSystem, impatient: Host, deployment: UUID
) -> None:
    """Also while no process works on the batch: recovery sends the reminders, and starts the batch once no
    job waits.
    """
    batch = await system.batch(1)
    await leave(impatient, batch)
    await waits(system, batch, days=2)
    assert await recovered(system, batch, deployment) == []
    [job] = (await system.records.jobs(batch.batch_id)).values()
    reminded = await system.records.query(
        "select actor from registration_events where what = 'reminded' and job_id = %(job)s", job=job["id"]
    )
    assert [one["actor"] for one in reminded] == ["pipeline"]

    await waits(system, batch, days=15)
    assert len(await recovered(system, batch, deployment)) == 1
    assert list((await system.records.statuses(batch.batch_id)).values()) == ["skipped"]
    assert (await impatient.run(batch.organisation_id, batch_id=batch.batch_id)).message.endswith(": 1 skipped")


async def test_an_answer_just_before_the_expiry_counts(
    system: RunningSystem, impatient: Host, deployment: UUID
) -> None:
    """An answer that was submitted but not read before the expiry counts: the job is not left out."""
    batch = await system.batch(1)
    [only] = batch.names
    await leave(impatient, batch)
    form = await batch.gates.form(COMPANY)
    await batch.gates.answer(form, {only: form.preset(only)})
    await waits(system, batch, days=15)
    assert len(await recovered(system, batch, deployment)) == 1
    await leave(impatient, batch)
    assert [one["gate"] for one in await system.records.decisions(batch.batch_id)] == [COMPANY]
    assert list((await system.records.statuses(batch.batch_id)).values()) == ["action_required"]


async def states_below(system: RunningSystem, run_id: UUID) -> dict[str, str]:
    """The state of each subflow: gates by the name of their flow, restaurants by their own name."""
    below = await system.client.read_flow_runs(
        flow_run_filter=FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run_id]))
    )
    names = {run.id: (await system.client.read_flow(run.flow_id)).name for run in below}
    return {
        names[run.id] if names[run.id] in (COMPANY, CONFIG) else run.name: str(run.state.name)
        for run in below
        if run.state is not None
    }
