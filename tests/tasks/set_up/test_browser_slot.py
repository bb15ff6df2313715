"""A browser-heavy request of step 6 and its slot."""

import asyncio
from dataclasses import replace

import pytest

from registration.batches.browser_slots import BrowserSlots
from registration.errors import CancelRequested
from registration.workflow.sub_steps import SubStepName
from tasks.set_up.context import browser_slot
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6
from tests.waiting import HANG


async def test_a_cancelled_job_waits_for_no_slot(tenant: Tenant) -> None:
    """However long all slots are held."""
    async with at_step_6(tenant, "kai@example.nz") as (work,):
        waiting = asyncio.create_task(_hold_one_of_none(work))
        await work.query("update registration_jobs set stop_requested_at = clock_timestamp() where id = :job")
        with pytest.raises(CancelRequested):
            async with asyncio.timeout(HANG):
                await waiting


async def _hold_one_of_none(work: AtStep6) -> None:
    """No exchange with the database runs, so no slot is ever granted."""
    never = BrowserSlots(work.context.lease, limit=1)
    async with browser_slot(replace(work.context, browser_slots=never), work.job, SubStepName.MENU_IMPORT):
        raise AssertionError("there is no slot")
