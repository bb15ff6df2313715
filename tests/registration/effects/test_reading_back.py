"""Reading back what the platform goes on with after it said success."""

import asyncio

import pytest

from registration.effects import Effect, EffectRow
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import Outputs
from registration.errors import CancelRequested, EffectFailed
from registration.platform import requests
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.registration.job_process import JobProcess
from tests.waiting import until

LIMIT = 1.0
"""Real seconds: of a request that may take 250 seconds, at the clock of these tests."""


def uploading(work: JobProcess, looks: list[Observation]) -> Effect:
    """An upload that the platform accepts and never finishes; `looks` are the observations."""

    async def never(_row: EffectRow, _outputs: Outputs) -> Observation:
        looks.append(Observation(Presence.ABSENT, f"{len(looks)} of 20 images are there", None, {}))
        return looks[-1]

    request = requests.upload_images(work.menu_id)
    name = SubStepName.UPLOAD_IMAGES
    return work.effect(name, request, read_back=never, works_on=True, limit_seconds=LIMIT / 0.004)


async def test_it_is_followed_until_the_limit_of_its_request(work: JobProcess) -> None:
    """The limit counts from the request; then the effect fails with what is there."""
    looks: list[Observation] = []
    started = asyncio.get_running_loop().time()
    with pytest.raises(EffectFailed, match=r"the platform said success, but .* of 20 images are there"):
        await work.ledger.perform(work.job_id, uploading(work, looks))
    assert LIMIT <= asyncio.get_running_loop().time() - started < 3 * LIMIT
    assert len(looks) > 5


async def test_it_is_not_followed_when_the_job_is_told_to_stop(work: JobProcess) -> None:
    """What is in flight stays as it is, to be reconciled later."""
    looks: list[Observation] = []
    performing = asyncio.create_task(work.ledger.perform(work.job_id, uploading(work, looks)))
    await until(lambda: bool(looks), "the first look")
    await work.query("update registration_jobs set stop_requested_at = clock_timestamp()")
    with pytest.raises(CancelRequested):
        await performing
    row = await work.row(SubStepName.UPLOAD_IMAGES)
    assert (row.status, row.sent_at is None) == (SubStepStatus.IN_PROGRESS, False)
