"""What people do in Prefect to the runs of a batch, at moments that no button can be timed for."""

import asyncio
from typing import Any

from prefect import flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Pending, Running

from flows.batch.run_watch import watch_runs
from tests.registration.conftest import organisation, tenant
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6
from tests.waiting import eventually

__all__ = ["organisation", "tenant"]


@flow(name="a-run")
async def _run(job_id: str = "") -> None:
    """A run of a batch or a restaurant."""


async def test_a_cancel_just_before_the_run_of_a_restaurant_begins_cancels_its_job(
    tenant: Tenant, prefect_client: PrefectClient
) -> None:
    """Prefect starts the run nevertheless: its state is Running, and only its history contains the cancel."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        batch = await prefect_client.create_flow_run(_run, state=Running())
        states: list[State[Any]] = [Cancelled(), Running()]
        run = await prefect_client.create_flow_run(_run, parameters={"job_id": str(kai.job.job_id)}, state=Pending())
        for state in states:
            await prefect_client.set_flow_run_state(run.id, state, force=True)
        kai.context.runs[kai.job.job_id] = run.id
        kai.context.working.add(kai.job.job_id)
        watching = asyncio.create_task(watch_runs(kai.context, batch.id))
        try:
            await eventually(lambda: _is_to_stop(kai), "the job to be stopped")
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def _is_to_stop(kai: AtStep6) -> bool:
    [row] = await kai.query("select stop_requested_at is not null as stops from registration_jobs where id = :job")
    return row["stops"]
