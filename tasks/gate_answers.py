"""Recording what a form was submitted with: each answer is accepted or refused alone."""

from uuid import UUID

from prefect import get_run_logger

from registration.gates.decide import decide_within
from registration.gates.form_answers import Reading
from registration.gates.queries import insert_refused
from tasks.context import Resources
from tasks.step_runner import write


async def record_answers(context: Resources, reading: Reading) -> None:
    """Write every decision before the restaurant that it concerns is woken."""
    for refused in reading.refused:
        await write(context, lambda connection, one=refused: insert_refused(connection, context.organisation_id, one))
        _tell(context, refused.job_id, refused.decided_by, refused.reason)
    for given in reading.given:
        verdict = await write(
            context, lambda connection, one=given: decide_within(connection, context.organisation_id, one)
        )
        if not verdict.accepted:
            _tell(context, given.job_id, given.decided_by, verdict.reason)


def _tell(context: Resources, job_id: UUID, decided_by: str, reason: str | None) -> None:
    """The form is gone when its answers are read: who submitted it finds in the log what was not taken, and why."""
    restaurant = context.watch.view.jobs[job_id].restaurant
    get_run_logger().warning("%s · the answer of %s was not taken: %s", restaurant, decided_by, reason)
