"""Leaving a batch to the people whom it waits for: everybody here ends but their forms, and the lease is given back."""

import asyncio
from dataclasses import replace
from typing import Any

from prefect.client.schemas.objects import State

from flows.harvesting import harvest_late
from registration.models.snapshot import BatchView
from tasks.leaving import leave_batch
from tasks.resources import Resources


async def leave(shared: Resources, running: list[asyncio.Task[State[Any]]], seen: BatchView) -> bool:
    """Leave the batch as it was `seen`; False, and it is to be gone on with, if something came up meanwhile.

    The gates end first, with their runs Paused: an answer that came before is recorded by them, so that something has
    come up, and so is one of a round that was closed without it; one that comes later starts the batch again.
    """
    await shared.watch.leave(leaving=True)
    changed = asyncio.create_task(shared.watch.until(lambda view: view != replace(seen, leaving=True)))
    ended = asyncio.create_task(asyncio.wait(running))
    try:
        await asyncio.wait([changed, ended], return_when=asyncio.FIRST_COMPLETED)
        if not changed.done():
            await harvest_late(shared, gates_ended=False)
            if await leave_batch(shared, seen):
                return True
    finally:
        for task in (changed, ended):
            task.cancel()
        await asyncio.gather(changed, ended, return_exceptions=True)
    await shared.watch.leave(leaving=False)
    return False
