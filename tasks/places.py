"""The batch's places in step 6: how many restaurants are set up at once."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tasks.progress import check_stops
from tasks.resources import JobRef, resources


@asynccontextmanager
async def a_place(job: JobRef) -> AsyncGenerator[None]:
    """Wait for a place and hold it; without a limit there is always one. Raises Stopped if the job must not go on."""
    shared = resources(job)
    if (places := shared.places) is None:
        yield
        return
    places.arrive(job.job_id)
    try:
        # A place may come free only after an hour: a job that is told to stop does not wait for it.
        if await shared.watch.until(lambda view: view.halts(job.job_id) or places.take(job.job_id, view)):
            check_stops(job)
        yield
    finally:
        places.leave(job.job_id)
        shared.watch.poke()
