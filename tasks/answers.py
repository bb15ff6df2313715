"""Recording what a form was submitted with: each answer is accepted or refused alone."""

from registration.answers import Reading
from registration.decisions import decide
from registration.store.decisions import insert_refused
from registration.store.session import persistently
from tasks.resources import Resources
from tasks.steps import write


async def record_answers(shared: Resources, reading: Reading) -> None:
    """Write every decision before the restaurant that it concerns is woken."""
    for refused in reading.refused:
        await write(shared, lambda connection, one=refused: insert_refused(connection, shared.organisation_id, one))
    for given in reading.given:
        await persistently(
            lambda one=given: decide(shared.database, shared.organisation_id, one),
            give_up=lambda: shared.lease.lost,
        )
        shared.watch.poke()
