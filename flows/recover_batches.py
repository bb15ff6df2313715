"""Finds batches without a live process that could go on, starts them again, and marks overdue gates."""

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

    A batch that waits for people needs no process: a reminder names restaurants that wait for long, and in the end they
    are left out. The batch `batch_id` is started even if it waits for people, because one of its gates was just
    answered. The new run finds out which work is left, and whether a person cancelled it.
    """
    try:
        found = await find_batches(organisation_id, batch_id)
    except MisconfiguredInstallation as missing:
        return Failed(message=missing.message)
    done = [await start_again(batch, at_once=batch.batch_id == batch_id) for batch in found]
    if not done:
        return Completed(message="every batch with work left has a live process")
    await report_recovered(done)
    return Completed(message="; ".join(map(_describe, done)))


def _describe(recovered: Recovered) -> str:
    if recovered.rests_until is not None:
        return f"{recovered.batch.name}: {recovered.what} (the last one was “{recovered.run}”, {recovered.run_id})"
    what = "goes on in" if recovered.started else "is about to go on in"
    return f"{recovered.batch.name} {what} flow run “{recovered.run}” ({recovered.run_id})"
