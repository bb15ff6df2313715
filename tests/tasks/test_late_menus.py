"""A menu that arrives late wakes its job: step 1 is followed again, and an open question without a menu is renewed."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest_asyncio
from sqlalchemy import text

from registration.batches.run_queries import batches_to_recover, batches_waiting_for_people
from registration.database.session import NO_ORGANISATION, Transaction
from registration.operations.late_menus import take_late_menus
from registration.states import StepStatus
from registration.workflow.lease_queries import release_lease
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tasks.extraction import extract_menu_and_branding
from tasks.job_progress import arrive
from tasks.reminders import waiting_batches_to_start
from tasks.step_runner import write
from tests.locks import wait_for_lock_waiters
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6


@pytest_asyncio.fixture
async def kai(tenant: Tenant) -> AsyncGenerator[AtStep6]:
    """A restaurant without a menu, whose company is decided."""
    async with at_step_6(tenant, f"{uuid4().hex[:8]}@example.nz") as [one]:
        await tenant.everything.execute(text("delete from menus where id = :menu"), {"menu": one.menu_id})
        await one.query(
            "update restaurants set ubereats_url = 'https://www.ubereats.com/nz/store/kai' where id = :id",
            id=one.restaurant_id,
        )
        await one.query(
            "update registration_job_steps set status = 'completed' where job_id = :job and step_number between 2 and 4"
        )
        await one.query("update registration_jobs set status = 'in_progress' where id = :job")
        await one.query(
            "update registration_batch_jobs set started_at = clock_timestamp() where id = :batch",
            batch=one.job.batch_id,
        )
        await one.context.watch.fresh()
        yield one


async def _end_extraction(kai: AtStep6, to: StepStatus) -> None:
    async def work(transaction: Transaction) -> None:
        for status in (StepStatus.IN_PROGRESS, to):
            await advance(transaction, kai.job.job_id, Step.EXTRACTION, status)

    await write(kai.context, work)


async def _at_gate(kai: AtStep6, extraction: StepStatus) -> None:
    await _end_extraction(kai, extraction)
    await arrive(kai.job, Step.YOLO_CONFIG)


async def _deliver(kai: AtStep6) -> None:
    menu = {"organisation_id": str(kai.job.organisation_id), "restaurant_id": str(kai.restaurant_id)}
    (await kai.control.post("/sandbox/menus", json=menu)).raise_for_status()


async def _take(kai: AtStep6) -> int:
    return await write(kai.context, lambda transaction: take_late_menus(transaction, kai.job.batch_id))


async def _steps(kai: AtStep6) -> dict[Step, tuple[str, int]]:
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        job = (await read_snapshot(transaction, kai.job.batch_id)).jobs[kai.job.job_id]
    return {step: (view.status, view.visit) for step, view in job.steps.items()}


async def test_a_failed_extraction_is_followed_again(kai: AtStep6) -> None:
    """With a question renewed at the same time; step 1 then ends without any request to the platform."""
    await _at_gate(kai, StepStatus.FAILED)
    assert await _take(kai) == 0
    await _deliver(kai)
    assert await _take(kai) == 1
    steps = await _steps(kai)
    assert (steps[Step.EXTRACTION], steps[Step.YOLO_CONFIG]) == (("pending", 2), ("action_required", 2))
    await extract_menu_and_branding.fn(kai.job)
    assert (await _steps(kai))[Step.EXTRACTION] == ("completed", 2)
    assert await kai.done("extract-menu-premium") == 0
    assert await _take(kai) == 0


async def test_a_question_without_a_menu_is_renewed(kai: AtStep6) -> None:
    """Also where step 1 had nothing to extract; what was answered for all restaurants stays."""
    await _at_gate(kai, StepStatus.SKIPPED)
    await kai.query(
        'update registration_job_steps set result_data = result_data || \'{"for_all": {"payment": {}}}\''
        " where job_id = :job and step_number = 5"
    )
    await _deliver(kai)
    assert await _take(kai) == 1
    assert (await _steps(kai))[Step.YOLO_CONFIG] == ("action_required", 2)
    [step] = await kai.query("select result_data from registration_job_steps where job_id = :job and step_number = 5")
    assert step["result_data"] == {"without_menu": False, "for_all": {"payment": {}}}
    assert await _take(kai) == 0


async def test_a_question_with_a_menu_stays(kai: AtStep6) -> None:
    """A further menu only changes the proposal, which is checked when the answer comes."""
    await _deliver(kai)
    await _at_gate(kai, StepStatus.COMPLETED)
    await _deliver(kai)
    assert await _take(kai) == 0


async def test_a_job_on_its_way_to_the_gate_follows_the_menu(kai: AtStep6) -> None:
    """No question is open yet."""
    await _end_extraction(kai, StepStatus.FAILED)
    await _deliver(kai)
    assert await _take(kai) == 1
    steps = await _steps(kai)
    assert (steps[Step.EXTRACTION], steps[Step.YOLO_CONFIG]) == (("pending", 2), ("pending", 1))


async def test_an_extraction_wakes_the_job_once(kai: AtStep6) -> None:
    """If step 1 fails again, only another extraction wakes it."""
    await _at_gate(kai, StepStatus.FAILED)
    await _deliver(kai)
    assert await _take(kai) == 1
    await _end_extraction(kai, StepStatus.FAILED)
    assert await _take(kai) == 0
    await _deliver(kai)
    assert await _take(kai) == 1


async def test_missing_branding_is_not_requested_again(kai: AtStep6) -> None:
    """The question is renewed, and step 1 stays failed."""
    await kai.query(
        "update restaurants set website_url = 'https://kai.example.nz' where id = :id", id=kai.restaurant_id
    )
    await _at_gate(kai, StepStatus.FAILED)
    await _deliver(kai)
    assert await _take(kai) == 1
    steps = await _steps(kai)
    assert (steps[Step.EXTRACTION], steps[Step.YOLO_CONFIG]) == (("failed", 1), ("action_required", 2))


async def test_a_person_who_was_quicker_is_not_asked_again(kai: AtStep6, tenant: Tenant) -> None:
    """The answer holds the job's lock, and what was read before is read again after it."""
    await _at_gate(kai, StepStatus.SKIPPED)
    await _deliver(kai)
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        await advance(transaction, kai.job.job_id, Step.YOLO_CONFIG, StepStatus.COMPLETED)
        taking = asyncio.create_task(_take(kai))
        await wait_for_lock_waiters(tenant.everything, query="%registration_jobs%")
    assert await taking == 0
    assert (await _steps(kai))[Step.YOLO_CONFIG] == ("completed", 1)


async def test_recovery_starts_a_batch_that_was_left_to_people(kai: AtStep6) -> None:
    """The renewed question and the end of the wait are one commit."""
    await _at_gate(kai, StepStatus.FAILED)
    holder = kai.context.lease.holder
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        await release_lease(transaction, kai.job.batch_id, holder, waiting_for_people=True)
    assert not await _is_to_start(kai)
    await _deliver(kai)
    assert await _is_to_start(kai)
    async with kai.database.transaction(NO_ORGANISATION) as transaction:
        assert kai.job.batch_id in {batch for _, batch in await batches_to_recover(transaction)}
        assert kai.job.batch_id not in {batch for _, batch in await batches_waiting_for_people(transaction)}


async def _is_to_start(kai: AtStep6) -> bool:
    return kai.job.batch_id in {batch for _, batch in await waiting_batches_to_start(kai.database)}
