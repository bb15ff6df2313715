"""Retry is pressed in the Prefect UI for the run of a killed process: a new run takes over, and only one."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.states import Scheduled

from dev.chaos.finish import leases_over, verdict
from dev.chaos.lab import FAST, QUIET, Lab
from dev.chaos.operator import resolve_unknown
from dev.chaos.traps import Moment
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from dev.stack.prefect_worker import start_worker
from dev.stack.stack import POOL
from registration.workflow.sub_steps import SubStepName
from tasks.batch_runs import create_run, deployment_of_batches

_ENGINE = "prefect.engine"
_LIMIT = 120.0
_SECONDS = 0.5


async def _play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """A worker runs the deployment; its process is killed between commit and request, and its run is retried."""
    [batch] = await lab.batches_of_one(1)
    trap = await lab.traps.lay(batch.job_ids[0], SubStepName.MENU_IMPORT, Moment.SENT_COMMITTED)
    environment = {**lab.stack.environment(), **QUIET, **FAST.environment()}
    async with lab.slots, PrefectClient(lab.stack.addresses.prefect_api_url or "") as client:
        worker = start_worker(POOL, lab.stack.folder, environment)
        try:
            deployment_id = await deployment_of_batches(client)
            run = await create_run(client, deployment_id, batch.organisation_id, batch.batch_id)
            await lab.traps.spring([trap], _LIMIT)
            _kill_flows(worker.pid)
            await lab.traps.release([trap])
            await leases_over(lab, [batch], time.monotonic() + _LIMIT)
            retried = await _retried(client, run.id)
            await _until_idle(lab, batch)
            await resolve_unknown(lab, [batch])
            await _until_idle(lab, batch)
        finally:
            await worker.stop()
    return dict.fromkeys(cases, await verdict(lab, batch) + retried)


def _kill_flows(worker: int) -> None:
    """SIGKILL to every process of the worker's family that runs a flow."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,pgid=,args="], capture_output=True, text=True, check=True).stdout
    for pid, group, program in (line.split(maxsplit=2) for line in listed.splitlines()):
        if int(group) == worker and _ENGINE in program:
            os.kill(int(pid), signal.SIGKILL)


async def _retried(client: PrefectClient, run_id: UUID) -> Verdict:
    """Press Retry once the worker has reported the crash; the run must end at once and name the run that takes over."""
    await _final(client, run_id)
    await client.set_flow_run_state(run_id, Scheduled(name="AwaitingRetry"), force=True)
    run = await _final(client, run_id)
    message = run.state.message if run.state else None
    if run.state and run.state.is_completed() and message and "goes on in flow run" in message:
        return Verdict()
    return Verdict(stuck=(f"the retried run ended {run.state_name}: {message}",))


async def _final(client: PrefectClient, run_id: UUID) -> FlowRun:
    async with asyncio.timeout(_LIMIT):
        while (run := await client.read_flow_run(run_id)).state is None or not run.state.is_final():
            await asyncio.sleep(_SECONDS)
        return run


async def _until_idle(lab: Lab, batch: PreparedBatch) -> None:
    """Wait until the new run has done everything that is possible without a person. Raises TimeoutError."""
    async with asyncio.timeout(_LIMIT):
        while await lab.records.unfinished([batch]):
            await asyncio.sleep(_SECONDS)


TRIALS = (Trial(("rivals/retry-in-prefect",), _play),)
