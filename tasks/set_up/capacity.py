"""The batch's places in step 6: how many restaurants are set up at once."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import Enum, auto

from registration.batches.capacity import Places
from registration.workflow.snapshot import BatchView
from tasks.context import JobRef, resources
from tasks.job_progress import check_stops


@asynccontextmanager
async def a_place(job: JobRef) -> AsyncGenerator[bool]:
    """Wait for a place and hold it; without a limit there is always one. Raises Stopped if the job must not go on.

    Yields False, and holds no place, if a person opened a gate of the job again meanwhile.
    """
    context = resources(job)
    if (places := context.places) is None:
        yield True
        return
    places.arrive(job.job_id)
    try:
        # A place may come free only after an hour: a job that is told to stop does not wait for it.
        taken = await context.watch.until(lambda view: _outcome(job, view, places))
        check_stops(job)
        yield taken is _Outcome.TAKEN
    finally:
        places.leave(job.job_id)
        context.watch.poke()


class _Outcome(Enum):
    TAKEN = auto()
    GIVEN_UP = auto()


def _outcome(job: JobRef, view: BatchView, places: Places) -> _Outcome | None:
    """None while the job has to wait."""
    if view.halts(job.job_id) or not view.jobs[job.job_id].decided:
        return _Outcome.GIVEN_UP
    return _Outcome.TAKEN if places.take(job.job_id, view) else None
