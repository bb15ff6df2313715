"""The lease of a batch in the database."""

from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually


async def is_held(system: RunningSystem, batch: OpenedBatch) -> bool:
    """Whether a process has the batch's lease."""
    leases = await system.records.query(
        "select holder from registration_leases where batch_job_id = %(batch)s and holder is not null",
        batch=batch.batch_id,
    )
    return bool(leases)


async def the_holder(system: RunningSystem, batch: OpenedBatch) -> str:
    """The flow run that holds the lease."""
    [lease] = await system.records.query(
        "select flow_run_id::text from registration_leases where batch_job_id = %(batch)s", batch=batch.batch_id
    )
    return lease["flow_run_id"]


async def lease_has_ended(system: RunningSystem, batch: OpenedBatch) -> None:
    """True once the lease of the killed process has expired."""

    async def ended() -> bool:
        [lease] = await system.records.query(
            "select expires_at < clock_timestamp() as over from registration_leases where batch_job_id = %(batch)s",
            batch=batch.batch_id,
        )
        return lease["over"]

    await eventually(ended, "the lease has ended")
