"""Answers that the server accepts at the moment in which their gate is closed."""

import json

import pytest
from prefect import flow, get_client
from prefect.states import Running

from flows.harvesting import harvest
from registration.models.decisions import GateName, LeaveOut
from registration.models.rounds import Choice, Question, Round
from registration.store.gates import insert_round
from tasks.steps import write
from tests.registration.conftest import database, everything, organisation, place
from tests.registration.place import Place
from tests.tasks.at_step_6 import AtStep6, at_step_6

__all__ = ["database", "everything", "organisation", "place"]


@flow(name="a-gate")
async def _gate() -> None:
    """What the round's run is a run of."""


@pytest.mark.usefixtures("prefect_server")
async def test_an_answer_that_is_stored_after_its_round_was_closed_is_recorded(place: Place) -> None:
    """The server read the paused run before it was cancelled: it has it run again, and stores the answer then."""
    async with at_step_6(place, "kai@example.nz") as [kai], get_client() as client:
        await kai.query(
            "update registration_job_steps set status = 'action_required' where job_id = :job and step_number = 5"
        )
        out = Choice(label="Leave out", answer=LeaveOut())
        question = Question(
            job_id=kai.job.job_id, visit=1, field="restaurant_1", title="Kai", evidence="", choices=(out,), preset=""
        )
        shown = Round(gate=GateName.YOLO_CONFIG, questions=(question,))
        run = await client.create_flow_run(_gate, state=Running())
        key = (kai.job.organisation_id, kai.job.batch_id, run.id, shown)
        round_ = await write(kai.shared, lambda connection: insert_round(connection, *key))
        await harvest(kai.shared)
        assert await _closed_because(kai) == "its process was gone"

        await client.set_flow_run_state(run.id, Running(), force=True)
        answer = json.dumps({"decided_by": "Mere", "restaurant_1": "Leave out"})
        await client.create_flow_run_input(run.id, f"paused-{round_.key}-response", answer)
        for _ in range(2):
            await harvest(kai.shared)
        assert await _closed_because(kai) == "answered, recorded by the next run"
        decisions = await kai.query("select decided_by, accepted from registration_decisions where job_id = :job")
        assert decisions == [{"decided_by": "Mere", "accepted": True}]
        ended = (await client.read_flow_run(run.id)).state
        assert ended is not None
        assert ended.is_cancelled()


async def _closed_because(kai: AtStep6) -> str | None:
    [round_] = await kai.query("select closed_because from registration_gate_rounds")
    return round_["closed_because"]
