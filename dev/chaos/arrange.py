"""Bring a batch into a step in which it stays: at a gate, or while the platform or the register does not answer."""

import asyncio
from typing import LiteralString

from dev.chaos.lab import Lab
from dev.chaos.operator import Operator
from dev.stack.fixtures import Next, PreparedBatch
from registration.restaurants.csv_import import NumberedRow
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_RESTAURANTS = 2
_FIRST_ROW = 10
_LIMIT = 600.0
_SECONDS = 0.5
_HANGS_AFTER_ITS_WORK = {"kind": "hang", "acts": True, "times": 1, "seconds": 100_000}
_SLOW_PAGE = {"kind": "slow", "times": 1, "seconds": 700}
_BEFORE = {
    Step.EXTRACTION: Next.EXTRACTION,
    Step.SEARCH: Next.SEARCH,
    Step.COMPANY_SELECTION: Next.SEARCH,
    Step.COMPANY_DETAILS: Next.SEARCH,
    Step.YOLO_CONFIG: Next.CONFIGURATION,
    Step.SET_UP: Next.SET_UP,
}
_HELD_EFFECT = {
    Step.EXTRACTION: "extract-menu-premium",
    Step.SET_UP: SUB_STEPS[SubStepName.RESTAURANT_REGISTRATION].endpoint,
}
_IN_STEP: LiteralString = """
    select 1 as found from registration_job_steps
    where job_id = %(job)s and step_number = %(step)s and status in ('in_progress', 'action_required')
"""
_OUT: LiteralString = """
    select 1 as found from registration_sub_steps u join registration_jobs j on j.id = u.job_id
    where j.id = %(job)s and u.sent_at is not null and u.status = 'in_progress'
      and u.name in ('menuExtraction', 'restaurantRegistration')
"""


async def bring(lab: Lab, step: Step, number: int) -> PreparedBatch:
    """A batch of two whose first restaurant stays in the step; `number` is unique within the trial."""
    first = _FIRST_ROW + _RESTAURANTS * number
    rows = lab.rows[first : first + _RESTAURANTS]
    batch = await lab.batch(rows, _BEFORE[step])
    if step in _HELD_EFFECT:
        await lab.platform.misbehave(batch.restaurant_ids[0], _HELD_EFFECT[step], _HANGS_AFTER_ITS_WORK)
    elif step is Step.SEARCH:
        await lab.platform.misbehave(_searched(rows[0]), "register-search", _SLOW_PAGE)
    elif step is Step.COMPANY_DETAILS:
        await lab.platform.misbehave("*", "register-detail", _SLOW_PAGE | {"times": _RESTAURANTS})
    return batch


async def stands_in(lab: Lab, step: Step, batch: PreparedBatch) -> None:
    """Wait until the first restaurant is in the step, and the request that must hang was sent. Raises TimeoutError."""
    if STEPS[step].is_gate or step is Step.COMPANY_DETAILS:
        async with Operator.connected(lab, "faults") as operator:
            gate = await operator.sees(batch, _LIMIT)
            if step is Step.COMPANY_DETAILS:
                await operator.answers(batch, gate)
    async with asyncio.timeout(_LIMIT):
        while not await lab.records.query(_IN_STEP, job=batch.job_ids[0], step=step):
            await asyncio.sleep(_SECONDS)
        while step in _HELD_EFFECT and not await lab.records.query(_OUT, job=batch.job_ids[0]):
            await asyncio.sleep(_SECONDS)


def _searched(row: NumberedRow) -> str:
    """A part of a restaurant's name that is certainly in its search text."""
    return " ".join(row.restaurant.name.split()[:2])
