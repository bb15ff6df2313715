"""Who works on a batch: its lease in the database."""

from tests.flows.stage import Opened, Stage
from tests.waiting import eventually


async def is_held(stage: Stage, batch: Opened) -> bool:
    """Whether a process has the batch's lease."""
    leases = await stage.records.query(
        "select holder from registration_leases where batch_job_id = %(batch)s and holder is not null",
        batch=batch.batch_id,
    )
    return bool(leases)


async def the_holder(stage: Stage, batch: Opened) -> str:
    """The flow run that works on the batch."""
    [lease] = await stage.records.query(
        "select flow_run_id::text from registration_leases where batch_job_id = %(batch)s", batch=batch.batch_id
    )
    return lease["flow_run_id"]


async def lease_has_ended(stage: Stage, batch: Opened) -> None:
    """The killed process is given up."""

    async def ended() -> bool:
        [lease] = await stage.records.query(
            "select expires_at < clock_timestamp() as over from registration_leases where batch_job_id = %(batch)s",
            batch=batch.batch_id,
        )
        return lease["over"]

    await eventually(ended, "the lease has ended")
