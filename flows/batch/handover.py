"""The end of a run that gives its batch back: to wait for people, or for another run."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
from prefect import get_client, get_run_logger
from prefect.client.schemas.objects import State, StateType
from prefect.states import Completed

from flows.gate.recover_answers import recover_late_answers
from registration.workflow.lease_queries import release_lease
from registration.workflow.snapshot import BatchView
from tasks.batch_lifecycle import release_to_people
from tasks.batch_runs import subflow_runs
from tasks.context import Resources
from tasks.step_runner import under_lease

_MOST_SECONDS = 600
"""More than any request to the platform may take."""
_HANDED_OVER = "Handed over"


async def wait_for_people(context: Resources, running: list[asyncio.Task[State[Any]]], expected: BatchView) -> bool:
    """Release the batch in its `expected` state; False if something changed meanwhile, and this process has to go on.

    The gates end first and leave their runs Paused. An answer that arrives before the release is recorded by its gate
    or from its closed round, and counts as a change; a later answer starts the batch again.
    """
    await context.watch.set_releasing(releasing=True)
    changed = asyncio.create_task(context.watch.until(lambda view: view != replace(expected, releasing=True)))
    ended = asyncio.create_task(asyncio.wait(running))
    try:
        await asyncio.wait([changed, ended], return_when=asyncio.FIRST_COMPLETED)
        if not changed.done():
            await recover_late_answers(context, gates_ended=False)
            if await release_to_people(context, expected):
                return True
    finally:
        for task in (changed, ended):
            task.cancel()
        await asyncio.gather(changed, ended, return_exceptions=True)
    await context.watch.set_releasing(releasing=False)
    return False


async def hand_over(context: Resources, running: list[asyncio.Task[State[Any]]]) -> None:
    """Begin no further work, wait for what is in flight, and give the lease back.

    The gates end and leave their runs Paused; the next run records their answers. Work that has not ended after
    `_MOST_SECONDS` is cancelled, with the effect of a dead process.
    """
    get_run_logger().warning("%s", _describe(context))
    await context.watch.set_releasing(releasing=True)
    if running:
        _, late = await asyncio.wait(running, timeout=context.settings.scaled(_MOST_SECONDS))
        for task in late:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    with suppress(httpx.HTTPError, OSError):
        await _close_restaurant_runs(context)
    batch = context.batch
    holder = context.lease.holder
    await under_lease(context, lambda transaction: release_lease(transaction, batch.id, holder), alone=True)


async def _close_restaurant_runs(context: Resources) -> None:
    """Close the restaurants' runs that Prefect still shows as open, because no process executes them any more."""
    open_states = [StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED]
    async with get_client() as client:
        for run in await subflow_runs(client, context.batch.id, open_states):
            closed = Completed(name=_HANDED_OVER, message="another run goes on with it")
            await client.set_flow_run_state(run.id, closed, force=True)


def _describe(context: Resources) -> str:
    state = context.own_run.state
    if state is not None and state.is_paused():
        continuation = "Resume goes on with it, and so does another start of the batch"
    else:
        continuation = "recovery goes on with it in another run, and so does another start of the batch"
    run_state = f"is {state.name}" if state is not None else "was deleted, or may not go on"
    name = context.batch.name
    return f"{name}: its flow run {run_state} at the Prefect server, so this process gives it back; {continuation}"
