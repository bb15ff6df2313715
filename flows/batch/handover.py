"""The end of a run that hands its batch over: to people while only they can go on, or to another run."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
from prefect import get_client, get_run_logger
from prefect.client.schemas.objects import State, StateType
from prefect.states import Completed

from flows.batch.takeover import runs_below
from flows.gate.recover_answers import harvest_late
from registration.workflow.lease_queries import release_lease
from registration.workflow.snapshot import BatchView
from tasks.batch_lifecycle import leave_batch
from tasks.context import Resources
from tasks.step_runner import under_lease


async def leave(context: Resources, running: list[asyncio.Task[State[Any]]], seen: BatchView) -> bool:
    """Leave the batch as it was `seen`; False, and it is to be gone on with, if something came up meanwhile.

    The gates end first, with their runs Paused: an answer that came before is recorded by them, so that something has
    come up, and so is one of a round that was closed without it; one that comes later starts the batch again.
    """
    await context.watch.leave(leaving=True)
    changed = asyncio.create_task(context.watch.until(lambda view: view != replace(seen, leaving=True)))
    ended = asyncio.create_task(asyncio.wait(running))
    try:
        await asyncio.wait([changed, ended], return_when=asyncio.FIRST_COMPLETED)
        if not changed.done():
            await harvest_late(context, gates_ended=False)
            if await leave_batch(context, seen):
                return True
    finally:
        for task in (changed, ended):
            task.cancel()
        await asyncio.gather(changed, ended, return_exceptions=True)
    await context.watch.leave(leaving=False)
    return False


_MOST_SECONDS = 600
"""More than any request to the platform may take."""
_HANDED_OVER = "Handed over"


async def hand_over(context: Resources, running: list[asyncio.Task[State[Any]]]) -> None:
    """Begin nothing more, wait for what is in flight, and give the lease back.

    Gates end with their runs Paused, as when a batch is left: what is answered in them is recorded by the run that goes
    on. Work that has not ended after the longest wait is cancelled, as by the death of a process.
    """
    get_run_logger().warning("%s", _told(context))
    await context.watch.leave(leaving=True)
    if running:
        _, late = await asyncio.wait(running, timeout=context.settings.scaled(_MOST_SECONDS))
        for task in late:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    with suppress(httpx.HTTPError, OSError):
        await _close_restaurants(context)
    batch = context.batch
    holder = context.lease.holder
    await under_lease(
        context, lambda connection: release_lease(connection, batch.organisation_id, batch.id, holder), alone=True
    )


async def _close_restaurants(context: Resources) -> None:
    """Close the runs of restaurants that Prefect left open, so that they do not look as if a process executed them."""
    open_states = [StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED]
    async with get_client() as client:
        for run in await runs_below(client, context.batch.id, open_states):
            closed = Completed(name=_HANDED_OVER, message="another run goes on with it")
            await client.set_flow_run_state(run.id, closed, force=True)


def _told(context: Resources) -> str:
    state = context.own_run.state
    if state is not None and state.is_paused():
        how = "Resume goes on with it, and so does `registration start --batch`"
    else:
        how = "recovery goes on with it in another run, and so does `registration start --batch`"
    found = f"is {state.name}" if state is not None else "was deleted, or may not go on"
    return f"{context.batch.name}: its flow run {found} at the Prefect server, so this process gives it back; {how}"
