"""A batch that sets up one restaurant at a time, also after its process was killed in the middle of one."""

from pathlib import Path
from typing import Any

import pytest

from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.harness import host
from tests.flows.leases import lease_has_ended
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def test_a_job_that_had_begun_step_6_goes_first(
    system: RunningSystem, host_environment: dict[str, str], short_folder: Path
) -> None:
    """All jobs share one e-mail, so they wait for the account of the job that had begun: that job must get the only
    slot.
    """
    batch = await system.batch(3, max_parallel=1)
    *others, begun = batch.names
    same_email = "update restaurants set user_email = 'owner@example.nz' where organisation_id = %(organisation)s"
    await system.records.query(same_email, organisation=batch.organisation_id)
    jobs = await system.records.jobs(batch.batch_id)
    slow = jobs[begun]["restaurant_id"], "register-account", "slow_answer"
    await system.platform.break_with(*slow, seconds=30, times=1)

    async with host(host_environment | {"REGISTRATION_LEASE_SECONDS": "120"}, short_folder / "killed.log") as first:
        first.start(batch.organisation_id, batch_id=batch.batch_id)
        await batch.gates.answer_each(COMPANY, dict.fromkeys(batch.names))
        await batch.gates.answer(await batch.gates.form(CONFIG, *batch.names), {begun: "Go ahead as proposed"})
        await eventually(lambda: account_was_sent(system, batch, begun), "its account is asked for")
        await batch.gates.answer_each(CONFIG, dict.fromkeys(others))
        await eventually(lambda: configured(system, batch), "the others wait for the slot")
        await first.kill()

    await lease_has_ended(system, batch)
    ended = await system.host.run(batch.organisation_id, batch_id=batch.batch_id)
    assert ended.message.endswith(": 3 completed")
    done = await system.platform.done(batch.organisation_id)
    assert [done[name]["register-account"] for name in batch.names] == [0, 0, 1]
    spans = sorted([await set_up_span(system, batch, name) for name in others])
    assert spans[0][1] <= spans[1][0]


async def account_was_sent(system: RunningSystem, batch: OpenedBatch, restaurant: str) -> bool:
    """True if the request for the account is in flight."""
    effects = await system.records.effects(batch.batch_id, restaurant)
    return effects[SubStepName.CLOUDWAITRESS_ACCOUNT]["sent_at"] is not None


async def configured(system: RunningSystem, batch: OpenedBatch) -> bool:
    """True if no job waits at a gate any more."""
    steps = [await system.records.steps(batch.batch_id, name) for name in batch.names]
    return all(one[Step.YOLO_CONFIG]["status"] == "completed" for one in steps)


async def set_up_span(system: RunningSystem, batch: OpenedBatch, restaurant: str) -> tuple[Any, Any]:
    """When step 6 of a restaurant began and ended."""
    step = (await system.records.steps(batch.batch_id, restaurant))[Step.SET_UP]
    return step["started_at"], step["completed_at"]
