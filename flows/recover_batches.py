"""Finds batches that nobody works on although they could go on, starts them again, and marks overdue gates."""

from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from registration.errors import MisconfiguredInstallation
from tasks.recovery import Recovered, find_batches, report_recovered, start_again


@flow(
    name="recover-batches",
    flow_run_name="Recovery",
    description=__doc__,
    retries=0,
    persist_result=False,
)
async def recover_batches(organisation_id: UUID | None = None, batch_id: UUID | None = None) -> State[None]:
    """Start register-batch again for every batch with work left that has no live process.

    Where only people are waited for nobody is needed: those who wait for long are reminded of, and left out in the
    end. A batch that is named is started too if it was left to people: a gate of it was just answered.
    Which work is left, and whether a person cancelled it, is for the run that takes the batch over.
    """
    try:
        found = await find_batches(organisation_id, batch_id)
    except MisconfiguredInstallation as missing:
        return Failed(message=missing.message)
    done = [await start_again(batch, at_once=batch.batch_id == batch_id) for batch in found]
    if not done:
        return Completed(message="somebody works on every batch that has work left")
    await report_recovered(done)
    return Completed(message="; ".join(map(_told, done)))


def _told(one: Recovered) -> str:
    if one.rests_until is not None:
        return f"{one.batch.name}: {one.what} (the last one was “{one.run}”, {one.run_id})"
    what = "goes on in" if one.started else "is about to go on in"
    return f"{one.batch.name} {what} flow run “{one.run}” ({one.run_id})"
