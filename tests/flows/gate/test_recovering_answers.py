"""Answers that the server accepts at the moment in which their gate is closed."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest_asyncio
from prefect import flow, get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Paused, Running

from dev.stack.prefect_server import PrefectAddress
from flows.batch.handover import wait_for_people
from flows.batch.supervisor import BatchSupervisor, RunOutcome
from flows.gate.recover_answers import recover_answers
from registration.gates.decisions import LeaveOut
from registration.gates.round_queries import NO_JOB_WAITED, PROCESS_GONE, OpenRound, close_round, insert_round
from registration.gates.rounds import Choice, Question, Round
from registration.workflow.steps import GateName
from tasks.step_runner import write
from tests.held_responses import holding_first_response
from tests.registration.conftest import organisation, tenant
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

__all__ = ["organisation", "tenant"]

LATE = "answered, recorded late"


@flow(name="a-gate")
async def _gate() -> None:
    """A flow whose run stands for the run of a round."""


@dataclass(frozen=True)
class AtGate:
    """A restaurant that waits at the configuration gate of a batch."""

    kai: AtStep6
    client: PrefectClient

    async def round(self, state: State[Any]) -> OpenRound:
        """Open a round of the gate with the restaurant's question; its run has the given state."""
        out = Choice(label="Leave out", answer=LeaveOut())
        job_id = self.kai.job.job_id
        question = Question(
            job_id=job_id, visit=1, field="restaurant_1", title="Kai", evidence="", choices=(out,), preset=""
        )
        shown = Round(gate=GateName.YOLO_CONFIG, questions=(question,))
        run = await self.client.create_flow_run(_gate, state=state)
        batch_id = self.kai.job.batch_id
        return await write(self.kai.context, lambda transaction: insert_round(transaction, batch_id, run.id, shown))

    async def closed_round(self, attribution: str) -> OpenRound:
        """A round that this process closed without an answer."""
        round_ = await self.round(Completed())
        await write(self.kai.context, lambda transaction: close_round(transaction, round_.id, attribution))
        return round_

    async def answer(self, round_: OpenRound) -> None:
        """Submit as a server does that read the paused run before it was ended: the run is resumed and the answer
        stored.
        """
        await self.client.set_flow_run_state(round_.flow_run_id, Running(), force=True)
        answer = json.dumps({"decided_by": "Mere", "restaurant_1": "Leave out"})
        await self.client.create_flow_run_input(round_.flow_run_id, f"paused-{round_.key}-response", answer)

    async def closed_because(self, round_: OpenRound) -> str | None:
        """The stored reason for which the round was closed."""
        query = "select closed_because from registration_gate_rounds where id = :id"
        [row] = await self.kai.query(query, id=round_.id)
        return row["closed_because"]

    async def decisions(self) -> list[dict[str, Any]]:
        """The person of each decision, and whether it was accepted."""
        query = "select decided_by, accepted from registration_decisions where job_id = :job"
        return [dict(one) for one in await self.kai.query(query)]

    async def is_ended(self, run_id: UUID) -> bool:
        """True if the run of the round was cancelled."""
        state = (await self.client.read_flow_run(run_id)).state
        return state is not None and state.is_cancelled()


@pytest_asyncio.fixture
async def gate(tenant: Tenant, prefect_server: PrefectAddress) -> AsyncGenerator[AtGate]:
    """One restaurant at the gate."""
    assert prefect_server
    async with at_step_6(tenant, "kai@example.nz") as [kai], get_client() as client:
        await kai.query(
            "update registration_job_steps set status = 'action_required' where job_id = :job and step_number = 5"
        )
        await kai.query("update registration_jobs set status = 'action_required' where id = :job")
        yield AtGate(kai, client)


async def test_an_answer_that_is_stored_after_its_round_was_closed_is_recorded(gate: AtGate) -> None:
    """The server read the paused run before its cancel: it resumes the run, and stores the answer afterwards."""
    round_ = await gate.round(Running())
    await recover_answers(gate.kai.context)
    assert await gate.closed_because(round_) == PROCESS_GONE

    await gate.answer(round_)
    for _ in range(2):
        await recover_answers(gate.kai.context)
    assert await gate.closed_because(round_) == LATE
    assert await gate.decisions() == [{"decided_by": "Mere", "accepted": True}]
    assert await gate.is_ended(round_.flow_run_id)


async def test_an_answer_that_comes_while_it_is_read_is_read_again(
    gate: AtGate, prefect_server: PrefectAddress
) -> None:
    """The run was ended and no answer was found; before that result arrives, the server stores one."""
    round_ = await gate.round(Running())
    async with holding_first_response(prefect_server.port, "/input/paused-") as reading:
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{reading.port}/api"}):
            harvesting = asyncio.create_task(recover_answers(gate.kai.context))
        await reading.wait_until_held()
        assert await gate.is_ended(round_.flow_run_id)
        await gate.answer(round_)
        reading.release()
        await harvesting
    assert await gate.closed_because(round_) == "answered, recorded by the next run"
    assert await gate.decisions() == [{"decided_by": "Mere", "accepted": True}]
    assert await gate.is_ended(round_.flow_run_id)


async def test_a_late_answer_is_recorded_before_its_batch_ends(gate: AtGate) -> None:
    """The restaurant was decided through another channel and no further run follows: the answer is recorded
    as refused.
    """
    round_ = await gate.closed_round(NO_JOB_WAITED)
    await gate.answer(round_)
    await gate.kai.query("update registration_jobs set status = 'skipped' where id = :job")
    await gate.kai.query("update registration_job_steps set status = 'skipped' where job_id = :job")

    @flow(name="a-batch")
    async def batch() -> RunOutcome:
        return await BatchSupervisor(gate.kai.context).run()

    assert await batch() is RunOutcome.DONE
    assert await gate.closed_because(round_) == LATE
    assert await gate.decisions() == [{"decided_by": "Mere", "accepted": False}]
    assert await gate.is_ended(round_.flow_run_id)


async def test_a_late_answer_is_recorded_before_its_batch_is_released(gate: AtGate) -> None:
    """The restaurant goes on, although its question was asked again and the batch waited for people only."""
    for step in (1, 2, 3, 4):
        done = "update registration_job_steps set status = 'completed' where job_id = :job and step_number = :step"
        await gate.kai.query(done, step=step)
    round_ = await gate.closed_round(PROCESS_GONE)
    again = await gate.round(Paused())
    await gate.answer(round_)
    context = gate.kai.context
    gates = [asyncio.create_task(_ended())]
    assert not await wait_for_people(context, gates, await context.watch.fresh())
    assert await gate.closed_because(round_) == LATE
    assert await gate.decisions() == [{"decided_by": "Mere", "accepted": True}]
    assert await gate.closed_because(again) is None
    assert not await gate.is_ended(again.flow_run_id)


async def test_a_batch_without_late_answers_is_released(gate: AtGate) -> None:
    """Rounds that were closed and have no answer do not keep the batch."""
    await gate.closed_round(NO_JOB_WAITED)
    await gate.round(Paused())
    context = gate.kai.context
    assert await wait_for_people(context, [asyncio.create_task(_ended())], await context.watch.fresh())


async def _ended() -> State[Any]:
    return Completed()
