"""Rounds as they are stored."""

from uuid import uuid4

from sqlalchemy import text

from registration.gates.round_queries import insert_round, read_round, unclosed_rounds
from registration.gates.rounds import Choice, Question, Round
from registration.workflow.steps import GateName
from tests.registration.tenant import Tenant


async def test_a_round_that_another_version_wrote_is_without_questions(tenant: Tenant) -> None:
    """It stops neither who takes the batch over nor who answers: everything is asked anew."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    later = Choice(label="Decide later")
    asked = Question(
        job_id=jobs[restaurant_id],
        visit=1,
        field="r1_1",
        title="Kai",
        evidence="",
        choices=(later,),
        preset=later.label,
    )
    shown = Round(gate=GateName.YOLO_CONFIG, questions=(asked,))
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        opened = await insert_round(transaction, batch_id, uuid4(), shown)
        assert await read_round(transaction, opened.id) == shown
        newer = (
            "update registration_gate_rounds set shown = jsonb_set(shown, '{questions,0,colour}', '1') where id = :id"
        )
        await transaction.execute(text(newer), {"id": opened.id})
        [found] = await unclosed_rounds(transaction, batch_id)
        assert (found.content, found.key) == (Round(gate=GateName.YOLO_CONFIG, questions=()), opened.key)
        assert (await read_round(transaction, opened.id)).questions == ()
