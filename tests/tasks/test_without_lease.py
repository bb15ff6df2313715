"""A process that has lost its batch without noticing: nothing that it writes reaches the database."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from uuid import uuid4

import pytest
import pytest_asyncio

from registration.errors import LeaseLost
from registration.gates.decisions import Channel, LeaveOut, SubmittedAnswer
from registration.gates.form_answers import Reading
from registration.gates.round_queries import insert_round
from registration.gates.rounds import Round
from registration.workflow.steps import GateName, Step
from registration.workflow.sub_steps import SubStepName
from tasks.batch_lifecycle import end_batch, give_up_job, halt_batch, release_to_people
from tasks.company_search import search_register
from tasks.gate_answers import record_answers
from tasks.job_progress import arrive, begin_set_up, cancel_open_work, end_set_up, preflight
from tasks.reminders import expire
from tasks.set_up import accounts
from tasks.set_up.context import SubStepContext
from tasks.set_up.reconcile_in_flight import reconcile_in_flight
from tasks.step_runner import StepTask, fail_crashed, write
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

_TABLES = (
    "registration_events",
    "registration_jobs",
    "registration_job_steps",
    "registration_sub_steps",
    "registration_batch_jobs",
    "registration_gate_rounds",
    "registration_decisions",
    "registration_credentials",
    "registration_leases",
    "companies_office_search_candidates",
)


@pytest_asyncio.fixture
async def woken(tenant: Tenant) -> AsyncGenerator[AtStep6]:
    """By its own clock it still has the lease; in the database another process has it."""
    async with at_step_6(tenant, "kai@example.nz") as [one]:
        await one.query(
            "update registration_job_steps set status = 'action_required',"
            " arrived_at = clock_timestamp() - interval '30 days' where job_id = :job and step_number = 5"
        )
        await one.query(
            "update registration_sub_steps set status = 'unknown', sent_at = clock_timestamp()"
            " where job_id = :job and name = 'menuImport'"
        )
        await one.query("update registration_leases set holder = gen_random_uuid()")
        assert not one.context.lease.lost
        yield one


async def _stored(job: AtStep6) -> dict[str, list[object]]:
    """Every row of this organisation that a process writes for its batch."""
    rows = {table: await job.query(f"select t::text as row from {table} t order by 1") for table in _TABLES}
    return {table: [row["row"] for row in found] for table, found in rows.items()}


async def _record_answer(job: AtStep6) -> None:
    given = SubmittedAnswer(
        job_id=job.job.job_id,
        gate=GateName.YOLO_CONFIG,
        visit=1,
        answer=LeaveOut(),
        decided_by="Mere",
        channel=Channel.PREFECT,
    )
    await record_answers(job.context, Reading(decided_by="Mere", answers=(given,), refused=()))


async def _open_round(job: AtStep6) -> None:
    batch, shown = job.context.batch, Round(gate=GateName.YOLO_CONFIG, questions=())
    await write(job.context, lambda transaction: insert_round(transaction, batch.id, uuid4(), shown))


async def _set_up(job: AtStep6) -> SubStepContext:
    return SubStepContext(
        SubStepName.CLOUDWAITRESS_ACCOUNT, job.job, job.context, await job.context.set_ups.of(job.job.job_id)
    )


async def _claim(job: AtStep6) -> None:
    await accounts.claim(await _set_up(job))


async def _password(job: AtStep6) -> None:
    await accounts.password(await _set_up(job))


async def _expire(job: AtStep6) -> None:
    context = job.context
    await expire(context.batch, context.settings.model_copy(update={"time_scale": 1.0}), partial(write, context))


_WRITES: dict[str, Callable[[AtStep6], Awaitable[object]]] = {
    "a crashed step fails": lambda job: fail_crashed(job.job, Step.SEARCH, "it crashed"),
    "a job arrives at a gate": lambda job: arrive(job.job, Step.COMPANY_SELECTION),
    "an answer is recorded": _record_answer,
    "a round is opened": _open_round,
    "somebody is left out": _expire,
    "preflight": lambda job: preflight(job.job),
    "step 6 begins": lambda job: begin_set_up(job.job),
    "step 6 ends": lambda job: end_set_up(job.job),
    "a cancelled job ends": lambda job: cancel_open_work(job.job),
    "an account is claimed": _claim,
    "a password is made": _password,
    "an intent": lambda job: job.context.ledger.refuse(job.job.job_id, SubStepName.ITEM_TAGS, "no"),
    "the threshold stops the batch": lambda job: halt_batch(job.context),
    "a job is given up": lambda job: give_up_job(job.context, job.job.job_id, "it crashed"),
    "the batch ends": lambda job: end_batch(job.context),
    "the batch is left": lambda job: release_to_people(job.context, job.context.watch.view),
}


@pytest.mark.parametrize("writes", _WRITES)
async def test_it_is_refused_and_the_process_knows(woken: AtStep6, writes: str) -> None:
    """Every write raises LeaseLost, although the process's own clock says that it has the lease."""
    before = await _stored(woken)
    with pytest.raises(LeaseLost):
        await _WRITES[writes](woken)
    assert woken.context.lease.lost
    assert await _stored(woken) == before


@pytest.mark.parametrize("name", [SubStepName.CODE_GENERATION, SubStepName.CLOUDWAITRESS_ACCOUNT])
async def test_a_sub_step_ends_as_stopped(woken: AtStep6, name: SubStepName) -> None:
    """No request is sent to the platform."""
    before = await _stored(woken)
    assert (await woken.run(name)).is_cancelled()
    assert await _stored(woken) == before
    assert await woken.done("generate-code-injections") == await woken.done("register-account") == 0


@pytest.mark.parametrize("task", [search_register, reconcile_in_flight], ids=["step", "settling"])
async def test_a_task_ends_as_stopped(woken: AtStep6, task: StepTask) -> None:
    """So that Prefect does not try it again."""
    before = await _stored(woken)
    assert (await task.fn(woken.job)).is_cancelled()
    assert await _stored(woken) == before
