"""Reading back what the platform goes on with after it said success."""

import asyncio

import pytest

from registration.effects import Effect, Entry
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import Outputs
from registration.errors import EffectFailed, StopRequested
from registration.platform import requests
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.registration.at_work import AtWork
from tests.waiting import until

LIMIT = 1.0
"""Real seconds: of a request that may take 250 seconds, at the clock of these tests."""


def uploading(work: AtWork, looks: list[Observation]) -> Effect:
    """An upload that the platform says yes to and never finishes; `looks` are what it showed."""

    async def never(_entry: Entry, _outputs: Outputs) -> Observation:
        looks.append(Observation(Presence.ABSENT, f"{len(looks)} of 20 images are there", None, {}))
        return looks[-1]

    request = requests.upload_images(work.menu_id)
    name = SubStepName.UPLOAD_IMAGES
    return work.effect(name, request, read_back=never, works_on=True, limit_seconds=LIMIT / 0.004)


async def test_it_is_followed_until_the_limit_of_its_request(work: AtWork) -> None:
    """Counted from the request, and no longer; then it is failed with what is there."""
    looks: list[Observation] = []
    started = asyncio.get_running_loop().time()
    with pytest.raises(EffectFailed, match=r"the platform said success, but .* of 20 images are there"):
        await work.ledger.perform(work.job_id, uploading(work, looks))
    assert LIMIT <= asyncio.get_running_loop().time() - started < 3 * LIMIT
    assert len(looks) > 5


async def test_it_is_not_followed_when_the_job_is_told_to_stop(work: AtWork) -> None:
    """What is out stays as it is, for whoever settles it by looking."""
    looks: list[Observation] = []
    performing = asyncio.create_task(work.ledger.perform(work.job_id, uploading(work, looks)))
    await until(lambda: bool(looks), "the first look")
    await work.query("update registration_jobs set stop_requested_at = clock_timestamp()")
    with pytest.raises(StopRequested):
        await performing
    row = await work.row(SubStepName.UPLOAD_IMAGES)
    assert (row.status, row.sent_at is None) == (SubStepStatus.IN_PROGRESS, False)
