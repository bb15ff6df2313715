"""Releasing a batch to people: only if all have forms, nothing is running, and nothing was written meanwhile."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest_asyncio

from registration.batches.run_queries import batches_waiting_for_people
from registration.database.session import Transaction
from registration.gates.round_queries import close_round, earlier_questions, insert_round
from registration.gates.rounds import Question, Round
from registration.states import StepStatus
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import GateName, Step
from tasks.batch_lifecycle import IdleTimer, release_to_people
from tasks.step_runner import write
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6


@pytest_asyncio.fixture
async def job(tenant: Tenant) -> AsyncGenerator[AtStep6]:
    """One restaurant that waits at the configuration gate; no form shows its question yet."""
    async with at_step_6(tenant, "kai@example.nz") as [one]:

        async def arrive(transaction: Transaction) -> None:
            job_id = one.job.job_id
            for step in (Step.EXTRACTION, Step.SEARCH, Step.COMPANY_DETAILS):
                await advance(transaction, job_id, step, StepStatus.IN_PROGRESS)
                await advance(transaction, job_id, step, StepStatus.COMPLETED)
            await advance(transaction, job_id, Step.COMPANY_SELECTION, StepStatus.COMPLETED)
            await arrive_at(transaction, job_id, Step.YOLO_CONFIG)

        await write(one.context, arrive)
        yield one


async def open_round(job: AtStep6, visit: int = 1) -> Any:
    """Open a round with the restaurant's question."""
    question = Question(
        job_id=job.job.job_id, visit=visit, field="restaurant_1", title="Kai", evidence="", choices=(), preset=""
    )
    shown = Round(gate=GateName.YOLO_CONFIG, questions=(question,))
    context = job.context
    return await write(context, lambda transaction: insert_round(transaction, context.batch.id, uuid4(), shown))


async def is_left(job: AtStep6) -> bool:
    """True if the batch is found among those that wait for people, also by another organisation's query."""
    context = job.context
    async with job.database.transaction(uuid4()) as transaction:
        return (context.organisation_id, context.batch.id) in await batches_waiting_for_people(transaction)


async def test_a_batch_whose_jobs_all_have_forms_is_released(job: AtStep6) -> None:
    """Its lease is released, and the batch is marked as waiting."""
    await open_round(job)
    assert not await is_left(job)
    assert await release_to_people(job.context, await job.context.watch.fresh())
    assert await is_left(job)


async def test_it_is_not_released_while_a_job_has_no_form(job: AtStep6) -> None:
    """Neither before the round, nor after it was closed, nor with a form of an earlier visit."""
    assert not await release_to_people(job.context, await job.context.watch.fresh())
    closed = await open_round(job)
    await write(job.context, lambda transaction: close_round(transaction, closed.id, "answered"))
    await open_round(job, visit=7)
    assert not await release_to_people(job.context, await job.context.watch.fresh())
    assert not await is_left(job)


async def test_a_write_in_the_last_moment_keeps_the_batch(job: AtStep6) -> None:
    """A person cancels the job between the process's view and the release."""
    await open_round(job)
    seen = await job.context.watch.fresh()
    await job.query("update registration_jobs set stop_requested_at = clock_timestamp() where id = :job")
    assert not await release_to_people(job.context, seen)
    assert not await is_left(job)


async def test_the_idle_timer_ends_when_nothing_changes_for_long(job: AtStep6) -> None:
    """After ten minutes, which are 12 s on the clock of these tests; at once if the setting is 0."""
    await open_round(job)
    view = await job.context.watch.fresh()
    assert not await IdleTimer(job.context).ends(view)
    none = job.context.settings.model_copy(update={"gate_hold_minutes": 0})
    assert await IdleTimer(replace(job.context, settings=none)).ends(view)


async def test_earlier_questions_are_known_to_the_next_process(job: AtStep6) -> None:
    """Each question of each round once."""
    for visit in (1, 1, 2):
        await open_round(job, visit)
    context = job.context
    async with context.lease.reading() as transaction:
        at_company = await earlier_questions(transaction, context.batch.id, GateName.COMPANY_SELECTION)
        at_config = await earlier_questions(transaction, context.batch.id, GateName.YOLO_CONFIG)
    assert (at_company, at_config) == (frozenset(), {(job.job.job_id, 1), (job.job.job_id, 2)})
