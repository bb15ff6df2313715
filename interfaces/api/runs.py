"""Has a flow run go on with a batch after something was written for it.

What was written stands without the Prefect server: recovery finds batches with work and without a process.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from interfaces.api.auth import Caller
from interfaces.api.models.batch_commands import Cancelled as CancelAnswer
from interfaces.api.models.batch_commands import EffectInFlight
from registration.batches.queries import lease_of, read_batch
from registration.errors import MisconfiguredInstallation, TransientError
from registration.operations.cancel import Cancelled

_LOG: Final = logging.getLogger("registration.api")
_SECONDS: Final = 15.0


@dataclass(frozen=True)
class GoingOn:
    """Whether a process works on the batch, or is about to; `note` says why none does."""

    worked_on: bool
    run_url: str | None = None
    note: str | None = None


async def go_on(caller: Caller, batch_id: UUID, *, settle: bool = False) -> GoingOn:
    """Start a flow run unless one is live, or the batch is not started or halted; `settle` starts one in any case.

    Never raises because of the Prefect server: `worked_on` is false then.
    """
    # Prefect's client takes seconds to import; the application imports it in the background.
    from tasks.batch_runs import run_url, start_run

    async with caller.reading() as transaction:
        batch = await read_batch(transaction, batch_id)
    if not settle and batch.started_at is None:
        return GoingOn(worked_on=False, note="the batch is not started")
    if not settle and batch.is_halted:
        return GoingOn(worked_on=False, note=batch.halted_reason)
    lease = await lease_of(caller.database, caller.organisation_id, batch_id)
    if lease.live:
        return GoingOn(worked_on=True, run_url=run_url(lease.flow_run_id) if lease.flow_run_id else None)
    try:
        async with asyncio.timeout(_SECONDS):
            run = await start_run(caller.organisation_id, batch_id, batch.name, lease.flow_run_id)
    except (TransientError, MisconfiguredInstallation, TimeoutError) as error:
        _LOG.warning("batch %s is not worked on yet: %s", batch_id, error)
        return GoingOn(worked_on=False, note="the Prefect server does not answer: recovery starts the batch")
    return GoingOn(worked_on=True, run_url=run.url)


async def settle(caller: Caller, cancelled: Cancelled) -> CancelAnswer:
    """Have the outcomes of a cancel recorded, and say what is left: the answer of every cancel."""
    worked_on = not cancelled.settled and (await go_on(caller, cancelled.batch_id, settle=True)).worked_on
    in_flight = list(map(EffectInFlight.of, cancelled.in_flight))
    return CancelAnswer(in_flight=in_flight, settled=cancelled.settled, worked_on=worked_on)
