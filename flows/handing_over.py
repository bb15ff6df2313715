"""Handing a batch over: its run is not to work on, so this process ends without a loss, and another run goes on."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx
from prefect import get_client, get_run_logger
from prefect.client.schemas.objects import State, StateType
from prefect.states import Completed

from flows.taking_over import runs_below
from registration.store.leases import release_lease
from tasks.resources import Resources
from tasks.steps import under_lease

_MOST_SECONDS = 600
"""More than any request to the platform may take."""
_HANDED_OVER = "Handed over"


async def hand_over(shared: Resources, running: list[asyncio.Task[State[Any]]]) -> None:
    """Begin nothing more, wait for what is in flight, and give the lease back.

    Gates end with their runs Paused, as when a batch is left: what is answered in them is recorded by the run that goes
    on. Work that has not ended after the longest wait is cancelled, as by the death of a process.
    """
    get_run_logger().warning("%s", _told(shared))
    await shared.watch.leave(leaving=True)
    if running:
        _, late = await asyncio.wait(running, timeout=shared.settings.scaled(_MOST_SECONDS))
        for task in late:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    with suppress(httpx.HTTPError, OSError):
        await _close_restaurants(shared)
    batch = shared.batch
    holder = shared.lease.holder
    await under_lease(
        shared, lambda connection: release_lease(connection, batch.organisation_id, batch.id, holder), alone=True
    )


async def _close_restaurants(shared: Resources) -> None:
    """Close the runs of restaurants that Prefect left open, so that they do not look as if a process executed them."""
    open_states = [StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED]
    async with get_client() as client:
        for run in await runs_below(client, shared.batch.id, open_states):
            closed = Completed(name=_HANDED_OVER, message="another run goes on with it")
            await client.set_flow_run_state(run.id, closed, force=True)


def _told(shared: Resources) -> str:
    state = shared.own_run.state
    if state is not None and state.is_paused():
        how = "Resume goes on with it, and so does `registration start --batch`"
    else:
        how = "recovery goes on with it in another run, and so does `registration start --batch`"
    found = f"is {state.name}" if state is not None else "was deleted, or may not go on"
    return f"{shared.batch.name}: its flow run {found} at the Prefect server, so this process gives it back; {how}"
