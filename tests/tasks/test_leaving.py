"""Leaving a batch to people: only when everybody was asked, nothing moves, and nobody wrote anything meanwhile."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest_asyncio

from registration.batches.run_queries import batches_left
from registration.gates.round_queries import asked_questions, close_round, insert_round
from registration.gates.rounds import Question, Round
from registration.states import StepStatus
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import GateName, Step
from tasks.batch_lifecycle import IdleTimer, leave_batch
from tasks.step_runner import write
from tests.registration.place import Place
from tests.tasks.at_step_6 import AtStep6, at_step_6


@pytest_asyncio.fixture
async def job(place: Place) -> AsyncGenerator[AtStep6]:
    """One restaurant that waits at the configuration gate; nobody has asked yet."""
    async with at_step_6(place, "kai@example.nz") as [one]:

        async def arrive(connection: Any) -> None:
            organisation_id, job_id = one.job.organisation_id, one.job.job_id
            for step in (Step.EXTRACTION, Step.SEARCH, Step.COMPANY_DETAILS):
                await advance(connection, organisation_id, job_id, step, StepStatus.IN_PROGRESS)
                await advance(connection, organisation_id, job_id, step, StepStatus.COMPLETED)
            await advance(connection, organisation_id, job_id, Step.COMPANY_SELECTION, StepStatus.COMPLETED)
            await arrive_at(connection, organisation_id, job_id, Step.YOLO_CONFIG)

        await write(one.context, arrive)
        yield one


async def open_round(job: AtStep6, visit: int = 1) -> Any:
    """A form asks about the restaurant."""
    question = Question(
        job_id=job.job.job_id, visit=visit, field="restaurant_1", title="Kai", evidence="", choices=(), preset=""
    )
    shown = Round(gate=GateName.YOLO_CONFIG, questions=(question,))
    context = job.context
    return await write(
        context, lambda connection: insert_round(connection, context.organisation_id, context.batch.id, uuid4(), shown)
    )


async def is_left(job: AtStep6) -> bool:
    """Whether the batch is found among those that wait for people, by somebody of another organisation."""
    context = job.context
    async with job.database.transaction(uuid4()) as connection:
        return (context.organisation_id, context.batch.id) in await batches_left(connection)


async def test_a_batch_whose_people_were_asked_is_left(job: AtStep6) -> None:
    """Its lease is given back, and it is known to wait."""
    await open_round(job)
    assert not await is_left(job)
    assert await leave_batch(job.context, await job.context.watch.fresh())
    assert await is_left(job)


async def test_it_is_not_left_while_somebody_has_no_form(job: AtStep6) -> None:
    """Neither before the round, nor after it was closed, nor with a form of an earlier visit."""
    assert not await leave_batch(job.context, await job.context.watch.fresh())
    closed = await open_round(job)
    await write(
        job.context, lambda connection: close_round(connection, job.context.organisation_id, closed.id, "answered")
    )
    await open_round(job, visit=7)
    assert not await leave_batch(job.context, await job.context.watch.fresh())
    assert not await is_left(job)


async def test_what_was_written_in_the_last_moment_keeps_it(job: AtStep6) -> None:
    """A person stops the job between the look and the leaving."""
    await open_round(job)
    seen = await job.context.watch.fresh()
    await job.query("update registration_jobs set stop_requested_at = clock_timestamp() where id = :job")
    assert not await leave_batch(job.context, seen)
    assert not await is_left(job)


async def test_patience_ends_when_nothing_happens_for_long(job: AtStep6) -> None:
    """Ten minutes, of which a process of these tests sees 12 s; another one none at all."""
    await open_round(job)
    view = await job.context.watch.fresh()
    assert not await IdleTimer(job.context).ends(view)
    none = job.context.settings.model_copy(update={"gate_hold_minutes": 0})
    assert await IdleTimer(replace(job.context, settings=none)).ends(view)


async def test_what_was_asked_is_known_to_the_next_process(job: AtStep6) -> None:
    """Each question of each round once."""
    for visit in (1, 1, 2):
        await open_round(job, visit)
    context = job.context
    async with context.lease.reading() as connection:
        at_company = await asked_questions(
            connection, context.organisation_id, context.batch.id, GateName.COMPANY_SELECTION
        )
        at_config = await asked_questions(connection, context.organisation_id, context.batch.id, GateName.YOLO_CONFIG)
    assert (at_company, at_config) == (frozenset(), {(job.job.job_id, 1), (job.job.job_id, 2)})
