"""The batch's places in step 6: how many restaurants are set up at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tasks.progress import check_stops
from tasks.resources import JobRef, resources


@asynccontextmanager
async def a_place(job: JobRef) -> AsyncGenerator[None]:
    """Wait for a place and hold it; without a limit there is always one. Raises Stopped if the job must not go on."""
    places = resources(job).places
    if places is None:
        yield
        return
    await _take(job, places)
    try:
        yield
    finally:
        places.release()


async def _take(job: JobRef, places: asyncio.Semaphore) -> None:
    """A place may come free only after an hour: a job that is told to stop does not wait for it."""
    taking = asyncio.create_task(places.acquire())
    halting = asyncio.create_task(resources(job).watch.until(lambda view: view.halts(job.job_id)))
    try:
        await asyncio.wait((taking, halting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        halting.cancel()
        await asyncio.gather(halting, return_exceptions=True)
        if not taking.done():
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
    if taking.cancelled():
        check_stops(job)
